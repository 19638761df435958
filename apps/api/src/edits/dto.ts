import { ApiProperty } from '@nestjs/swagger';
import { type EditSetId, SETS, type Severity } from '@perennial/edits';
import { type EditEntity, type RunSelection } from '@perennial/records';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';

const SET_IDS = SETS.map(({ id }) => id);
const EDIT_ID = /^[A-Z]{2}\d{2}$/;

export class RunEditsDto {
  /** NAACCR items of a patient and one tumor together, or the patient's alone where `tumors` are given. */
  @ApiProperty({ example: { primarySite: 'C504', laterality: '0' } })
  @IsObject()
  readonly items!: Record<string, string>;
  /** Items of each tumor, for edits over the whole patient. */
  @IsOptional() @IsArray() @ArrayMaxSize(100) @IsObject({ each: true }) readonly tumors?: Record<string, string>[];
  /** The set in use for abstracts unless another is named. */
  @IsOptional() @IsIn(SET_IDS) readonly set?: EditSetId;
}

export class ListEditsDto {
  @IsOptional() @IsIn(SET_IDS) readonly set?: EditSetId;
  /** Only edits that read this item. */
  @IsOptional() @IsString() @MaxLength(60) readonly item?: string;
}

export class ListFindingsDto {
  @IsOptional() @Matches(EDIT_ID) readonly edit?: string;
  @IsOptional() @IsIn(['error', 'warning']) readonly severity?: 'error' | 'warning';
  @IsOptional() @IsIn(['open', 'reviewed']) readonly state: 'open' | 'reviewed' = 'open';
  @IsOptional() @IsUUID() readonly patientId?: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly limit: number = 50;
  /** Id of the last finding that was seen. */
  @IsOptional() @Matches(/^\d{1,18}$/) readonly cursor?: string;
}

export class ReviewDto {
  @IsIn(['abstract', 'tumor', 'patient']) readonly entity!: EditEntity;
  @IsUUID() readonly entityId!: string;
  /** Key of the finding as it was shown. */
  @Matches(/^[\w-]{32}$/) readonly key!: string;
  @IsString() @MinLength(3) @MaxLength(500) readonly reason!: string;
}

export class ListReviewsDto {
  @IsUUID() readonly entityId!: string;
}

export class SelectionDto implements RunSelection {
  @IsOptional() @IsUUID() readonly facilityId?: string;
  @IsOptional() @IsInt() @Min(1850) @Max(2099) readonly fromYear?: number;
  @IsOptional() @IsInt() @Min(1850) @Max(2099) readonly toYear?: number;
  /** First characters of a site, `C50`. */
  @IsOptional() @Matches(/^C\d{1,3}$/) readonly site?: string;
  @IsOptional() @Matches(EDIT_ID) readonly edit?: string;
}

export class SetVersionDto {
  @IsIn(SET_IDS) readonly set!: EditSetId;
  /** Version of the standard set that it rests on. */
  @IsString() @MaxLength(20) readonly baseVersion!: string;
  /** Edits that are not run. */
  @IsOptional() @IsArray() @ArrayMaxSize(200) @Matches(EDIT_ID, { each: true }) readonly off?: string[];
  /** Edits with another severity. */
  @ApiProperty({ example: { AG05: 'error' } })
  @IsOptional()
  @IsObject()
  readonly severity?: Record<string, Severity>;
  @IsOptional() @IsString() @MaxLength(500) readonly note?: string;
}
