import { IsBoolean, IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';

export class FacilityDto {
  @IsString() @MinLength(2) @MaxLength(100) readonly name!: string;
  /** NAACCR item 540, ten digits. */
  @Matches(/^\d{10}$/) readonly facilityNumber!: string;
  /** NAACCR item 545; none when empty. */
  @IsOptional() @Matches(/^(\d{10})?$/) readonly npi?: string;
}

export class ChangeFacilityDto {
  @IsOptional() @IsString() @MinLength(2) @MaxLength(100) readonly name?: string;
  @IsOptional() @Matches(/^\d{10}$/) readonly facilityNumber?: string;
  /** None when empty. */
  @IsOptional() @Matches(/^(\d{10})?$/) readonly npi?: string;
  /** Out of use: nothing new is taken for it; what is stored stays. */
  @IsOptional() @IsBoolean() readonly retired?: boolean;
}

export class AliasDto {
  @IsIn(['MSH-4', 'PID-3', 'ORC-21']) readonly field!: 'MSH-4' | 'PID-3' | 'ORC-21';
  @IsString() @MinLength(1) @MaxLength(200) readonly value!: string;
  /** The name means another facility now and is to mean this one from now on. */
  @IsOptional() @IsBoolean() readonly move?: boolean;
}
