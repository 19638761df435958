import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { CreatedAt, MaybeAt, Ref, Text } from './columns.js';
import { Facility, Patient } from './registry.js';

/** That a facility owes a living patient a contact. At most one open task a patient and facility. */
@Entity({ name: 'follow_up_task' })
@Check('follow_up_task_state_ck', `state IN ('due', 'in_progress', 'waiting', 'closed')`)
@Check('follow_up_task_reason_ck', `closed_reason IN ('contact', 'deceased', 'excluded', 'do_not_contact')`)
@Check('follow_up_task_closed_ck', `(state = 'closed') = (closed_reason IS NOT NULL)`)
@Index('follow_up_task_open_uq', ['patientId', 'facilityId'], { unique: true, where: `state <> 'closed'` })
@Index('follow_up_task_due_idx', ['facilityId', 'dueMonth', 'id'], { where: `state <> 'closed'` })
export class FollowUpTask {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Patient, { name: 'follow_up_task_patient_fk' }) @Ref('patient_id') patientId!: string;
  @ForeignKey(() => Facility, { name: 'follow_up_task_facility_fk' }) @Ref('facility_id') facilityId!: string;
  @Text('state', { default: 'due' }) state!: 'due' | 'in_progress' | 'waiting' | 'closed';
  /** `YYYYMM`: last contact and twelve months. */
  @Text('due_month') dueMonth!: string;
  @Column({ name: 'delinquent', type: 'boolean', default: false }) delinquent!: boolean;
  @Column({ name: 'lost', type: 'boolean', default: false }) lost!: boolean;
  @Text('closed_reason', { nullable: true }) closedReason!:
    'contact' | 'deceased' | 'excluded' | 'do_not_contact' | null;
  @Ref('assigned_to', { nullable: true }) assignedTo!: string | null;
  @Column({ name: 'revision', type: 'integer', default: 1 }) revision!: number;
  @CreatedAt('opened_at') openedAt!: Date;
  @MaybeAt('closed_at') closedAt!: Date | null;
}

/** One attempt to learn how a patient is, and what came of it. */
@Entity({ name: 'follow_up_contact' })
@Index('follow_up_contact_patient_idx', ['patientId', 'contactedOn'])
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
}
