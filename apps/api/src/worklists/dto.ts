import { WORKLISTS, type Worklist } from '@perennial/records';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';

/** Reports or rows that one request may name. */
const AT_ONCE = 200;

export class WorklistParamDto {
  @IsIn(WORKLISTS) readonly list!: Worklist;
}

export class WorklistFilterDto {
  @IsOptional() @IsUUID() readonly facilityId?: string;
  /** `me`, `none`, or the id of a person. */
  @IsOptional()
  @Matches(/^(me|none|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/)
  readonly owner?: string;
  /** First reason of a row, for example `ambiguous-not-accepted`. */
  @IsOptional() @Matches(/^[a-z0-9][a-z0-9.-]{1,60}$/) readonly reason?: string;
  @IsOptional() @IsIn(['hl7', 'text']) readonly source?: 'hl7' | 'text';
  /** Beginning of the site of a draft: `C50`, `C504`. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value))
  @Matches(/^C\d{0,3}$/)
  readonly site?: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) @Max(36_500) readonly minAgeDays?: number;
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) @Max(36_500) readonly maxAgeDays?: number;
  /** Of the not-reportable ones: those drawn for quality control, or all. */
  @IsOptional() @IsIn(['only', 'all']) readonly sample?: 'only' | 'all';
}

export class WorklistQueryDto extends WorklistFilterDto {
  @IsOptional() @IsIn(['oldest', 'newest']) readonly sort?: 'oldest' | 'newest';
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly limit: number = 50;
  @IsOptional() @IsString() @MaxLength(120) readonly cursor?: string;
  /** A cursor too: rows up to its place and none after it, to read again what was read before. */
  @IsOptional() @IsString() @MaxLength(120) readonly until?: string;
}

export class DecisionDto {
  @IsIn(['reportable', 'not_reportable', 'review']) readonly decision!: 'reportable' | 'not_reportable' | 'review';
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(AT_ONCE) @IsUUID('all', { each: true }) readonly reportIds!: string[];
}

export class AssignmentDto {
  @IsIn(WORKLISTS) readonly list!: Worklist;
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(AT_ONCE) @IsUUID('all', { each: true }) readonly ids!: string[];
  /** `me`, the id of a person, or null for nobody. */
  @ValidateIf((_, value) => value !== null)
  @Matches(/^(me|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/)
  readonly owner!: string | null;
  /** Only rows that this person has; null: that nobody has. Absent: whoever has them. */
  @IsOptional() @ValidateIf((_, value) => value !== null) @IsUUID() readonly heldBy?: string | null;
}
