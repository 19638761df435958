import { Body, Controller, Get, Inject, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal, type Scoped } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { IsIn, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { SCOPED } from '../platform/tokens.js';

export class FacilityDto {
  @IsString() @MinLength(2) @MaxLength(100) readonly name!: string;
  /** NAACCR item 540, ten digits. */
  @Matches(/^\d{10}$/) readonly facilityNumber!: string;
}

export class AliasDto {
  @IsIn(['MSH-4', 'PID-3', 'ORC-21']) readonly field!: 'MSH-4' | 'PID-3' | 'ORC-21';
  @IsString() @MinLength(1) @MaxLength(200) readonly value!: string;
}

@ApiTags('facilities')
@Controller('facilities')
export class FacilitiesController {
  constructor(@Inject(SCOPED) private readonly scoped: Scoped) {}

  @Requires('facilities.read')
  @Get()
  list(@CurrentPrincipal() principal: Principal): Promise<{ id: string; name: string; facilityNumber: string }[]> {
    return this.scoped(principal, (tx) =>
      tx.query(`SELECT id, name, facility_number AS "facilityNumber" FROM facility ORDER BY name, id`),
    );
  }

  @Requires('facilities.manage')
  @Post()
  async create(@Body() body: FacilityDto, @CurrentPrincipal() principal: Principal): Promise<{ id: string }> {
    const [row] = await this.scoped(principal, (tx) =>
      tx.query<{ id: string }[]>(
        `INSERT INTO facility (name, facility_number) VALUES ($1, $2) ON CONFLICT (facility_number) DO NOTHING RETURNING id`,
        [body.name, body.facilityNumber],
      ),
    );
    if (row === undefined) throw new DomainError('facility.number-taken', 409, 'A facility with this number exists.');
    return row;
  }

  /** What senders call a facility. Messages that came before can be run again. */
  @Requires('facilities.manage')
  @Post(':id/aliases')
  async alias(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: AliasDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ id: string }> {
    const [row] = await this.scoped(principal, (tx) =>
      tx.query<{ id: string }[]>(
        `INSERT INTO facility_alias (facility_id, field, value) SELECT f.id, $2, $3 FROM facility f WHERE f.id = $1 ON CONFLICT (field, value) DO UPDATE SET facility_id = excluded.facility_id RETURNING id`,
        [id, body.field, body.value],
      ),
    );
    if (row === undefined) throw new DomainError('facility.not-found', 404, 'There is no such facility.');
    return row;
  }
}
