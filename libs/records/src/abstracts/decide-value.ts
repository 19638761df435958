import { type Finding, runEdits } from '@perennial/edits';
import { type ItemValues } from '@perennial/naaccr';
import { DomainError, notFound, stale } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { itemsInUse } from '../dictionaries/user-dictionaries.js';
import { type CaseFinding } from '../edits/judge.js';
import { refreshFindings, SET_OF_TUMORS, setInUse } from '../edits/index.js';
import { type ItemPatch, type Origin, type Save, saveWithLineage } from '../lineage.js';
import { lockPatientRecords } from '../primaries/regroup.js';
import { patched, stagingDeriver } from '../staging/derive.js';
import { type RegistryTables, splitLevels } from '../tables.js';
import { consolidatedTumor, type Report } from './consolidated-tumor.js';
import { judgeItems } from './edit-abstract.js';
import { consolidatedFrom } from './reconsolidate.js';
import { placedAbstracts, reporter, type ReportOf } from './reports.js';
import { saveTumorValues, type TumorRow } from './save-tumor.js';
import { UNDECIDABLE } from './undecidable.js';
import { standingDecisions, type ValueDecision } from './value-decisions.js';

/** A consolidated patient or tumor. */
export interface Consolidated {
  readonly entity: 'patient' | 'tumor';
  readonly id: string;
}

/** What a person wants of one item. */
export interface WantedValue {
  readonly item: string;
  /** `null`: there is none. */
  readonly value: string | null;
  readonly reason: string;
  /** The abstract whose value it is, where one was chosen. */
  readonly abstractId?: string | undefined;
}

export interface DecidedValue {
  readonly revision: number;
  /** The value that stands now. */
  readonly value: string | null;
  /** What the edits find in the patient or tumor now. */
  readonly findings: readonly Finding[];
}

/** A decision that stands, and the abstracts that say something else since it was made. */
export interface ShownDecision extends Omit<ValueDecision, 'said' | 'decidedAt'> {
  readonly decidedAt: string;
  /** Abstracts that joined or changed since, with another value: a person looks again. */
  readonly otherwise: readonly string[];
}

interface Row extends TumorRow {
  readonly mergedInto: string | null;
}

/** Set a value on a consolidated patient or tumor; see {@link decide}. */
export const decideValue = (
  tx: EntityManager,
  of: Consolidated,
  expected: number,
  wanted: WantedValue,
  by: { readonly actor: string; readonly today: string },
  tables: RegistryTables,
): Promise<DecidedValue> => decide(tx, of, expected, { ...wanted, takenBack: false }, by, tables);

/** Take a decision on a value back: the value is what consolidation says. @throws DomainError 409 `value.none` where none stands; see {@link decide}. */
export const takeValueBack = (
  tx: EntityManager,
  of: Consolidated,
  expected: number,
  { item, reason }: Pick<WantedValue, 'item' | 'reason'>,
  by: { readonly actor: string; readonly today: string },
  tables: RegistryTables,
): Promise<DecidedValue> => decide(tx, of, expected, { item, value: null, reason, takenBack: true }, by, tables);

/**
 * Record what a person decided about one consolidated value, and bring the record to it: stage is derived again and the edits are run. The
 * decision stands whatever abstracts come later, and goes with a tumor that is merged: the survivor has it, and gives it back when they are
 * taken apart.
 *
 * The principal sees every facility; the caller has seen to that.
 *
 * @throws DomainError 404; 412 when the record moved on; 409 `tumor.merged` with the tumor that stands; 422 `item.undecidable` with the reason,
 * and per item where its type, length or codes do not hold the value.
 */
async function decide(
  tx: EntityManager,
  of: Consolidated,
  expected: number,
  wanted: WantedValue & { readonly takenBack: boolean },
  { actor, today }: { readonly actor: string; readonly today: string },
  tables: RegistryTables,
): Promise<DecidedValue> {
  const row = await held(tx, of);
  if (row.revision !== expected) throw stale(row.revision);
  const dictionary = await itemsInUse(tx, tables);
  refuseUndecidable(of, wanted.item, dictionary.byId.get(wanted.item)?.level);
  if (!wanted.takenBack) judgeItems(dictionary, { [wanted.item]: wanted.value });

  const merged =
    of.entity === 'patient'
      ? []
      : await tx.query<{ id: string }[]>(`SELECT id FROM tumor WHERE merged_into = $1`, [of.id]);
  const ids = [of.id, ...merged.map(({ id }) => id)];
  const standing = (await standingDecisions(tx, ids)).filter(({ item }) => item === wanted.item);
  if (wanted.takenBack && standing.length === 0)
    throw new DomainError('value.none', 409, 'Nobody set this value, or it was taken back meanwhile.');
  const reports = await reportsOf(tx, of, row, tables);
  refuseOtherValue(reports, wanted);

  const was = (row.items as Readonly<Record<string, string | undefined>>)[wanted.item] ?? null;
  const said = Object.fromEntries(reports.map(({ abstractId, items }) => [abstractId, valueOf(items, wanted.item)]));
  // Of merged tumors each may have a decision of its own: all of them end together.
  const targets = wanted.takenBack ? [...new Set(standing.map(({ entityId }) => entityId))] : [of.id];
  let decisionId = '';
  for (const target of targets) {
    const [made] = await tx.query<{ id: string }[]>(
      `INSERT INTO value_decision (entity, entity_id, patient_id, facility_ids, item, value, taken_back, reason, abstract_id, was, said, actor)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id`,
      [
        of.entity,
        target,
        row.patientId,
        row.facilityIds,
        wanted.item,
        wanted.value,
        wanted.takenBack,
        wanted.reason,
        wanted.abstractId ?? null,
        was,
        JSON.stringify(said),
        actor,
      ],
    );
    decisionId = made?.id ?? '';
  }
  const origin: Origin = {
    kind: 'value',
    decisionId,
    reason: wanted.reason,
    ...(wanted.takenBack ? { takenBack: true } : {}),
  };
  const save: Save = { actor, origin, confirmed: [wanted.item] };
  const before = await beforeDecisions(tx, of.id, wanted.item);
  const revision =
    of.entity === 'tumor'
      ? await saveTumor(tx, row, save, wanted, today, tables)
      : await savePatient(tx, row, reports, wanted, before, save, today, tables);
  const { found } = await refreshFindings(tx, [row.patientId], today, tables);
  const [now] = await tx.query<{ value: string | null }[]>(
    `SELECT items->>$2 AS value FROM ${of.entity === 'tumor' ? 'tumor' : 'consolidated_patient'} WHERE id = $1`,
    [of.id, wanted.item],
  );
  return { revision, value: now?.value ?? null, findings: findingsOn(found, of.id) };
}

const findingsOn = (found: readonly CaseFinding[], id: string): Finding[] =>
  found.flatMap(({ of, finding }) => (of.id === id ? [finding] : []));

const valueOf = (items: ItemValues, item: string): string | null =>
  (items as Readonly<Record<string, string | undefined>>)[item] ?? null;

/** What an item was before the decisions on it that follow one another without one being taken back. */
async function beforeDecisions(tx: EntityManager, id: string, item: string): Promise<string | null> {
  const rows = await tx.query<{ was: string | null; takenBack: boolean }[]>(
    `SELECT was, taken_back AS "takenBack" FROM value_decision WHERE entity_id = $1 AND item = $2 ORDER BY decided_at DESC`,
    [id, item],
  );
  const row = rows[0]?.takenBack === true ? rows.slice(1) : rows;
  const end = row.findIndex(({ takenBack }) => takenBack);
  return (end < 0 ? row : row.slice(0, end)).at(-1)?.was ?? null;
}

/** The record, with its patient and abstracts held for this transaction. */
async function held(tx: EntityManager, { entity, id }: Consolidated): Promise<Row> {
  const columns =
    entity === 'tumor'
      ? `patient_id AS "patientId", merged_into AS "mergedInto" FROM tumor`
      : `id AS "patientId", NULL AS "mergedInto" FROM consolidated_patient`;
  const sql = `SELECT id, items, revision, facility_ids AS "facilityIds", ${columns} WHERE id = $1`;
  const [known] = await tx.query<Row[]>(sql, [id]);
  if (known === undefined) throw notFound(entity);
  await lockPatientRecords(tx, known.patientId);
  const [row] = await tx.query<Row[]>(`${sql} FOR UPDATE`, [id]);
  if (row === undefined) throw notFound(entity);
  if (row.mergedInto !== null)
    throw new DomainError('tumor.merged', 409, 'This tumor was merged into another, which stands for it.', {
      tumorId: row.mergedInto,
    });
  return row;
}

function refuseUndecidable({ entity }: Consolidated, item: string, level: string | undefined): void {
  const wanted = entity === 'patient' ? 'Patient' : 'Tumor';
  const why = UNDECIDABLE.get(item) ?? (level === wanted ? undefined : `is not an item of a ${entity}`);
  if (why === undefined) return;
  throw new DomainError('item.undecidable', 422, `This item ${why}.`, {
    errors: [{ pointer: '/item', detail: why }],
  });
}

/** What the abstracts say: of the tumor, or of the person. */
async function reportsOf(
  tx: EntityManager,
  { entity, id }: Consolidated,
  { patientId }: Row,
  tables: RegistryTables,
): Promise<Report[]> {
  const dictionary = await itemsInUse(tx, tables);
  const ofPerson: ReportOf = ({ id: abstractId, facilityId, items }, revision) => ({
    abstractId,
    revision,
    facilityId,
    items: splitLevels(dictionary, items).patient,
  });
  const placed = await placedAbstracts(
    tx,
    entity === 'tumor' ? { patientId, tumorId: id } : { patientId },
    entity === 'tumor' ? await reporter(tx, tables) : ofPerson,
  );
  return placed.flatMap(({ report }) => (report === null ? [] : [report]));
}

/** A chosen value is the abstract's still. */
function refuseOtherValue(reports: readonly Report[], { abstractId, item, value }: WantedValue): void {
  if (abstractId === undefined) return;
  const chosen = reports.find((one) => one.abstractId === abstractId);
  if (chosen !== undefined && valueOf(chosen.items, item) === value) return;
  throw new DomainError('value.not-said', 409, 'The abstract does not say this value any more.', { abstractId });
}

/** Errors of edits that read this item alone: its codes do not hold the value. */
function refuseCodes(found: readonly Finding[], item: string): void {
  const wrong = found.filter(({ severity, items }) => severity === 'error' && items.length === 1 && items[0] === item);
  if (wrong.length === 0) return;
  throw new DomainError('item.code', 422, 'The item cannot hold this value.', {
    errors: wrong.map(({ message, edit }) => ({ pointer: '/value', detail: `${message} (edit ${edit})` })),
  });
}

async function saveTumor(
  tx: EntityManager,
  row: Row,
  save: Save,
  { item, value, takenBack }: { readonly item: string; readonly value: string | null; readonly takenBack: boolean },
  today: string,
  tables: RegistryTables,
): Promise<number> {
  const values = await consolidatedFrom(tx, row, tables);
  if (values === null)
    throw new DomainError('tumor.unreported', 409, 'No complete abstract stands behind this tumor any more.');
  if (!takenBack && value !== null) {
    const [patient] = await tx.query<{ items: ItemValues }[]>(`SELECT items FROM consolidated_patient WHERE id = $1`, [
      row.patientId,
    ]);
    const set = await setInUse(tx, tables.edits, SET_OF_TUMORS);
    const record = { items: patient?.items ?? {}, tumors: [patched(row.items, { [item]: value })] };
    refuseCodes(runEdits(set, record, today), item);
  }
  const stage = await stagingDeriver(tx, tables);
  return saveTumorValues(tx, row, { values, facilityIds: row.facilityIds }, save, stage);
}

async function savePatient(
  tx: EntityManager,
  row: Row,
  reports: readonly Report[],
  { item, value, takenBack }: { readonly item: string; readonly value: string | null; readonly takenBack: boolean },
  before: string | null,
  save: Save,
  today: string,
  tables: RegistryTables,
): Promise<number> {
  // A patient is made from a report before any abstract is complete: what none says is what was there before.
  const next = takenBack ? (consolidatedTumor(reports).items[item] ?? before) : value;
  const patch: ItemPatch = { [item]: next };
  if (!takenBack && value !== null) {
    const set = await setInUse(tx, tables.edits, SET_OF_TUMORS);
    refuseCodes(runEdits(set, { items: patched(row.items, patch), tumors: [{}] }, today), item);
  }
  const revision = await saveWithLineage(tx, 'patient', row, patch, save);
  if (revision === null) throw new Error('patient moved while locked');
  return revision;
}

/** Decisions that stand on a patient or on tumors, with the abstracts that say something else since. */
export async function shownDecisions(
  tx: EntityManager,
  of: Consolidated,
  ids: readonly string[],
  patientId: string,
  tables: RegistryTables,
): Promise<ShownDecision[]> {
  const standing = await standingDecisions(tx, ids);
  if (standing.length === 0) return [];
  const row: Row = { id: of.id, patientId, items: {}, revision: 0, facilityIds: [], mergedInto: null };
  const reports = await reportsOf(tx, of, row, tables);
  // Of two on one item in merged tumors the newer holds.
  const holding = standing.filter(({ item }, at) => standing.findLastIndex((one) => one.item === item) === at);
  return holding.map(({ said, decidedAt, ...decision }) => ({
    ...decision,
    decidedAt: decidedAt.toISOString(),
    otherwise: reports.flatMap(({ abstractId, items }) => {
      const now = valueOf(items, decision.item);
      const isNew = said[abstractId] === undefined ? now !== null : said[abstractId] !== now;
      return isNew && now !== decision.value ? [abstractId] : [];
    }),
  }));
}
