/** What the rules read of a tumor; values as NAACCR writes them, any of them may be absent or wrong. */
export interface TumorItems {
  readonly dateOfDiagnosis?: string | undefined;
  readonly primarySite?: string | undefined;
  readonly laterality?: string | undefined;
  readonly histologicTypeIcdO3?: string | undefined;
  readonly behaviorCodeIcdO3?: string | undefined;
  /** Items 420 and 430 stand for the morphology of a tumor diagnosed before 2001 that was never converted. */
  readonly histologyIcdO2?: string | undefined;
  readonly behaviorIcdO2?: string | undefined;
}

/** A tumor in the form that files of pairs have: the parts of the date by themselves. */
export interface TumorParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly site: string;
  readonly histology: string;
  readonly behavior: string;
  readonly laterality: string;
}

/** A tumor read for the rules: numbers where the rules compare, 0 where a part of the date is unknown. */
export interface Tumor {
  readonly year: number;
  /** 1 to 12, 0 = unknown. */
  readonly month: number;
  /** 1 to 31, 0 = unknown; always 0 when the month is unknown. */
  readonly day: number;
  /** First and last day that the date can mean, as days since 1 March of year 0. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** `C504` as 504. */
  readonly site: number;
  readonly histology: number;
  readonly behavior: number;
  /** Histology and behavior in one number: `8500/3` as 85003. */
  readonly code: number;
  /** Laterality code as written; empty when absent. */
  readonly laterality: string;
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const daysOf = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0);

/** Day number of a date of the Gregorian calendar; years begin in March, so that a leap day is a year's last. */
function dayNumber(year: number, month: number, day: number): number {
  const y = month < 3 ? year - 1 : year;
  const m = month < 3 ? month + 9 : month - 3;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * m + 2) / 5) + day;
}

const integer = (text: string, shape: RegExp): number => (shape.test(text) ? Number(text) : -1);

/**
 * Read a tumor from its parts.
 *
 * @returns `null` where the rules cannot judge it: site not C and three digits or C809, histology outside 8000 to 9999, behavior not one of 0, 1,
 * 2, 3, 6, or a year that is not a number or after `currentYear`. Months and days that are none, and days without a month, are unknown.
 */
export function readTumor(parts: TumorParts, currentYear: number): Tumor | null {
  const year = integer(parts.year, /^\d{4}$/);
  const histology = integer(parts.histology, /^[89]\d{3}$/);
  const behavior = integer(parts.behavior, /^[01236]$/);
  if (year < 0 || year > currentYear || histology < 0 || behavior < 0) return null;
  if (!/^C\d{3}$/.test(parts.site) || parts.site === 'C809') return null;
  const givenMonth = integer(parts.month, /^\d{1,2}$/);
  const month = givenMonth >= 1 && givenMonth <= 12 ? givenMonth : 0;
  const givenDay = integer(parts.day, /^\d{1,2}$/);
  const day = month > 0 && givenDay >= 1 && givenDay <= daysOf(year, month) ? givenDay : 0;
  return {
    year,
    month,
    day,
    firstDay: dayNumber(year, month || 1, day || 1),
    lastDay: dayNumber(year, month || 12, day || daysOf(year, month || 12)),
    site: Number(parts.site.slice(1)),
    histology,
    behavior,
    code: histology * 10 + behavior,
    laterality: parts.laterality,
  };
}

/** The parts of a tumor that NAACCR items hold. Before 2001 the ICD-O-2 morphology stands in where there is no ICD-O-3 one. */
export function partsOf(items: TumorItems): TumorParts {
  const date = items.dateOfDiagnosis ?? '';
  const year = date.slice(0, 4);
  const early = year < '2001' && items.histologicTypeIcdO3 === undefined;
  return {
    year,
    month: date.slice(4, 6),
    day: date.slice(6, 8),
    site: items.primarySite ?? '',
    histology: (early ? items.histologyIcdO2 : items.histologicTypeIcdO3) ?? '',
    behavior: (early ? items.behaviorIcdO2 : items.behaviorCodeIcdO3) ?? '',
    laterality: items.laterality ?? '',
  };
}
