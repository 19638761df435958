import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal } from '@perennial/persistence';
import { type DecidedPrimary } from '@perennial/records';
import { type Page } from '../platform/paging.js';
import { DecidePrimaryDto, ListComparisonsDto } from './dto.js';
import {
  type ComparisonDetail,
  type ComparisonSummary,
  type PatientPrimariesView,
  PrimariesService,
} from './primaries.service.js';

@ApiTags('primaries')
@Controller('primaries')
export class PrimariesController {
  constructor(private readonly primaries: PrimariesService) {}

  /** Pairs of abstracts of one patient that wait for a decision, oldest first. */
  @Requires('abstracts.read')
  @Get('comparisons')
  list(@Query() query: ListComparisonsDto, @CurrentPrincipal() principal: Principal): Promise<Page<ComparisonSummary>> {
    return this.primaries.list(principal, query);
  }

  /** A pair with what the rules say of it now, and what was decided before. */
  @Requires('abstracts.read')
  @Get('comparisons/:id')
  one(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<ComparisonDetail> {
    return this.primaries.one(principal, id);
  }

  /**
   * Decide whether the two are one primary; consolidation follows. Where both are consolidated, their tumors are merged into the one with the
   * earlier diagnosis (of equal ones that which was made first), or taken apart again when the decision is taken back or reversed.
   */
  @Requires('abstracts.write')
  @Post('comparisons/:id/decision')
  @HttpCode(200)
  decide(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: DecidePrimaryDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DecidedPrimary> {
    return this.primaries.decide(principal, id, body);
  }

  /** The primaries of a patient by the rules, with the sequence numbers that follow, from the abstracts that the principal may see. */
  @Requires('abstracts.read')
  @Get('patients/:id')
  ofPatient(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PatientPrimariesView> {
    return this.primaries.ofPatient(principal, id);
  }
}
