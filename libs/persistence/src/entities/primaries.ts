import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { CreatedAt, Ref, Text } from './columns.js';
import { Abstract, Patient } from './registry.js';

/** Two abstracts of one patient, the newer one first, and what the rules of multiple primaries say of them. */
@Entity({ name: 'primary_comparison' })
@Unique('primary_comparison_uq', ['abstractId', 'otherAbstractId'])
@Check(
  'primary_comparison_result_ck',
  `result IN ('SINGLE_PRIMARY', 'MULTIPLE_PRIMARIES', 'QUESTIONABLE', 'INVALID_INPUT', 'NOT_COVERED')`,
)
@Check('primary_comparison_decision_ck', `decision IN ('same_primary', 'separate_primaries')`)
@Index('primary_comparison_other_idx', ['otherAbstractId'])
@Index('primary_comparison_patient_idx', ['patientId'])
@Index('primary_comparison_open_idx', ['createdAt', 'id'], { where: `wanted AND decision IS NULL` })
export class PrimaryComparison {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => Patient, { name: 'primary_comparison_patient_fk' }) @Ref('patient_id') patientId!: string;
  @Ref('facility_ids', { array: true }) facilityIds!: string[];
  @ForeignKey(() => Abstract, { name: 'primary_comparison_abstract_fk' }) @Ref('abstract_id') abstractId!: string;
  @ForeignKey(() => Abstract, { name: 'primary_comparison_other_fk' })
  @Ref('other_abstract_id')
  otherAbstractId!: string;
  @Text('result') result!: string;
  @Text('rule_group', { nullable: true }) ruleGroup!: string | null;
  @Text('rule_step', { nullable: true }) ruleStep!: string | null;
  @Text('reason') reason!: string;
  @Text('unknown', { array: true, default: [] }) unknown!: string[];
  @Text('rules_version') rulesVersion!: string;
  /** Whether a person is asked. */
  @Column({ name: 'wanted', type: 'boolean' }) wanted!: boolean;
  @Text('decision', { nullable: true }) decision!: 'same_primary' | 'separate_primaries' | null;
  @CreatedAt('created_at') createdAt!: Date;
  @CreatedAt('compared_at') comparedAt!: Date;
}

/** A decision on a pair with what the rules said then; without a decision it was taken back. */
@Entity({ name: 'primary_decision' })
@Check('primary_decision_decision_ck', `decision IN ('same_primary', 'separate_primaries')`)
@Index('primary_decision_comparison_idx', ['comparisonId', 'decidedAt'])
export class PrimaryDecision {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => PrimaryComparison, { name: 'primary_decision_comparison_fk' })
  @Ref('comparison_id')
  comparisonId!: string;
  @Ref('facility_ids', { array: true }) facilityIds!: string[];
  @Text('decision', { nullable: true }) decision!: 'same_primary' | 'separate_primaries' | null;
  @Text('result') result!: string;
  @Text('rule_group', { nullable: true }) ruleGroup!: string | null;
  @Text('rule_step', { nullable: true }) ruleStep!: string | null;
  @Text('rules_version') rulesVersion!: string;
  @Column({ name: 'abstract_revision', type: 'integer' }) abstractRevision!: number;
  @Column({ name: 'other_revision', type: 'integer' }) otherRevision!: number;
  @Text('note', { nullable: true }) note!: string | null;
  @Text('actor') actor!: string;
  @CreatedAt('decided_at') decidedAt!: Date;
}

/** A value that a person set on a consolidated patient or tumor, or took back. */
@Entity({ name: 'value_decision' })
@Check('value_decision_entity_ck', `entity IN ('patient', 'tumor')`)
@Index('value_decision_entity_idx', ['entityId', 'item', 'decidedAt'])
export class ValueDecisionRow {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('entity') entity!: 'patient' | 'tumor';
  @Ref('entity_id') entityId!: string;
  @ForeignKey(() => Patient, { name: 'value_decision_patient_fk' }) @Ref('patient_id') patientId!: string;
  @Ref('facility_ids', { array: true }) facilityIds!: string[];
  @Text('item') item!: string;
  /** Null: a person said that there is none. */
  @Text('value', { nullable: true }) value!: string | null;
  @Column({ name: 'taken_back', type: 'boolean', default: false }) takenBack!: boolean;
  @Text('reason') reason!: string;
  @ForeignKey(() => Abstract, { name: 'value_decision_abstract_fk' })
  @Ref('abstract_id', { nullable: true })
  abstractId!: string | null;
  @Text('was', { nullable: true }) was!: string | null;
  @Column({ name: 'said', type: 'jsonb', default: {} }) said!: Record<string, string | null>;
  @Text('actor') actor!: string;
  @Column({ name: 'decided_at', type: 'timestamptz', default: () => 'clock_timestamp()' }) decidedAt!: Date;
}
