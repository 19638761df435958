import { type ItemValues } from '@perennial/naaccr';
import { enqueue } from '@perennial/persistence';
import { restagePage } from '@perennial/queues';
import { type EntityManager } from 'typeorm';
import { startRunOfPatients } from '../edits/runs.js';
import { type Changes, diffItems } from '../lineage.js';
import { type RegistryTables } from '../tables.js';
import { algorithmById, BUILT_IN, currentStaging, inOrder, STAGING_LOCK, storeAlgorithm } from './algorithms.js';
import { derive, ruleOf } from './derive.js';

/** Rows of one page, which is one transaction: short enough that nobody waits for it. */
const PAGE = 500;

/** How many tumors change, and how. */
export interface Impact {
  /** Changed tumors by item. */
  readonly items: Readonly<Record<string, number>>;
  /** By item, by `from > to` (`-` for none). */
  readonly moves: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Changed tumors by their schema (item 3800) afterwards. */
  readonly schemas: Readonly<Record<string, number>>;
}

/** A run as it stands. */
export interface StagingRunView {
  readonly id: string;
  readonly algorithmId: string;
  readonly algorithm: string;
  readonly version: string;
  /** Nothing was written but this report. */
  readonly preview: boolean;
  readonly state: 'running' | 'done' | 'replaced';
  /** Tumors and complete abstracts there are; 0 until the first page counted them, because who installs may not see them. */
  readonly total: number;
  readonly lookedAt: number;
  readonly changedTumors: number;
  readonly changedAbstracts: number;
  readonly impact: Impact;
  readonly requestedBy: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

export const RUN_VIEW = `id, coalesce(algorithm_id::text, '${BUILT_IN}') AS "algorithmId", algorithm, version, preview, state, total, looked_at AS "lookedAt",
  changed_tumors AS "changedTumors", changed_abstracts AS "changedAbstracts", impact, requested_by AS "requestedBy", started_at AS "startedAt", finished_at AS "finishedAt"`;

/**
 * Make a version of an algorithm the current one and stage everything again, or only report what that would change.
 *
 * From the moment this is committed new saves are staged by it; the tumors and complete abstracts that are there follow page by page.
 * Drafts follow when they are next saved or completed. A run of the same algorithm that is still under way ends here.
 *
 * @param id of the list of algorithms; `built-in` goes back to what ships with the product.
 * @returns id of the run. @throws DomainError 404.
 */
export async function activateAlgorithm(
  tx: EntityManager,
  id: string,
  wanted: { readonly preview: boolean; readonly actor: string },
  tables: RegistryTables,
): Promise<string> {
  const chosen = await algorithmById(tx, id, tables);
  const { id: name, version } = chosen.algorithm;
  await tx.query('SELECT pg_advisory_xact_lock($1)', [STAGING_LOCK]);
  if (!wanted.preview) {
    await tx.query(
      `UPDATE staging_run SET state = 'replaced', finished_at = now() WHERE algorithm = $1 AND state = 'running' AND NOT preview`,
      [name],
    );
    await tx.query(`UPDATE staging_algorithm SET current = false WHERE algorithm = $1 AND current`, [name]);
    if (chosen.id !== null) await tx.query(`UPDATE staging_algorithm SET current = true WHERE id = $1`, [chosen.id]);
  }
  const [run] = await tx.query<{ id: string }[]>(
    `INSERT INTO staging_run (algorithm_id, algorithm, version, preview, requested_by) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
    [chosen.id, name, version, wanted.preview, wanted.actor],
  );
  if (run === undefined) throw new Error('staging: insert returned no run');
  await enqueue(tx, restagePage, { runId: run.id, page: 0 });
  return run.id;
}

/** What became of an algorithm file. */
export interface InstalledAlgorithm {
  readonly id: string;
  readonly algorithm: string;
  readonly version: string;
  readonly sha256: string;
  /** These very bytes were there before. */
  readonly known: boolean;
  /** The run that stages again, or reports what it would change; `null` when the file was current already. */
  readonly runId: string | null;
}

/**
 * Keep an algorithm file and stage by it, or only report what that would change.
 *
 * @throws DomainError 422 `staging.file` with every problem and its place; nothing is kept then.
 */
export async function installAlgorithm(
  tx: EntityManager,
  bytes: Uint8Array,
  wanted: { readonly preview: boolean; readonly actor: string },
  tables: RegistryTables,
): Promise<InstalledAlgorithm> {
  const { id, isNew, algorithm, sha256 } = await storeAlgorithm(tx, bytes, wanted.actor);
  const [row] = await tx.query<{ current: boolean }[]>(`SELECT current FROM staging_algorithm WHERE id = $1`, [id]);
  const runId = row?.current === true ? null : await activateAlgorithm(tx, id, wanted, tables);
  return { id, algorithm: algorithm.id, version: algorithm.version, sha256, known: !isNew, runId };
}

interface RunRow {
  readonly algorithm_id: string | null;
  readonly entity: 'tumor' | 'abstract';
  readonly after_id: string | null;
  readonly preview: boolean;
  readonly impact: Partial<Impact>;
}

interface Row {
  readonly id: string;
  readonly patientId: string;
  readonly facilityIds: readonly string[];
  readonly items: ItemValues;
  readonly revision: number;
}

interface Moved extends Row {
  readonly changes: Changes;
}

const READ = {
  tumor: `SELECT id, patient_id AS "patientId", facility_ids AS "facilityIds", items, revision FROM tumor WHERE merged_into IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT ${PAGE}`,
  abstract: `SELECT id, patient_id AS "patientId", ARRAY[facility_id] AS "facilityIds", items, revision FROM abstract
    WHERE state = 'complete' AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT ${PAGE}`,
} as const;

/**
 * Stage one page of a run again, in one transaction: new values with lineage that names the algorithm, the report, the place to go on from,
 * and the job of the next page. Whatever stops it, the page happened wholly or not at all, and a job that comes twice does nothing.
 *
 * @returns the number of the next page; `null` when the run is over or this page was done before.
 */
export async function restageOnePage(
  tx: EntityManager,
  { runId, page }: { readonly runId: string; readonly page: number },
  actor: string,
  tables: RegistryTables,
  today: string,
): Promise<number | null> {
  // Somebody who saves goes first: this job is tried again.
  await tx.query(`SET LOCAL lock_timeout = '500ms'`);
  const [run] = await tx.query<RunRow[]>(
    `SELECT algorithm_id, entity, after_id, preview, impact FROM staging_run WHERE id = $1 AND state = 'running' AND page = $2 FOR UPDATE`,
    [runId, page],
  );
  if (run === undefined) return null;
  if (page === 0) {
    await tx.query(
      `UPDATE staging_run SET total = (SELECT count(*)::int FROM tumor WHERE merged_into IS NULL) + (SELECT count(*)::int FROM abstract WHERE state = 'complete') WHERE id = $1`,
      [runId],
    );
  }
  const { algorithm } = await algorithmById(tx, run.algorithm_id ?? BUILT_IN, tables);
  const now = await currentStaging(tx, tables);
  const algorithms = inOrder([algorithm, ...now.algorithms.filter(({ id }) => id !== algorithm.id)]);
  const rows = await tx.query<Row[]>(`${READ[run.entity]}${run.preview ? '' : ' FOR UPDATE'}`, [run.after_id]);
  const moved = rows.flatMap((row): Moved[] => {
    const { patch, origins } = derive(algorithms, row.items, now.year, tables.dictionary);
    const changes = diffItems(row.items, patch, origins);
    return Object.keys(changes).length === 0 ? [] : [{ ...row, changes }];
  });
  if (!run.preview) await save(tx, run.entity, moved, ruleOf(algorithm), actor);
  await report(tx, runId, run.entity, moved);
  const next = await advance(tx, runId, page, run, rows, moved);
  if (next === null && !run.preview) {
    // What the edits find may hang on the stage.
    const sql = `SELECT DISTINCT patient_id AS id FROM staging_change WHERE run_id = $1`;
    await startRunOfPatients(tx, { stagingRunId: runId }, { sql, value: runId }, actor, today);
  }
  return next;
}

/** New values and their lineage, in one statement. Rows are held since they were read. */
async function save(
  tx: EntityManager,
  entity: 'tumor' | 'abstract',
  moved: readonly Moved[],
  rule: string,
  actor: string,
): Promise<void> {
  if (moved.length === 0) return;
  const facilities = entity === 'tumor' ? 't.facility_ids' : 'ARRAY[t.facility_id]';
  const touched = entity === 'tumor' ? '' : ', changed_at = now()';
  await tx.query(
    `WITH wanted AS (SELECT * FROM json_to_recordset($1::json) AS w (id uuid, removed text[], given jsonb, changes jsonb)),
     moved AS (
       UPDATE ${entity} t SET items = (t.items - w.removed) || w.given, revision = t.revision + 1${touched} FROM wanted w WHERE t.id = w.id
       RETURNING t.id, t.revision, ${facilities} AS facility_ids, w.changes)
     INSERT INTO revision (entity, entity_id, revision, facility_ids, actor, origin, changes)
     SELECT $2, id, revision, facility_ids, $3, $4::jsonb, changes FROM moved`,
    [
      JSON.stringify(
        moved.map(({ id, changes }) => {
          const entries = Object.entries(changes);
          return {
            id,
            removed: entries.flatMap(([item, [, next]]) => (next === null ? [item] : [])),
            given: Object.fromEntries(entries.flatMap(([item, [, next]]) => (next === null ? [] : [[item, next]]))),
            changes,
          };
        }),
      ),
      entity,
      actor,
      JSON.stringify({ kind: 'rule', rule }),
    ],
  );
}

async function report(
  tx: EntityManager,
  runId: string,
  entity: 'tumor' | 'abstract',
  moved: readonly Moved[],
): Promise<void> {
  if (moved.length === 0) return;
  await tx.query(
    `INSERT INTO staging_change (run_id, entity, entity_id, patient_id, facility_ids, changes)
     SELECT $1, $2, id, patient, facilities, changes FROM json_to_recordset($3::json) AS w (id uuid, patient uuid, facilities uuid[], changes jsonb)`,
    [
      runId,
      entity,
      JSON.stringify(
        moved.map(({ id, patientId, facilityIds, changes }) => ({
          id,
          patient: patientId,
          facilities: facilityIds,
          changes: Object.fromEntries(Object.entries(changes).map(([item, [was, next]]) => [item, [was, next]])),
        })),
      ),
    ],
  );
}

/** Add changed tumors to a report. */
function addImpact(impact: Partial<Impact>, moved: readonly Pick<Moved, 'items' | 'changes'>[]): Impact {
  const items = { ...impact.items };
  const moves = Object.fromEntries(Object.entries(impact.moves ?? {}).map(([item, ways]) => [item, { ...ways }]));
  const schemas = { ...impact.schemas };
  for (const { items: record, changes } of moved) {
    for (const [item, [was, next]] of Object.entries(changes)) {
      items[item] = (items[item] ?? 0) + 1;
      const way = `${was ?? '-'} > ${next ?? '-'}`;
      const ways = (moves[item] ??= {});
      ways[way] = (ways[way] ?? 0) + 1;
    }
    const schema = (changes.schemaId === undefined ? record.schemaId : changes.schemaId[1]) ?? '-';
    schemas[schema] = (schemas[schema] ?? 0) + 1;
  }
  return { items, moves, schemas };
}

async function advance(
  tx: EntityManager,
  runId: string,
  page: number,
  run: RunRow,
  rows: readonly Row[],
  moved: readonly Moved[],
): Promise<number | null> {
  const full = rows.length === PAGE;
  const entity = full || run.entity === 'abstract' ? run.entity : 'abstract';
  const over = !full && run.entity === 'abstract';
  const changed = run.entity === 'tumor' ? 'changed_tumors' : 'changed_abstracts';
  const impact = run.entity === 'tumor' ? addImpact(run.impact, moved) : run.impact;
  await tx.query(
    `UPDATE staging_run SET page = page + 1, entity = $2, after_id = $3, looked_at = looked_at + $4, ${changed} = ${changed} + $5, impact = $6,
            state = CASE WHEN $7 THEN 'done' ELSE state END, finished_at = CASE WHEN $7 THEN now() END WHERE id = $1`,
    [runId, entity, full ? (rows.at(-1)?.id ?? null) : null, rows.length, moved.length, JSON.stringify(impact), over],
  );
  if (over) return null;
  await enqueue(tx, restagePage, { runId, page: page + 1 });
  return page + 1;
}
