import {
  ArrayMaxSize,
  ArrayMinSize,
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
import { Type } from 'class-transformer';

export class ListMessagesDto {
  @IsOptional() @IsIn(['received', 'parsed', 'failed', 'dismissed']) readonly state?:
    'received' | 'parsed' | 'failed' | 'dismissed';
  /** Messages of one batch. */
  @IsOptional() @IsUUID() readonly batch?: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly limit: number = 50;
  @IsOptional() @IsString() @MaxLength(120) readonly cursor?: string;
}

export class MessageIdsDto {
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(200) @IsUUID('all', { each: true }) readonly ids!: string[];
}

export class TextReportDto {
  @IsUUID() readonly facilityId!: string;
  /** The facility's own number of the report: the same number is the same report. */
  @IsString() @MinLength(1) @MaxLength(50) readonly reportNumber!: string;
  @IsString() @MinLength(1) @MaxLength(5_000_000) readonly text!: string;
  /** NAACCR items of the patient. */
  @IsObject() readonly patient!: Record<string, string>;
  @IsOptional() @Matches(/^\d{4}(\d{2}(\d{2})?)?$/) readonly collected?: string;
}
