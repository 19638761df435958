import { Inject, Injectable } from '@nestjs/common';
import { type ItemValues } from '@perennial/naaccr';
import { inScope, type Principal, type Scoped, withRegistryScope } from '@perennial/persistence';
import { notFound } from '@perennial/problem';
import {
  COMPARED_ITEMS,
  comparePatients,
  type Completed,
  completeAbstract,
  createAbstract,
  editAbstract,
  endComparisons,
  holdPatientOf,
  reconsolidateTumorOf,
  requestFindings,
  type KeyedFinding,
  liveFindings,
  findOrCreatePatient,
  itemsAsOf,
  itemsInUse,
  judgeItems,
  type LineageEntry,
  lineageOf,
  lockPerson,
  missingCore,
  moveAbstract,
  type RegistryTables,
  SET_OF_ABSTRACTS,
  setOf,
  type Standing,
  standingsOf,
  useOf,
} from '@perennial/records';
import { type EntityManager } from 'typeorm';
import { type Page, readCursor, stampOf, toPage } from '../platform/paging.js';
import { Clock, SCOPED, TABLES } from '../platform/tokens.js';
import { type CreateAbstractDto, type EditAbstractDto, type ListAbstractsDto } from './dto.js';

export interface AbstractSummary {
  readonly id: string;
  readonly facilityId: string;
  readonly patientId: string;
  readonly state: string;
  readonly primarySite: string | null;
  readonly histology: string | null;
  readonly dateOfDiagnosis: string | null;
  readonly accessionNumber: string | null;
  readonly revision: number;
  readonly createdAt: string;
}

export interface AbstractDetail extends AbstractSummary {
  readonly tumorId: string | null;
  readonly items: ItemValues;
  /** Core items that completion still needs. */
  readonly missing: readonly string[];
  readonly findings: readonly KeyedFinding[];
  /** The set of edits that completion is judged by. */
  readonly editSet: {
    readonly id: string;
    readonly version: string;
    readonly off: readonly string[];
    readonly severity: Readonly<Record<string, 'error' | 'warning'>>;
  };
  /** Where the values come from: words, rules, confidence, and whether a person stands behind them. */
  readonly standings: Readonly<Record<string, Standing>>;
  readonly reports: readonly { readonly id: string; readonly state: string; readonly versions: number }[];
  readonly workItems: readonly { readonly id: string; readonly kind: string; readonly reason: unknown }[];
}

const SUMMARY = `id, facility_id AS "facilityId", patient_id AS "patientId", state, primary_site AS "primarySite", histology, date_of_diagnosis AS "dateOfDiagnosis",
  accession_number AS "accessionNumber", revision, ${stampOf('created_at')} AS "createdAt"`;

@Injectable()
export class AbstractsService {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    private readonly clock: Clock,
  ) {}

  async list(principal: Principal, query: ListAbstractsDto): Promise<Page<AbstractSummary>> {
    const cursor = readCursor(query.cursor);
    const rows = await this.scoped(principal, (tx) =>
      tx.query<AbstractSummary[]>(
        `SELECT ${SUMMARY} FROM abstract WHERE ${inScope(principal, 'facility_id')} AND ($1::text IS NULL OR state = $1) AND ($2::timestamptz IS NULL OR (created_at, id) > ($2, $3::uuid)) ORDER BY created_at, id LIMIT $4`,
        [query.state ?? null, cursor?.at ?? null, cursor?.id ?? null, query.limit + 1],
      ),
    );
    return toPage(rows, query.limit, (row) => row.createdAt);
  }

  one(principal: Principal, id: string): Promise<AbstractDetail> {
    return this.scoped(principal, async (tx) => {
      const [row] = await tx.query<(AbstractSummary & { tumorId: string | null; items: ItemValues })[]>(
        `SELECT ${SUMMARY}, tumor_id AS "tumorId", items FROM abstract WHERE id = $1`,
        [id],
      );
      if (row === undefined) throw notFound('abstract');
      const reports = await tx.query<AbstractDetail['reports'][number][]>(
        `SELECT DISTINCT r.id, r.state, r.latest_version AS versions FROM code_suggestion s JOIN report_version v ON v.id = s.report_version_id JOIN report r ON r.id = v.report_id WHERE s.abstract_id = $1`,
        [id],
      );
      const workItems = await tx.query<AbstractDetail['workItems'][number][]>(
        `SELECT id, kind, reason FROM work_item WHERE entity_id = $1 AND state = 'open' ORDER BY created_at`,
        [id],
      );
      return {
        ...row,
        missing: missingCore(row.items),
        findings: await liveFindings(tx, id, row.items, this.clock.today(), this.tables),
        editSet: await editSetOf(tx, this.tables),
        standings: await standingsOf(tx, id),
        reports,
        workItems,
      };
    });
  }

  create(principal: Principal, body: CreateAbstractDto): Promise<{ id: string; revision: number }> {
    if (!principal.allFacilities && !principal.facilityIds.includes(body.facilityId)) throw notFound('facility');
    const items = Object.fromEntries(
      Object.entries(body.items).filter((entry): entry is [string, string] => entry[1] !== null),
    ) as ItemValues;
    return this.scoped(principal, async (tx) => {
      const [facility] = await tx.query<unknown[]>(`SELECT FROM facility WHERE id = $1 AND retired_at IS NULL`, [
        body.facilityId,
      ]);
      if (facility === undefined) throw notFound('facility');
      judgeItems(await itemsInUse(tx, this.tables), body.items);
      const known =
        body.patientId === undefined
          ? undefined
          : (await tx.query<{ id: string }[]>(`SELECT id FROM patient WHERE id = $1`, [body.patientId]))[0];
      if (body.patientId !== undefined && known === undefined) throw notFound('patient');
      const save = { actor: principal.actor, origin: { kind: 'person' } } as const;
      // The person may be known through another facility.
      const find = async (): Promise<string> => {
        await lockPerson(tx, body.facilityId, items);
        return findOrCreatePatient(tx, body.facilityId, items, save, this.tables);
      };
      const patientId = known?.id ?? (await withRegistryScope(tx, principal, find));
      const created = await createAbstract(
        tx,
        { facilityId: body.facilityId, patientId, items: body.items },
        principal.actor,
        this.clock.today(),
        this.tables,
      );
      await this.comparePatient(tx, principal, patientId);
      return created;
    });
  }

  edit(principal: Principal, id: string, revision: number, body: EditAbstractDto): Promise<number> {
    return this.scoped(principal, async (tx) => {
      const saved = await editAbstract(tx, id, revision, body, principal.actor, this.tables);
      if (COMPARED_ITEMS.some((item) => item in body.items)) {
        const [row] = await tx.query<{ patientId: string }[]>(
          `SELECT patient_id AS "patientId" FROM abstract WHERE id = $1`,
          [id],
        );
        if (row !== undefined) await this.comparePatient(tx, principal, row.patientId);
      }
      return saved;
    });
  }

  /** The person's other abstracts may be of facilities that this principal does not see. */
  private comparePatient(tx: EntityManager, principal: Principal, patientId: string): Promise<void> {
    return withRegistryScope(tx, principal, () => comparePatients(tx, [patientId], this.tables, this.clock.today()));
  }

  complete(principal: Principal, id: string, revision: number, initials: string): Promise<Completed> {
    return this.scoped(principal, (tx) =>
      completeAbstract(tx, id, revision, { principal, abstractedBy: initials }, this.clock.today(), this.tables),
    );
  }

  move(principal: Principal, id: string, revision: number, to: 'draft' | 'withdrawn', reason: string): Promise<number> {
    return this.scoped(principal, async (tx) => {
      if (to === 'withdrawn') await holdPatientOf(tx, id, principal);
      const saved = await moveAbstract(tx, id, revision, to, reason, principal.actor);
      if (to !== 'withdrawn') return saved;
      await withRegistryScope(tx, principal, async () => {
        await endComparisons(tx, [id]);
        const save = { actor: principal.actor, origin: { kind: 'person', reason } } as const;
        const patientId = await reconsolidateTumorOf(tx, id, save, this.tables);
        if (patientId !== null) await requestFindings(tx, patientId);
      });
      return saved;
    });
  }

  async lineage(principal: Principal, id: string): Promise<LineageEntry[]> {
    const entries = await this.scoped(principal, (tx) => lineageOf(tx, 'abstract', id));
    if (entries.length === 0) throw notFound('abstract');
    return entries;
  }

  async asOf(principal: Principal, id: string, at: Date): Promise<ItemValues> {
    const items = await this.scoped(principal, (tx) => itemsAsOf(tx, 'abstract', id, at));
    if (items === null) throw notFound('abstract');
    return items;
  }
}

/** The set that completion is judged by, as a client needs it to judge the same while a person types. */
async function editSetOf(tx: EntityManager, tables: RegistryTables): Promise<AbstractDetail['editSet']> {
  const use = await useOf(tx, SET_OF_ABSTRACTS);
  const { id, version } = setOf(tables.edits, SET_OF_ABSTRACTS, use);
  return { id, version, off: use?.off ?? [], severity: use?.severity ?? {} };
}
