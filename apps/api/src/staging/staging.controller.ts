import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal } from '@perennial/persistence';
import {
  type AlgorithmView,
  type InstalledAlgorithm,
  type StagingEvaluation,
  type StagingRunView,
} from '@perennial/records';
import { type Request, type Response } from 'express';
import { AlgorithmQueryDto, EvaluateDto, InstallDto, ListChangesDto } from './dto.js';
import { type SchemaView, type StagingChangeView, StagingService, type TableView } from './staging.service.js';

@ApiTags('staging')
@Controller()
export class StagingController {
  constructor(private readonly staging: StagingService) {}

  /** Versions of staging algorithms, those that stage now first. */
  @Requires('staging.read')
  @Get('staging/algorithms')
  algorithms(@CurrentPrincipal() principal: Principal): Promise<AlgorithmView[]> {
    return this.staging.list(principal);
  }

  /** Install an algorithm file and stage everything again by it; with `preview` only report what that would change. */
  @Requires('settings.manage')
  @Post('staging/algorithms')
  @HttpCode(202)
  @ApiConsumes('application/zip')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  async install(
    @Query() query: InstallDto,
    @Req() request: Request,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<InstalledAlgorithm> {
    const installed = await this.staging.install(principal, request.body, query.preview);
    if (installed.runId === null) response.status(200);
    else response.location(`/api/v1/staging/runs/${installed.runId}`);
    return installed;
  }

  /** Stage by an installed version, or by `built-in`, from now on: the way forward after a preview and the way back. */
  @Requires('settings.manage')
  @Post('staging/algorithms/:id/activate')
  @HttpCode(202)
  async activate(
    @Param('id') id: string,
    @Query() query: InstallDto,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ runId: string }> {
    const runId = await this.staging.activate(principal, id, query.preview);
    response.location(`/api/v1/staging/runs/${runId}`);
    return { runId };
  }

  @Requires('staging.read')
  @Get('staging/runs')
  runs(@CurrentPrincipal() principal: Principal): Promise<StagingRunView[]> {
    return this.staging.runs(principal);
  }

  /** One run: progress and impact. Poll until it is `done`. */
  @Requires('staging.read')
  @Get('staging/runs/:id')
  run(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<StagingRunView> {
    return this.staging.run(principal, id);
  }

  /** Which tumors and abstracts a run changed, or would change. */
  @Requires('abstracts.read')
  @Get('staging/runs/:id/changes')
  changes(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: ListChangesDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ readonly items: readonly StagingChangeView[]; readonly next: string | null }> {
    return this.staging.changes(principal, id, query.limit, query.cursor);
  }

  /** Schema, items that apply and are required, and stage of items in a form; nothing is stored. */
  @Requires('edits.run')
  @Post('staging/evaluate')
  @HttpCode(200)
  evaluate(@Body() body: EvaluateDto, @CurrentPrincipal() principal: Principal): Promise<StagingEvaluation[]> {
    return this.staging.evaluate(principal, body.items);
  }

  /** Schema, items that apply and are required, and stage of an abstract as it is stored. */
  @Requires('abstracts.read')
  @Get('abstracts/:id/staging')
  ofAbstract(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<StagingEvaluation[]> {
    return this.staging.ofAbstract(principal, id);
  }

  @Requires('staging.read')
  @Get('staging/schemas')
  schemas(
    @Query() query: AlgorithmQueryDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ id: string; name: string }[]> {
    return this.staging.schemas(principal, query.algorithm);
  }

  @Requires('staging.read')
  @Get('staging/schemas/:id')
  schema(
    @Param('id') id: string,
    @Query() query: AlgorithmQueryDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<SchemaView> {
    return this.staging.schema(principal, query.algorithm, id);
  }

  /** Codes of a table with their labels, and the help of the algorithm file where one is installed. */
  @Requires('staging.read')
  @Get('staging/tables/:id')
  table(
    @Param('id') id: string,
    @Query() query: AlgorithmQueryDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<TableView> {
    return this.staging.table(principal, query.algorithm, id);
  }
}
