/** Where a contact is sought. */
export type ContactSource =
  'chart' | 'physician' | 'contact' | 'telephone' | 'hospital' | 'patient' | 'linkage' | 'other';

/** What came of the last attempt about the patient. */
export type EarlierAttempt = 'none' | 'answered' | 'unanswered';

export const MONTH_BANDS = ['under-15', '15-23', '24-35', '36-59', '60-over'] as const;
export type MonthBand = (typeof MONTH_BANDS)[number];

/** Band of the months since the last contact. */
export const monthBand = (months: number): MonthBand =>
  months < 15 ? 'under-15' : months < 24 ? '15-23' : months < 36 ? '24-35' : months < 60 ? '36-59' : '60-over';

/** Attempts of one kind that a registry made, and how many of them told how the patient is. */
export interface YieldCount {
  readonly source: ContactSource;
  readonly band: MonthBand;
  readonly earlier: EarlierAttempt;
  readonly attempts: number;
  readonly reached: number;
}

/** What to expect of an attempt: the share that succeeds overall, and the odds by which each property moves it. */
export interface YieldModel {
  readonly attempts: number;
  readonly overall: number;
  readonly source: Readonly<Record<ContactSource, number>>;
  readonly band: Readonly<Record<MonthBand, number>>;
  readonly earlier: Readonly<Record<EarlierAttempt, number>>;
}

/**
 * Odds to start from before a registry has experience of its own: the chart and the physician know most, relatives least, and the longer the
 * silence the less. Assumptions, worth as much as `ASSUMED_ATTEMPTS` attempts each; experience soon outweighs them.
 */
const ASSUMED = {
  overall: 0.5,
  source: {
    chart: 1.5,
    physician: 1.3,
    contact: 0.6,
    telephone: 0.9,
    hospital: 1,
    patient: 0.7,
    linkage: 0.5,
    other: 0.7,
  },
  band: { 'under-15': 1.4, '15-23': 1, '24-35': 0.7, '36-59': 0.45, '60-over': 0.25 },
  earlier: { none: 1, answered: 1.6, unanswered: 0.5 },
} as const;
const ASSUMED_ATTEMPTS = 25;

const odds = (share: number): number => share / (1 - share);

/**
 * Learn what attempts bring from those that were made.
 *
 * Each property moves the odds by itself (as in naive Bayes): its factor is the odds of success with it over the odds of all. Shares are
 * drawn toward the assumptions by as many attempts as those are worth, so that a handful of cases proves nothing.
 */
export function learnYields(counts: Iterable<YieldCount>): YieldModel {
  const all = [...counts];
  const sum = (rows: readonly YieldCount[], key: 'attempts' | 'reached'): number =>
    rows.reduce((total, row) => total + row[key], 0);
  const attempts = sum(all, 'attempts');
  const overall = (sum(all, 'reached') + ASSUMED.overall * ASSUMED_ATTEMPTS) / (attempts + ASSUMED_ATTEMPTS);
  const factors = <K extends string>(
    of: (row: YieldCount) => K,
    assumed: Readonly<Record<K, number>>,
  ): Record<K, number> => {
    const found = {} as Record<K, number>;
    for (const [key, factor] of Object.entries(assumed) as [K, number][]) {
      const rows = all.filter((row) => of(row) === key);
      const expected = odds(overall) * factor;
      const start = expected / (1 + expected);
      const share = (sum(rows, 'reached') + start * ASSUMED_ATTEMPTS) / (sum(rows, 'attempts') + ASSUMED_ATTEMPTS);
      found[key] = odds(share) / odds(overall);
    }
    return found;
  };
  return {
    attempts,
    overall,
    source: factors((row) => row.source, ASSUMED.source),
    band: factors((row) => row.band, ASSUMED.band),
    earlier: factors((row) => row.earlier, ASSUMED.earlier),
  };
}

/** A patient who may be contacted. */
export interface YieldQuestion {
  readonly source: ContactSource;
  readonly monthsSinceContact: number;
  readonly earlier: EarlierAttempt;
}

/** The arithmetic of an expectation: share overall, and the factor of the odds for each property. */
export interface ExpectedYield {
  readonly probability: number;
  readonly overall: number;
  readonly factors: { readonly source: number; readonly months: number; readonly earlier: number };
}

/** Probability that one attempt tells how the patient is: odds overall, times the factors of source, months and earlier attempts. */
export function expectedYield(
  model: YieldModel,
  { source, monthsSinceContact, earlier }: YieldQuestion,
): ExpectedYield {
  const factors = {
    source: model.source[source],
    months: model.band[monthBand(monthsSinceContact)],
    earlier: model.earlier[earlier],
  };
  const expected = odds(model.overall) * factors.source * factors.months * factors.earlier;
  return { probability: expected / (1 + expected), overall: model.overall, factors };
}
