import {
  ASKED_BY,
  BAD_REASONS,
  CHANNELS,
  DIMENSIONS,
  type Dimension,
  OUTCOMES,
  PERSONS,
  RECIPIENTS,
  STAGES,
  STEPS,
  type Recipient,
  type Stage,
  type Step,
} from '@perennial/records';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

const DAY = /^\d{8}$/;
const PARTIAL_DATE = /^\d{4}(\d{2}(\d{2})?)?$/;
const flag = ({ value }: { value: unknown }): unknown => (value === 'true' ? true : value === 'false' ? false : value);

/** JSON, or CSV for a spreadsheet. */
export class FormatDto {
  @IsOptional() @IsIn(['json', 'csv']) readonly format: 'json' | 'csv' = 'json';
}

export class ListTasksDto {
  @IsOptional() @IsUUID() readonly facilityId?: string;
  /** Month `YYYYMM`: tasks due then or earlier. */
  @IsOptional() @Matches(/^\d{6}$/) readonly through?: string;
  @IsOptional() @IsIn(STAGES) readonly stage?: Stage;
  @IsOptional() @IsIn(['due', 'in_progress', 'waiting']) readonly state?: 'due' | 'in_progress' | 'waiting';
  @IsOptional() @Transform(flag) @IsBoolean() readonly lost?: boolean;
  /** A user's id, `me`, or `none` for tasks of nobody. */
  @IsOptional() @Matches(/^(me|none|[0-9a-f-]{36})$/) readonly assignedTo?: string;
  /** Only tasks about this patient. */
  @IsOptional() @IsUUID() readonly patientId?: string;
  /** Started tasks whose next step is planned for this day (`YYYYMMDD`) or earlier. */
  @IsOptional() @Matches(DAY) readonly stepBy?: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly limit: number = 50;
  /** As the page before gave it. */
  @IsOptional() @IsString() @MaxLength(60) readonly cursor?: string;
  /** A cursor too: lines up to its place and none after it, to read again what was read before. */
  @IsOptional() @IsString() @MaxLength(60) readonly until?: string;
}

export class FacilityDto {
  @IsOptional() @IsUUID() readonly facilityId?: string;
}

export class TaskPatchDto {
  /** A user's id; null takes the task from whoever has it. */
  @IsOptional() @ValidateIf((_, value) => value !== null) @IsUUID() readonly assignedTo?: string | null;
  @IsOptional() @ValidateIf((_, value) => value !== null) @IsIn(STEPS) readonly nextStep?: Step | null;
  @IsOptional() @ValidateIf((_, value) => value !== null) @Matches(DAY) readonly nextStepOn?: string | null;
  @IsOptional() @IsIn(['due', 'in_progress', 'waiting']) readonly state?: 'due' | 'in_progress' | 'waiting';
}

export class AssignTasksDto {
  @IsArray() @ArrayNotEmpty() @ArrayMaxSize(200) @IsUUID('all', { each: true }) readonly taskIds!: string[];
  /** `me`, the id of a person, or null for nobody. */
  @ValidateIf((_, value) => value !== null)
  @Matches(/^(me|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/)
  readonly assignedTo!: string | null;
  /** Only tasks that this person has; null: that nobody has. Absent: whoever has them. */
  @IsOptional() @ValidateIf((_, value) => value !== null) @IsUUID() readonly heldBy?: string | null;
}

/** What was learned by a contact, a letter's answer or not. */
class NewsDto {
  /** Day of the contact or of death: `YYYY`, `YYYYMM` or `YYYYMMDD`. */
  @Matches(PARTIAL_DATE) readonly contactedOn!: string;
  @IsIn(OUTCOMES) readonly outcome!: (typeof OUTCOMES)[number];
  /** Patient items that were learned: on death causeOfDeath and icdRevisionNumber, a new address, the central source. */
  @IsOptional() @IsObject() readonly items?: Record<string, string>;
  /** Items stated for single tumors, by tumor id: cancerStatus, recurrence, sources. */
  @IsOptional() @IsObject() readonly tumors?: Record<string, Record<string, string>>;
  /** Why a known date goes back or a known death moves. */
  @IsOptional() @IsIn(['correction', 'earlier-death']) readonly reason?: 'correction' | 'earlier-death';
  @IsOptional() @IsString() @MaxLength(2_000) readonly note?: string;
  @IsOptional() @IsIn(STEPS) readonly nextStep?: Step;
  @IsOptional() @Matches(DAY) readonly nextStepOn?: string;
  /** The task and the revision at which it was read: whoever comes second is told. */
  @IsOptional() @IsUUID() readonly taskId?: string;
  @IsOptional() @IsInt() @Min(1) readonly taskRevision?: number;
}

export class ContactDto extends NewsDto {
  @IsUUID() readonly patientId!: string;
  @IsUUID() readonly facilityId!: string;
  @IsIn(CHANNELS) readonly channel!: (typeof CHANNELS)[number];
  @IsOptional() @IsIn(PERSONS) readonly person?: (typeof PERSONS)[number];
  /** The address or telephone that was used. */
  @IsOptional() @IsUUID() readonly contactPointId?: string;
  @IsOptional() @IsUUID() readonly physicianId?: string;
}

export class LetterAnswerDto extends NewsDto {
  /** As printed on the form, with or without dashes. */
  @IsString() @MaxLength(20) readonly code!: string;
}

export class ReversalDto {
  @IsUUID() readonly patientId!: string;
  @IsUUID() readonly facilityId!: string;
  @IsString() @IsNotEmpty() @MaxLength(500) readonly reason!: string;
}

export class DecisionDto {
  @IsIn(['accepted', 'dismissed']) readonly decision!: 'accepted' | 'dismissed';
  @IsOptional() @IsString() @MaxLength(500) readonly why?: string;
}

export class PatientOfDto {
  @IsUUID() readonly facilityId!: string;
}

export class ContactPointDto {
  @IsUUID() readonly patientId!: string;
  @IsUUID() readonly facilityId!: string;
  @IsIn(['address', 'telephone']) readonly kind!: 'address' | 'telephone';
  @IsIn(['patient', 'contact']) readonly party!: 'patient' | 'contact';
  @IsOptional() @IsString() @MaxLength(60) readonly name?: string;
  @IsOptional() @IsString() @MaxLength(60) readonly relationship?: string;
  @IsOptional() @IsString() @MaxLength(60) readonly line1?: string;
  @IsOptional() @IsString() @MaxLength(60) readonly line2?: string;
  @IsOptional() @IsString() @MaxLength(50) readonly city?: string;
  @IsOptional() @IsString() @MaxLength(20) readonly state?: string;
  @IsOptional() @IsString() @MaxLength(12) readonly postalCode?: string;
  @IsOptional() @Matches(/^[A-Z]{3}$/) readonly country?: string;
  @IsOptional() @Matches(/^[0-9+() -]{7,20}$/) readonly telephone?: string;
}

export class BadMarkDto {
  /** Why it is bad; null: good again. */
  @ValidateIf((_, value) => value !== null) @IsIn(BAD_REASONS) readonly bad!: (typeof BAD_REASONS)[number] | null;
}

export class DoNotContactDto {
  @IsUUID() readonly patientId!: string;
  @IsUUID() readonly facilityId!: string;
  @IsArray() @ArrayNotEmpty() @IsIn(RECIPIENTS, { each: true }) readonly recipients!: Recipient[];
  @IsIn(ASKED_BY) readonly askedBy!: (typeof ASKED_BY)[number];
  @IsString() @IsNotEmpty() @MaxLength(500) readonly reason!: string;
}

export class BatchDto {
  @IsUUID() readonly facilityId!: string;
  @IsIn(RECIPIENTS) readonly recipient!: Recipient;
  /** 2: the second letter to those who did not answer the first. */
  @IsOptional() @IsIn([1, 2]) readonly number: 1 | 2 = 1;
  @IsOptional() @Matches(/^\d{6}$/) readonly through?: string;
  @IsOptional() @IsArray() @ArrayMaxSize(10_000) @IsUUID('all', { each: true }) readonly taskIds?: string[];
  @IsOptional() @IsInt() @Min(1) @Max(20_000) readonly limit: number = 1_000;
}

export class PreviewDto {
  @IsUUID() readonly facilityId!: string;
  @IsIn(RECIPIENTS) readonly recipient!: Recipient;
  @IsOptional() @Type(() => Number) @IsIn([1, 2]) readonly number: 1 | 2 = 1;
  @IsUUID() readonly taskId!: string;
}

export class PdfDto {
  /** Shown in the browser instead of being stored as a file. */
  @IsOptional() @Transform(flag) @IsBoolean() readonly inline: boolean = false;
}

export class BatchLettersDto {
  @IsOptional()
  @IsIn(['queued', 'printed', 'answered', 'returned', 'withdrawn', 'superseded'])
  readonly state?: 'queued' | 'printed' | 'answered' | 'returned' | 'withdrawn' | 'superseded';
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly limit: number = 100;
  /** As the page before gave it. */
  @IsOptional() @Matches(/^\d{1,9}$/) readonly cursor?: string;
  /** A cursor too: letters up to its place and none after it. */
  @IsOptional() @Matches(/^\d{1,9}$/) readonly until?: string;
}

export class LetterContentDto {
  @IsString() @MaxLength(200) readonly subject!: string;
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @MaxLength(2_000, { each: true })
  readonly paragraphs!: string[];
  @IsString() @MaxLength(200) readonly closing!: string;
  @IsArray() @ArrayMaxSize(20) @IsString({ each: true }) @MaxLength(300, { each: true }) readonly form!: string[];
}

export class TemplateDto {
  @IsUUID() readonly facilityId!: string;
  @IsIn(RECIPIENTS) readonly recipient!: Recipient;
  @IsIn([1, 2]) readonly number!: 1 | 2;
  @ValidateNested() @Type(() => LetterContentDto) readonly content!: LetterContentDto;
}

export class TemplateOfDto {
  @IsUUID() readonly facilityId!: string;
  @IsIn(RECIPIENTS) readonly recipient!: Recipient;
  @IsOptional() @Type(() => Number) @IsIn([1, 2]) readonly number: 1 | 2 = 1;
}

export class SenderDto {
  @IsUUID() readonly facilityId!: string;
  @IsString() @IsNotEmpty() @MaxLength(80) readonly letterhead!: string;
  /** Stands on envelopes; may not say what the letter is about. */
  @IsString() @IsNotEmpty() @MaxLength(80) readonly envelope!: string;
  @IsString() @IsNotEmpty() @MaxLength(60) readonly line1!: string;
  @IsOptional() @IsString() @MaxLength(60) readonly line2?: string;
  @IsString() @IsNotEmpty() @MaxLength(50) readonly city!: string;
  @IsString() @IsNotEmpty() @MaxLength(20) readonly state!: string;
  @IsString() @IsNotEmpty() @MaxLength(12) readonly postalCode!: string;
  @IsOptional() @IsString() @MaxLength(20) readonly telephone?: string;
}

export class PhysicianDto {
  @IsOptional() @Matches(/^\d{10}$/) readonly npi?: string;
  /** What items 2440 and 2460 to 2500 hold where no NPI is known. */
  @IsOptional() @IsString() @MaxLength(10) readonly localCode?: string;
  @IsString() @IsNotEmpty() @MaxLength(80) readonly name!: string;
  @IsString() @IsNotEmpty() @MaxLength(60) readonly line1!: string;
  @IsOptional() @IsString() @MaxLength(60) readonly line2?: string;
  @IsString() @IsNotEmpty() @MaxLength(50) readonly city!: string;
  @IsString() @IsNotEmpty() @MaxLength(20) readonly state!: string;
  @IsString() @IsNotEmpty() @MaxLength(12) readonly postalCode!: string;
  @IsOptional() @IsString() @MaxLength(20) readonly telephone?: string;
  @IsOptional() @IsBoolean() readonly noLetters?: boolean;
}

export class ReportDto extends FormatDto {
  @IsOptional() @IsUUID() readonly facilityId?: string;
  /** Day of the report, `YYYYMMDD`; absent: today. */
  @IsOptional() @Matches(DAY) readonly asOf?: string;
}

export class RatesDto extends ReportDto {
  @IsOptional() @IsIn(['cases', 'patients']) readonly unit: 'cases' | 'patients' = 'cases';
  @IsOptional() @IsIn(Object.keys(DIMENSIONS)) readonly by?: Dimension;
}

export class ProductivityDto extends FormatDto {
  @IsOptional() @IsUUID() readonly facilityId?: string;
  @Matches(DAY) readonly from!: string;
  @Matches(DAY) readonly through!: string;
}

export class ForecastDto extends FormatDto {
  @IsOptional() @IsUUID() readonly facilityId?: string;
  /** `YYYYMMDD`. */
  @Matches(DAY) readonly surveyDate!: string;
  /** Contacts of the list that are answered; CSV gives all. */
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(5_000) readonly limit: number = 500;
}

export class CurveDto {
  @IsOptional() @IsUUID() readonly facilityId?: string;
  /** Day of the survey, `YYYYMMDD`. */
  @Matches(DAY) readonly surveyDate!: string;
}

export class SettingsOfDto {
  @IsOptional() @IsUUID() readonly facilityId?: string;
  @IsOptional() @Matches(DAY) readonly on?: string;
}

export class SettingDto {
  /** Absent: for every facility without a choice of its own. */
  @IsOptional() @IsUUID() readonly facilityId?: string;
  @IsString() @MaxLength(40) readonly name!: string;
  /** Judged by its name. */
  @IsOptional() readonly value!: string | number | null;
  /** Day from which it holds. */
  @Matches(DAY) readonly from!: string;
  @IsString() @IsNotEmpty() @MaxLength(500) readonly reason!: string;
  /** That it is meant to make many patients due at once. */
  @IsOptional() @IsBoolean() readonly confirmed?: boolean;
}
