import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Param, ParseUUIDPipe, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { eventsCsv, type EventView, listEvents, whoSaw } from '@perennial/audit';
import { type Principal, type Scoped } from '@perennial/persistence';
import { Type } from 'class-transformer';
import { IsInt, IsISO8601, IsOptional, Matches, Max, Min } from 'class-validator';
import { type Response } from 'express';
import { SCOPED } from '../platform/tokens.js';

export class PageOfEventsDto {
  /** Events before this position. */
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) readonly below?: number;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(500) readonly limit: number = 100;
}

export class ListEventsDto extends PageOfEventsDto {
  /** `user:<id>`, `token:<id>` or `anonymous`. */
  @IsOptional() @Matches(/^(anonymous|(user|token):[0-9a-f-]{36})$/) readonly actor?: string;
  @IsOptional() @Matches(/^[a-z.-]{1,60}$/) readonly action?: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(100) @Max(599) readonly status?: number;
  @IsOptional() @IsISO8601() readonly from?: string;
  @IsOptional() @IsISO8601() readonly to?: string;
}

interface EventPage {
  readonly items: readonly EventView[];
  /** Give it as `below` for the next page. */
  readonly next: number | null;
}

const toPage = (rows: readonly EventView[], limit: number): EventPage => {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items[items.length - 1]?.position ?? null) : null };
};

@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(@Inject(SCOPED) private readonly scoped: Scoped) {}

  /** Sealed events, newest first. */
  @Requires('audit.read')
  @Get('events')
  async events(@Query() query: ListEventsDto, @CurrentPrincipal() principal: Principal): Promise<EventPage> {
    return toPage(await this.scoped(principal, (tx) => listEvents(tx, query, query.limit + 1)), query.limit);
  }

  /** Events as CSV, newest first. */
  @Requires('audit.read')
  @Get('events.csv')
  @ApiProduces('text/csv')
  async csv(
    @Query() query: ListEventsDto,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    // Told to the log before the first row leaves: whoever hangs up in the middle has had what came before.
    await this.scoped(principal, () => Promise.resolve());
    response.type('text/csv; charset=utf-8').attachment('audit-events.csv');
    await this.scoped(
      principal,
      async (tx) => {
        await pipeline(Readable.from(eventsCsv(tx, query)), response);
      },
      'REPEATABLE READ',
    );
  }

  /** Who saw a patient, or tried to: under the patient's id and those of abstracts, reports, tasks and all that names the patient. */
  @Requires('audit.read')
  @Get('patients/:id')
  async patient(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: PageOfEventsDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<EventPage> {
    return toPage(await this.scoped(principal, (tx) => whoSaw(tx, id, query.below, query.limit + 1)), query.limit);
  }

  /** How far the log is sealed, and what waits. */
  @Requires('audit.read')
  @Get('state')
  async state(
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ position: number; hash: string; unsealed: number; oldestUnsealed: Date | null }> {
    const [row] = await this.scoped(principal, (tx) =>
      tx.query<{ position: string; hash: string; unsealed: string; oldest_unsealed: Date | null }[]>(
        `SELECT * FROM audit_state()`,
      ),
    );
    return {
      position: Number(row?.position ?? 0),
      hash: row?.hash ?? '',
      unsealed: Number(row?.unsealed ?? 0),
      oldestUnsealed: row?.oldest_unsealed ?? null,
    };
  }
}
