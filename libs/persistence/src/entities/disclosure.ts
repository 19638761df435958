import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { CreatedAt, MaybeAt, Ref, Text } from './columns.js';
import { Facility, Patient } from './registry.js';

/** What was given of a patient to whom, on what legal ground. Never changed: a wrong entry is voided with a reason and stays. */
@Entity({ name: 'disclosure' })
@Check('disclosure_basis_ck', `basis IN ('authorization', 'subpoena', 'court_order')`)
@Check('disclosure_contents_ck', `cardinality(contents) > 0`)
@Check('disclosure_void_ck', `(voided_at IS NULL) = (void_reason IS NULL)`)
@Index('disclosure_patient_idx', ['patientId', 'disclosedOn'])
@Index('disclosure_facility_idx', ['facilityId', 'recordedAt', 'id'])
export class Disclosure {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column({ name: 'number', type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' }) number!: string;
  @ForeignKey(() => Facility, { name: 'disclosure_facility_fk' }) @Ref('facility_id', { nullable: true }) facilityId!:
    string | null;
  @ForeignKey(() => Patient, { name: 'disclosure_patient_fk' }) @Ref('patient_id') patientId!: string;
  @Text('basis') basis!: string;
  @Column({ name: 'basis_detail', type: 'jsonb' }) basisDetail!: Record<string, string>;
  @Text('recipient') recipient!: string;
  @Text('recipient_address') recipientAddress!: string;
  @Text('purpose') purpose!: string;
  @Column({ name: 'contents', type: 'text', array: true }) contents!: string[];
  @Column({ name: 'abstract_ids', type: 'uuid', array: true, default: () => `'{}'` }) abstractIds!: string[];
  @Column({ name: 'disclosed_on', type: 'date' }) disclosedOn!: string;
  @Text('recorded_by') recordedBy!: string;
  @CreatedAt('recorded_at') recordedAt!: Date;
  @MaybeAt('voided_at') voidedAt!: Date | null;
  @Text('voided_by', { nullable: true }) voidedBy!: string | null;
  @Text('void_reason', { nullable: true }) voidReason!: string | null;
}
