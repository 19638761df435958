import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { acknowledgement } from '@perennial/hl7';
import { type Principal, type Scoped } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import {
  createBatcher,
  dismissMessages,
  judgeItems,
  messagesWithoutFacility,
  receiveHl7,
  type ReceivedMessage,
  type RegistryTables,
  rerunMessages,
  storeHl7,
  storeText,
} from '@perennial/records';
import { type Page, readCursor, toPage } from '../platform/paging.js';
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
const stampOf = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const COLUMNS = `id, kind, state, ${stampOf('received_at')} AS "receivedAt", parent_id AS "batchId", problems, control_id AS "controlId", finished_at AS "finishedAt", result`;

/** Messages that one request plans again. */
const RERUN_AT_ONCE = 1_000;

interface Storing {
  readonly principal: Principal;
  readonly message: ReceivedMessage;
}

@Injectable()
export class IntakeService implements OnModuleDestroy {
  private readonly storing = createBatcher((all: readonly Storing[]) => this.store(all), { size: 64, atOnce: 2 });

  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    private readonly clock: Clock,
  ) {}

  /** Store the bytes of one message or batch, then answer. Messages that arrive at the same time share their transaction. */
  async hl7(principal: Principal, raw: Buffer): Promise<{ id: string; accepted: boolean; acknowledgement: string }> {
    const now = this.clock.now().toISOString().replace(/\D/g, '').slice(0, 14);
    const message = receiveHl7(raw, (result) => acknowledgement(result, now, randomUUID().slice(0, 20)));
    await this.storing.submit({ principal, message });
    return { id: message.id, accepted: message.result.ack === 'AA', acknowledgement: message.acknowledgement };
  }

  private async store(all: readonly Storing[]): Promise<readonly void[]> {
    const groups = new Map<string, Storing[]>();
    for (const one of all) {
      const { actor, facilityIds, allFacilities } = one.principal;
      const key = [actor, allFacilities, ...facilityIds].join(' ');
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined) continue;
      await this.scoped(first.principal, (tx) =>
        storeHl7(
          tx,
          group.map(({ message }) => message),
          first.principal,
        ),
      );
    }
    return all.map(() => undefined);
  }

  async text(principal: Principal, report: TextReportDto): Promise<{ id: string }> {
    if (!principal.allFacilities && !principal.facilityIds.includes(report.facilityId)) throw notFound('facility');
    judgeItems(this.tables.dictionary, report.patient);
    return { id: await this.scoped(principal, (tx) => storeText(tx, { ...report }, principal)) };
  }

  /** What was received is stored before the database is let go. */
  onModuleDestroy(): Promise<void> {
    return this.storing.idle();
  }

  async list(principal: Principal, query: ListMessagesDto): Promise<Page<MessageSummary>> {
    const cursor = readCursor(query.cursor);
    const rows = await this.scoped(principal, (tx) =>
      tx.query<MessageSummary[]>(
        `SELECT id, kind, state, ${stampOf('received_at')} AS "receivedAt", problems FROM intake_message
          WHERE ($1::text IS NULL OR state = $1) AND ($2::timestamptz IS NULL OR (received_at, id) < ($2, $3::uuid))
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
