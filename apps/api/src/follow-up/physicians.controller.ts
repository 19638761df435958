import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal, type Scoped } from '@perennial/persistence';
import { type Physician, physicians, savePhysician } from '@perennial/records';
import { SCOPED } from '../platform/tokens.js';
import { PhysicianDto } from './dto.js';

/** Physicians, and other registries, who can be written to. They hold nothing of a patient and are shared by all facilities. */
@ApiTags('follow-up')
@Controller('follow-up/physicians')
export class PhysiciansController {
  constructor(@Inject(SCOPED) private readonly scoped: Scoped) {}

  /** Add or correct one; known by NPI or local code. */
  @Requires('follow-up.write')
  @Post()
  async save(@Body() body: PhysicianDto, @CurrentPrincipal() principal: Principal): Promise<{ id: string }> {
    return { id: await this.scoped(principal, (tx) => savePhysician(tx, body)) };
  }

  /** By name; the first 2,000. */
  @Requires('follow-up.read')
  @Get()
  list(@CurrentPrincipal() principal: Principal): Promise<Physician[]> {
    return this.scoped(principal, (tx) => physicians(tx));
  }
}
