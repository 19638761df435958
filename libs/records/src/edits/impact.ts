import { type EditSetId } from '@perennial/edits';
import { type EntityManager } from 'typeorm';
import { type RegistryTables } from '../tables.js';
import { type CaseFinding, judgePatient } from './judge.js';
import { SET_OF_ABSTRACTS, setInUse, setOf, type SetUse } from './sets-in-use.js';
import { judgeAbstract, readAbstracts, readPatients } from './stored.js';

/** Cases whose ids are kept as samples, by edit. */
const SAMPLES = 5;

/** What a version of a set would change for stored cases, against the one in use. */
export interface ImpactCounts {
  readonly cases: number;
  /** Cases without an error now that would have one, and the other way round. */
  readonly newlyFailing: number;
  readonly newlyPassing: number;
  /** Cases that would newly have a finding of the edit (errors and warnings), and those that would lose it. */
  readonly newByEdit: Readonly<Record<string, number>>;
  readonly goneByEdit: Readonly<Record<string, number>>;
  /** Ids of some of the cases with new findings, to look at. */
  readonly samples: Readonly<Record<string, readonly string[]>>;
}

export const NO_IMPACT: ImpactCounts = {
  cases: 0,
  newlyFailing: 0,
  newlyPassing: 0,
  newByEdit: {},
  goneByEdit: {},
  samples: {},
};

const added = (
  first: Readonly<Record<string, number>>,
  second: Readonly<Record<string, number>>,
): Record<string, number> => {
  const sum: Record<string, number> = { ...first };
  for (const [edit, count] of Object.entries(second)) sum[edit] = (sum[edit] ?? 0) + count;
  return sum;
};

/** Counts of two pages together. */
export function addImpact(first: ImpactCounts, second: ImpactCounts): ImpactCounts {
  const samples: Record<string, readonly string[]> = { ...first.samples };
  for (const [edit, ids] of Object.entries(second.samples))
    samples[edit] = [...(samples[edit] ?? []), ...ids].slice(0, SAMPLES);
  return {
    cases: first.cases + second.cases,
    newlyFailing: first.newlyFailing + second.newlyFailing,
    newlyPassing: first.newlyPassing + second.newlyPassing,
    newByEdit: added(first.newByEdit, second.newByEdit),
    goneByEdit: added(first.goneByEdit, second.goneByEdit),
    samples,
  };
}

/** Edits that found something, and whether one of them is an error, by case. */
function byCase(found: readonly CaseFinding[]): Map<string, { edits: Set<string>; fails: boolean }> {
  const cases = new Map<string, { edits: Set<string>; fails: boolean }>();
  for (const { of, finding } of found) {
    const one = cases.get(of.id) ?? { edits: new Set<string>(), fails: false };
    one.edits.add(finding.failed ?? finding.edit);
    one.fails ||= finding.severity === 'error';
    cases.set(of.id, one);
  }
  return cases;
}

/**
 * Judge stored cases by the set in use and by another version of it, and count what would change. Nothing is kept.
 *
 * The set of facilities is tried on complete abstracts, every other on consolidated tumors with their patients.
 */
export async function compareSets(
  tx: EntityManager,
  patientIds: readonly string[],
  id: EditSetId,
  candidate: SetUse,
  today: string,
  tables: RegistryTables,
): Promise<ImpactCounts> {
  const now = await setInUse(tx, tables.edits, id);
  const then = setOf(tables.edits, id, candidate);
  const onAbstracts = id === SET_OF_ABSTRACTS || id === 'state';
  const judged = onAbstracts
    ? (await readAbstracts(tx, patientIds)).map((abstract) => ({
        ids: [abstract.id],
        before: judgeAbstract(now, abstract, today, tables),
        after: judgeAbstract(then, abstract, today, tables),
      }))
    : (await readPatients(tx, patientIds)).map((patient) => ({
        ids: [...patient.tumors.map((tumor) => tumor.id), patient.id],
        before: judgePatient(now, patient, today),
        after: judgePatient(then, patient, today),
      }));
  let counts = NO_IMPACT;
  for (const { ids, before, after } of judged) {
    const [was, would] = [byCase(before), byCase(after)];
    for (const one of ids) counts = addImpact(counts, changeOf(one, was.get(one), would.get(one)));
    // A patient counts as a case only through its tumors.
    counts = { ...counts, cases: counts.cases + (onAbstracts ? 1 : ids.length - 1) };
  }
  return counts;
}

type CaseState = { readonly edits: ReadonlySet<string>; readonly fails: boolean } | undefined;

function changeOf(id: string, was: CaseState, would: CaseState): ImpactCounts {
  const fresh = [...(would?.edits ?? [])].filter((edit) => was?.edits.has(edit) !== true);
  const gone = [...(was?.edits ?? [])].filter((edit) => would?.edits.has(edit) !== true);
  const one = (edits: readonly string[]): Record<string, number> => Object.fromEntries(edits.map((edit) => [edit, 1]));
  return {
    cases: 0,
    newlyFailing: would?.fails === true && was?.fails !== true ? 1 : 0,
    newlyPassing: was?.fails === true && would?.fails !== true ? 1 : 0,
    newByEdit: one(fresh),
    goneByEdit: one(gone),
    samples: Object.fromEntries(fresh.map((edit) => [edit, [id]])),
  };
}
