/**
 * Sites that have a right and a left side, as ranges of topography codes.
 *
 * @source SEER Program Coding and Staging Manual, laterality, list of paired organs; NAACCR item 410.
 */
const PAIRED: readonly (readonly [from: string, to: string])[] = [
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
  ['C700', 'C700'],
  ['C710', 'C714'],
  ['C722', 'C725'],
  ['C740', 'C749'],
  ['C754', 'C754'],
];

/** Whether a site has sides, so that laterality must say which. */
export const isPairedSite = (site: string): boolean => PAIRED.some(([from, to]) => site >= from && site <= to);
