import { setImmediate } from 'node:timers/promises';
import { type Issue, type NaaccrHeader, readNaaccrXml, type ReadPatient, type UserDictionary } from '@perennial/naaccr';
import { checkNaaccrStream, decompressed, standardScan } from '@perennial/naaccr/node';
import { type Principal, type Scoped } from '@perennial/persistence';
import { type EntityManager } from 'typeorm';
import { userDictionariesInUse } from '../dictionaries/user-dictionaries.js';
import { startRunOfPatients } from '../edits/runs.js';
import { currentStaging, type Staging } from '../staging/algorithms.js';
import { deriverOf } from '../staging/derive.js';
import { type RegistryTables } from '../tables.js';
import { storedBytes } from './batches.js';
import { importPage, type PageOutcome } from './import-page.js';
import { type PlanContext, planPatient, type PlannedPatient, type PlanResult, type Reject } from './plan.js';

/** Patients that are taken in one transaction. */
const PAGE = 500;
/** Patients that are read and judged before the database's answers are looked at. */
const READ_AT_ONCE = 5;

interface BatchRow {
  readonly id: string;
  readonly facilityIds: readonly string[];
  readonly defaultFacilityId: string | null;
  readonly state: string;
  readonly dryRun: boolean;
  readonly asDraft: boolean;
  readonly requestedBy: string;
  readonly donePatients: number;
}

/** What became of a file so far; kept in `import_batch.counts`. */
export interface ImportCounts {
  readonly patients: number;
  readonly tumors: number;
  readonly complete: number;
  readonly drafts: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly newPatients: number;
  readonly matchedPatients: number;
  readonly reviewPatients: number;
  readonly patientsWithoutTumor: number;
  readonly byReason: Readonly<Record<string, number>>;
  /** Findings that did not keep a record out, by code. */
  readonly warnings: Readonly<Record<string, number>>;
  /** Items that the dictionary does not have, left out, by id. */
  readonly unknownItems: Readonly<Record<string, number>>;
}

const NONE: ImportCounts = {
  patients: 0,
  tumors: 0,
  complete: 0,
  drafts: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  newPatients: 0,
  matchedPatients: 0,
  reviewPatients: 0,
  patientsWithoutTumor: 0,
  byReason: {},
  warnings: {},
  unknownItems: {},
};

/** Records with a repeated item are dealt with one by one; items of a user dictionary that is not in use are counted and left out. */
const scanWith = (userDictionaries: readonly UserDictionary[]): ReturnType<typeof standardScan> =>
  standardScan({ keepGoing: true, userDictionaries });

/**
 * Bring a stored file into the registry, going on where an earlier run ended: first the whole file is checked, so that nothing is taken
 * from one that cannot be read to its end; then its patients are taken page by page, each page in the transaction that moves the cursor.
 * Killed anywhere, a later run takes each record once.
 *
 * @param principal registry-wide; rows belong to the facilities of the sender all the same, and records of others are refused.
 * @returns the state that the batch came to.
 */
export async function runImport(
  scoped: Scoped,
  principal: Principal,
  batchId: string,
  tables: RegistryTables,
  today: string,
): Promise<string> {
  const batch = await scoped(principal, (tx) => begin(tx, batchId));
  if (batch === null) return 'nothing to do';
  const scan = scanWith(await scoped(principal, userDictionariesInUse));
  if (batch.state === 'checking') {
    const checked = await check(scoped, principal, batch, scan);
    if (checked !== 'importing') return checked;
  }
  const bytes = decompressed(storedBytes(scoped, principal, batch.id));
  const file = await readNaaccrXml(bytes, scan);
  const owners = batch.facilityIds;
  const { context, staging } = await scoped(principal, (tx) => planContext(tx, batch, tables));
  let position = 0;
  let page: ReadPatient[] = [];
  let plans: PlanResult[] = [];
  let underWay = Promise.resolve(true);
  /** Judge a page, wait for the one before, and begin this one: while the database works, the next patients are read and judged. */
  const take = async (): Promise<boolean> => {
    const from = position - page.length;
    const work = { batch, owners, from, patients: page, plans, header: file.header, staging };
    page = [];
    plans = [];
    if (!(await underWay)) return false;
    underWay = takePage(scoped, principal, work, tables, today);
    // Whoever waits for it next gets the failure; until then it is not one that nobody looked at.
    underWay.catch(() => undefined);
    return true;
  };
  const stopped = async (): Promise<string> => {
    await scoped(principal, (tx) => findingsOfStopped(tx, batch, today));
    return 'stopped';
  };
  try {
    for await (const patient of file.patients) {
      position += 1;
      if (position <= batch.donePatients) continue;
      page.push(patient);
      plans.push(planPatient(patient, position, context));
      // Many patients come of one piece of the file without a pause: what the database answered meanwhile must not wait for all of them.
      if (position % READ_AT_ONCE === 0) await setImmediate();
      if (page.length === PAGE && !(await take())) return await stopped();
    }
    if ((page.length > 0 && !(await take())) || !(await underWay)) return await stopped();
  } finally {
    await file.patients.return?.(undefined);
  }
  return scoped(principal, (tx) => finish(tx, batch, today));
}

/** Take hold of a batch that is to be worked on. */
async function begin(tx: EntityManager, id: string): Promise<BatchRow | null> {
  await tx.query(
    `UPDATE import_batch SET state = CASE WHEN done_patients > 0 THEN 'importing' ELSE 'checking' END, started_at = coalesce(started_at, now()),
            first_revision = coalesce(first_revision, (SELECT coalesce(max(id), 0) FROM revision))
      WHERE id = $1 AND state IN ('received', 'checking')`,
    [id],
  );
  const [row] = await tx.query<BatchRow[]>(
    `SELECT id, facility_ids AS "facilityIds", default_facility_id AS "defaultFacilityId", state, dry_run AS "dryRun", as_draft AS "asDraft",
            requested_by AS "requestedBy", done_patients AS "donePatients"
       FROM import_batch WHERE id = $1 AND state IN ('checking', 'importing')`,
    [id],
  );
  return row ?? null;
}

/** Read the whole file once. */
async function check(
  scoped: Scoped,
  principal: Principal,
  batch: BatchRow,
  scan: ReturnType<typeof scanWith>,
): Promise<string> {
  const report = await checkNaaccrStream(storedBytes(scoped, principal, batch.id), scan);
  const { header, patients, tumors, items, byCode, fatal, extensions } = report;
  const inUse = scan.userDictionaries?.map(({ uri }) => uri) ?? [];
  const about = {
    ...(header === null
      ? {}
      : {
          version: header.version,
          recordType: header.recordType,
          timeGenerated: header.timeGenerated,
          userDictionaries: header.userDictionaryUris.map((uri) => ({ uri, inUse: inUse.includes(uri) })),
        }),
    patients,
    tumors,
    items,
    findings: byCode,
    extensions,
  };
  const state = fatal === null ? 'importing' : 'refused';
  await scoped(principal, (tx) =>
    tx.query(
      `UPDATE import_batch SET state = $2, file = $3, problem = $4, finished_at = CASE $2 WHEN 'refused' THEN now() END WHERE id = $1 AND state = 'checking'`,
      [batch.id, state, JSON.stringify(about), fatal === null ? null : JSON.stringify(fatal)],
    ),
  );
  return state;
}

async function planContext(
  tx: EntityManager,
  batch: BatchRow,
  tables: RegistryTables,
): Promise<{ readonly context: PlanContext; readonly staging: Staging }> {
  const staging = await currentStaging(tx, tables);
  const facilities = await tx.query<{ id: string; facility_number: string }[]>(
    `SELECT id, facility_number FROM facility`,
  );
  const context = {
    facilities: new Map(facilities.map((row) => [row.facility_number, row.id])),
    defaultFacilityId: batch.defaultFacilityId,
    scope: batch.facilityIds.length === 0 ? null : new Set(batch.facilityIds),
    asDraft: batch.asDraft,
    stage: deriverOf(staging, tables),
  };
  return { context, staging };
}

interface PageWork {
  readonly batch: BatchRow;
  readonly owners: readonly string[];
  readonly from: number;
  readonly patients: readonly ReadPatient[];
  readonly plans: readonly PlanResult[];
  readonly header: NaaccrHeader;
  /** What the plans were staged with. */
  readonly staging: Staging;
}

/** Thrown to take back what a dry run wrote. */
class TakeBack extends Error {
  constructor(readonly outcome: PageOutcome) {
    super('a dry run keeps nothing');
  }
}

/** @returns false when the batch was cancelled, or another worker is further on. */
async function takePage(
  scoped: Scoped,
  principal: Principal,
  { batch, owners, from, patients, plans, header, staging }: PageWork,
  tables: RegistryTables,
  today: string,
): Promise<boolean> {
  const planned = plans.map(({ patient }) => patient);
  const pageContext = {
    batchId: batch.id,
    actor: batch.requestedBy,
    recordType: header.recordType,
    tables,
    today,
    plannedStaging: staging,
  };
  const warnings = count(patients.flatMap(({ issues }) => issues.map(({ code }: Issue) => code)));
  const unknownItems = count(plans.flatMap((plan) => plan.unknownItems));
  const settle = (tx: EntityManager, outcome: PageOutcome): Promise<boolean> => {
    const rejects = [...plans.flatMap((plan) => plan.rejects), ...outcome.rejects];
    const { rejects: _, ...numbers } = outcome;
    const added = {
      patients: patients.length,
      tumors: patients.reduce((sum, { tumors }) => sum + tumors.length, 0),
      ...numbers,
      rejected: rejects.length,
      patientsWithoutTumor: patients.filter(({ tumors }) => tumors.length === 0).length,
      byReason: count(rejects.map(({ reason }) => reason)),
      warnings,
      unknownItems,
    };
    return settlePage(tx, batch.id, owners, from, added, rejects);
  };
  if (batch.dryRun) {
    const outcome = await dryRun(scoped, principal, planned, pageContext);
    return scoped(principal, (tx) => settle(tx, outcome));
  }
  return scoped(principal, async (tx) => {
    // A page that is lost in a crash is lost with its cursor, and taken again; the end of the batch waits for all of them to be on disk.
    // Its records lie in memory twice between two steps of a statement.
    await tx.query(`SELECT set_config('synchronous_commit', 'off', true), set_config('work_mem', '32MB', true)`);
    // The cursor first: it keeps a second worker from the same page.
    if (!(await holds(tx, batch.id, from))) return false;
    return settle(tx, await importPage(tx, planned, pageContext));
  });
}

async function dryRun(
  scoped: Scoped,
  principal: Principal,
  planned: readonly PlannedPatient[],
  context: Parameters<typeof importPage>[2],
): Promise<PageOutcome> {
  try {
    await scoped(principal, async (tx) => {
      throw new TakeBack(await importPage(tx, planned, context));
    });
  } catch (error) {
    if (error instanceof TakeBack) return error.outcome;
    throw error;
  }
  throw new Error('a dry run came to an end without an outcome');
}

async function holds(tx: EntityManager, id: string, from: number): Promise<boolean> {
  const rows = await tx.query<unknown[]>(
    `SELECT FROM import_batch WHERE id = $1 AND state = 'importing' AND done_patients = $2 FOR UPDATE`,
    [id, from],
  );
  return rows.length === 1;
}

async function settlePage(
  tx: EntityManager,
  id: string,
  owners: readonly string[],
  from: number,
  added: ImportCounts,
  rejects: readonly Reject[],
): Promise<boolean> {
  const [row] = await tx.query<{ counts: Partial<ImportCounts> }[]>(
    `SELECT counts FROM import_batch WHERE id = $1 AND state = 'importing' AND done_patients = $2 FOR UPDATE`,
    [id, from],
  );
  if (row === undefined) return false;
  if (rejects.length > 0) {
    await tx.query(
      `INSERT INTO import_reject (batch_id, patient, tumor, facility_ids, line, reason, detail)
       SELECT $1, patient, tumor, $2::uuid[], line, reason, detail FROM json_to_recordset($3::json) AS r (patient int, tumor int, line int, reason text, detail jsonb)`,
      [id, owners, JSON.stringify(rejects)],
    );
  }
  await tx.query(`UPDATE import_batch SET done_patients = $2, counts = $3 WHERE id = $1`, [
    id,
    from + added.patients,
    JSON.stringify(sum({ ...NONE, ...row.counts }, added)),
  ]);
  return true;
}

async function finish(tx: EntityManager, batch: BatchRow, today: string): Promise<string> {
  const [, moved] = await tx.query<[unknown, number]>(
    `UPDATE import_batch SET state = 'done', finished_at = now(), counts = $2::jsonb || counts WHERE id = $1 AND state = 'importing'`,
    [batch.id, JSON.stringify(NONE)],
  );
  if (moved === 1) await requestFindingsOf(tx, batch, today);
  return 'done';
}

/** What a cancelled import took stays, so it is judged too; another worker that is further on goes on to the end. */
async function findingsOfStopped(tx: EntityManager, batch: BatchRow, today: string): Promise<void> {
  const [row] = await tx.query<{ state: string }[]>(`SELECT state FROM import_batch WHERE id = $1`, [batch.id]);
  if (row?.state === 'cancelled') await requestFindingsOf(tx, batch, today);
}

/** Have the patients of a batch judged by the edits in the background. A dry run changed none. */
async function requestFindingsOf(tx: EntityManager, batch: BatchRow, today: string): Promise<void> {
  if (batch.dryRun) return;
  const sql = `
    SELECT DISTINCT CASE r.entity WHEN 'patient' THEN r.entity_id ELSE a.patient_id END AS id
      FROM import_batch b JOIN revision r ON r.id > b.first_revision AND r.entity IN ('patient', 'abstract') AND r.origin->>'batchId' = b.id::text
      LEFT JOIN abstract a ON r.entity = 'abstract' AND a.id = r.entity_id WHERE b.id = $1`;
  await startRunOfPatients(tx, { importBatchId: batch.id }, { sql, value: batch.id }, batch.requestedBy, today);
}

function count(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function sum(a: ImportCounts, b: ImportCounts): ImportCounts {
  const total = (
    one: Readonly<Record<string, number>>,
    other: Readonly<Record<string, number>>,
  ): Record<string, number> => {
    const both = { ...one };
    for (const [key, value] of Object.entries(other)) both[key] = (both[key] ?? 0) + value;
    return both;
  };
  return {
    patients: a.patients + b.patients,
    tumors: a.tumors + b.tumors,
    complete: a.complete + b.complete,
    drafts: a.drafts + b.drafts,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    rejected: a.rejected + b.rejected,
    newPatients: a.newPatients + b.newPatients,
    matchedPatients: a.matchedPatients + b.matchedPatients,
    reviewPatients: a.reviewPatients + b.reviewPatients,
    patientsWithoutTumor: a.patientsWithoutTumor + b.patientsWithoutTumor,
    byReason: total(a.byReason, b.byReason),
    warnings: total(a.warnings, b.warnings),
    unknownItems: total(a.unknownItems, b.unknownItems),
  };
}
