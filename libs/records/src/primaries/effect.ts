import { type EntityManager } from 'typeorm';
import { type RegistryTables } from '../tables.js';
import { planTumors, type PlannedTumor, type TumorPlan } from './regroup.js';
import { numbersAfter } from './renumber.js';

/** One item of tumors that become one, or of one that is taken apart. */
export interface MergedItem {
  readonly item: string;
  /** As each tumor has it now, in the order of `members`; `null`: not at all. */
  readonly now: readonly (string | null)[];
  /** As the tumor that stands has it afterwards. */
  readonly next: string | null;
}

/** A tumor that stands after a decision. */
export interface MergedTumor {
  /** `null`: a tumor that is made by the decision. */
  readonly survivorId: string | null;
  readonly memberIds: readonly string[];
  readonly abstractIds: readonly string[];
  /** Items in which the tumors differ or which change; stage is derived afterwards. */
  readonly items: readonly MergedItem[];
}

/** What a decision on a pair would do to consolidated tumors; empty where it moves nothing. */
export interface DecisionEffect {
  readonly tumors: readonly MergedTumor[];
  /** A pair whose decision stands against it; it would be refused. */
  readonly contradictedBy: string | null;
}

const decisions = ['same_primary', 'separate_primaries', null] as const;
const NAMES = { same_primary: 'same', separate_primaries: 'separate' } as const;

/**
 * What each decision on a pair would do now, for whoever sees every tumor that would move; `null` for others. Nothing is held or written.
 */
export async function effectOfDecisions(
  tx: EntityManager,
  pair: {
    readonly comparisonId: string;
    readonly patientId: string;
    readonly abstractId: string;
    readonly otherAbstractId: string;
  },
  tables: RegistryTables,
): Promise<{ readonly same: DecisionEffect; readonly separate: DecisionEffect; readonly open: DecisionEffect }> {
  const effects: Record<string, DecisionEffect> = {};
  for (const decision of decisions) {
    const plan = await planTumors(tx, pair.patientId, tables, { ...pair, decision });
    const numbers = await numbersAfter(tx, plan.all, plan.rootOf, plan.groups, tables);
    effects[decision === null ? 'open' : NAMES[decision]] = effectOf(plan, numbers, decision === null);
  }
  const none: DecisionEffect = { tumors: [], contradictedBy: null };
  return { same: effects.same ?? none, separate: effects.separate ?? none, open: effects.open ?? none };
}

function effectOf(
  { groups, contradicted }: TumorPlan,
  numbers: ReadonlyMap<string, string>,
  isTakenBack: boolean,
): DecisionEffect {
  return {
    tumors: groups.map((group) => ({
      survivorId: group.isNew ? null : group.survivor.id,
      memberIds: group.isNew ? [] : group.members.map(({ id }) => id),
      abstractIds: group.abstracts.map(({ id }) => id),
      items: itemsOf(group, numbers.get(group.survivor.id)),
    })),
    contradictedBy: isTakenBack ? null : (contradicted[0]?.comparisonId ?? null),
  };
}

function itemsOf({ survivor, members, values }: PlannedTumor, number: string | undefined): MergedItem[] {
  if (values === null) return [];
  const next: Readonly<Record<string, string>> = {
    ...values.items,
    ...(number === undefined ? {} : { sequenceNumberCentral: number }),
  };
  const now = members.map(({ items }) => items as Readonly<Record<string, string | undefined>>);
  const before = survivor.items as Readonly<Record<string, string | undefined>>;
  const ids = new Set([...Object.keys(next), ...now.flatMap((items) => Object.keys(items))]);
  return [...ids]
    .filter((item) => values.sources[item] !== undefined || next[item] !== undefined)
    .filter((item) => new Set([...now.map((items) => items[item]), next[item], before[item]]).size > 1)
    .map((item) => ({ item, now: now.map((items) => items[item] ?? null), next: next[item] ?? null }));
}
