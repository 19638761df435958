import { type ItemValues } from '@perennial/naaccr';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { CreatedAt, MaybeAt, Ref, Text } from './columns.js';
import { Letter } from './letters.js';
import { Facility, Patient } from './registry.js';

const OPEN = `state <> 'closed'`;
const STEPS = `next_step IN ('chart', 'physician', 'contact', 'telephone', 'hospital', 'patient', 'other')`;

/** That a facility owes a living patient a contact. At most one open task a patient and facility. */
@Entity({ name: 'follow_up_task' })
@Check('follow_up_task_state_ck', `state IN ('due', 'in_progress', 'waiting', 'closed')`)
@Check('follow_up_task_reason_ck', `closed_reason IN ('contact', 'deceased', 'excluded', 'do_not_contact')`)
@Check('follow_up_task_closed_ck', `(state = 'closed') = (closed_reason IS NOT NULL)`)
@Check('follow_up_task_stage_ck', `stage IN ('due', 'reminder', 'delinquent')`)
@Check('follow_up_task_step_ck', STEPS)
@Index('follow_up_task_open_uq', ['patientId', 'facilityId'], { unique: true, where: OPEN })
@Index('follow_up_task_due_idx', ['facilityId', 'countedFrom', 'id'], { where: OPEN })
@Index('follow_up_task_lost_idx', ['facilityId', 'countedFrom', 'id'], { where: 'lost' })
@Index('follow_up_task_started_idx', ['facilityId', 'countedFrom', 'id'], {
  where: `state IN ('in_progress', 'waiting')`,
})
@Index('follow_up_task_assigned_idx', ['assignedTo', 'countedFrom', 'id'], {
  where: `${OPEN} AND assigned_to IS NOT NULL`,
})
@Index('follow_up_task_closed_idx', ['patientId', 'closedAt'], { where: `state = 'closed'` })
export class FollowUpTask {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Patient, { name: 'follow_up_task_patient_fk' }) @Ref('patient_id') patientId!: string;
  /** The facility of a case; no key of its own, for the speed of the daily pass. */
  @Ref('facility_id') facilityId!: string;
  @Text('state', { default: 'due' }) state!: 'due' | 'in_progress' | 'waiting' | 'closed';
  /** `YYYYMM`: last contact and twelve months. */
  @Text('due_month') dueMonth!: string;
  @Column({ name: 'lost', type: 'boolean', default: false }) lost!: boolean;
  @Text('closed_reason', { nullable: true }) closedReason!:
    'contact' | 'deceased' | 'excluded' | 'do_not_contact' | null;
  @Ref('assigned_to', { nullable: true }) assignedTo!: string | null;
  @Column({ name: 'revision', type: 'integer', default: 1 }) revision!: number;
  @CreatedAt('opened_at') openedAt!: Date;
  @MaybeAt('closed_at') closedAt!: Date | null;
  @Text('stage', { default: 'due' }) stage!: 'due' | 'reminder' | 'delinquent';
  /** Earliest possible day of the last contact when the task was planned; empty where none is known. */
  @Text('counted_from', { default: '', collation: 'C' }) countedFrom!: string;
  @Text('next_step', { nullable: true }) nextStep!: string | null;
  @Text('next_step_on', { nullable: true }) nextStepOn!: string | null;
}

/** Where a patient or a named contact can be reached, as one facility knows it. */
@Entity({ name: 'contact_point' })
@Check('contact_point_kind_ck', `kind IN ('address', 'telephone')`)
@Check('contact_point_party_ck', `party IN ('patient', 'contact')`)
@Check('contact_point_source_ck', `source IN ('abstract', 'person', 'contact')`)
@Check('contact_point_bad_ck', `bad_reason IN ('returned_mail', 'wrong_number', 'moved', 'other')`)
@Unique('contact_point_uq', ['patientId', 'facilityId', 'contentKey'])
@Index('contact_point_patient_idx', ['patientId', 'facilityId'])
export class ContactPoint {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Patient, { name: 'contact_point_patient_fk' }) @Ref('patient_id') patientId!: string;
  @ForeignKey(() => Facility, { name: 'contact_point_facility_fk' }) @Ref('facility_id') facilityId!: string;
  @Text('kind') kind!: 'address' | 'telephone';
  @Text('party') party!: 'patient' | 'contact';
  @Text('name', { nullable: true }) name!: string | null;
  @Text('relationship', { nullable: true }) relationship!: string | null;
  @Text('line1', { nullable: true }) line1!: string | null;
  @Text('line2', { nullable: true }) line2!: string | null;
  @Text('city', { nullable: true }) city!: string | null;
  @Text('state', { nullable: true }) state!: string | null;
  @Text('postal_code', { nullable: true }) postalCode!: string | null;
  @Text('country', { nullable: true }) country!: string | null;
  @Text('telephone', { nullable: true }) telephone!: string | null;
  @Text('content_key') contentKey!: string;
  @Text('source') source!: 'abstract' | 'person' | 'contact';
  @Text('bad_since', { nullable: true }) badSince!: string | null;
  @Text('bad_reason', { nullable: true }) badReason!: 'returned_mail' | 'wrong_number' | 'moved' | 'other' | null;
  @Text('added_by') addedBy!: string;
  @CreatedAt('added_at') addedAt!: Date;
}

/** A physician who can be written to. Not patient data. */
@Entity({ name: 'physician' })
@Unique('physician_npi_uq', ['npi'])
@Unique('physician_local_uq', ['localCode'])
@Check('physician_npi_ck', `npi ~ '^[0-9]{10}$'`)
@Check('physician_code_ck', `npi IS NOT NULL OR local_code IS NOT NULL`)
export class Physician {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('npi', { nullable: true }) npi!: string | null;
  /** What items 2460 to 2500 hold where no NPI is known. */
  @Text('local_code', { nullable: true }) localCode!: string | null;
  @Text('name') name!: string;
  @Text('line1') line1!: string;
  @Text('line2', { nullable: true }) line2!: string | null;
  @Text('city') city!: string;
  @Text('state') state!: string;
  @Text('postal_code') postalCode!: string;
  @Text('country', { default: 'USA' }) country!: string;
  @Text('telephone', { nullable: true }) telephone!: string | null;
  @Column({ name: 'no_letters', type: 'boolean', default: false }) noLetters!: boolean;
  @Text('bad_since', { nullable: true }) badSince!: string | null;
}

/** One attempt to learn how a patient is, and what came of it. */
@Entity({ name: 'follow_up_contact' })
@Check('follow_up_contact_person_ck', `person IN ('patient', 'relative', 'physician', 'facility', 'registry', 'other')`)
@Check('follow_up_contact_step_ck', STEPS)
@Index('follow_up_contact_patient_idx', ['patientId', 'contactedOn'])
@Index('follow_up_contact_task_idx', ['taskId'])
export class FollowUpContact {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Patient, { name: 'follow_up_contact_patient_fk' }) @Ref('patient_id') patientId!: string;
  @ForeignKey(() => Facility, { name: 'follow_up_contact_facility_fk' }) @Ref('facility_id') facilityId!: string;
  @ForeignKey(() => FollowUpTask, { name: 'follow_up_contact_task_fk' }) @Ref('task_id', { nullable: true }) taskId!:
    string | null;
  @Text('contacted_on') contactedOn!: string;
  @Text('channel') channel!: string;
  @Text('outcome') outcome!: string;
  @Text('recorded_by') recordedBy!: string;
  @CreatedAt('recorded_at') recordedAt!: Date;
  @Text('person', { nullable: true }) person!: string | null;
  @ForeignKey(() => ContactPoint, { name: 'follow_up_contact_point_fk' })
  @Ref('contact_point_id', { nullable: true })
  contactPointId!: string | null;
  @ForeignKey(() => Physician, { name: 'follow_up_contact_physician_fk' })
  @Ref('physician_id', { nullable: true })
  physicianId!: string | null;
  @ForeignKey(() => Letter, { name: 'follow_up_contact_letter_fk' }) @Ref('letter_id', { nullable: true }) letterId!:
    string | null;
  /** Patient items that were learned. */
  @Column({ name: 'items', type: 'jsonb', default: {} }) items!: ItemValues;
  /** Items stated for single tumors, by tumor id. */
  @Column({ name: 'tumor_items', type: 'jsonb', default: {} }) tumorItems!: Record<string, ItemValues>;
  @Text('reason', { nullable: true }) reason!: string | null;
  @Text('note', { nullable: true }) note!: string | null;
  @Text('next_step', { nullable: true }) nextStep!: string | null;
  @Text('next_step_on', { nullable: true }) nextStepOn!: string | null;
  /** Revision of the patient that this contact made; absent for an attempt. */
  @Column({ name: 'patient_revision', type: 'integer', nullable: true }) patientRevision!: number | null;
}

/** A request not to be contacted. Ended, never erased. */
@Entity({ name: 'do_not_contact' })
@Check('do_not_contact_recipients_ck', `recipients <@ ARRAY['physician', 'patient', 'contact', 'registry']`)
@Check('do_not_contact_asked_ck', `asked_by IN ('patient', 'family', 'physician', 'registry')`)
@Index('do_not_contact_patient_idx', ['patientId'], { where: 'ended_at IS NULL' })
export class DoNotContact {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Patient, { name: 'do_not_contact_patient_fk' }) @Ref('patient_id') patientId!: string;
  @ForeignKey(() => Facility, { name: 'do_not_contact_facility_fk' }) @Ref('facility_id') facilityId!: string;
  @Column({ name: 'recipients', type: 'text', array: true }) recipients!: string[];
  @Text('asked_by') askedBy!: 'patient' | 'family' | 'physician' | 'registry';
  @Text('reason') reason!: string;
  @Text('set_by') setBy!: string;
  @CreatedAt('set_at') setAt!: Date;
  @Text('ended_by', { nullable: true }) endedBy!: string | null;
  @MaybeAt('ended_at') endedAt!: Date | null;
}

/** A choice of a facility, or of the registry for all of them, with the day from which it holds. Never changed: a later row wins. */
@Entity({ name: 'follow_up_setting' })
export class FollowUpSetting {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @ForeignKey(() => Facility, { name: 'follow_up_setting_facility_fk' })
  @Ref('facility_id', { nullable: true })
  facilityId!: string | null;
  @Text('name') name!: string;
  @Column({ name: 'value', type: 'jsonb' }) value!: string | number | null;
  @Text('valid_from') validFrom!: string;
  @Text('reason') reason!: string;
  @Text('set_by') setBy!: string;
  @CreatedAt('set_at') setAt!: Date;
}

/** One run of the daily pass. */
@Entity({ name: 'follow_up_pass' })
@Index('follow_up_pass_day_idx', ['day', 'requestedAt'])
export class FollowUpPass {
  @PrimaryGeneratedColumn('uuid') id!: string;
  /** `YYYYMMDD` of the registry's calendar. */
  @Text('day') day!: string;
  @Column({ name: 'parts', type: 'integer' }) parts!: number;
  @Text('requested_by') requestedBy!: string;
  @CreatedAt('requested_at') requestedAt!: Date;
  @MaybeAt('finished_at') finishedAt!: Date | null;
}

/** A part of the patients that a pass has done. */
@Entity({ name: 'follow_up_pass_part' })
export class FollowUpPassPart {
  @PrimaryColumn({ name: 'pass_id', type: 'uuid', primaryKeyConstraintName: 'follow_up_pass_part_pk' })
  @ForeignKey(() => FollowUpPass, { name: 'follow_up_pass_part_pass_fk' })
  passId!: string;
  @PrimaryColumn({ name: 'part', type: 'integer', primaryKeyConstraintName: 'follow_up_pass_part_pk' }) part!: number;
  @Column({ name: 'opened', type: 'integer' }) opened!: number;
  @Column({ name: 'marked', type: 'integer' }) marked!: number;
  @Column({ name: 'closed', type: 'integer' }) closed!: number;
  @CreatedAt('done_at') doneAt!: Date;
}
