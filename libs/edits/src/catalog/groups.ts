import { type EditValues } from '../values.js';
import { codes } from './define.js';

/** Groups of codes that several edits speak of. */

/** Brain, meninges and other parts of the central nervous system. */
export const CNS_PROPER = codes('C700-C729');
export const CNS = codes('C700-C729 C751-C753');
/** Blood and lymph tumors. */
export const HEMATOPOIETIC = codes('9590-9993');
export const ILL_DEFINED = codes('C760-C768 C809');
/** Skin cancers that nobody collects, by histology. */
export const BASAL_SQUAMOUS = codes('8000-8005 8010-8046 8050-8084 8090-8110');
export const SKIN = codes('C440-C449');
export const CERVIX = codes('C530-C539');
export const ANALYTIC = codes('00 10-14 20-22');

const PAIRED = codes(
  'C079 C080 C081 C090 C091 C098 C099 C301 C310 C312 C341-C343 C348 C349 C384 C400-C403 C441-C443 C445-C447 C471 C472 C491 C492 ' +
    'C500-C509 C569 C570 C620-C629 C630 C631 C649 C659 C669 C690-C699 C740-C749 C754',
);
/** Paired from diagnosis year 2004. */
export const PAIRED_CNS = codes('C700 C710-C714 C722-C725');
/** Paired, with parts that have no side: 0 is accepted too. */
export const PAIRED_OR_CENTRAL = codes('C300 C340 C413 C414');

/** Whether a site has two sides in the year of diagnosis. @source SEER Program Coding Manual, laterality, paired organs. */
export const isPaired = (site: string, diagnosisYear: number): boolean =>
  PAIRED(site) || PAIRED_OR_CENTRAL(site) || (PAIRED_CNS(site) && diagnosisYear >= 2004);

/** Surgery of the primary site as two digits: those of item 1291 (A300 = 30) when it is filled, else item 1290. */
export function surgeryCode(values: EditValues): string {
  const code = values.get('rxSummSurgPrimSite2023');
  return code === '' ? values.get('rxSummSurgPrimSite') : code.slice(1, 3);
}

/** Surgery of the primary site was done. */
export const SURGERY_GIVEN = codes('10-90');
export const CHEMO_GIVEN = codes('01-03');
export const HORMONE_GIVEN = codes('01');
export const BRM_GIVEN = codes('01');
export const RADIATION_GIVEN = codes('01-16 98');
export const TRANSPLANT_GIVEN = codes('10-40');
/** Only this code of surgery says something at these sites: none applies. */
export const SURGERY_NOT_APPLICABLE = codes('C420 C421 C423 C424 C760-C768 C809');
