/** Rules by which a code counts as right. Kept apart from the report that prints them, so that they can be read at once. */

/** Histologies that count as equal: codes that one diagnosis was given in different years or by different custom. */
const GROUPS = [
  ['8441', '8460', '8461'],
  ['8500', '8507', '8523'],
  ['8140', '8144', '8145', '8255', '8210', '8211', '8261', '8263', '8550', '8551'],
  ['8120', '8130'],
  ['8070', '8071', '8072', '8073', '8074', '8075', '8076', '8077', '8078', '8083', '8085', '8086'],
  ['8260', '8340', '8341', '8343'],
  ['9382', '9400', '9401', '9450', '9451'],
];
/** Equal only with this behavior. */
const GROUPS_WITH_BEHAVIOR = [['8700/0', '8700/3']];

const groupOf = new Map(GROUPS.flatMap((codes) => codes.map((code) => [code, codes[0]])));
const behaviorGroup = new Map(GROUPS_WITH_BEHAVIOR.flatMap((codes) => codes.map((code) => [code, codes[0]])));

export const site3 = (given, gold) => given !== null && given.slice(0, 3) === gold.slice(0, 3);
/** Four characters; a gold subsite 9 (not specified) accepts any subsite of its site. */
export const site4 = (given, gold) => given !== null && (given === gold || (gold.endsWith('9') && site3(given, gold)));
export const histologyExact = (given, gold) => given === gold;
export const histologyGroup = (given, gold) =>
  given !== null && (given === gold || (groupOf.has(given) && groupOf.get(given) === groupOf.get(gold)));
/** Behavior is right when equal, or when histology and behavior together are one of the pairs that count as equal. */
export const behaviorRight = (given, gold) =>
  given.behavior !== null &&
  (given.behavior === gold.behavior ||
    (behaviorGroup.has(`${given.histology}/${given.behavior}`) &&
      behaviorGroup.get(`${given.histology}/${given.behavior}`) ===
        behaviorGroup.get(`${gold.histology}/${gold.behavior}`)));

/** Gleason patterns to the grade group that item 3844 of prostate holds. */
function gradeGroup(primary, secondary) {
  const sum = primary + secondary;
  if (sum <= 6) return '1';
  if (sum === 7) return primary === 3 ? '2' : '3';
  return sum === 8 ? '4' : '5';
}

/** A grade of two levels holds the numbers of the clinical file: 1 is low, 2 and more high. */
export function gradeRight(given, gold) {
  const wanted = goldGrade(gold);
  if (given === wanted) return true;
  if (given === 'L') return wanted === '1';
  return given === 'H'
    ? wanted === '2' || wanted === '3' || wanted === '4'
    : wanted === 'H' && /^[23]$/.test(given ?? '');
}

/** Grade of the clinical file in the form the coder prints, or null where the file does not say it. */
export function goldGrade(gold) {
  if (gold.gleasonPrimary !== undefined) return gradeGroup(Number(gold.gleasonPrimary), Number(gold.gleasonSecondary));
  const text = gold.gradeText ?? '';
  const number = /^g([1-4])$/.exec(text);
  if (number) return number[1];
  if (/^high/.test(text)) return 'H';
  return /^low/.test(text) ? 'L' : null;
}
