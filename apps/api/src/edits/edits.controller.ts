import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Severity } from '@perennial/edits';
import { type Principal } from '@perennial/persistence';
import { type KeyedFinding } from '@perennial/records';
import { type Response } from 'express';
import {
  ListEditsDto,
  ListFindingsDto,
  ListReviewsDto,
  ReviewDto,
  RunEditsDto,
  SelectionDto,
  SetVersionDto,
} from './dto.js';
import {
  EditsService,
  type EditView,
  type FindingView,
  type ReviewView,
  type RunView,
  type SetVersionView,
  type SetView,
} from './edits.service.js';

@ApiTags('edits')
@Controller('edits')
export class EditsController {
  constructor(private readonly edits: EditsService) {}

  /** What the edits would say of these items; nothing is stored. */
  @Requires('edits.run')
  @Post('run')
  @HttpCode(200)
  run(@Body() body: RunEditsDto, @CurrentPrincipal() principal: Principal): Promise<readonly KeyedFinding[]> {
    return this.edits.run(principal, body);
  }

  /** The catalog, or the edits of a set or on an item. */
  @Requires('edits.run')
  @Get('catalog')
  catalog(@Query() query: ListEditsDto): readonly EditView[] {
    return this.edits.catalog(query);
  }

  @Requires('edits.run')
  @Get('catalog/:id')
  one(@Param('id') id: string): EditView {
    return this.edits.edit(id);
  }

  /** Standard sets with their versions, and how the registry uses each. */
  @Requires('edits.run')
  @Get('sets')
  sets(@CurrentPrincipal() principal: Principal): Promise<SetView[]> {
    return this.edits.sets(principal);
  }

  /** Findings kept of stored cases, oldest first. */
  @Requires('edits.run')
  @Get('findings')
  findings(
    @Query() query: ListFindingsDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ items: FindingView[]; next: string | null }> {
    return this.edits.findings(principal, query);
  }

  /** Open findings counted by edit. */
  @Requires('edits.run')
  @Get('findings/summary')
  summary(
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ edit: string; severity: Severity; cases: number; patients: number }[]> {
    return this.edits.summary(principal);
  }

  /** Say that a warning was looked at and is right. It is asked again only when a value that it involves changes. */
  @Requires('edits.review')
  @Post('reviews')
  review(@Body() body: ReviewDto, @CurrentPrincipal() principal: Principal): Promise<{ id: string }> {
    return this.edits.review(principal, body);
  }

  /** Reviews of one abstract, tumor or patient, newest first. */
  @Requires('edits.run')
  @Get('reviews')
  reviews(@Query() query: ListReviewsDto, @CurrentPrincipal() principal: Principal): Promise<ReviewView[]> {
    return this.edits.reviews(principal, query.entityId);
  }

  /** Take a review back. */
  @Requires('edits.review')
  @Post('reviews/:id/withdraw')
  @HttpCode(204)
  withdraw(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    return this.edits.withdraw(principal, id);
  }

  /** Run the edits again over stored cases, all or a selection, in the background. */
  @Requires('edits.operate')
  @Post('runs')
  @HttpCode(202)
  async startRun(
    @Body() body: SelectionDto,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ id: string }> {
    const started = await this.edits.startRun(principal, body);
    response.location(`/api/v1/edits/runs/${started.id}`);
    return started;
  }

  @Requires('edits.operate')
  @Get('runs')
  runs(@CurrentPrincipal() principal: Principal): Promise<RunView[]> {
    return this.edits.runs(principal);
  }

  /** One run with its progress: poll until it is `done` or `cancelled`. */
  @Requires('edits.operate')
  @Get('runs/:id')
  oneRun(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<RunView> {
    return this.edits.oneRun(principal, id);
  }

  @Requires('edits.operate')
  @Post('runs/:id/cancel')
  @HttpCode(204)
  cancelRun(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    return this.edits.cancelRun(principal, id);
  }

  /** Propose a version of a set: another edition, edits switched off, other severities. Nothing changes yet. */
  @Requires('edits.operate')
  @Post('set-versions')
  propose(@Body() body: SetVersionDto, @CurrentPrincipal() principal: Principal): Promise<{ id: string }> {
    return this.edits.propose(principal, body);
  }

  @Requires('edits.operate')
  @Get('set-versions')
  setVersions(@CurrentPrincipal() principal: Principal): Promise<SetVersionView[]> {
    return this.edits.setVersions(principal);
  }

  /** How many stored cases would newly fail under a proposed version, by edit. Runs in the background. */
  @Requires('edits.operate')
  @Post('set-versions/:id/impact')
  @HttpCode(202)
  async impact(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ id: string }> {
    const started = await this.edits.impact(principal, id);
    response.location(`/api/v1/edits/runs/${started.id}`);
    return started;
  }

  /** Take a proposed version into use. Its impact report must be done. */
  @Requires('edits.operate')
  @Post('set-versions/:id/take')
  @HttpCode(204)
  take(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    return this.edits.take(principal, id);
  }
}
