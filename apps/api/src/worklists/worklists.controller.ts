import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Holder, Requires } from '@perennial/auth';
import { type Principal } from '@perennial/persistence';
import { type Decided } from '@perennial/records';
import { type Page } from '../platform/paging.js';
import { AssignmentDto, DecisionDto, WorklistFilterDto, WorklistParamDto, WorklistQueryDto } from './dto.js';
import { type ListedRow, type WorklistSummary, WorklistsService } from './worklists.service.js';

@ApiTags('worklists')
@Controller('worklists')
export class WorklistsController {
  constructor(private readonly worklists: WorklistsService) {}

  /** Every list with its count: exact to 1,000, then "1,000+". */
  @Requires('reports.read')
  @Get()
  summary(
    @Query() query: WorklistFilterDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ lists: WorklistSummary[] }> {
    return this.worklists.summary(principal, query);
  }

  /** People who may be given rows of the lists. */
  @Requires('reports.screen')
  @Get('assignees')
  assignees(@CurrentPrincipal() principal: Principal): Promise<Holder[]> {
    return this.worklists.assignees(principal);
  }

  /** Rows of one list with reason, age and owner, oldest first unless asked otherwise. */
  @Requires('reports.read')
  @Get(':list')
  page(
    @Param() { list }: WorklistParamDto,
    @Query() query: WorklistQueryDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Page<ListedRow>> {
    return this.worklists.page(principal, list, query);
  }

  /** One decision on up to 200 reports. Those that cannot be decided on are named; the others are decided. */
  @Requires('reports.screen')
  @Post('decisions')
  @HttpCode(200)
  decide(
    @Body() body: DecisionDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ undoId: string; results: readonly Decided[] }> {
    return this.worklists.decide(principal, body);
  }

  /** Take a decision back, or all of one request (its `undoId`). Refused when somebody went on from it. */
  @Requires('reports.screen')
  @Post('decisions/:id/undo')
  @HttpCode(200)
  undo(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ reportIds: string[] }> {
    return this.worklists.undo(principal, id);
  }

  /** Take rows, give them to somebody, or put them back. */
  @Requires('reports.screen')
  @Post('assignments')
  @HttpCode(200)
  assign(@Body() body: AssignmentDto, @CurrentPrincipal() principal: Principal): Promise<{ ids: string[] }> {
    return this.worklists.assign(principal, body);
  }
}
