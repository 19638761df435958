import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

/** `true`, `1` or the bare word of a query; anything else is no. */
const flag = ({ value }: { value: unknown }): boolean =>
  value === true || value === 'true' || value === '1' || value === '';

export class InstallDto {
  /** Only report what would change; nothing is staged by it until it is activated. */
  @IsOptional() @Transform(flag) @IsBoolean() readonly preview: boolean = false;
}

export class AlgorithmQueryDto {
  /** Id of an algorithm, for example `eod_public`; the one that gives the schema id when absent. */
  @IsOptional() @IsString() @Matches(/^[\w.-]{1,60}$/) readonly algorithm?: string;
}

export class EvaluateDto {
  /** NAACCR items as they stand in a form; nothing is stored. */
  @ApiProperty({ example: { primarySite: 'C504', histologicTypeIcdO3: '8500', dateOfDiagnosis: '202403' } })
  @IsObject()
  readonly items!: Record<string, string>;
}

export class ListChangesDto {
  @Type(() => Number) @IsInt() @Min(1) @Max(500) readonly limit: number = 100;
  @IsOptional() @IsString() @MaxLength(100) readonly cursor?: string;
}
