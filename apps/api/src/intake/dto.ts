import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBase64,
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
  /** The facility's own number of the report: the same number is the same report. Without one, the same text is the same report. */
  @IsOptional() @IsString() @Matches(/\S/) @MaxLength(50) readonly reportNumber?: string;
  /** The text as it was pasted; or `file`. */
  @IsOptional() @IsString() @MaxLength(5_000_000) readonly text?: string;
  /** The bytes of an uploaded file, base64: plain text or RTF. */
  @IsOptional() @IsBase64() @MaxLength(5_600_000) readonly file?: string;
  /** NAACCR items of the patient, as far as they are known. */
  @IsOptional() @IsObject() readonly patient?: Record<string, string>;
  /** Day the specimen was taken. */
  @IsOptional() @Matches(/^\d{4}(\d{2}(\d{2})?)?$/) readonly collected?: string;
  /** F final (the usual), C corrects what was sent under the number, A adds to it, X takes it back. */
  @IsOptional() @IsIn(['F', 'C', 'A', 'X']) readonly status?: 'F' | 'C' | 'A' | 'X';
}
