/** Words of terms and of what people type, in one form. */

const SPELLING: readonly (readonly [RegExp, string])[] = [
  [/tumour/g, 'tumor'],
  [/haem/g, 'hem'],
  [/aemia/g, 'emia'],
  [/oesoph/g, 'esoph'],
  [/oedema/g, 'edema'],
  [/paed/g, 'ped'],
  [/fibre/g, 'fiber'],
  [/caecum/g, 'cecum'],
  [/gynaec/g, 'gynec'],
  // Words that reports and the classification use for one thing.
  [/^infiltrati(?:ng|ve)$/, 'invasive'],
  [/^noninfiltrating$/, 'noninvasive'],
  [/^ductal$/, 'duct'],
  [/^lt$/, 'left'],
  [/^rt$/, 'right'],
];

/** Words that say nothing in a search; `nos` is in half of all terms. */
const EMPTY = new Set(['of', 'the', 'and', 'or', 'in', 'a', 'an', 'with', 'nos', 'to', 'for']);

/** A word of a text with its place, in UTF-16 units. */
export interface Word {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** Plural and adjective endings that a registrar does not mean to tell apart. */
const stem = (word: string): string =>
  word.length > 4 && word.endsWith('s') && !/(?:ss|us|is)$/.test(word) ? word.slice(0, -1) : word;

/** Lower case without accents. Letters keep their places, so that a match can be shown in the text itself. */
const folded = (text: string): string => {
  const lower = text.toLowerCase();
  return /^[\x20-\x7e]*$/.test(lower)
    ? lower
    : [...lower].map((letter) => letter.normalize('NFKD')[0] ?? letter).join('');
};

/** The one form of a word; terms repeat their words, so each is formed once. */
const FORMS = new Map<string, string>();
function formOf(word: string): string {
  let form = FORMS.get(word);
  if (form === undefined) {
    form = stem(SPELLING.reduce((so, [from, to]) => so.replace(from, to), word));
    // What people type is not kept for ever.
    if (FORMS.size < 20_000) FORMS.set(word, form);
  }
  return form;
}

/** The words of a text that a search looks at, each in its one form. */
export function wordsOf(text: string): Word[] {
  return [...folded(text).matchAll(/[a-z0-9]+/g)]
    .map(({ 0: word, index }) => ({ word: formOf(word), start: index, end: index + word.length }))
    .filter(({ word }) => !EMPTY.has(word));
}

/** Words of a report that no code hangs on: side, extent, differentiation. They are left out when a query finds nothing with them. */
export const QUALIFIERS: ReadonlySet<string> = new Set(
  'left right bilateral both invasive malignant primary well moderately poorly differentiated grade focal extensive multifocal residual recurrent consistent favor'.split(
    ' ',
  ),
);

/** What registrars write short, as the words of the classification. */
export const SHORT_FORMS: Readonly<Record<string, string>> = {
  ac: 'adenocarcinoma',
  aca: 'adenocarcinoma',
  adeno: 'adenocarcinoma',
  adenoca: 'adenocarcinoma',
  ail: 'angioimmunoblastic',
  all: 'acute lymphoblastic leukemia',
  alcl: 'anaplastic large cell lymphoma',
  aml: 'acute myeloid leukemia',
  apl: 'acute promyelocytic leukemia',
  bac: 'bronchiolo alveolar',
  bcc: 'basal cell carcinoma',
  ca: 'carcinoma',
  cca: 'cholangiocarcinoma',
  chl: 'hodgkin lymphoma classical',
  cll: 'chronic lymphocytic leukemia',
  cml: 'chronic myeloid leukemia',
  cmml: 'chronic myelomonocytic leukemia',
  cns: 'central nervous system',
  dcis: 'ductal carcinoma situ',
  dfsp: 'dermatofibrosarcoma protuberans',
  dlbcl: 'diffuse large b cell lymphoma',
  et: 'essential thrombocythemia',
  fl: 'follicular lymphoma',
  gbm: 'glioblastoma',
  gct: 'germ cell tumor',
  gej: 'gastroesophageal junction',
  gist: 'gastrointestinal stromal tumor',
  hcc: 'hepatocellular carcinoma',
  hl: 'hodgkin lymphoma',
  idc: 'infiltrating duct carcinoma',
  ilc: 'lobular carcinoma',
  ipmn: 'intraductal papillary mucinous',
  lcis: 'lobular carcinoma situ',
  lcnec: 'large cell neuroendocrine carcinoma',
  liq: 'lower inner quadrant',
  lll: 'lower lobe lung',
  ln: 'lymph node',
  loq: 'lower outer quadrant',
  lul: 'upper lobe lung',
  mcl: 'mantle cell lymphoma',
  mds: 'myelodysplastic syndrome',
  mf: 'mycosis fungoides',
  mfh: 'malignant fibrous histiocytoma',
  mm: 'multiple myeloma',
  mpn: 'myeloproliferative neoplasm',
  mpnst: 'malignant peripheral nerve sheath tumor',
  mzl: 'marginal zone lymphoma',
  nec: 'neuroendocrine carcinoma',
  net: 'neuroendocrine tumor',
  nhl: 'non hodgkin lymphoma',
  nsclc: 'non small cell carcinoma',
  pmf: 'myelofibrosis',
  pnet: 'primitive neuroectodermal tumor',
  ptc: 'papillary carcinoma thyroid',
  pv: 'polycythemia vera',
  rcc: 'renal cell carcinoma',
  rll: 'lower lobe lung',
  rml: 'middle lobe lung',
  rul: 'upper lobe lung',
  sca: 'sarcoma',
  scc: 'squamous cell carcinoma',
  sccis: 'squamous cell carcinoma situ',
  sclc: 'small cell carcinoma',
  sll: 'small lymphocytic lymphoma',
  tcc: 'transitional cell carcinoma',
  uiq: 'upper inner quadrant',
  uoq: 'upper outer quadrant',
  wm: 'waldenstrom macroglobulinemia',
};

/** Whether two words differ by so many slips: a letter more or less, another letter, or two that changed places. */
export function nearlyEqual(a: string, b: string, slips = 1): boolean {
  if (Math.abs(a.length - b.length) > slips) return false;
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  const [one, other] = [a.slice(at), b.slice(at)];
  if (one === other) return true;
  if (slips === 0) return false;
  const left = slips - 1;
  return (
    nearlyEqual(one.slice(1), other.slice(1), left) ||
    nearlyEqual(one.slice(1), other, left) ||
    nearlyEqual(one, other.slice(1), left) ||
    (one.length > 1 && one[0] === other[1] && one[1] === other[0] && nearlyEqual(one.slice(2), other.slice(2), left))
  );
}
