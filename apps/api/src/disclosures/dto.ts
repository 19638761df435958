import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { type Basis, BASES, type BasisDetail, CONTENTS } from './bases.js';

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export class BasisDetailDto implements BasisDetail {
  @IsOptional() @Matches(DAY) @IsISO8601({ strict: true }) readonly signedOn?: string;
  @IsOptional() @Matches(DAY) @IsISO8601({ strict: true }) readonly expiresOn?: string;
  @IsOptional() @IsString() @MinLength(2) @MaxLength(200) readonly issuer?: string;
  @IsOptional() @IsString() @MinLength(1) @MaxLength(100) readonly caseNumber?: string;
  @IsOptional() @IsIn(['notice_to_patient', 'protective_order']) readonly assurance?:
    'notice_to_patient' | 'protective_order';
}

export class CreateDisclosureDto {
  @IsUUID() readonly patientId!: string;
  /** The facility that disclosed; absent: the registry. */
  @IsOptional() @IsUUID() readonly facilityId?: string;
  @IsIn(BASES) readonly basis!: Basis;
  @ValidateNested() @Type(() => BasisDetailDto) readonly basisDetail!: BasisDetailDto;
  @IsString() @MinLength(2) @MaxLength(200) readonly recipient!: string;
  @IsString() @MinLength(2) @MaxLength(500) readonly recipientAddress!: string;
  @IsString() @MinLength(2) @MaxLength(500) readonly purpose!: string;
  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @ArrayUnique()
  @IsIn(Object.keys(CONTENTS), { each: true })
  readonly contents!: (keyof typeof CONTENTS)[];
  /** Abstracts that were given whole or in part. */
  @IsOptional() @ArrayMaxSize(100) @ArrayUnique() @IsUUID(undefined, { each: true }) readonly abstractIds?: string[];
  @Matches(DAY) @IsISO8601({ strict: true }) readonly disclosedOn!: string;
}

export class ListDisclosuresDto {
  @IsOptional() @IsUUID() readonly patientId?: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly limit: number = 50;
  @IsOptional() @IsString() @MaxLength(120) readonly cursor?: string;
}

export class VoidDto {
  @IsString() @MinLength(3) @MaxLength(500) readonly reason!: string;
}
