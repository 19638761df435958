type Ranges = readonly (readonly [from: string, to: string])[];

const within = (site: string, ranges: Ranges): boolean => ranges.some(([from, to]) => site >= from && site <= to);

/** Sites that have a right and a left side, as ranges of topography codes. */
const PAIRED: Ranges = [
  ['C079', 'C079'],
  ['C080', 'C081'],
  ['C090', 'C091'],
  ['C098', 'C099'],
  ['C300', 'C301'],
  ['C310', 'C310'],
  ['C312', 'C312'],
  ['C340', 'C349'],
  ['C384', 'C384'],
  ['C400', 'C403'],
  ['C413', 'C414'],
  ['C441', 'C443'],
  ['C445', 'C447'],
  ['C471', 'C472'],
  ['C491', 'C492'],
  ['C500', 'C509'],
  ['C569', 'C570'],
  ['C620', 'C629'],
  ['C630', 'C631'],
  ['C649', 'C649'],
  ['C659', 'C659'],
  ['C669', 'C669'],
  ['C690', 'C699'],
  ['C740', 'C749'],
  ['C754', 'C754'],
];

/** Sites whose sides are coded for diagnoses since 2004. */
const PAIRED_SINCE_2004: Ranges = [
  ['C700', 'C700'],
  ['C710', 'C714'],
  ['C722', 'C725'],
];

/** Paired sites with a part in the middle, where "no side" is an answer too. */
const ALSO_WITHOUT_SIDE = new Set(['C300', 'C340', 'C413', 'C414']);

/** Sites where a tumor may lie on the midline (code 5, diagnoses since 2010). */
const MIDLINE: Ranges = [...PAIRED_SINCE_2004, ['C443', 'C443'], ['C445', 'C445']];

const inSince2004 = (year: number | undefined): boolean => year === undefined || year >= 2004;

/**
 * Whether a site has sides, so that laterality must say which.
 *
 * @param year of diagnosis; the nervous system counts since 2004. Without it today's rule is meant.
 * @source SEER Program Coding and Staging Manual, laterality, list of paired organs; NAACCR item 410.
 */
export const isPairedSite = (site: string, year?: number): boolean =>
  within(site, PAIRED) || (inSince2004(year) && within(site, PAIRED_SINCE_2004));

/** What is known of the sides of a site. */
export interface LateralityFacts {
  readonly paired: boolean;
  /** Codes of item 410 that the site can have, in order. */
  readonly codes: readonly string[];
  /** The only code it can have; `null` when there are several. */
  readonly only: string | null;
  /** Code 4 (both sides, one primary) is common here: ovary. Elsewhere it depends on the histology. */
  readonly oftenBilateral: boolean;
}

/**
 * Facts on the sides of a site for a form: which codes are on offer, and the one that can be filled in.
 *
 * @param year of diagnosis; without it today's rule is meant.
 * @source SEER Program Coding and Staging Manual, laterality; SEER edits IF24 and IF138; the middle lobe of the lung (C342) is on the right only.
 */
export function lateralityFacts(site: string, year?: number): LateralityFacts {
  const paired = isPairedSite(site, year);
  const codes = paired
    ? [
        ...(ALSO_WITHOUT_SIDE.has(site) ? ['0'] : []),
        ...(site === 'C342' ? ['1'] : ['1', '2', '3', '4']),
        ...((year === undefined || year >= 2010) && within(site, MIDLINE) ? ['5'] : []),
        ...(site === 'C342' ? [] : ['9']),
      ]
    : ['0'];
  const [first = null] = codes;
  return { paired, codes, only: codes.length === 1 ? first : null, oftenBilateral: site === 'C569' };
}
