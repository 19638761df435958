import { randomUUID } from 'node:crypto';
import { type ItemValues } from '@perennial/naaccr';
import { DomainError } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { consolidatedTumor, type ConsolidatedValues, type Report } from '../abstracts/consolidated-tumor.js';
import { placedAbstracts, type PlacedAbstract, reporter, toldOf } from '../abstracts/reports.js';
import { decidedOf, standingDecisions } from '../abstracts/value-decisions.js';
import { saveTumorValues, type TumorRow } from '../abstracts/save-tumor.js';
import { requestFindings } from '../edits/refresh.js';
import { recordCreation, type Save, saveWithLineage } from '../lineage.js';
import { stagingDeriver } from '../staging/derive.js';
import { type RegistryTables } from '../tables.js';
import { groupTumors, type SamePair } from './group-tumors.js';
import { MERGED_NUMBER, numbersAfter, OWN_NUMBER, renumberOthers } from './renumber.js';

type Decision = 'same_primary' | 'separate_primaries' | null;

/** A decision on a pair of abstracts that a plan is made for, whether it is stored already or not. */
export interface DecidedPair {
  readonly comparisonId: string;
  readonly abstractId: string;
  readonly otherAbstractId: string;
  readonly decision: Decision;
}

/** A tumor as stored, merged or not. */
export interface StoredTumor extends TumorRow {
  readonly mergedInto: string | null;
  readonly splitFrom: string | null;
  readonly createdAt: string;
}

/** Tumors that are one primary from now on, and what they come to. */
export interface PlannedTumor {
  readonly survivor: StoredTumor;
  /** Not stored yet: an abstract that is taken out of its tumor by the decision. */
  readonly isNew: boolean;
  /** The survivor and those that it stands for. */
  readonly members: readonly StoredTumor[];
  readonly abstracts: readonly PlacedAbstract[];
  readonly facilityIds: readonly string[];
  /** `null` where no abstract says anything: the tumor stays as it is. */
  readonly values: ConsolidatedValues | null;
}

/** What decisions make of a patient's tumors. */
export interface TumorPlan {
  /** Only what changes. */
  readonly groups: readonly PlannedTumor[];
  /** Pairs that are decided to be two primaries although others make them one. */
  readonly contradicted: readonly DecidedPair[];
  /** Decisions between tumors that a decision now holds together or apart, the one planned for not among them. */
  readonly decided: readonly DecidedPair[];
  readonly all: readonly StoredTumor[];
  readonly rootOf: ReadonlyMap<string, string>;
}

/**
 * Hold a patient with all abstracts for this transaction, so that completion, contacts and decisions on one person happen one after another.
 * Needs the registry's scope; to be called before anything else of the patient is locked.
 */
export async function lockPatientRecords(tx: EntityManager, patientId: string): Promise<void> {
  await tx.query(`SELECT id FROM consolidated_patient WHERE id = $1 FOR UPDATE`, [patientId]);
  await tx.query(`SELECT id FROM abstract WHERE patient_id = $1 ORDER BY id FOR NO KEY UPDATE`, [patientId]);
}

/** Every tumor of a patient, merged ones included. */
const readTumors = (tx: EntityManager, patientId: string): Promise<StoredTumor[]> =>
  tx.query<StoredTumor[]>(
    `SELECT id, patient_id AS "patientId", items, revision, facility_ids AS "facilityIds", merged_into AS "mergedInto", split_from AS "splitFrom", created_at::text AS "createdAt"
       FROM tumor WHERE patient_id = $1 ORDER BY created_at, id`,
    [patientId],
  );

const valuesOf = (abstracts: readonly PlacedAbstract[]): Report[] =>
  abstracts.flatMap(({ report }) => (report === null ? [] : [report]));

/**
 * What the decisions on a patient's pairs make of the tumors: which are one, which of them survives, and its values, by the same rules as at
 * completion. Two abstracts that consolidation itself put into one tumor and that are decided apart: the one that joined later leaves it.
 *
 * Reads only. Needs the registry's scope.
 *
 * @param pair a decision to be taken for granted; absent: those that are stored.
 */
export async function planTumors(
  tx: EntityManager,
  patientId: string,
  tables: RegistryTables,
  pair?: DecidedPair,
): Promise<TumorPlan> {
  const stored = await readTumors(tx, patientId);
  const decided = (
    await tx.query<DecidedPair[]>(
      `SELECT id AS "comparisonId", abstract_id AS "abstractId", other_abstract_id AS "otherAbstractId", decision FROM primary_comparison
        WHERE patient_id = $1 AND decision IS NOT NULL`,
      [patientId],
    )
  ).filter(({ comparisonId }) => comparisonId !== pair?.comparisonId);
  if (pair !== undefined && pair.decision !== null) decided.push(pair);
  let abstracts = await placedAbstracts(tx, { patientId }, await reporter(tx, tables));
  const leaving = pair?.decision === 'separate_primaries' ? leaver(abstracts, pair, stored) : undefined;
  if (leaving !== undefined)
    abstracts = abstracts.map((one) => (one.id === leaving.abstractId ? { ...one, home: leaving.tumor.id } : one));
  const all = leaving === undefined ? stored : [...stored, leaving.tumor];

  const homes = new Map(abstracts.map(({ id, home }) => [id, home]));
  const between = decided.flatMap((one) => {
    const [a, b] = [homes.get(one.abstractId), homes.get(one.otherAbstractId)];
    return a === undefined || b === undefined || a === b ? [] : [{ ...one, a, b }];
  });
  const apart = between.filter(({ decision }) => decision === 'separate_primaries');
  const isApart = (a: string, b: string): boolean =>
    apart.some((one) => (one.a === a && one.b === b) || (one.a === b && one.b === a));
  const same: SamePair[] = [
    ...between.flatMap(({ decision, a, b }): SamePair[] => (decision === 'same_primary' ? [[a, b]] : [])),
    ...all.flatMap(({ id, splitFrom }): SamePair[] =>
      splitFrom === null || isApart(id, splitFrom) ? [] : [[id, splitFrom]],
    ),
  ];
  const own = all.map(({ id, items, createdAt, splitFrom }) => {
    const reports = valuesOf(abstracts.filter(({ home }) => home === id));
    const values: ItemValues = reports.length === 0 ? items : consolidatedTumor(reports).items;
    return { id, dateOfDiagnosis: values.dateOfDiagnosis, createdAt, splitFrom };
  });
  const rootOf = groupTumors(own, same);
  const changed = new Set(
    all
      .filter(({ id, mergedInto }) => rootOf.get(id) !== (mergedInto ?? id) || id === leaving?.tumor.id)
      .flatMap(({ id, mergedInto, splitFrom }) => [
        rootOf.get(id),
        mergedInto ?? id,
        ...(id === leaving?.tumor.id ? [splitFrom ?? id] : []),
      ])
      .map((id) => rootOf.get(id ?? '') ?? ''),
  );
  const groups: PlannedTumor[] = [];
  for (const survivor of all.filter(({ id }) => changed.has(id) && rootOf.get(id) === id)) {
    const members = all.filter(({ id }) => rootOf.get(id) === survivor.id);
    const ofGroup = inOrderOf(
      survivor,
      members,
      abstracts.filter(({ home }) => rootOf.get(home) === survivor.id),
    );
    const facilityIds = [...new Set(ofGroup.map(({ facilityId }) => facilityId))];
    const reports = valuesOf(ofGroup);
    const told = await toldOf(
      tx,
      members.map(({ id }) => id),
      facilityIds,
    );
    groups.push({
      survivor,
      isNew: survivor.id === leaving?.tumor.id,
      members,
      abstracts: ofGroup,
      facilityIds: facilityIds.length === 0 ? survivor.facilityIds : facilityIds,
      values:
        reports.length === 0
          ? null
          : consolidatedTumor(
              reports,
              told,
              decidedOf(
                await standingDecisions(
                  tx,
                  members.map(({ id }) => id),
                ),
              ),
            ),
    });
  }
  const [one, other] = [homes.get(pair?.abstractId ?? ''), homes.get(pair?.otherAbstractId ?? '')];
  const concerned =
    pair === undefined
      ? apart
      : apart.filter(({ a }) => [one, other].some((id) => id !== undefined && rootOf.get(id) === rootOf.get(a)));
  return {
    groups,
    contradicted: concerned.filter(({ a, b }) => rootOf.get(a) === rootOf.get(b)),
    decided: between.filter(
      ({ comparisonId, a }) =>
        comparisonId !== pair?.comparisonId && one !== undefined && rootOf.get(a) === rootOf.get(one),
    ),
    all,
    rootOf,
  };
}

/**
 * Abstracts in the order in which they join a survivor: its own, those of tumors that were merged into it before, and then those that this
 * plan brings. So what the survivor says is kept, and the others fill in what it does not say.
 */
function inOrderOf(
  survivor: StoredTumor,
  members: readonly StoredTumor[],
  abstracts: readonly PlacedAbstract[],
): PlacedAbstract[] {
  const already = new Set(members.filter(({ mergedInto }) => mergedInto === survivor.id).map(({ id }) => id));
  const key = ({ home, movedAt, joinedAt }: PlacedAbstract): string =>
    home === survivor.id ? joinedAt : already.has(home) && movedAt !== null ? movedAt : '9';
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return abstracts.toSorted((a, b) => compare(key(a), key(b)) || compare(a.joinedAt, b.joinedAt));
}

/** The abstract that leaves a tumor in which consolidation put both, and the tumor that it leaves for. */
function leaver(
  abstracts: readonly PlacedAbstract[],
  { abstractId, otherAbstractId }: DecidedPair,
  tumors: readonly StoredTumor[],
): { readonly abstractId: string; readonly tumor: StoredTumor } | undefined {
  const [first, last] = abstracts.filter(({ id }) => id === abstractId || id === otherAbstractId);
  if (first === undefined || last?.home !== first.home) return undefined;
  const from = tumors.find(({ id }) => id === last.home);
  if (from === undefined) return undefined;
  return {
    abstractId: last.id,
    tumor: {
      id: randomUUID(),
      patientId: from.patientId,
      items: {},
      revision: 0,
      facilityIds: [last.facilityId],
      mergedInto: null,
      splitFrom: from.id,
      createdAt: '9',
    },
  };
}

/** Another decision stands against what is wanted: a person takes one of the two back. */
export const contradiction = ({ comparisonId }: DecidedPair): DomainError =>
  new DomainError(
    'primaries.contradiction',
    409,
    'Other decisions on these tumors say the opposite. Take the other decision back first.',
    { comparisonId },
  );

/**
 * Carry a plan out: survivors take the abstracts and are consolidated over all of them, the tumors that they stand for are kept as they were
 * and count no more; tumors that stand alone again are consolidated from their own abstracts. One transaction, with lineage that names the
 * decision. Needs the registry's scope and `lockPatientRecords`.
 */
export async function applyPlan(
  tx: EntityManager,
  patientId: string,
  { groups, all, rootOf }: TumorPlan,
  save: Save,
  tables: RegistryTables,
): Promise<void> {
  if (groups.length === 0) return;
  const stage = await stagingDeriver(tx, tables);
  await tx.query(`SELECT id FROM tumor WHERE patient_id = $1 ORDER BY created_at, id FOR UPDATE`, [patientId]);
  const mergedBefore = new Map(all.map(({ id, mergedInto }) => [id, mergedInto]));
  const numbers = await numbersAfter(tx, all, rootOf, groups, tables);
  const rows = new Map<string, TumorRow>();
  for (const { survivor, members, isNew, facilityIds } of groups) {
    if (isNew) rows.set(survivor.id, await makeTumor(tx, survivor, facilityIds, save));
    for (const member of members) {
      const into = member.id === survivor.id ? null : survivor.id;
      if (isNew || into === (mergedBefore.get(member.id) ?? null)) continue;
      const columns = { merged_into: { from: mergedBefore.get(member.id) ?? null, to: into } };
      const revision = await saveWithLineage(tx, 'tumor', member, {}, save, columns);
      if (revision === null) throw new Error('tumor moved while locked');
      rows.set(member.id, { ...member, revision });
    }
  }
  await moveAbstracts(tx, groups);
  for (const { survivor, members, facilityIds, values } of groups) {
    const row = rows.get(survivor.id) ?? survivor;
    const number = numbers.get(survivor.id);
    const numberOrigin = { rule: members.length > 1 ? MERGED_NUMBER : OWN_NUMBER };
    const wanted = { values, facilityIds, ...(number === undefined ? {} : { number, numberOrigin }) };
    await saveTumorValues(tx, row, wanted, save, stage);
  }
  await renumberOthers(tx, all, groups, numbers, rootOf, save);
  await requestFindings(tx, patientId);
}

/**
 * Merge what decisions that were taken before call one primary, now that an abstract of theirs was completed. Where decisions contradict each
 * other nothing moves: a person takes one of them back. Needs the registry's scope and the patient held.
 */
export async function followDecisions(
  tx: EntityManager,
  patientId: string,
  actor: string,
  tables: RegistryTables,
): Promise<void> {
  const [pair] = await tx.query<{ id: string }[]>(
    `SELECT c.id FROM primary_comparison c JOIN abstract a ON a.id = c.abstract_id JOIN abstract b ON b.id = c.other_abstract_id
      WHERE c.patient_id = $1 AND c.decision = 'same_primary' AND a.tumor_id <> b.tumor_id ORDER BY c.id LIMIT 1`,
    [patientId],
  );
  if (pair === undefined) return;
  const plan = await planTumors(tx, patientId, tables);
  if (plan.contradicted.length > 0) return;
  const origin = { kind: 'primaries', comparisonId: pair.id, decision: 'same_primary' } as const;
  await applyPlan(tx, patientId, plan, { actor, origin }, tables);
}

/** A tumor for an abstract that leaves another. */
async function makeTumor(
  tx: EntityManager,
  tumor: StoredTumor,
  facilityIds: readonly string[],
  save: Save,
): Promise<TumorRow> {
  await tx.query(`INSERT INTO tumor (id, patient_id, facility_ids, items, split_from) VALUES ($1, $2, $3, '{}', $4)`, [
    tumor.id,
    tumor.patientId,
    facilityIds,
    tumor.splitFrom,
  ]);
  await recordCreation(tx, 'tumor', tumor.id, facilityIds, save);
  return { ...tumor, facilityIds, revision: 1 };
}

/** Abstracts follow the tumor that stands for theirs. What they say does not change, so neither does their revision. */
async function moveAbstracts(tx: EntityManager, groups: readonly PlannedTumor[]): Promise<void> {
  const places = groups.flatMap(({ survivor, abstracts }) =>
    abstracts.map(({ id, home }) => ({ id, tumor: survivor.id, home: home === survivor.id ? null : home })),
  );
  await tx.query(
    `UPDATE abstract a SET tumor_id = w.tumor, home_tumor_id = w.home FROM json_to_recordset($1::json) AS w (id uuid, tumor uuid, home uuid)
      WHERE a.id = w.id AND (a.tumor_id, a.home_tumor_id) IS DISTINCT FROM (w.tumor, w.home)`,
    [JSON.stringify(places)],
  );
}

/** Every tumor of a decision's plan must be in sight of who decides: what other facilities reported too is the central registry's to move. */
export async function refuseUnseenTumors(tx: EntityManager, { groups }: TumorPlan): Promise<void> {
  const ids = groups.flatMap(({ members, isNew }) => (isNew ? [] : members.map(({ id }) => id)));
  if (ids.length === 0) return;
  const [row] = await tx.query<{ seen: number }[]>(
    `SELECT count(*)::int AS seen FROM tumor WHERE id = ANY($1::uuid[])`,
    [ids],
  );
  if (row?.seen === ids.length) return;
  throw new DomainError(
    'primaries.shared',
    403,
    'Other facilities reported these tumors too: the central registry decides whether they are one.',
  );
}
