import { type ItemValues } from '@perennial/naaccr';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { CreatedAt, ItemColumn, KeyColumn, MaybeAt, Ref, Text } from './columns.js';

/** A hospital, clinic or practice that reports cases. Its number is NAACCR item 540. */
@Entity({ name: 'facility' })
@Unique('facility_number_uq', ['facilityNumber'])
@Check('facility_number_ck', `facility_number ~ '^[0-9]{10}$'`)
export class Facility {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('name') name!: string;
  @Text('facility_number') facilityNumber!: string;
  @Text('npi', { nullable: true }) npi!: string | null;
  @CreatedAt('created_at') createdAt!: Date;
  /** Since when nothing new is taken for it. */
  @MaybeAt('retired_at') retiredAt!: Date | null;
  @Column({ name: 'revision', type: 'integer', default: 1 }) revision!: number;
}

/** What a sender calls a facility in MSH-4, PID-3 (assigning authority) or ORC-21. */
@Entity({ name: 'facility_alias' })
@Unique('facility_alias_value_uq', ['field', 'value'])
@Check('facility_alias_field_ck', `field IN ('MSH-4', 'PID-3', 'ORC-21')`)
export class FacilityAlias {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Facility, { name: 'facility_alias_facility_fk' }) @Ref('facility_id') facilityId!: string;
  @Text('field') field!: 'MSH-4' | 'PID-3' | 'ORC-21';
  @Text('value') value!: string;
}

/** What names are searched by: `last,first` in small letters. */
const NAME_KEY = `lower(coalesce(items->>'nameLast', '')) || ',' || lower(coalesce(items->>'nameFirst', ''))`;

/**
 * A person as consolidated from all facilities that reported them. The application reads of this table only what every facility of the
 * person may know; all of it is in the view `consolidated_patient`, for those who see every one of these facilities.
 */
@Entity({ name: 'patient' })
@Index('patient_ssn_idx', ['socialSecurityNumber'], { where: 'social_security_number IS NOT NULL' })
@Index('patient_name_idx', ['nameKey', 'id'])
@Index('patient_birth_idx', ['birthDate'])
@Index('patient_facilities_idx', { synchronize: false })
@Index('patient_sound_idx', { synchronize: false })
@Index('patient_follow_up_idx', { synchronize: false })
@Index('patient_last_contact_idx', ['dateOfLastContact'], { where: `vital_status = '1'` })
export class Patient {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column({ name: 'items', type: 'jsonb' }) items!: ItemValues;
  @Column({ name: 'facility_ids', type: 'uuid', array: true }) facilityIds!: string[];
  @KeyColumn('name_key', NAME_KEY) readonly nameKey!: string | null;
  @ItemColumn('birth_date', 'dateOfBirth') readonly birthDate!: string | null;
  @ItemColumn('social_security_number', 'socialSecurityNumber') readonly socialSecurityNumber!: string | null;
  @ItemColumn('vital_status', 'vitalStatus') readonly vitalStatus!: string | null;
  @ItemColumn('date_of_last_contact', 'dateOfLastContact') readonly dateOfLastContact!: string | null;
  @ItemColumn('cause_of_death', 'causeOfDeath') readonly causeOfDeath!: string | null;
  @ItemColumn('country_current', 'addrCurrentCountry') readonly countryCurrent!: string | null;
  @Column({ name: 'revision', type: 'integer', default: 1 }) revision!: number;
  @CreatedAt('created_at') createdAt!: Date;
}

/** The medical record number a facility knows a patient by. */
@Entity({ name: 'patient_identifier' })
@Index('patient_identifier_patient_idx', ['patientId'])
@Index('patient_identifier_number_idx', ['medicalRecordNumber'])
export class PatientIdentifier {
  @PrimaryColumn({ name: 'facility_id', type: 'uuid', primaryKeyConstraintName: 'patient_identifier_pk' })
  @ForeignKey(() => Facility, { name: 'patient_identifier_facility_fk' })
  facilityId!: string;
  @PrimaryColumn({ name: 'medical_record_number', type: 'text', primaryKeyConstraintName: 'patient_identifier_pk' })
  medicalRecordNumber!: string;
  @PrimaryColumn({ name: 'patient_id', type: 'uuid', primaryKeyConstraintName: 'patient_identifier_pk' })
  @ForeignKey(() => Patient, { name: 'patient_identifier_patient_fk' })
  patientId!: string;
}

/** One primary of a patient, consolidated. Holds valid codes only. */
@Entity({ name: 'tumor' })
@Index('tumor_patient_idx', ['patientId'])
@Index('tumor_merged_idx', ['mergedInto'], { where: 'merged_into IS NOT NULL' })
@Check('tumor_merged_into_ck', 'merged_into <> id')
@Check('tumor_primary_site_ck', `primary_site ~ '^C[0-9]{3}$'`)
@Check('tumor_histology_ck', `histology ~ '^[0-9]{4}$'`)
@Check('tumor_behavior_ck', `behavior ~ '^[0-9]$'`)
export class Tumor {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Patient, { name: 'tumor_patient_fk' }) @Ref('patient_id') patientId!: string;
  @Column({ name: 'facility_ids', type: 'uuid', array: true }) facilityIds!: string[];
  @Column({ name: 'items', type: 'jsonb' }) items!: ItemValues;
  @ItemColumn('primary_site', 'primarySite') readonly primarySite!: string | null;
  @ItemColumn('histology', 'histologicTypeIcdO3') readonly histology!: string | null;
  @ItemColumn('behavior', 'behaviorCodeIcdO3') readonly behavior!: string | null;
  @ItemColumn('date_of_diagnosis', 'dateOfDiagnosis') readonly dateOfDiagnosis!: string | null;
  /** The tumor that stands for it since a person decided that they are one primary. */
  @ForeignKey(() => Tumor, { name: 'tumor_merged_into_fk' })
  @Ref('merged_into', { nullable: true })
  mergedInto!: string | null;
  @ForeignKey(() => Tumor, { name: 'tumor_split_from_fk' })
  @Ref('split_from', { nullable: true })
  splitFrom!: string | null;
  @Column({ name: 'revision', type: 'integer', default: 1 }) revision!: number;
  @CreatedAt('created_at') createdAt!: Date;
}

/** One facility's view of one tumor: what it abstracted, patient items included. */
@Entity({ name: 'abstract' })
@Check('abstract_state_ck', `state IN ('draft', 'complete', 'withdrawn')`)
@Index('abstract_patient_idx', ['patientId'])
@Index('abstract_name_idx', ['facilityId', 'nameKey', 'patientId'])
@Index('abstract_birth_idx', ['facilityId', 'birthDate'])
@Index('abstract_tumor_idx', ['tumorId'])
@Index('abstract_draft_idx', ['createdAt', 'id'], { where: `state = 'draft'` })
@Index('abstract_assigned_idx', ['assignedTo'], { where: 'assigned_to IS NOT NULL' })
@Index('abstract_follow_up_idx', { synchronize: false })
@Index('abstract_sound_idx', { synchronize: false })
@Index('abstract_facility_time_idx', ['facilityId', 'createdAt', 'id'])
@Index('abstract_time_idx', ['createdAt', 'id'])
@Index('abstract_worklist_idx', ['facilityId', 'state', 'createdAt', 'id'])
@Index('abstract_accession_uq', ['facilityId', 'accessionNumber', 'sequenceNumber'], {
  unique: true,
  where: `state = 'complete'`,
})
export class Abstract {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Facility, { name: 'abstract_facility_fk' }) @Ref('facility_id') facilityId!: string;
  @ForeignKey(() => Patient, { name: 'abstract_patient_fk' }) @Ref('patient_id') patientId!: string;
  @ForeignKey(() => Tumor, { name: 'abstract_tumor_fk' }) @Ref('tumor_id', { nullable: true }) tumorId!: string | null;
  @Text('state', { default: 'draft' }) state!: 'draft' | 'complete' | 'withdrawn';
  @Column({ name: 'items', type: 'jsonb' }) items!: ItemValues;
  @KeyColumn('name_key', NAME_KEY) readonly nameKey!: string | null;
  @ItemColumn('birth_date', 'dateOfBirth') readonly birthDate!: string | null;
  @ItemColumn('accession_number', 'accessionNumberHosp') readonly accessionNumber!: string | null;
  @ItemColumn('sequence_number', 'sequenceNumberHospital') readonly sequenceNumber!: string | null;
  @ItemColumn('primary_site', 'primarySite') readonly primarySite!: string | null;
  @ItemColumn('histology', 'histologicTypeIcdO3') readonly histology!: string | null;
  @ItemColumn('laterality', 'laterality') readonly laterality!: string | null;
  @ItemColumn('date_of_diagnosis', 'dateOfDiagnosis') readonly dateOfDiagnosis!: string | null;
  @ItemColumn('class_of_case', 'classOfCase') readonly classOfCase!: string | null;
  @ItemColumn('behavior', 'behaviorCodeIcdO3') readonly behavior!: string | null;
  @Ref('assigned_to', { nullable: true }) assignedTo!: string | null;
  /** The tumor that consolidation put it to, where a merge took it along to another. */
  @ForeignKey(() => Tumor, { name: 'abstract_home_tumor_fk' })
  @Ref('home_tumor_id', { nullable: true })
  homeTumorId!: string | null;
  @MaybeAt('joined_at') joinedAt!: Date | null;
  @Column({ name: 'revision', type: 'integer', default: 1 }) revision!: number;
  @CreatedAt('created_at') createdAt!: Date;
  @CreatedAt('changed_at') changedAt!: Date;
  @MaybeAt('completed_at') completedAt!: Date | null;
}

/** Who changed what in one save, and from where the values came. Never updated. */
@Entity({ name: 'revision' })
@Check('revision_entity_ck', `entity IN ('patient', 'tumor', 'abstract', 'follow_up_task')`)
@Index('revision_entity_idx', ['entityId', 'revision'])
export class Revision {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Text('entity') entity!: 'patient' | 'tumor' | 'abstract' | 'follow_up_task';
  @Ref('entity_id') entityId!: string;
  @Column({ name: 'revision', type: 'integer' }) revision!: number;
  @Column({ name: 'facility_ids', type: 'uuid', array: true }) facilityIds!: string[];
  @Text('actor') actor!: string;
  @Column({ name: 'at', type: 'timestamptz', default: () => 'clock_timestamp()' }) at!: Date;
  @Column({ name: 'origin', type: 'jsonb' }) origin!: Record<string, unknown>;
  @Column({ name: 'changes', type: 'jsonb' }) changes!: Record<string, unknown[]>;
}

/** Numbers given once and never again, a row a series. */
@Entity({ name: 'number_series' })
export class NumberSeries {
  @PrimaryColumn({ name: 'name', type: 'text' }) name!: string;
  @Column({ name: 'last_value', type: 'integer' }) lastValue!: number;
}

/** A setting of the registry with the day from which it holds. */
@Entity({ name: 'setting' })
export class Setting {
  @PrimaryColumn({ name: 'key', type: 'text', primaryKeyConstraintName: 'setting_pk' }) key!: string;
  @PrimaryColumn({ name: 'valid_from', type: 'date', default: '1900-01-01', primaryKeyConstraintName: 'setting_pk' })
  validFrom!: string;
  @Column({ name: 'value', type: 'jsonb' }) value!: unknown;
}
