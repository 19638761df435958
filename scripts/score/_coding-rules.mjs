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

/** Words of plain language, and of other meaning, that are one letter from a word for a side. */
const NO_SIDE = new Set(
  'light eight bright might tight night fight sight wright fright aright height weight lights eighth let lent loft lift felt cleft deft heft lefts lest leat lett'.split(
    ' ',
  ),
);
const WHOLE = /^(left|right|bilateral|bilaterally|bilat|rul|rml|rll|lul|lll|leftsided|rightsided)$/;
const GLUED = /^(.{1,3}(left|right)|(left|right).{1,3})$/;
/** `Rt kidney`, `R. kidney`; `both ovaries`. */
const SHORT =
  /\b(lt|rt|[lr])\.? ?(side|sided|kidney|renal|breast|ovar|lung|brain|frontal|temporal|parietal|occipital|adrenal|tonsil|testi|adnex|eye|tube|lobe|neck|hemi)/i;
const BOTH = /\bboth (ovar|breast|kidney|lung|adnex|tube|testes|side|adrenal|lobes)/i;

/**
 * Whether a report has a word for a side anywhere in it, with one letter misread or another word run into it. Without one no reader of the text can
 * tell the side: the clinical files have it from imaging and from the operation. Kept apart from the coder's own words on purpose.
 */
export function tellsSide(text) {
  if (SHORT.test(text) || BOTH.test(text)) return true;
  for (const [word] of text.toLowerCase().matchAll(/[a-z0-9]+/g)) {
    if (WHOLE.test(word)) return true;
    if (word.length < 3 || NO_SIDE.has(word)) continue;
    if (GLUED.test(word) || nearTo(word, 'left') || nearTo(word, 'right') || nearTo(word, 'bilateral')) return true;
  }
  return false;
}

/** One letter wrong, missing or added. */
function nearTo(word, known) {
  if (Math.abs(word.length - known.length) > 1) return false;
  let from = 0;
  while (from < word.length && word[from] === known[from]) from += 1;
  const [a, b] = [word.slice(from), known.slice(from)];
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1);
}
