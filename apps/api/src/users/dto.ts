import { ROLES, type Role } from '@perennial/auth';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';

export class GrantDto {
  @IsIn(ROLES) readonly role!: Role;
  /** Absent: registry-wide. */
  @IsOptional() @IsUUID() readonly facilityId?: string;
}

export class CreateUserDto {
  @Matches(/^[a-zA-Z0-9._@-]{2,100}$/) readonly login!: string;
  @IsString() @MinLength(1) @MaxLength(100) readonly name!: string;
  /** Written into abstracts, NAACCR item 570. */
  @Matches(/^[A-Za-z]{1,3}$/) readonly initials!: string;
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => GrantDto)
  readonly grants!: GrantDto[];
}

export class ChangeUserDto {
  @IsOptional() @IsString() @MinLength(1) @MaxLength(100) readonly name?: string;
  @IsOptional() @Matches(/^[A-Za-z]{1,3}$/) readonly initials?: string;
  @IsOptional() @IsBoolean() readonly disabled?: boolean;
}
