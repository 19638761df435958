import { type PairVerdict } from '@perennial/primaries';
import { DomainError, notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { type Principal, withRegistryScope } from '@perennial/persistence';
import { type Save } from '../lineage.js';
import { type RegistryTables } from '../tables.js';
import {
  COMPARED_COLUMNS,
  type ComparedAbstract,
  comparePatients,
  followComparisons,
  verdictOf,
} from './compare-patients.js';
import {
  applyPlan,
  contradiction,
  type DecidedPair,
  lockPatientRecords,
  planTumors,
  refuseUnseenTumors,
  type TumorPlan,
} from './regroup.js';

export type PrimaryDecisionValue = 'same_primary' | 'separate_primaries';

/** What a decision goes against when it contradicts the rules: then a note is asked for. */
const CONTRADICTS: Readonly<Record<PrimaryDecisionValue, PairVerdict['result']>> = {
  same_primary: 'MULTIPLE_PRIMARIES',
  separate_primaries: 'SINGLE_PRIMARY',
};

export interface DecidedPrimary {
  readonly comparisonId: string;
  readonly decision: PrimaryDecisionValue | null;
  readonly verdict: PairVerdict;
  /** Consolidated tumors that it changed, as they stand now; none where it merged or split nothing. */
  readonly tumors: readonly string[];
}

/**
 * Record what a registrar decided about two abstracts, with what the rules said of them at that moment and the version of the rules. `null` takes the
 * decision back. Every decision is kept; the newest one holds, and consolidation follows it: the same primary joins the other abstract's tumor when
 * it is completed, separate primaries never join it. Where both abstracts are consolidated, their tumors are merged, or taken apart again, in the
 * same transaction.
 *
 * @throws DomainError 404; 403 `primaries.shared` when tumors would move that other facilities reported too and the principal does not see; 409
 * `primaries.contradiction` when another decision on the same tumors says the opposite; 409 `primaries.abstract-changed` when an abstract has another revision than the registrar saw, `primaries.decided` when
 * somebody else decided since; 422 `primaries.note` when
 * the decision contradicts the rules and no note says why.
 */
export async function decidePrimary(
  tx: EntityManager,
  comparisonId: string,
  wanted: {
    readonly decision: PrimaryDecisionValue | null;
    readonly note: string | undefined;
    /** Revisions of the abstracts that the registrar looked at, where the client knows them. */
    readonly revisions: Readonly<Record<string, number>> | undefined;
    /** How many decisions on the pair the registrar has seen, where the client knows: another one since is theirs to look at first. */
    readonly seen?: number | undefined;
  },
  principal: Principal,
  tables: RegistryTables,
  today: string,
): Promise<DecidedPrimary> {
  const { actor } = principal;
  const [row] = await tx.query<
    { patient_id: string; abstract_id: string; other_abstract_id: string; facility_ids: string[] }[]
  >(`SELECT patient_id, abstract_id, other_abstract_id, facility_ids FROM primary_comparison WHERE id = $1`, [
    comparisonId,
  ]);
  if (row === undefined) throw notFound('comparison');
  // The patient before the abstracts before the pair: the order in which completing and editing hold them.
  await withRegistryScope(tx, principal, () => lockPatientRecords(tx, row.patient_id));
  await tx.query(`SELECT FROM primary_comparison WHERE id = $1 FOR UPDATE`, [comparisonId]);
  await refuseUnseen(tx, comparisonId, wanted.seen);
  const abstracts = await tx.query<ComparedAbstract[]>(
    `SELECT ${COMPARED_COLUMNS} FROM abstract WHERE id IN ($1, $2) ORDER BY id`,
    [row.abstract_id, row.other_abstract_id],
  );
  const own = abstracts.find(({ id }) => id === row.abstract_id);
  const other = abstracts.find(({ id }) => id === row.other_abstract_id);
  if (own === undefined || other === undefined) throw notFound('comparison');
  const changed = [own, other].filter(({ id, revision }) => (wanted.revisions?.[id] ?? revision) !== revision);
  if (changed.length > 0) {
    throw new DomainError('primaries.abstract-changed', 409, 'An abstract was saved since you looked at the pair.', {
      abstractIds: changed.map(({ id }) => id),
    });
  }
  const verdict = verdictOf(tables, own.items, other.items, today);
  const { decision } = wanted;
  const note = wanted.note?.trim() ?? '';
  if (decision !== null && verdict.result === CONTRADICTS[decision] && note === '') {
    throw new DomainError('primaries.note', 422, 'Say why you decide against the rules.', {
      errors: [{ pointer: '/note', detail: `is required: rule ${verdict.step ?? 'of the groups'} says otherwise` }],
    });
  }
  const pair = { comparisonId, abstractId: row.abstract_id, otherAbstractId: row.other_abstract_id, decision };
  const plan = await withRegistryScope(tx, principal, () => planTumors(tx, row.patient_id, tables, pair));
  refuseContradiction(plan, pair);
  await refuseUnseenTumors(tx, plan);
  await tx.query(
    `INSERT INTO primary_decision (comparison_id, facility_ids, decision, result, rule_group, rule_step, rules_version, abstract_revision, other_revision, note, actor)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      comparisonId,
      row.facility_ids,
      decision,
      verdict.result,
      verdict.group,
      verdict.step,
      verdict.version,
      own.revision,
      other.revision,
      note === '' ? null : note,
      actor,
    ],
  );
  await tx.query(
    `UPDATE primary_comparison SET decision = $2, result = $3, rule_group = $4, rule_step = $5, reason = $6, unknown = $7, rules_version = $8, compared_at = now() WHERE id = $1`,
    [
      comparisonId,
      decision,
      verdict.result,
      verdict.group,
      verdict.step,
      verdict.reason,
      verdict.unknown,
      verdict.version,
    ],
  );
  if (plan.groups.length > 0) {
    const save: Save = { actor, origin: { kind: 'primaries', comparisonId, decision } };
    await withRegistryScope(tx, principal, async () => {
      await applyPlan(tx, row.patient_id, plan, save, tables);
      await comparePatients(tx, [row.patient_id], tables, today);
    });
  }
  await followComparisons(tx, [row.patient_id]);
  return { comparisonId, decision, verdict, tumors: plan.groups.map(({ survivor }) => survivor.id) };
}

/** A decision that others on the same tumors stand against is not taken; taking one back always is. */
function refuseContradiction({ contradicted, decided }: TumorPlan, pair: DecidedPair): void {
  if (pair.decision === null) return;
  const [other] = contradicted;
  if (other === undefined) return;
  // Decided apart, the others that still hold the tumors together are in the way.
  const held =
    other.comparisonId === pair.comparisonId ? decided.find((one) => one.decision === 'same_primary') : other;
  throw contradiction(held ?? other);
}

/** Whoever decides second is told who came first; the pair is locked by then. */
async function refuseUnseen(tx: EntityManager, comparisonId: string, seen: number | undefined): Promise<void> {
  if (seen === undefined) return;
  const decisions = await tx.query<{ decision: PrimaryDecisionValue | null; actor: string; name: string | null }[]>(
    `SELECT d.decision, d.actor, u.name FROM primary_decision d LEFT JOIN app_user u ON d.actor = 'user:' || u.id
      WHERE d.comparison_id = $1 ORDER BY d.decided_at DESC, d.id`,
    [comparisonId],
  );
  const [last] = decisions;
  if (last === undefined || decisions.length <= seen) return;
  throw new DomainError(
    'primaries.decided',
    409,
    `${last.name ?? 'Somebody else'} decided on this pair while you looked at it.`,
    { decision: last.decision, actor: last.actor },
  );
}

/** What was decided about an abstract, as tumors: the one to join, and those never to join. */
export async function decidedTumors(
  tx: EntityManager,
  abstractId: string,
): Promise<{ readonly same: string | undefined; readonly separate: ReadonlySet<string> }> {
  const rows = await tx.query<{ decision: PrimaryDecisionValue; tumor_id: string }[]>(
    `SELECT c.decision, o.tumor_id FROM primary_comparison c
       JOIN abstract o ON o.id = CASE WHEN c.abstract_id = $1 THEN c.other_abstract_id ELSE c.abstract_id END
      WHERE (c.abstract_id = $1 OR c.other_abstract_id = $1) AND c.decision IS NOT NULL AND o.tumor_id IS NOT NULL AND o.state <> 'withdrawn'
      ORDER BY o.created_at`,
    [abstractId],
  );
  return {
    same: rows.find(({ decision }) => decision === 'same_primary')?.tumor_id,
    separate: new Set(rows.filter(({ decision }) => decision === 'separate_primaries').map((row) => row.tumor_id)),
  };
}
