import { CodeSet, SiteSet } from './codes.js';
import { type PairVerdict, type Primaries } from './compare.js';
import { Pair } from './pair.js';
import { partsOf, readTumor, type Tumor, type TumorItems } from './tumor.js';

/** Why a pair of a patient's tumors needs a person: the rules ask for a look, they cannot judge it, or they contradict each other. */
export type ReviewReason = 'questionable' | 'not-judged' | 'conflict';

export interface PairForReview {
  /** Indexes of the tumors as given, the smaller one first. */
  readonly tumors: readonly [number, number];
  readonly why: ReviewReason;
  readonly verdict: PairVerdict;
}

/** One primary: the tumors that belong to it, and its place among the patient's primaries. */
export interface Primary {
  /** Indexes of its tumors as given; the first one diagnosed comes first. */
  readonly tumors: readonly number[];
  /** Items 380 and 560 that follow, for example `00` or `02`. */
  readonly sequenceNumber: string;
  /** False when a date leaves the place among the primaries open, or a pair of this primary needs review. */
  readonly settled: boolean;
}

export interface PatientPrimaries {
  /** In the order of their sequence numbers, malignant and in situ ones first. */
  readonly primaries: readonly Primary[];
  readonly review: readonly PairForReview[];
}

/**
 * Which of a patient's tumors belong together, and the sequence numbers that follow.
 *
 * Every pair is compared; tumors linked by SINGLE form one primary. A pair inside a primary that the rules call multiple is a conflict: the links stand
 * until a person has looked.
 *
 * @param tumors all tumors of one patient; an empty list gives an empty answer.
 * @source SEER Solid Tumor Rules, general instructions; NAACCR items 380 and 560.
 */
export function relateTumors(
  primaries: Pick<Primaries, 'compare'>,
  tumors: readonly TumorItems[],
  currentYear: number,
): PatientPrimaries {
  const leader = tumors.map((_, index) => index);
  const find = (index: number): number => {
    const above = leader[index] ?? index;
    return above === index ? index : find(above);
  };
  const pairs: { readonly a: number; readonly b: number; readonly verdict: PairVerdict }[] = [];
  tumors.forEach((one, a) => {
    tumors.slice(a + 1).forEach((other, offset) => {
      const b = a + 1 + offset;
      const verdict = primaries.compare(one, other, currentYear);
      pairs.push({ a, b, verdict });
      if (verdict.result === 'SINGLE_PRIMARY') leader[find(b)] = find(a);
    });
  });
  const review = pairs.flatMap(({ a, b, verdict }): PairForReview[] => {
    const why = reasonOf(verdict, find(a) === find(b));
    return why === undefined ? [] : [{ tumors: [a, b], why, verdict }];
  });
  const open = new Set(review.flatMap((pair) => pair.tumors));
  const groups = new Map<number, number[]>();
  tumors.forEach((_, index) => groups.set(find(index), [...(groups.get(find(index)) ?? []), index]));
  return { primaries: sequenced([...groups.values()], tumors, open), review };
}

function reasonOf({ result }: PairVerdict, together: boolean): ReviewReason | undefined {
  if (result === 'QUESTIONABLE') return 'questionable';
  if (result === 'INVALID_INPUT' || result === 'NOT_COVERED') return 'not-judged';
  return result === 'MULTIPLE_PRIMARIES' && together ? 'conflict' : undefined;
}

/** The two series of sequence numbers: required by the federal programs (in situ and malignant), and all others. */
export type SequenceSeries = 'federal' | 'other';

const SERIES = {
  federal: { only: 0, first: 1, last: 59, unknown: '99' },
  other: { only: 60, first: 61, last: 87, unknown: '88' },
} as const;

const CERVIX = new SiteSet('C530-C539');
const SKIN = new SiteSet('C440-C449');
const SKIN_CARCINOMA = new CodeSet('8000-8005 8010-8046 8050-8084 8090-8110', new Map());
const PROSTATE_IN_SITU = 81482;

/**
 * Series of a tumor. In situ cancer of the cervix since 1996, basal and squamous cell carcinoma of the skin and high grade intraepithelial neoplasia of
 * the prostate are not required by the federal programs and count with the non-malignant tumors.
 *
 * @source NAACCR item 380; SEER Program Coding Manual, sequence number.
 */
export function sequenceSeries(items: TumorItems): SequenceSeries {
  const { site: siteText, histology, behavior, year } = partsOf(items);
  if (behavior === '0' || behavior === '1') return 'other';
  const site = /^C\d{3}$/.test(siteText) ? Number(siteText.slice(1)) : -1;
  const code = Number(histology) * 10 + Number(behavior);
  const optional =
    (CERVIX.has(site) && behavior === '2' && year >= '1996') ||
    (SKIN.has(site) && SKIN_CARCINOMA.has(code)) ||
    (site === 619 && code === PROSTATE_IN_SITU);
  return optional ? 'other' : 'federal';
}

interface Placed {
  readonly tumors: readonly number[];
  readonly series: SequenceSeries;
  /** The tumor that dates the primary; `null` when its date is not known at all. */
  readonly first: Tumor | null;
  readonly invasive: boolean;
  readonly open: boolean;
}

/** Only the date of a tumor, so that one that the rules refuse still has a place in time. */
const dated = (items: TumorItems): Tumor | null => {
  const { year, month, day } = partsOf(items);
  return readTumor(
    { year, month, day, site: 'C000', histology: '8000', behavior: '3', laterality: '' },
    Number.MAX_SAFE_INTEGER,
  );
};

/** Earlier first; where the order is unknown, by the first day that the dates can mean, then by the day after which they cannot. */
const byDate = (a: Tumor | null, b: Tumor | null): number => {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a.firstDay - b.firstDay || a.lastDay - b.lastDay;
};

function sequenced(
  groups: readonly (readonly number[])[],
  tumors: readonly TumorItems[],
  open: ReadonlySet<number>,
): readonly Primary[] {
  const dates = tumors.map(dated);
  const dateOf = (index: number): Tumor | null => dates[index] ?? null;
  const itemsOf = (index: number): TumorItems => tumors[index] ?? {};
  const placed = groups.map((group): Placed => {
    const inOrder = [...group].sort((a, b) => byDate(dateOf(a), dateOf(b)) || a - b);
    return {
      tumors: inOrder,
      series: group.some((index) => sequenceSeries(itemsOf(index)) === 'federal') ? 'federal' : 'other',
      first: dateOf(inOrder[0] ?? 0),
      invasive: group.some((index) => itemsOf(index).behaviorCodeIcdO3 === '3'),
      open: group.some((index) => open.has(index)),
    };
  });
  return (['federal', 'other'] as const).flatMap((name) => {
    const { only, first, last, unknown } = SERIES[name];
    // Of primaries found on one day the one with the worse outlook comes first; of that only the behavior speaks here.
    const series = placed
      .filter((one) => one.series === name)
      .sort((a, b) => byDate(a.first, b.first) || Number(b.invasive) - Number(a.invasive));
    return series.map((one, at): Primary => {
      if (series.length === 1) return primary(one, String(only).padStart(2, '0'), true);
      const certain = [series[at - 1], series[at + 1]].every(
        (neighbor) => neighbor === undefined || isOrdered(one.first, neighbor.first),
      );
      const number = one.first === null ? unknown : String(Math.min(first + at, last)).padStart(2, '0');
      return primary(one, number, certain);
    });
  });
}

const isOrdered = (a: Tumor | null, b: Tumor | null): boolean =>
  a !== null && b !== null && ['first-later', 'second-later'].includes(new Pair(a, b).order);

const primary = ({ tumors, open }: Placed, sequenceNumber: string, certain: boolean): Primary => ({
  tumors,
  sequenceNumber,
  settled: certain && !open,
});
