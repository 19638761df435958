import { IsOptional, IsString, IsUUID, Matches, MaxLength, MinLength, ValidateIf } from 'class-validator';

const ITEM = /^[A-Za-z][A-Za-z0-9]{1,49}$/;

/** A value that a person sets on a consolidated patient or tumor. */
export class DecideValueDto {
  /** XML id of the item. */
  @Matches(ITEM) readonly item!: string;
  /** `null`: there is none. */
  @ValidateIf((_, value) => value !== null) @IsString() @MinLength(1) @MaxLength(4_000) readonly value!: string | null;
  @IsString() @MinLength(3) @MaxLength(500) readonly reason!: string;
  /** The abstract whose value was chosen; it must say it still. */
  @IsOptional() @IsUUID() readonly abstractId?: string;
}

/** A decision on a value that is taken back. */
export class TakeValueBackDto {
  @Matches(ITEM) readonly item!: string;
  @IsString() @MinLength(3) @MaxLength(500) readonly reason!: string;
}
