import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal } from '@perennial/persistence';
import { type Request, type Response } from 'express';
import { type Page } from '../platform/paging.js';
import { ImportOrderDto, ListImportsDto, ListRejectsDto } from './dto.js';
import { type ImportView, NaaccrImportService, type RejectView } from './naaccr-import.service.js';

@ApiTags('intake')
@Controller('intake/naaccr')
export class NaaccrImportController {
  constructor(private readonly imports: NaaccrImportService) {}

  /**
   * A NAACCR XML file as the body, gzip or not, of any size. It is stored as it comes and taken in the background: the answer says where to
   * look.
   */
  @Requires('intake.submit')
  @Post()
  @HttpCode(202)
  @ApiConsumes('application/xml', 'text/xml', 'application/gzip')
  async upload(
    @Query() query: ImportOrderDto,
    @Req() request: Request,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ id: string; sha256: string; bytes: number }> {
    const stored = await this.imports.upload(principal, query, request);
    response.location(`/api/v1/intake/naaccr/${stored.id}`);
    return stored;
  }

  /** Imports, newest first. */
  @Requires('intake.read')
  @Get()
  list(@Query() query: ListImportsDto, @CurrentPrincipal() principal: Principal): Promise<Page<ImportView>> {
    return this.imports.list(principal, query);
  }

  /** How far an import has come, and what became of its records. */
  @Requires('intake.read')
  @Get(':id')
  one(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<ImportView> {
    return this.imports.one(principal, id);
  }

  /** Records that were not taken, in the order of the file: place, line and reason, never a value. */
  @Requires('intake.read')
  @Get(':id/rejects')
  rejects(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: ListRejectsDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ items: readonly RejectView[]; next: string | null }> {
    return this.imports.rejects(principal, id, query);
  }

  /** Stop after the page at hand. What was taken stays; `resume` goes on. */
  @Requires('intake.operate')
  @Post(':id/cancel')
  @HttpCode(204)
  cancel(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    return this.imports.cancel(principal, id);
  }

  /** Go on with an import that was cancelled, or whose worker gave up. */
  @Requires('intake.operate')
  @Post(':id/resume')
  @HttpCode(202)
  resume(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<{ id: string }> {
    return this.imports.resume(principal, id);
  }

  /** Import for good what a finished dry run tried, without sending the file again. */
  @Requires('intake.operate')
  @Post(':id/import')
  @HttpCode(202)
  promote(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<{ id: string }> {
    return this.imports.promote(principal, id);
  }
}
