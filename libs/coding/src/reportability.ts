/** Verdict of a rule of reportability. */
export interface Reportability {
  readonly reportable: boolean;
  readonly rule: string;
}

interface Rule {
  readonly rule: string;
  readonly sites: RegExp;
  readonly histologies: RegExp;
  readonly behaviors: RegExp;
  readonly from?: number;
  readonly to?: number;
  readonly reportable: boolean;
}

const ANY = /^/;
const SKIN_CARCINOMA = /^(800[0-5]|801\d|802\d|803\d|804[0-6]|80[5-7]\d|808[0-4]|809\d|810\d|8110)$/;
const CNS = /^C(70|71|72|75[1-3])/;

/**
 * What is reportable, the most specific rule first; the first that fits decides.
 *
 * @source reportability rules of SEER and NPCR in this project's own words (docs/decisions), editable by year.
 */
const RULES: readonly Rule[] = [
  { rule: 'not-a-primary-behavior', sites: ANY, histologies: ANY, behaviors: /[69]/, reportable: false },
  {
    rule: 'genital-skin',
    sites: /^C(51\d|529|60\d|632)/,
    histologies: SKIN_CARCINOMA,
    behaviors: /[23]/,
    reportable: true,
  },
  { rule: 'perianal-intraepithelial', sites: /^C445/, histologies: /^8077/, behaviors: /2/, reportable: false },
  { rule: 'skin-basal-squamous', sites: /^C44/, histologies: SKIN_CARCINOMA, behaviors: /[23]/, reportable: false },
  {
    rule: 'cervix-in-situ',
    sites: /^C53/,
    histologies: /^[0-8]|^9[0-4]|^95[0-8]/,
    behaviors: /2/,
    from: 1996,
    reportable: false,
  },
  { rule: 'prostate-pin', sites: /^C619/, histologies: /^8148/, behaviors: /2/, reportable: false },
  { rule: 'appendix-carcinoid', sites: /^C181/, histologies: /^8240/, behaviors: /1/, to: 2014, reportable: false },
  {
    rule: 'appendix-mucinous-neoplasm',
    sites: /^C181/,
    histologies: /^8480/,
    behaviors: /1/,
    from: 2022,
    reportable: true,
  },
  { rule: 'gist-before-2021', sites: ANY, histologies: /^8936/, behaviors: /1/, to: 2020, reportable: false },
  { rule: 'gist-since-2021', sites: ANY, histologies: /^8936/, behaviors: /[13]/, from: 2021, reportable: true },
  {
    rule: 'myeloid-before-2001',
    sites: ANY,
    histologies: /^(9950|996\d|9975|998\d)/,
    behaviors: /3/,
    to: 2000,
    reportable: false,
  },
  { rule: 'cns-non-malignant', sites: CNS, histologies: ANY, behaviors: /[01]/, from: 2004, reportable: true },
  { rule: 'malignant-or-in-situ', sites: ANY, histologies: ANY, behaviors: /[23]/, reportable: true },
  { rule: 'benign-or-borderline', sites: ANY, histologies: ANY, behaviors: /[01]/, reportable: false },
];

/** Whether a coded tumor is reportable for a year of diagnosis, with the rule that says so. */
export function isReportable(site: string, histology: string, behavior: string, year: number): Reportability {
  const found = RULES.find(
    (one) =>
      one.sites.test(site) &&
      one.histologies.test(histology) &&
      one.behaviors.test(behavior) &&
      year >= (one.from ?? 0) &&
      year <= (one.to ?? 9_999),
  );
  return { reportable: found?.reportable ?? false, rule: found?.rule ?? 'no-rule' };
}
