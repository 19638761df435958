import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { acknowledgement, readTextFile } from '@perennial/hl7';
import { parsePartialDate } from '@perennial/naaccr';
import { inScopeOfAll, type Principal, type Scoped, systemPrincipal } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import {
  type Batcher,
  createBatcher,
  dismissMessages,
  judgeItems,
  messagesWithoutFacility,
  numberOfText,
  receiveHl7,
  type ReceivedMessage,
  type RegistryTables,
  rerunMessages,
  storeHl7,
  storeText,
} from '@perennial/records';
import { type Page, readCursor, stampOf, toPage } from '../platform/paging.js';
import { Clock, SCOPED, TABLES } from '../platform/tokens.js';
import { type ListMessagesDto, type TextReportDto } from './dto.js';

export interface MessageSummary {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly receivedAt: string;
  readonly problems: readonly { readonly code: string; readonly segment: string; readonly field: string | null }[];
}

export interface MessageDetail extends MessageSummary {
  readonly controlId: string | null;
  /** The batch that it came in. */
  readonly batchId: string | null;
  readonly finishedAt: string | null;
  readonly result: unknown;
}

/** A time to the microsecond, as cursors need it: many rows share a millisecond. */
const COLUMNS = `id, kind, state, ${stampOf('received_at')} AS "receivedAt", parent_id AS "batchId", problems, control_id AS "controlId", finished_at AS "finishedAt", result`;

/** Messages that one request plans again. */
const RERUN_AT_ONCE = 1_000;

@Injectable()
export class IntakeService implements OnModuleDestroy {
  /** For each sender: a transaction has one principal. */
  private readonly storing = new Map<string, Batcher<ReceivedMessage, void>>();

  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    private readonly clock: Clock,
  ) {}

  /** Store the bytes of one message or batch, then answer. */
  async hl7(principal: Principal, raw: Buffer): Promise<{ id: string; accepted: boolean; acknowledgement: string }> {
    const now = this.clock.now().toISOString().replace(/\D/g, '').slice(0, 14);
    const message = receiveHl7(raw, (result) => acknowledgement(result, now, randomUUID().slice(0, 20)));
    await this.store(principal, message);
    return { id: message.id, accepted: message.result.ack === 'AA', acknowledgement: message.acknowledgement };
  }

  /** Store a message that was read. Messages that arrive at the same time share their transaction. */
  store(principal: Principal, message: ReceivedMessage): Promise<void> {
    const { actor, facilityIds, allFacilities } = principal;
    const key = [actor, allFacilities, ...facilityIds].join(' ');
    let storing = this.storing.get(key);
    if (storing === undefined) {
      storing = createBatcher(
        async (messages: readonly ReceivedMessage[]) => {
          await this.scoped(principal, (tx) => storeHl7(tx, messages, principal));
          return messages.map(() => undefined);
        },
        { size: 64, atOnce: 1 },
      );
      this.storing.set(key, storing);
    }
    return storing.submit(message);
  }

  /** Store a message as failed, for an operator to look at: nobody knows its sender. */
  async hold(message: ReceivedMessage, code: string): Promise<void> {
    const principal = systemPrincipal('intake');
    await this.scoped(principal, (tx) => storeHl7(tx, [message], principal, { code, segment: 'MSH', field: '4' }));
  }

  /** Keep a pasted or uploaded report. @throws DomainError 404 for a facility out of scope, 415 for a file without text, 422. */
  async text(principal: Principal, body: TextReportDto): Promise<{ id: string; reportNumber: string }> {
    const { facilityId } = body;
    if (!principal.allFacilities && !principal.facilityIds.includes(facilityId)) throw notFound('facility');
    const patient = body.patient ?? {};
    judgeItems(this.tables.dictionary, patient);
    if (body.collected !== undefined && !parsePartialDate(body.collected).ok)
      throw new DomainError('text.collected', 422, 'The day is not in the calendar.', {
        errors: [{ pointer: '/collected', detail: 'is not a date as YYYY, YYYYMM or YYYYMMDD' }],
      });
    const text = textOf(body);
    if (text.trim() === '' && body.status !== 'X')
      throw new DomainError('text.empty', 422, 'The report has no text.', {
        errors: [{ pointer: body.file === undefined ? '/text' : '/file', detail: 'has no words' }],
      });
    const reportNumber = body.reportNumber?.trim() ?? numberOfText(facilityId, text);
    const report = {
      facilityId,
      reportNumber,
      text,
      patient,
      ...(body.collected === undefined ? {} : { collected: body.collected }),
      ...(body.status === undefined ? {} : { status: body.status }),
    };
    const id = await this.scoped(principal, async (tx) => {
      const [facility] = await tx.query<unknown[]>(`SELECT 1 FROM facility WHERE id = $1 AND retired_at IS NULL`, [
        facilityId,
      ]);
      if (facility === undefined) throw notFound('facility');
      return storeText(tx, report, principal);
    });
    return { id, reportNumber };
  }

  /** What was received is stored before the database is let go. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all([...this.storing.values()].map((storing) => storing.idle()));
  }

  async list(principal: Principal, query: ListMessagesDto): Promise<Page<MessageSummary>> {
    const cursor = readCursor(query.cursor);
    const rows = await this.scoped(principal, (tx) =>
      tx.query<MessageSummary[]>(
        `SELECT id, kind, state, ${stampOf('received_at')} AS "receivedAt", problems FROM intake_message
          WHERE ${inScopeOfAll(principal, 'facility_ids')} AND ($1::text IS NULL OR state = $1) AND ($2::timestamptz IS NULL OR (received_at, id) < ($2, $3::uuid))
            AND ($5::uuid IS NULL OR parent_id = $5)
          ORDER BY received_at DESC, id DESC LIMIT $4`,
        [query.state ?? null, cursor?.at ?? null, cursor?.id ?? null, query.limit + 1, query.batch ?? null],
      ),
    );
    return toPage(rows, query.limit, (row) => row.receivedAt);
  }

  async one(principal: Principal, id: string): Promise<MessageDetail> {
    const [row] = await this.scoped(principal, (tx) =>
      tx.query<MessageDetail[]>(`SELECT ${COLUMNS} FROM intake_message WHERE id = $1`, [id]),
    );
    if (row === undefined) throw notFound('message');
    return row;
  }

  async raw(principal: Principal, id: string): Promise<{ kind: string; bytes: Buffer }> {
    const [row] = await this.scoped(principal, (tx) =>
      tx.query<{ kind: string; bytes: Buffer }[]>(`SELECT kind, raw AS bytes FROM intake_message WHERE id = $1`, [id]),
    );
    if (row === undefined) throw notFound('message');
    return row;
  }

  async rerun(principal: Principal, id: string): Promise<void> {
    const found = await this.scoped(principal, (tx) => rerunMessages(tx, [id]));
    if (found.length === 0)
      throw new DomainError('message.state', 409, 'Only a failed or parsed message can be run again.');
  }

  rerunAll(principal: Principal, ids: readonly string[]): Promise<string[]> {
    return this.scoped(principal, (tx) => rerunMessages(tx, ids));
  }

  dismissAll(principal: Principal, ids: readonly string[]): Promise<string[]> {
    return this.scoped(principal, (tx) => dismissMessages(tx, ids));
  }

  rerunUnassigned(principal: Principal): Promise<string[]> {
    return this.scoped(principal, async (tx) => rerunMessages(tx, await messagesWithoutFacility(tx, RERUN_AT_ONCE)));
  }

  async dismiss(principal: Principal, id: string): Promise<void> {
    const found = await this.scoped(principal, (tx) => dismissMessages(tx, [id]));
    if (found.length === 0) throw new DomainError('message.state', 409, 'Only a failed message can be dismissed.');
  }
}

/** The words of a report that was pasted or uploaded. @throws DomainError 415, 422. */
function textOf({ text, file }: TextReportDto): string {
  if ((text === undefined) === (file === undefined))
    throw new DomainError('text.unclear', 422, 'Send either the text or a file.', {
      errors: [{ pointer: '/text', detail: 'either this or file is needed' }],
    });
  if (file === undefined) return text ?? '';
  const document = readTextFile(Buffer.from(file, 'base64'));
  if (document.text === null)
    throw new DomainError(
      'text.format',
      415,
      `The file is ${document.format}, not plain text or RTF. Copy its words and paste them.`,
    );
  return document.text;
}
