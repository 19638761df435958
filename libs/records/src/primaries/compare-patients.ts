import { type PairVerdict, type TumorItems } from '@perennial/primaries';
import { type EntityManager } from 'typeorm';
import { type RegistryTables } from '../tables.js';

/** Items that the rules of multiple primaries read. */
export const COMPARED_ITEMS = [
  'primarySite',
  'laterality',
  'histologicTypeIcdO3',
  'behaviorCodeIcdO3',
  'dateOfDiagnosis',
  'histologyIcdO2',
  'behaviorIcdO2',
] as const satisfies readonly (keyof TumorItems)[];

/** An abstract as it is compared. */
export interface ComparedAbstract {
  readonly id: string;
  readonly facilityId: string;
  readonly tumorId: string | null;
  readonly state: 'draft' | 'complete' | 'withdrawn';
  readonly revision: number;
  readonly items: TumorItems;
}

const ITEMS = `jsonb_strip_nulls(jsonb_build_object(${COMPARED_ITEMS.map((item) => `'${item}', items->'${item}'`).join(', ')}))`;

/** Columns of an abstract for a comparison. */
export const COMPARED_COLUMNS = `id, facility_id AS "facilityId", tumor_id AS "tumorId", state, revision, ${ITEMS} AS items`;

/** What the rules say of two abstracts today. */
export const verdictOf = (tables: RegistryTables, a: TumorItems, b: TumorItems, today: string): PairVerdict =>
  tables.primaries.compare(a, b, Number(today.slice(0, 4)));

/** A verdict as a task shows it. */
export const verdictForTask = ({ result, group, step, reason, unknown, version }: PairVerdict): object => ({
  result,
  group,
  step,
  reason,
  unknown,
  rulesVersion: version,
});

/**
 * Whether a person is asked about a pair. Different organs that the rules call multiple need nobody; one primary, a question, and anything within
 * one organ do. Two facilities' abstracts of one person are first brought together by consolidation, which asks only where it kept them apart.
 */
function isWanted(a: ComparedAbstract, b: ComparedAbstract, { result }: PairVerdict): boolean {
  if (a.tumorId !== null && a.tumorId === b.tumorId) return false;
  if (a.facilityId !== b.facilityId && (a.state !== 'complete' || b.state !== 'complete')) return false;
  if (result === 'SINGLE_PRIMARY' || result === 'QUESTIONABLE') return true;
  const [one, other] = [a.items.primarySite?.slice(0, 3), b.items.primarySite?.slice(0, 3)];
  return one !== undefined && one === other;
}

/** Keep verdicts that are new or differ from what stands; a decision stays whatever the verdict becomes. */
const KEEP = `
INSERT INTO primary_comparison AS c (patient_id, facility_ids, abstract_id, other_abstract_id, result, rule_group, rule_step, reason, unknown, rules_version, wanted)
SELECT p.patient, p.facilities, p.abstract, p.other, p.result, p.grp, p.step, p.reason, p.unknown, p.version, p.wanted
  FROM jsonb_to_recordset($1::jsonb) AS p(patient uuid, facilities uuid[], abstract uuid, other uuid, result text, grp text, step text, reason text, unknown text[], version text, wanted boolean)
ON CONFLICT (abstract_id, other_abstract_id) DO UPDATE
   SET result = EXCLUDED.result, rule_group = EXCLUDED.rule_group, rule_step = EXCLUDED.rule_step, reason = EXCLUDED.reason, unknown = EXCLUDED.unknown,
       rules_version = EXCLUDED.rules_version, wanted = EXCLUDED.wanted, compared_at = now()
 WHERE (c.result, c.rule_group, c.rule_step, c.reason, c.unknown, c.rules_version, c.wanted)
       IS DISTINCT FROM (EXCLUDED.result, EXCLUDED.rule_group, EXCLUDED.rule_step, EXCLUDED.reason, EXCLUDED.unknown, EXCLUDED.rules_version, EXCLUDED.wanted)`;

/** Tasks follow the comparisons: opened where a person is asked, closed where one decided or nobody needs to. */
const FOLLOW = [
  `UPDATE work_item w SET state = 'done', done_at = now()
     FROM primary_comparison c
    WHERE c.patient_id = ANY($1::uuid[]) AND w.entity_id = c.abstract_id AND w.kind = 'compare_tumors' AND w.state = 'open' AND w.reason->>'comparisonId' = c.id::text
      AND (NOT c.wanted OR c.decision IS NOT NULL)`,
  `WITH task AS (
     SELECT c.abstract_id, c.id, CASE WHEN cardinality(c.facility_ids) = 1 THEN c.facility_ids[1] END AS facility_id, c.created_at,
            jsonb_build_object('comparisonId', c.id, 'otherAbstractId', c.other_abstract_id, 'result', c.result, 'group', c.rule_group, 'step', c.rule_step,
                               'reason', c.reason, 'unknown', c.unknown, 'rulesVersion', c.rules_version) AS reason
       FROM primary_comparison c WHERE c.patient_id = ANY($1::uuid[]) AND c.wanted AND c.decision IS NULL),
   refreshed AS (
     UPDATE work_item w SET reason = t.reason FROM task t
      WHERE w.entity_id = t.abstract_id AND w.kind = 'compare_tumors' AND w.state = 'open' AND w.reason->>'comparisonId' = t.id::text RETURNING t.id)
   INSERT INTO work_item (kind, entity, entity_id, facility_id, reason)
   SELECT 'compare_tumors', 'abstract', abstract_id, facility_id, reason FROM task WHERE id NOT IN (SELECT id FROM refreshed) ORDER BY created_at, id`,
] as const;

/** Bring the tasks of patients' comparisons into line with them. */
export async function followComparisons(tx: EntityManager, patientIds: readonly string[]): Promise<void> {
  for (const statement of FOLLOW) await tx.query(statement, [patientIds]);
}

/**
 * Compare all abstracts of patients that are in the principal's sight, pair by pair, keep what the rules say, and open or close the tasks that follow.
 * A few statements for any number of patients; doing it again changes nothing.
 *
 * @param today the rules refuse a year of diagnosis after it.
 */
export async function comparePatients(
  tx: EntityManager,
  patientIds: readonly string[],
  tables: RegistryTables,
  today: string,
): Promise<void> {
  if (patientIds.length === 0) return;
  const abstracts = await tx.query<(ComparedAbstract & { readonly patientId: string })[]>(
    `SELECT ${COMPARED_COLUMNS}, patient_id AS "patientId" FROM abstract
      WHERE patient_id = ANY($1::uuid[]) AND state <> 'withdrawn' ORDER BY patient_id, created_at DESC, id DESC`,
    [patientIds],
  );
  // A pair is kept once, under the newer of its abstracts.
  const pairs = abstracts.flatMap((abstract, at) =>
    abstracts
      .slice(at + 1)
      .filter(({ patientId }) => patientId === abstract.patientId)
      .map((other) => comparisonOf(abstract, other, tables, today)),
  );
  if (pairs.length === 0) return;
  await tx.query(KEEP, [JSON.stringify(pairs)]);
  await followComparisons(tx, [...new Set(pairs.map(({ patient }) => patient))]);
}

function comparisonOf(
  abstract: ComparedAbstract & { readonly patientId: string },
  other: ComparedAbstract,
  tables: RegistryTables,
  today: string,
): { readonly patient: string } & Readonly<Record<string, unknown>> {
  const verdict = verdictOf(tables, abstract.items, other.items, today);
  return {
    patient: abstract.patientId,
    facilities: [...new Set([abstract.facilityId, other.facilityId])].sort(),
    abstract: abstract.id,
    other: other.id,
    result: verdict.result,
    grp: verdict.group,
    step: verdict.step,
    reason: verdict.reason,
    unknown: verdict.unknown,
    version: verdict.version,
    wanted: isWanted(abstract, other, verdict),
  };
}

/** Nobody is asked any more about abstracts that were withdrawn. */
export async function endComparisons(tx: EntityManager, abstractIds: readonly string[]): Promise<void> {
  const rows = await tx.query<{ patient_id: string }[]>(
    `WITH ended AS (UPDATE primary_comparison SET wanted = false WHERE wanted AND (abstract_id = ANY($1::uuid[]) OR other_abstract_id = ANY($1::uuid[])) RETURNING patient_id)
     SELECT DISTINCT patient_id FROM ended`,
    [abstractIds],
  );
  if (rows.length > 0)
    await followComparisons(
      tx,
      rows.map((row) => row.patient_id),
    );
}
