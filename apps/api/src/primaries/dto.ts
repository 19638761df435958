import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsObject, IsOptional, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { type PrimaryDecisionValue } from '@perennial/records';

export class ListComparisonsDto {
  /** Those that wait for a decision (the default), or all. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  readonly open: boolean = true;
  @IsOptional() @IsUUID() readonly patientId?: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly limit: number = 50;
  @IsOptional() @IsString() @MaxLength(120) readonly cursor?: string;
}

export class DecidePrimaryDto {
  /** `null` takes an earlier decision back. */
  @IsIn(['same_primary', 'separate_primaries', null]) readonly decision!: PrimaryDecisionValue | null;
  /** Needed where the decision contradicts the rules. */
  @IsOptional() @IsString() @MaxLength(1_000) readonly note?: string;
  /** Revision of each abstract that was looked at, by its id; when given, a newer one is a conflict. */
  @IsOptional() @IsObject() readonly revisions?: Record<string, number>;
  /** How many decisions on the pair were seen; when given, a newer one is a conflict. */
  @IsOptional() @IsInt() @Min(0) readonly seen?: number;
}
