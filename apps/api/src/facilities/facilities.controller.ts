import { Body, Controller, Delete, Get, Headers, HttpCode, Param, ParseUUIDPipe, Patch, Post } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal } from '@perennial/persistence';
import { expectedRevision } from '../platform/revision.js';
import { AliasDto, ChangeFacilityDto, FacilityDto } from './dto.js';
import {
  type AliasView,
  FacilitiesService,
  type FacilityDetail,
  type FacilityView,
  type WaitingView,
} from './facilities.service.js';

@ApiTags('facilities')
@Controller('facilities')
export class FacilitiesController {
  constructor(private readonly facilities: FacilitiesService) {}

  /** Facilities by name, those out of use too. */
  @Requires('facilities.read')
  @Get()
  list(@CurrentPrincipal() principal: Principal): Promise<FacilityView[]> {
    return this.facilities.list(principal);
  }

  /** Facilities as an administrator keeps them: with what senders call them and what belongs to them. */
  @Requires('facilities.manage')
  @Get('details')
  details(@CurrentPrincipal() principal: Principal): Promise<FacilityDetail[]> {
    return this.facilities.details(principal);
  }

  /** What intake waits with: failed messages, reports without a facility, and the names that their senders use. */
  @Requires('facilities.manage')
  @Get('waiting')
  waiting(): Promise<WaitingView> {
    return this.facilities.waiting();
  }

  @Requires('facilities.manage')
  @Post()
  create(@Body() body: FacilityDto, @CurrentPrincipal() principal: Principal): Promise<{ id: string }> {
    return this.facilities.create(principal, body);
  }

  /** Change name and numbers, take a facility out of use, or back into it. */
  @Requires('facilities.manage')
  @Patch(':id')
  @ApiHeader({ name: 'If-Match', required: true })
  change(
    @Param('id', ParseUUIDPipe) id: string,
    @Headers('if-match') match: string | undefined,
    @Body() body: ChangeFacilityDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ revision: number }> {
    return this.facilities.change(principal, id, expectedRevision(match), body);
  }

  /** What senders call a facility. Messages that waited with this name are run again. */
  @Requires('facilities.manage')
  @Post(':id/aliases')
  alias(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: AliasDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<AliasView & { readonly rerun: number }> {
    return this.facilities.alias(principal, id, body);
  }

  /** Forget a name. Reports that come under it wait without a facility from now on; those that are placed stay. */
  @Requires('facilities.manage')
  @Delete(':id/aliases/:aliasId')
  @HttpCode(204)
  forget(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('aliasId', ParseUUIDPipe) aliasId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    return this.facilities.forget(principal, id, aliasId);
  }
}
