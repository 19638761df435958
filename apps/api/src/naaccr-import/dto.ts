import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';

/** `true` and `false` of a query; anything else is refused by the type. */
const Flag = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));

export class ImportOrderDto {
  /** Facility of records that name no reporting facility (item 540). */
  @IsOptional() @IsUUID() readonly facilityId?: string;
  /** Say what would become of the file, and change nothing. */
  @IsOptional() @Flag() @IsBoolean() readonly dryRun: boolean = false;
  /** Make every record a draft, however complete it is. */
  @IsOptional() @Flag() @IsBoolean() readonly asDraft: boolean = false;
  /** Take a file although the same was taken before. */
  @IsOptional() @Flag() @IsBoolean() readonly again: boolean = false;
}

export class ListImportsDto {
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly limit: number = 50;
  @IsOptional() @IsString() @MaxLength(120) readonly cursor?: string;
}

export class ListRejectsDto {
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(1000) readonly limit: number = 100;
  /** `patient.tumor` of the last one seen. */
  @IsOptional() @Matches(/^\d{1,9}\.\d{1,9}$/) readonly cursor?: string;
  @IsOptional() @Matches(/^[a-z-]{1,40}$/) readonly reason?: string;
}
