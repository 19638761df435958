import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type ItemValues } from '@perennial/naaccr';
import { type Principal } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { type Completed, type LineageEntry } from '@perennial/records';
import { type Response } from 'express';
import { type IdentifiedRequest } from '../auth/identifier.js';
import { type Page } from '../platform/paging.js';
import { etag, expectedRevision } from '../platform/revision.js';
import { type AbstractDetail, AbstractsService, type AbstractSummary } from './abstracts.service.js';
import { CreateAbstractDto, EditAbstractDto, ListAbstractsDto, ReasonDto } from './dto.js';

@ApiTags('abstracts')
@Controller('abstracts')
export class AbstractsController {
  constructor(private readonly abstracts: AbstractsService) {}

  /** The worklist: oldest first. */
  @Requires('abstracts.read')
  @Get()
  list(@Query() query: ListAbstractsDto, @CurrentPrincipal() principal: Principal): Promise<Page<AbstractSummary>> {
    return this.abstracts.list(principal, query);
  }

  /** Start an abstract by hand. */
  @Requires('abstracts.write')
  @Post()
  async create(
    @Body() body: CreateAbstractDto,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ id: string; revision: number }> {
    const created = await this.abstracts.create(principal, body);
    response.location(`/api/v1/abstracts/${created.id}`).setHeader('ETag', etag(created.revision));
    return created;
  }

  @Requires('abstracts.read')
  @Get(':id')
  async one(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AbstractDetail> {
    const abstract = await this.abstracts.one(principal, id);
    response.setHeader('ETag', etag(abstract.revision));
    return abstract;
  }

  /** Accept or change items, each with the words that justify it. */
  @Requires('abstracts.write')
  @Patch(':id')
  @ApiHeader({ name: 'If-Match', required: true })
  async edit(
    @Param('id', ParseUUIDPipe) id: string,
    @Headers('if-match') match: string | undefined,
    @Body() body: EditAbstractDto,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ revision: number }> {
    const revision = await this.abstracts.edit(principal, id, expectedRevision(match), body);
    response.setHeader('ETag', etag(revision));
    return { revision };
  }

  /** Complete: core set, edits, numbers, consolidation, or nothing. */
  @Requires('abstracts.complete')
  @Post(':id/complete')
  @HttpCode(200)
  @ApiHeader({ name: 'If-Match', required: true })
  complete(
    @Param('id', ParseUUIDPipe) id: string,
    @Headers('if-match') match: string | undefined,
    @Req() request: IdentifiedRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Completed> {
    return this.abstracts.complete(principal, id, expectedRevision(match), request.identified?.initials ?? '');
  }

  /** Open a complete or withdrawn abstract again; the next submission sends it as changed. */
  @Requires('abstracts.complete')
  @Post(':id/reopen')
  @HttpCode(200)
  @ApiHeader({ name: 'If-Match', required: true })
  async reopen(
    @Param('id', ParseUUIDPipe) id: string,
    @Headers('if-match') match: string | undefined,
    @Body() body: ReasonDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ revision: number }> {
    return { revision: await this.abstracts.move(principal, id, expectedRevision(match), 'draft', body.reason) };
  }

  @Requires('abstracts.complete')
  @Post(':id/withdraw')
  @HttpCode(200)
  @ApiHeader({ name: 'If-Match', required: true })
  async withdraw(
    @Param('id', ParseUUIDPipe) id: string,
    @Headers('if-match') match: string | undefined,
    @Body() body: ReasonDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ revision: number }> {
    return { revision: await this.abstracts.move(principal, id, expectedRevision(match), 'withdrawn', body.reason) };
  }

  /** Why each value is what it is: who, when, from where. */
  @Requires('abstracts.read')
  @Get(':id/lineage')
  lineage(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<LineageEntry[]> {
    return this.abstracts.lineage(principal, id);
  }

  /** The items as they were at a moment (ISO 8601). */
  @Requires('abstracts.read')
  @Get(':id/as-of/:at')
  async asOf(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('at') at: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ items: ItemValues }> {
    const moment = new Date(at);
    if (Number.isNaN(moment.getTime())) throw new DomainError('request.time', 400, 'Give the moment as ISO 8601.');
    return { items: await this.abstracts.asOf(principal, id, moment) };
  }
}
