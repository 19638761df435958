import { Body, Controller, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { noteSeen } from '@perennial/audit';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type LetterContent } from '@perennial/follow-up';
import { type Principal, type Scoped, withRegistryScope } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import {
  answerLetter,
  type BatchLetter,
  batchLetters,
  countSkipped,
  describeLetter,
  facilitiesOf,
  type LetterOfCode,
  type LetterPreview,
  type LetterSuggestion,
  type MadeBatch,
  mailingLines,
  makeBatch,
  planBatch,
  type PlanLine,
  planLines,
  previewLetter,
  previewPdf,
  saveSender,
  saveTemplate,
  type Sender,
  senderOf,
  type Skipped,
  suggestLetters,
  templateOf,
} from '@perennial/records';
import { type Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Page } from '../platform/paging.js';
import { Clock, SCOPED } from '../platform/tokens.js';
import { sendCsv } from './csv.js';
import {
  BatchDto,
  BatchLettersDto,
  FacilityDto,
  LetterAnswerDto,
  PatientOfDto,
  PdfDto,
  PreviewDto,
  SenderDto,
  TemplateDto,
  TemplateOfDto,
} from './dto.js';
import { mayActFor } from './may-act-for.js';

interface BatchView {
  readonly id: string;
  readonly facilityId: string;
  readonly recipient: string;
  readonly number: number;
  readonly state: 'queued' | 'ready';
  readonly letters: number;
  /** Letters that are in the file so far, while it is being written. */
  readonly printed: number;
  readonly pages: number | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly dated: string;
  readonly requestedAt: string;
  readonly readyAt: string | null;
  /** Letters by state, as they are now. */
  readonly states: Readonly<Record<string, number>>;
}

const BATCHES = `
SELECT b.id, b.facility_id AS "facilityId", b.recipient, b.number, b.state, b.letters, b.printed, b.pages, b.bytes::float8 AS bytes, b.sha256, b.dated, b.requested_at AS "requestedAt", b.ready_at AS "readyAt",
       (SELECT coalesce(jsonb_object_agg(s.state, s.n), '{}') FROM (SELECT l.state, count(*) AS n FROM letter l WHERE l.batch_id = b.id GROUP BY 1) s) AS states
  FROM letter_batch b`;
const MAILING_COLUMNS = [
  'code',
  'page',
  'name',
  'line1',
  'line2',
  'city',
  'state',
  'postalCode',
  'country',
  'action',
] as const;
const LINES_AT_ONCE = 1_000;
const BATCHES_SHOWN = 200;

@ApiTags('follow-up')
@Controller('follow-up')
export class LettersController {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    private readonly clock: Clock,
  ) {}

  /** Make the letters of a batch; printing goes on in the background. Patients without a letter are counted by reason. */
  @Requires('follow-up.write')
  @Post('letters/batches')
  @HttpCode(202)
  async make(
    @Body() body: BatchDto,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<MadeBatch> {
    mayActFor(principal, body.facilityId, 'facility');
    const made = await this.scoped(principal, (tx) =>
      withRegistryScope(tx, principal, () => makeBatch(tx, body, principal.actor, this.clock.today())),
    );
    response.location(`/api/v1/follow-up/letters/batches/${made.id}`);
    return made;
  }

  /** What letters a facility could make now, by recipient, first and second ones: how many, and why not more. */
  @Requires('follow-up.write')
  @Get('letters/suggestions')
  suggestions(
    @Query() { facilityId }: PatientOfDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<readonly LetterSuggestion[]> {
    mayActFor(principal, facilityId, 'facility');
    return this.scoped(principal, (tx) =>
      withRegistryScope(tx, principal, () => suggestLetters(tx, facilityId, this.clock.today())),
    );
  }

  /** Whom a batch would write to, and who would get no letter and why. Makes nothing. */
  @Requires('follow-up.write')
  @Post('letters/plans')
  @HttpCode(200)
  plan(
    @Body() body: BatchDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ lines: readonly PlanLine[]; skipped: readonly Skipped[] }> {
    mayActFor(principal, body.facilityId, 'facility');
    return this.scoped(principal, (tx) =>
      withRegistryScope(tx, principal, async () => {
        const candidates = await planBatch(tx, body, this.clock.today());
        return { lines: await planLines(tx, body.facilityId, candidates), skipped: countSkipped(candidates) };
      }),
    );
  }

  /** The words of one letter as they would be printed today. */
  @Requires('follow-up.write')
  @Get('letters/preview')
  preview(@Query() query: PreviewDto, @CurrentPrincipal() principal: Principal): Promise<LetterPreview> {
    mayActFor(principal, query.facilityId, 'facility');
    return this.scoped(principal, (tx) =>
      withRegistryScope(tx, principal, () => previewLetter(tx, query, this.clock.today())),
    );
  }

  /** The same letter as PDF, to be looked at. */
  @Requires('follow-up.write')
  @Get('letters/preview.pdf')
  async previewPdf(
    @Query() query: PreviewDto,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    mayActFor(principal, query.facilityId, 'facility');
    const { patientId, bytes } = await this.scoped(principal, async (tx) => {
      const made = await withRegistryScope(tx, principal, () => previewPdf(tx, query, this.clock.today()));
      noteSeen([made.patientId]);
      return made;
    });
    response.type('application/pdf').setHeader('Content-Disposition', `inline; filename="letter-${patientId}.pdf"`);
    response.send(bytes);
  }

  @Requires('follow-up.read')
  @Get('letters/batches')
  batches(@Query() { facilityId }: FacilityDto, @CurrentPrincipal() principal: Principal): Promise<BatchView[]> {
    return this.scoped(principal, async (tx) =>
      tx.query(`${BATCHES} WHERE b.facility_id = ANY($1) ORDER BY b.requested_at DESC, b.id LIMIT ${BATCHES_SHOWN}`, [
        await facilitiesOf(tx, principal, facilityId),
      ]),
    );
  }

  /** One batch: poll until it is `ready`. */
  @Requires('follow-up.read')
  @Get('letters/batches/:id')
  batch(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<BatchView> {
    return this.find(id, principal);
  }

  /** All letters of a batch as one PDF. */
  @Requires('follow-up.read')
  @Get('letters/batches/:id/pdf')
  async pdf(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { inline }: PdfDto,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const batch = await this.find(id, principal);
    if (batch.state !== 'ready')
      throw new DomainError('letters.printing', 409, 'The letters are being printed. Try again soon.');
    await this.noteLetters(id, principal);
    response.type('application/pdf').attachment(`letters-${id}.pdf`).setHeader('Content-Length', String(batch.bytes));
    if (inline) response.setHeader('Content-Disposition', `inline; filename="letters-${id}.pdf"`);
    const { scoped } = this;
    const pieces = async function* (): AsyncGenerator<Buffer> {
      for (let part = 0; ; part += 1) {
        const [piece] = await scoped(principal, (tx) =>
          tx.query<{ bytes: Buffer }[]>(`SELECT bytes FROM letter_batch_file WHERE batch_id = $1 AND part = $2`, [
            id,
            part,
          ]),
        );
        if (piece === undefined) return;
        yield piece.bytes;
      }
    };
    await pipeline(Readable.from(pieces()), response);
  }

  /** The letters of a batch in the order of its file: about whom, to whom, and what became of each. */
  @Requires('follow-up.read')
  @Get('letters/batches/:id/letters')
  async lettersOf(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { state, limit, cursor, until }: BatchLettersDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Page<BatchLetter>> {
    await this.find(id, principal);
    const range = {
      after: cursor === undefined ? -1 : Number(cursor),
      until: until === undefined ? null : Number(until),
    };
    const rows = await this.scoped(principal, (tx) => batchLetters(tx, id, state ?? null, range, limit + 1));
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? String(items[items.length - 1]?.position ?? '') : null };
  }

  /** Where the letters go, in the order of their pages; withdrawn ones are marked to be pulled. */
  @Requires('follow-up.read')
  @Get('letters/batches/:id/mailing-list')
  async mailingList(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    await this.find(id, principal);
    await this.noteLetters(id, principal);
    const { scoped } = this;
    const lines = async function* (): AsyncGenerator<object> {
      for (let after = -1; ;) {
        const page = await scoped(principal, (tx) => mailingLines(tx, id, after, LINES_AT_ONCE));
        yield* page;
        const last = page[page.length - 1];
        if (last === undefined || page.length < LINES_AT_ONCE) return;
        after = last.position;
      }
    };
    await sendCsv(response, `mailing-list-${id}`, MAILING_COLUMNS, lines());
  }

  /** Which letter a code belongs to, before the answer is typed. */
  @Requires('follow-up.read')
  @Get('letters/by-code/:code')
  byCode(@Param('code') code: string, @CurrentPrincipal() principal: Principal): Promise<LetterOfCode> {
    const own = principal.allFacilities ? null : principal.facilityIds;
    return this.scoped(principal, (tx) => describeLetter(tx, code, own));
  }

  /** Record the answer to a letter by its code, or with outcome `returned_mail` that it came back. */
  @Requires('follow-up.write')
  @Post('letters/answers')
  answer(@Body() body: LetterAnswerDto, @CurrentPrincipal() principal: Principal): ReturnType<typeof answerLetter> {
    const { code, ...answer } = body;
    const own = principal.allFacilities ? null : principal.facilityIds;
    return this.scoped(principal, (tx) =>
      withRegistryScope(tx, principal, () =>
        answerLetter(tx, code, own, { ...answer, items: answer.items ?? {} }, principal.actor, this.clock.today()),
      ),
    );
  }

  /** Words of a letter as they would be used now. */
  @Requires('follow-up.read')
  @Get('letters/template')
  template(
    @Query() { facilityId, recipient, number }: TemplateOfDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<LetterContent> {
    mayActFor(principal, facilityId, 'facility');
    return this.scoped(principal, (tx) => templateOf(tx, facilityId, recipient, number));
  }

  /** Keep a facility's own words of a letter. */
  @Requires('follow-up.write')
  @Post('letters/template')
  @HttpCode(204)
  async keepTemplate(@Body() body: TemplateDto, @CurrentPrincipal() principal: Principal): Promise<void> {
    mayActFor(principal, body.facilityId, 'facility');
    await this.scoped(principal, (tx) =>
      saveTemplate(tx, body.facilityId, body.recipient, body.number, body.content, principal.actor),
    );
  }

  @Requires('follow-up.read')
  @Get('letters/sender')
  sender(@Query() { facilityId }: PatientOfDto, @CurrentPrincipal() principal: Principal): Promise<Sender> {
    mayActFor(principal, facilityId, 'facility');
    return this.scoped(principal, (tx) => senderOf(tx, facilityId));
  }

  /** Who writes a facility's letters, and the neutral name for envelopes. */
  @Requires('follow-up.write')
  @Post('letters/sender')
  @HttpCode(204)
  async keepSender(@Body() body: SenderDto, @CurrentPrincipal() principal: Principal): Promise<void> {
    const { facilityId, line2 = null, telephone = null, ...rest } = body;
    mayActFor(principal, facilityId, 'facility');
    await this.scoped(principal, (tx) => saveSender(tx, facilityId, { ...rest, line2, telephone }, principal.actor));
  }

  private async find(id: string, principal: Principal): Promise<BatchView> {
    const [batch] = await this.scoped(principal, (tx) => tx.query<BatchView[]>(`${BATCHES} WHERE b.id = $1`, [id]));
    if (batch === undefined) throw notFound('batch');
    return batch;
  }

  /** Whoever gets the letters has seen their patients. */
  private async noteLetters(id: string, principal: Principal): Promise<void> {
    await this.scoped(principal, async (tx) => {
      const rows = await tx.query<{ patient_id: string }[]>(`SELECT patient_id FROM letter WHERE batch_id = $1`, [id]);
      noteSeen(rows.map((row) => row.patient_id));
    });
  }
}
