import { type ExpectedYield, expectedYield, type YieldModel, type YieldQuestion } from './yield.js';

/** A patient who will be delinquent on the day of the survey if nobody reaches them. */
export interface Candidate extends YieldQuestion {
  readonly id: string;
  /** Cases of the patient that a contact would turn, counted since the reference date, and those of them in the recent window. */
  readonly cases: number;
  readonly recentCases: number;
}

/** One rate on the day of the survey if nothing more is done. */
export interface RateTarget {
  readonly eligible: number;
  /** Dead and current. */
  readonly followed: number;
  readonly goalPercent: number;
}

export interface Targets {
  readonly all: RateTarget;
  readonly recent: RateTarget;
}

/** A contact of the list with what it is expected to bring. */
export interface ListedContact {
  readonly candidate: Candidate;
  readonly expected: ExpectedYield;
  /** Expected cases gained by this contact, and by the list up to and with it. */
  readonly gain: { readonly all: number; readonly recent: number };
  readonly sum: { readonly all: number; readonly recent: number };
  /** Rates in percent that are expected then. */
  readonly percent: { readonly all: number; readonly recent: number };
}

export interface ShortestList {
  /** Cases that each rate lacks. */
  readonly missing: { readonly all: number; readonly recent: number };
  /** Best expected yield first. */
  readonly contacts: readonly ListedContact[];
  /** Whether the expected gains reach both goals; if not, the list holds everybody who could help. */
  readonly reaches: boolean;
}

/** Cases that a rate lacks: the smallest number that makes it reach its goal. */
export const casesMissing = ({ eligible, followed, goalPercent }: RateTarget): number =>
  Math.max(0, Math.ceil((goalPercent * eligible) / 100 - 1e-9) - followed);

/**
 * The fewest contacts whose expected gains reach both goals, best first.
 *
 * While both rates lack cases a contact is worth the share of each lack that it is expected to fill; then its expected gain for the rate that
 * still lacks. For one rate the largest gains first is the shortest list there is; with two, contacts that turned out not to be needed are
 * taken out again at the end, smallest gain first.
 */
export function shortestList(candidates: readonly Candidate[], targets: Targets, model: YieldModel): ShortestList {
  const missing = { all: casesMissing(targets.all), recent: casesMissing(targets.recent) };
  const scored = candidates.map((candidate) => {
    const expected = expectedYield(model, candidate);
    return {
      candidate,
      expected,
      all: expected.probability * candidate.cases,
      recent: expected.probability * candidate.recentCases,
    };
  });
  type Scored = (typeof scored)[number];
  const chosen: Scored[] = [];
  const left = { ...missing };
  let pool = scored;
  while (left.all > 1e-9 || left.recent > 1e-9) {
    const weight = { all: left.all > 1e-9 ? 1 / left.all : 0, recent: left.recent > 1e-9 ? 1 / left.recent : 0 };
    const worth = (one: Scored): number => one.all * weight.all + one.recent * weight.recent;
    const ranked = pool
      .filter((one) => worth(one) > 0)
      .sort((a, b) => worth(b) - worth(a) || (a.candidate.id < b.candidate.id ? -1 : 1));
    if (ranked.length === 0) break;
    const unmet = Number(left.all > 1e-9) + Number(left.recent > 1e-9);
    const taken = new Set<Scored>();
    for (const one of ranked) {
      taken.add(one);
      chosen.push(one);
      left.all -= one.all;
      left.recent -= one.recent;
      // Once one of the two is reached, what is left is ranked by the other alone.
      if (Number(left.all > 1e-9) + Number(left.recent > 1e-9) < unmet) break;
    }
    pool = pool.filter((one) => !taken.has(one));
  }
  const reaches = left.all <= 1e-9 && left.recent <= 1e-9;
  return { missing, contacts: summed(reaches ? withoutSpare(chosen, left) : chosen, targets), reaches };
}

interface Gains {
  readonly candidate: Candidate;
  readonly expected: ExpectedYield;
  readonly all: number;
  readonly recent: number;
}

/** Take out, smallest gain first, what the surplus of both rates does not need. */
function withoutSpare(
  chosen: readonly Gains[],
  left: { readonly all: number; readonly recent: number },
): readonly Gains[] {
  let [spareAll, spareRecent] = [-left.all, -left.recent];
  const spare = new Set<Gains>();
  for (const one of [...chosen].sort((a, b) => a.all + a.recent - b.all - b.recent)) {
    if (one.all > spareAll || one.recent > spareRecent) continue;
    spare.add(one);
    spareAll -= one.all;
    spareRecent -= one.recent;
  }
  return chosen.filter((one) => !spare.has(one));
}

function summed(chosen: readonly Gains[], { all, recent }: Targets): readonly ListedContact[] {
  let [sumAll, sumRecent] = [0, 0];
  const percent = ({ eligible, followed }: RateTarget, gained: number): number =>
    eligible === 0 ? 100 : ((followed + gained) / eligible) * 100;
  return [...chosen]
    .sort((a, b) => b.all + b.recent - a.all - a.recent || (a.candidate.id < b.candidate.id ? -1 : 1))
    .map((one) => {
      sumAll += one.all;
      sumRecent += one.recent;
      return {
        candidate: one.candidate,
        expected: one.expected,
        gain: { all: one.all, recent: one.recent },
        sum: { all: sumAll, recent: sumRecent },
        percent: { all: percent(all, sumAll), recent: percent(recent, sumRecent) },
      };
    });
}
