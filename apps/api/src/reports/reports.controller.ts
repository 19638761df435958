import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  ParseIntPipe,
  ParseUUIDPipe,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type CodedReport, type SectionOfReport } from '@perennial/coding';
import { type Hl7Document, type Hl7Specimen, openDocument } from '@perennial/hl7';
import { inScope, type Principal, type Scoped } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import { decideScreening, type RegistryTables } from '@perennial/records';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { type Response } from 'express';
import { type Page, readCursor, stampOf, toPage } from '../platform/paging.js';
import { Clock, SCOPED, TABLES } from '../platform/tokens.js';

const SCREENING = ['pending', 'reportable', 'not_reportable', 'review'] as const;

export class ListReportsDto {
  @IsOptional() @IsIn(SCREENING) readonly screening?: (typeof SCREENING)[number];
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly limit: number = 50;
  @IsOptional() @IsString() @MaxLength(120) readonly cursor?: string;
}

export class ScreeningDto {
  @IsIn(['reportable', 'not_reportable', 'review']) readonly decision!: 'reportable' | 'not_reportable' | 'review';
}

interface ReportSummary {
  readonly id: string;
  readonly screening: string;
  readonly reason: string | null;
  readonly state: string;
  readonly versions: number;
  readonly abstractId: string | null;
  readonly source: 'hl7' | 'text';
  readonly createdAt: string;
}

/** What the coder proposed for one version of the text. */
export interface ReportProposal {
  readonly id: string;
  readonly abstractId: string | null;
  readonly state: string;
  readonly coder: string;
  readonly proposal: Omit<CodedReport, 'primaries'>;
}

/** One version of a report, newest first in its list. */
export interface ReportText {
  readonly id: string;
  readonly version: number;
  /** F, P, C, A or X, as the message said. */
  readonly status: string;
  readonly state: string;
  readonly text: string;
  readonly sections: readonly SectionOfReport[];
  /** Specimens with the parts of the text that speak of them. */
  readonly specimens: readonly Hl7Specimen[];
  /** Documents in the message; those that are not read a person must open. */
  readonly documents: readonly Hl7Document[];
  /** When the laboratory made this state, digits as sent. */
  readonly reported: string | null;
  readonly messageId: string;
  readonly receivedAt: string;
  readonly proposals: readonly ReportProposal[];
}

export interface ReportDetail extends ReportSummary {
  readonly texts: readonly ReportText[];
}

const SUMMARY = `r.id, r.screening, r.screening_reason AS reason, r.state, r.latest_version AS versions, r.abstract_id AS "abstractId", r.source,
  ${stampOf('r.created_at')} AS "createdAt"`;

@ApiTags('reports')
@Controller('reports')
export class ReportsController {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    private readonly clock: Clock,
  ) {}

  /** Reports by what became of them: the screening list, the not-reportable ones for quality control, all others. */
  @Requires('reports.read')
  @Get()
  async list(@Query() query: ListReportsDto, @CurrentPrincipal() principal: Principal): Promise<Page<ReportSummary>> {
    const cursor = readCursor(query.cursor);
    const rows = await this.scoped(principal, (tx) =>
      tx.query<ReportSummary[]>(
        `SELECT ${SUMMARY} FROM report r
          WHERE ${inScope(principal, 'r.facility_id')} AND ($1::text IS NULL OR r.screening = $1) AND ($2::timestamptz IS NULL OR (r.created_at, r.id) > ($2, $3::uuid))
          ORDER BY r.created_at, r.id LIMIT $4`,
        [query.screening ?? null, cursor?.at ?? null, cursor?.id ?? null, query.limit + 1],
      ),
    );
    return toPage(rows, query.limit, (row) => row.createdAt);
  }

  /** A report with every version of its text and what the coder proposed for each. */
  @Requires('reports.read')
  @Get(':id')
  async one(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<ReportDetail> {
    return this.scoped(principal, async (tx) => {
      const [report] = await tx.query<ReportSummary[]>(`SELECT ${SUMMARY} FROM report r WHERE r.id = $1`, [id]);
      if (report === undefined) throw notFound('report');
      const texts = await tx.query<ReportText[]>(
        `SELECT v.id, v.version, v.status, v.state, v.body AS text, v.sections, v.specimens, v.documents, v.reported, v.intake_message_id AS "messageId", v.received_at AS "receivedAt",
                coalesce((SELECT jsonb_agg(jsonb_build_object('id', s.id, 'abstractId', s.abstract_id, 'state', s.state, 'coder', s.coder, 'proposal', s.proposal) ORDER BY s.primary_index)
                            FROM code_suggestion s WHERE s.report_version_id = v.id), '[]') AS proposals
           FROM report_version v WHERE v.report_id = $1 ORDER BY v.version DESC`,
        [id],
      );
      return { ...report, texts };
    });
  }

  /** A document inside the message of the report's current version, by its observation (`documents` of the text). */
  @Requires('reports.read')
  @Get(':id/documents/:observation')
  async document(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('observation', ParseIntPipe) observation: number,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    const [row] = await this.scoped(principal, (tx) =>
      tx.query<{ raw: Buffer; identity: string }[]>(
        `SELECT m.raw, r.identity_key AS identity FROM report r JOIN report_version v ON v.report_id = r.id AND v.version = r.latest_version
           JOIN intake_message m ON m.id = v.intake_message_id WHERE r.id = $1`,
        [id],
      ),
    );
    const [filler = '', orderCode = ''] = row?.identity.split('|').slice(-2) ?? [];
    const found = row === undefined ? null : openDocument(row.raw, { filler, orderCode }, observation);
    if (found === null) throw notFound('document');
    const isPdf = found.format === 'PDF';
    response
      .type(isPdf ? 'application/pdf' : 'application/octet-stream')
      .attachment(`${id}-${observation}${isPdf ? '.pdf' : ''}`)
      .set('Cache-Control', 'no-store')
      .send(Buffer.from(found.bytes));
  }

  /** A person decides on a report that the coder left open or called not reportable. */
  @Requires('reports.screen')
  @Post(':id/screening')
  @HttpCode(200)
  async decide(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ScreeningDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ decisionId: string; abstractIds: readonly string[] }> {
    const { results } = await this.scoped(principal, (tx) =>
      decideScreening(tx, [id], body.decision, principal, this.clock.today(), this.tables),
    );
    const [decided] = results;
    if (decided === undefined || !('decisionId' in decided)) throw refusalOf(decided?.refused);
    return { decisionId: decided.decisionId, abstractIds: decided.abstractIds };
  }
}

/** Why one report could not be decided on. */
function refusalOf(code: string | undefined): DomainError {
  if (code === 'report.has-abstract') return new DomainError(code, 409, 'This report has an abstract; work on that.');
  if (code === 'report.unassigned') return new DomainError(code, 409, 'Map the sender to a facility first.');
  return notFound('report');
}
