import { Inject, Injectable } from '@nestjs/common';
import { type Principal, type Scoped } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import {
  cancelImport,
  importAfterDryRun,
  type ImportCounts,
  resumeImport,
  type StoredUpload,
  storeUpload,
} from '@perennial/records';
import { type Request } from 'express';
import { type Page, readCursor, stampOf, toPage } from '../platform/paging.js';
import { SCOPED } from '../platform/tokens.js';
import { type ImportOrderDto, type ListImportsDto, type ListRejectsDto } from './dto.js';

export interface ImportView {
  readonly id: string;
  /** `uploading`, `received`, `checking`, `importing`, `done`; `refused`: cannot be read; `failed`: the upload broke off; `cancelled`. */
  readonly state: string;
  readonly dryRun: boolean;
  readonly asDraft: boolean;
  readonly facilityId: string | null;
  readonly bytes: number;
  readonly sha256: string | null;
  /** Share of the file's patients that are dealt with, 0 to 1; null until they are counted. */
  readonly progress: number | null;
  /** What the file says of itself and how much is in it. */
  readonly file: Readonly<Record<string, unknown>>;
  readonly counts: Partial<ImportCounts>;
  readonly problem: { readonly code: string; readonly line?: number; readonly message: string } | null;
  readonly receivedAt: string;
  readonly finishedAt: string | null;
}

export interface RejectView {
  /** Places in the file, from 1. */
  readonly patient: number;
  readonly tumor: number;
  readonly line: number;
  readonly reason: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

interface Row extends Omit<ImportView, 'bytes' | 'progress' | 'finishedAt'> {
  readonly bytes: string;
  readonly donePatients: number;
  readonly finishedAt: Date | null;
}

const COLUMNS = `id, state, dry_run AS "dryRun", as_draft AS "asDraft", default_facility_id AS "facilityId", bytes, sha256, file, counts, problem,
  done_patients AS "donePatients", ${stampOf('received_at')} AS "receivedAt", finished_at AS "finishedAt"`;

function viewOf({ bytes, donePatients, finishedAt, ...row }: Row): ImportView {
  const { patients } = row.file;
  const share = typeof patients !== 'number' ? null : patients === 0 ? 1 : donePatients / patients;
  return {
    ...row,
    bytes: Number(bytes),
    progress: row.state === 'done' ? 1 : share,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

@Injectable()
export class NaaccrImportService {
  constructor(@Inject(SCOPED) private readonly scoped: Scoped) {}

  async upload(principal: Principal, query: ImportOrderDto, request: Request): Promise<StoredUpload> {
    const { facilityId = null, dryRun, asDraft, again } = query;
    if (facilityId !== null) await this.assertFacility(principal, facilityId);
    const only =
      principal.allFacilities || principal.facilityIds.length !== 1 ? null : (principal.facilityIds[0] ?? null);
    return storeUpload(
      this.scoped,
      principal,
      { facilityId: facilityId ?? only, dryRun, asDraft, again },
      bodyOf(request),
    );
  }

  private async assertFacility(principal: Principal, id: string): Promise<void> {
    const rows = await this.scoped(principal, (tx) => tx.query<unknown[]>(`SELECT FROM facility WHERE id = $1`, [id]));
    if (rows.length === 0 || !(principal.allFacilities || principal.facilityIds.includes(id)))
      throw notFound('facility');
  }

  async list(principal: Principal, query: ListImportsDto): Promise<Page<ImportView>> {
    const cursor = readCursor(query.cursor);
    const rows = await this.scoped(principal, (tx) =>
      tx.query<Row[]>(
        `SELECT ${COLUMNS} FROM import_batch WHERE ($1::timestamptz IS NULL OR (received_at, id) < ($1, $2::uuid)) ORDER BY received_at DESC, id DESC LIMIT $3`,
        [cursor?.at ?? null, cursor?.id ?? null, query.limit + 1],
      ),
    );
    return toPage(rows.map(viewOf), query.limit, (row) => row.receivedAt);
  }

  async one(principal: Principal, id: string): Promise<ImportView> {
    const [row] = await this.scoped(principal, (tx) =>
      tx.query<Row[]>(`SELECT ${COLUMNS} FROM import_batch WHERE id = $1`, [id]),
    );
    if (row === undefined) throw notFound('import');
    return viewOf(row);
  }

  async rejects(
    principal: Principal,
    id: string,
    { limit, cursor, reason }: ListRejectsDto,
  ): Promise<{ items: readonly RejectView[]; next: string | null }> {
    await this.one(principal, id);
    const [patient, tumor] = (cursor ?? '0.0').split('.').map(Number);
    const rows = await this.scoped(principal, (tx) =>
      tx.query<RejectView[]>(
        `SELECT patient, tumor, line, reason, detail FROM import_reject
          WHERE batch_id = $1 AND (patient, tumor) > ($2, $3) AND ($4::text IS NULL OR reason = $4) ORDER BY patient, tumor LIMIT $5`,
        [id, patient, tumor, reason ?? null, limit + 1],
      ),
    );
    const items = rows.slice(0, limit);
    const last = items[items.length - 1];
    return { items, next: rows.length > limit && last !== undefined ? `${last.patient}.${last.tumor}` : null };
  }

  async cancel(principal: Principal, id: string): Promise<void> {
    await this.one(principal, id);
    if (!(await this.scoped(principal, (tx) => cancelImport(tx, id))))
      throw new DomainError('import.state', 409, 'Only an import that is under way can be cancelled.');
  }

  async resume(principal: Principal, id: string): Promise<{ id: string }> {
    await this.one(principal, id);
    if (!(await this.scoped(principal, (tx) => resumeImport(tx, id))))
      throw new DomainError('import.state', 409, 'This import has ended; there is nothing to go on with.');
    return { id };
  }

  async promote(principal: Principal, id: string): Promise<{ id: string }> {
    await this.one(principal, id);
    if (!(await this.scoped(principal, (tx) => importAfterDryRun(tx, id))))
      throw new DomainError('import.state', 409, 'Only a dry run that is done can be imported.');
    return { id };
  }
}

/** The bytes of a request: streamed, or in memory where the content type is one that the platform reads for messages. */
function bodyOf(request: Request): AsyncIterable<Uint8Array> {
  const read: unknown = request.body;
  if (Buffer.isBuffer(read)) {
    return (async function* () {
      await Promise.resolve();
      yield read;
    })();
  }
  if (request.is('json') !== false && read !== undefined)
    throw new DomainError('import.content-type', 415, 'Send the file as application/xml or application/gzip.');
  return request as AsyncIterable<Buffer>;
}
