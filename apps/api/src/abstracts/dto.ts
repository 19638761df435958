import { ApiProperty } from '@nestjs/swagger';
import { type Evidence } from '@perennial/records';
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
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';

export class ListAbstractsDto {
  @IsOptional() @IsIn(['draft', 'complete', 'withdrawn']) readonly state?: 'draft' | 'complete' | 'withdrawn';
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly limit: number = 50;
  @IsOptional() @IsString() @MaxLength(120) readonly cursor?: string;
}

export class CreateAbstractDto {
  @IsUUID() readonly facilityId!: string;
  /** A known patient; without it one is found by the identity rules or made from the items. */
  @IsOptional() @IsUUID() readonly patientId?: string;
  @ApiProperty({ example: { nameLast: 'Alder', primarySite: 'C504' } })
  @IsObject()
  readonly items!: Record<string, string | null>;
}

export class EditAbstractDto {
  /** NAACCR items to set; null removes, absent keeps. Ids and values are judged by the domain, not here. */
  @ApiProperty({ example: { primarySite: 'C504', dateOfDiagnosis: '202403' } })
  @IsObject()
  readonly items!: Record<string, string | null>;
  /** For each item the words of a report that justify it. */
  @IsOptional() @IsObject() readonly evidence?: Record<string, Evidence>;
  /** Items confirmed as they stand. */
  @IsOptional() @IsArray() @ArrayMaxSize(1000) @IsString({ each: true }) readonly accepted?: string[];
}

export class ReasonDto {
  @IsString() @MinLength(3) @MaxLength(500) readonly reason!: string;
}
