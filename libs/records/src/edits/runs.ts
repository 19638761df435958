import { type EditSetId, findSet } from '@perennial/edits';
import { enqueue, type Principal, type Scoped } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import { runStoredEdits } from '@perennial/queues';
import { type EntityManager } from 'typeorm';
import { type RegistryTables } from '../tables.js';
import { addImpact, compareSets, type ImpactCounts, NO_IMPACT } from './impact.js';
import { type SetUse } from './sets-in-use.js';
import { refreshFindings } from './stored.js';

/** Patients of one transaction: short enough that nobody waits for it. */
const PAGE = 200;

/** Which patients a run takes; all of the registry without any. */
export interface RunSelection {
  readonly facilityId?: string;
  /** Diagnosis years of a tumor, both ends included. */
  readonly fromYear?: number;
  readonly toYear?: number;
  /** First characters of a tumor's site, for example `C50`. */
  readonly site?: string;
  /** Only patients with an open finding of this edit. */
  readonly edit?: string;
  /** The import that brought them. */
  readonly importBatchId?: string;
  /** The run of staging that changed them. */
  readonly stagingRunId?: string;
}

/** What a run over stored cases counted. */
export interface RerunCounts {
  readonly cases: number;
  /** Cases with an error. */
  readonly failed: number;
  readonly byEdit: Readonly<Record<string, number>>;
}

const WHERE = `
  ($1::uuid IS NULL OR p.facility_ids @> ARRAY[$1::uuid])
  AND ($2::text IS NULL AND $3::text IS NULL AND $4::text IS NULL OR EXISTS (SELECT FROM tumor t WHERE t.patient_id = p.id AND t.merged_into IS NULL
       AND ($2::text IS NULL OR t.date_of_diagnosis >= $2) AND ($3::text IS NULL OR t.date_of_diagnosis < $3) AND ($4::text IS NULL OR starts_with(t.primary_site, $4))))
  AND ($5::text IS NULL OR EXISTS (SELECT FROM edit_finding f WHERE f.patient_id = p.id AND f.edit = $5 AND f.state = 'open'))`;

const parameters = ({ facilityId, fromYear, toYear, site, edit }: RunSelection): (string | null)[] => [
  facilityId ?? null,
  fromYear === undefined ? null : String(fromYear),
  toYear === undefined ? null : String(toYear + 1),
  site ?? null,
  edit ?? null,
];

/** Plan a run over what is stored; the worker does it in the background. @returns its id. */
export async function startRunOfStored(
  tx: EntityManager,
  wanted: { readonly kind: 'rerun' | 'impact'; readonly setVersionId?: string; readonly selection: RunSelection },
  principal: Principal,
  today: string,
): Promise<string> {
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO edit_run (kind, set_version_id, selection, today, requested_by) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
    [wanted.kind, wanted.setVersionId ?? null, JSON.stringify(wanted.selection), today, principal.actor],
  );
  const runId = row?.id ?? '';
  await enqueue(tx, runStoredEdits, { runId });
  return runId;
}

/** Stop a run; what it did stays. @throws DomainError 404; 409 when it is over. */
export async function cancelRunOfStored(tx: EntityManager, id: string): Promise<void> {
  const [, count] = await tx.query<[unknown, number]>(
    `UPDATE edit_run SET state = 'cancelled', finished_at = now() WHERE id = $1 AND state IN ('waiting', 'running')`,
    [id],
  );
  if (count === 1) return;
  const [known] = await tx.query<{ state: string }[]>(`SELECT state FROM edit_run WHERE id = $1`, [id]);
  if (known === undefined) throw notFound('run');
  throw new DomainError('edits.run-over', 409, `This run is ${known.state}.`, { state: known.state });
}

/**
 * Plan a run over just these patients, because an import or a new stage changed them.
 *
 * @param patients SQL that gives their ids as `id`, of the value `$1`.
 * @returns its id; null when there are none.
 */
export async function startRunOfPatients(
  tx: EntityManager,
  selection: Pick<RunSelection, 'importBatchId' | 'stagingRunId'>,
  patients: { readonly sql: string; readonly value: string },
  actor: string,
  today: string,
): Promise<string | null> {
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO edit_run (kind, selection, today, requested_by, patient_ids, total)
     SELECT 'rerun', $2, $3, $4, array_agg(id ORDER BY id), count(*) FROM (${patients.sql}) AS patients HAVING count(*) > 0 RETURNING id`,
    [patients.value, JSON.stringify(selection), today, actor],
  );
  if (row === undefined) return null;
  await enqueue(tx, runStoredEdits, { runId: row.id });
  return row.id;
}

interface RunRow {
  readonly id: string;
  readonly kind: 'rerun' | 'impact';
  readonly selection: RunSelection;
  readonly state: string;
  readonly today: string;
  readonly cursor: string | null;
  readonly total: number | null;
  readonly listed: boolean;
  readonly counts: RerunCounts | ImpactCounts | Record<string, never>;
  readonly candidate: (SetUse & { readonly editSet: EditSetId }) | null;
}

/**
 * Bring a run to its end, page by page. Each page is one transaction that also moves the cursor and the counts: killed anywhere and started
 * again, the run goes on where it stands and counts every patient once.
 *
 * @returns the state it came to.
 */
export async function workOnRun(
  scoped: Scoped,
  principal: Principal,
  runId: string,
  tables: RegistryTables,
): Promise<string> {
  for (;;) {
    const state = await scoped(principal, (tx) => onePage(tx, runId, tables));
    if (state !== 'running') return state;
  }
}

async function onePage(tx: EntityManager, runId: string, tables: RegistryTables): Promise<string> {
  const [run] = await tx.query<RunRow[]>(
    `SELECT r.id, r.kind, r.selection, r.state, r.today, r.cursor, r.total, r.counts, r.patient_ids IS NOT NULL AS listed,
            CASE WHEN v.id IS NULL THEN NULL ELSE jsonb_build_object('editSet', v.edit_set, 'baseVersion', v.base_version, 'off', to_jsonb(v.off), 'severity', v.severity) END AS candidate
       FROM edit_run r LEFT JOIN edit_set_version v ON v.id = r.set_version_id WHERE r.id = $1 FOR UPDATE OF r`,
    [runId],
  );
  if (run === undefined) return 'missing';
  if (run.state !== 'waiting' && run.state !== 'running') return run.state;
  if (run.state === 'waiting')
    await tx.query(`UPDATE edit_run SET state = 'running', started_at = now() WHERE id = $1`, [runId]);
  if (run.total === null) {
    const [{ total } = { total: 0 }] = await tx.query<{ total: number }[]>(
      `SELECT count(*)::int AS total FROM consolidated_patient p WHERE ${WHERE}`,
      parameters(run.selection),
    );
    await tx.query(`UPDATE edit_run SET total = $2 WHERE id = $1`, [runId, total]);
  }
  const ids = await nextPatients(tx, run);
  const last = ids[ids.length - 1];
  if (last === undefined) {
    await tx.query(`UPDATE edit_run SET state = 'done', finished_at = now() WHERE id = $1`, [runId]);
    return 'done';
  }
  const counts =
    run.kind === 'impact' && run.candidate !== null
      ? await impactOf(tx, ids, run, tables)
      : await rerun(tx, ids, run, tables);
  await tx.query(`UPDATE edit_run SET cursor = $2, done = done + $3, counts = $4 WHERE id = $1`, [
    runId,
    last,
    ids.length,
    JSON.stringify(counts),
  ]);
  return 'running';
}

/** The patients of a run after its cursor, a page of them. */
async function nextPatients(tx: EntityManager, run: RunRow): Promise<string[]> {
  const rows = await tx.query<{ id: string }[]>(
    run.listed
      ? `SELECT p.id FROM edit_run r CROSS JOIN LATERAL unnest(r.patient_ids) AS p (id) WHERE r.id = $1 AND ($2::uuid IS NULL OR p.id > $2) ORDER BY p.id LIMIT ${PAGE}`
      : `SELECT p.id FROM consolidated_patient p WHERE ($6::uuid IS NULL OR p.id > $6) AND ${WHERE} ORDER BY p.id LIMIT ${PAGE}`,
    run.listed ? [run.id, run.cursor] : [...parameters(run.selection), run.cursor],
  );
  return rows.map(({ id }) => id);
}

async function rerun(
  tx: EntityManager,
  ids: readonly string[],
  run: RunRow,
  tables: RegistryTables,
): Promise<RerunCounts> {
  const before: RerunCounts = { cases: 0, failed: 0, byEdit: {}, ...run.counts };
  const { cases, found } = await refreshFindings(tx, ids, run.today, tables);
  const byEdit: Record<string, number> = { ...before.byEdit };
  const failed = new Set<string>();
  for (const { of, finding } of found) {
    const edit = finding.failed ?? finding.edit;
    byEdit[edit] = (byEdit[edit] ?? 0) + 1;
    if (finding.severity === 'error') failed.add(of.id);
  }
  return { cases: before.cases + cases, failed: before.failed + failed.size, byEdit };
}

async function impactOf(
  tx: EntityManager,
  ids: readonly string[],
  run: RunRow,
  tables: RegistryTables,
): Promise<ImpactCounts> {
  const before: ImpactCounts = { ...NO_IMPACT, ...run.counts };
  if (run.candidate === null) return before;
  const { editSet, ...use } = run.candidate;
  return addImpact(before, await compareSets(tx, ids, findSet(editSet).id, use, run.today, tables));
}
