import { chooseGrade } from '../grade/choose.js';
import { type MorphologyMention } from '../mentions/morphology.js';
import { type Reading, WEIGHT } from '../reading.js';
import { type CodingTables } from '../tables.js';
import { type Tumor } from './tumor.js';

/** Weight from which a term is a statement of the diagnosis. */
const STATES = 5.5;
/** Weight of a section from which it states the diagnosis. */
const DIAGNOSIS = 4;

const isGeneral = (histology: string, other: string, { families }: CodingTables): boolean =>
  families.isVague(histology) || families.parentsOf(other).has(histology);

/** Whether a term states a tumor of the place it stands with. */
export const statesTumor = (one: MorphologyMention): boolean =>
  /[23]$/.test(one.code) &&
  one.weight >= STATES &&
  // Frozen sections and diagnoses that were amended state nothing of their own.
  WEIGHT[one.kind] >= DIAGNOSIS &&
  !one.negated &&
  !one.history &&
  !one.metastatic &&
  one.uncertainty !== 'refused';

/**
 * What the rules for multiple primaries say of two tumors that were found on one day.
 *
 * @param year of diagnosis, by whose rules they are judged.
 * @source SEER Solid Tumor Rules, by `libs/primaries`.
 */
export function relation(
  tumors: readonly Tumor[],
  year: number,
  tables: CodingTables,
): ReturnType<CodingTables['primaries']['compareParts']>['result'] | null {
  const [a, b] = tumors.map((tumor) => ({
    year: String(year),
    month: '01',
    day: '01',
    site: tumor.site?.value ?? '',
    histology: tumor.histology.value,
    behavior: tumor.histology.behavior,
    laterality: tumor.side ?? '0',
  }));
  if (a === undefined || b === undefined) return null;
  // "Carcinoma" at one place beside a kind of it at the other does not say that the kinds differ.
  if (isGeneral(a.histology, b.histology, tables)) a.histology = b.histology;
  else if (isGeneral(b.histology, a.histology, tables)) b.histology = a.histology;
  return tables.primaries.compareParts(a, b, year).result;
}

/** How sure the first of two tumors is the one that is meant, by what set it before the other. */
const BY_BEHAVIOR = 0.97;
const BY_GRADE = 0.85;
const BY_ORDER = 0.7;

/**
 * Tumors found on one day in their sequence: the worse first, by behavior, then grade; where nothing tells, in the order given. Each has how sure
 * the first is the one that a record of one tumor means.
 *
 * @source SEER Program Coding and Staging Manual, sequence number: of tumors diagnosed at the same time the one with the worst prognosis comes first.
 */
export function worseFirst(reading: Reading, tumors: readonly Tumor[], tables: CodingTables): Tumor[] {
  const graded = tumors.map((tumor) => ({
    tumor,
    behavior: Number(tumor.histology.behavior),
    grade: levelOf(tumor.site === null ? null : chooseGrade(reading, tumor.site.value, tumor.histology, tables)?.value),
  }));
  type Graded = (typeof graded)[number];
  const byGrade = (a: Graded, b: Graded): number => (a.grade > 0 && b.grade > 0 ? b.grade - a.grade : 0);
  graded.sort((a, b) => b.behavior - a.behavior || byGrade(a, b));
  const [a, b] = graded;
  if (a === undefined || b === undefined) return [...tumors];
  const first = a.behavior !== b.behavior ? BY_BEHAVIOR : byGrade(a, b) !== 0 ? BY_GRADE : BY_ORDER;
  return graded.map(({ tumor }) => ({ ...tumor, first }));
}

/** Word at which a tumor is first stated. */
export const namedAt = ({ histology }: Tumor): number =>
  Math.min(...histology.main.filter((one) => one.weight >= STATES).map((one) => one.from));

/** Grades in order, 0 where there is none or letters of a site say no more than low and high. */
const levelOf = (grade: string | null | undefined): number =>
  grade === 'L' ? 1.5 : grade === 'H' ? 3.5 : /^[1-5]$/.test(grade ?? '') ? Number(grade) : 0;
