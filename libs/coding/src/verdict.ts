import { type HistologyChoice } from './histology.js';
import { type MorphologyMention } from './mentions/morphology.js';
import { CUE, type Reading } from './reading.js';
import { isReportable, type Reportability } from './reportability.js';
import { type SiteChoice } from './site/choose.js';
import { type CodingTables } from './tables.js';
import { GAP } from './text/tokens.js';

/** Verdict on one tumor: `reportable: null` when a person must look. */
export interface Verdict {
  readonly reportable: boolean | null;
  readonly rule: string;
  readonly flags: readonly string[];
  readonly confidence: number;
}

/** Rules that take a tumor off the list by its site: they hold only where the site is sure. */
const BY_SITE = new Set(['skin-basal-squamous', 'cervix-in-situ', 'perianal-intraepithelial', 'prostate-pin']);
const SITE_SURE = 0.5;
/** Weight of the words for such a site: a statement of the diagnosis. */
const STRONG_SITE = 2.5;

/**
 * Whether a tumor is reportable: the rules by code, then what they cannot know: how sure the site is, whether other words contradict, and what
 * only ambiguous words or history say.
 *
 * @source SEER reportability, ambiguous terminology (accepted and not accepted lists; cytology alone is not enough).
 */
export function verdictOf(
  reading: Reading,
  mentions: readonly MorphologyMention[],
  histology: HistologyChoice,
  site: SiteChoice | null,
  year: number,
  tables: CodingTables,
): Verdict {
  const byCode = isReportable(site?.value ?? 'C809', histology.value, histology.behavior, year);
  if (!byCode.reportable) return notReportable(reading, mentions, histology, site, byCode);
  if (histology.weak === 'refused')
    return {
      reportable: null,
      rule: 'ambiguous-term-not-accepted',
      flags: ['ambiguous-not-accepted'],
      confidence: 0.5,
    };
  if (histology.weak === 'history') return ofHistory(reading, mentions, histology, tables);
  const ambiguous =
    histology.main.every((one) => one.uncertainty === 'accepted') &&
    !mentions.some((one) => isCertain(one) && isSameTumor(one, histology, tables));
  if (ambiguous && cytologyAlone(reading))
    return { reportable: null, rule: 'ambiguous-cytology-alone', flags: ['ambiguous-cytology'], confidence: 0.5 };
  const flags: string[] = [];
  if (ambiguous) flags.push('ambiguous-term');
  if (histology.main.every((one) => one.metastatic)) flags.push('metastasis-only');
  const top = histology.main[0]?.weight ?? 0;
  return { reportable: true, rule: byCode.rule, flags, confidence: ambiguous ? 0.9 : top < 1 ? 0.85 : 0.98 };
}

/** A malignant term said without doubt: "metastatic non-small cell carcinoma, favor adenocarcinoma" doubts the kind only. */
const isCertain = (one: MorphologyMention): boolean =>
  /[23]$/.test(one.code) && one.uncertainty === 'none' && !one.negated && !one.history && one.weight >= 0.9;

const isSameTumor = (one: MorphologyMention, { value }: HistologyChoice, { families }: CodingTables): boolean => {
  const code = one.code.slice(0, 4);
  return code === value || families.isVague(code) || families.parentsOf(value).has(code);
};

function notReportable(
  reading: Reading,
  mentions: readonly MorphologyMention[],
  histology: HistologyChoice,
  site: SiteChoice | null,
  { rule }: Reportability,
): Verdict {
  const doubt = (flag: string): Verdict => ({ reportable: null, rule, flags: [rule, flag], confidence: 0.5 });
  if (BY_SITE.has(rule) && (site === null || site.confidence < SITE_SURE || site.strength < STRONG_SITE))
    return doubt('site-not-sure');
  // Another statement of cancer that the rule did not speak of.
  const behavior = histology.behavior;
  const contradicts = mentions.some(
    (one) =>
      !one.negated &&
      !one.history &&
      one.uncertainty !== 'refused' &&
      one.code.slice(5) > behavior &&
      /[23]$/.test(one.code) &&
      one.weight >= 0.9 &&
      !histology.chosen.has(one),
  );
  if (contradicts) return doubt('contradicting-term');
  // Something benign is named in passing, and a tumor spoken of that no term names.
  if (histology.main.every((one) => one.weight < 3)) {
    const { spoken, denied, staged } = tumorWords(reading, mentions);
    if (staged || (spoken.length > 1 && spoken.length > denied * 2)) return doubt('tumor-without-histology');
  }
  return { reportable: false, rule, flags: [rule], confidence: 0.95 };
}

/** History names a cancer. Where the diagnosis itself says nothing readable of the tissue, a person must look. */
function ofHistory(
  reading: Reading,
  mentions: readonly MorphologyMention[],
  histology: HistologyChoice,
  tables: CodingTables,
): Verdict {
  if (readable(reading, tables) < READABLE)
    return { reportable: null, rule: 'unreadable', flags: ['unreadable-text'], confidence: 0.5 };
  const denied = mentions.some((one) => one.negated);
  const stated = diagnosisStated(reading);
  // Parts of a report without the one that says what was found.
  const noFinding = !stated && (reading.has.has('gross') || reading.has.has('specimen'));
  if (noFinding && !denied)
    return { reportable: null, rule: 'history-only', flags: ['history-only', 'no-diagnosis-found'], confidence: 0.5 };
  if (denied || stated || histology.main.every((one) => one.history))
    return { reportable: false, rule: 'history-only', flags: ['history-only', 'link-to-existing'], confidence: 0.85 };
  return { reportable: null, rule: 'history-only', flags: ['history-only'], confidence: 0.5 };
}

/** Whether the report has a section that states a diagnosis, with words in it. */
function diagnosisStated(reading: Reading): boolean {
  let words = 0;
  for (let at = 0; at < reading.tokens.count; at += 1) {
    const kind = reading.sections[reading.section[at] ?? 0]?.kind;
    if (kind === 'diagnosis' || kind === 'synoptic' || kind === 'addendum') words += 1;
    if (words >= 5) return true;
  }
  return false;
}

function cytologyAlone({ cue, tokens }: Reading): boolean {
  let cytology = false;
  for (let at = 0; at < tokens.count; at += 1) {
    if (cue[at] === CUE.biopsy || cue[at] === CUE.resection) return false;
    if (cue[at] === CUE.cytology) cytology = true;
  }
  return cytology;
}

/** Share of readable words below which a text is no reading of a report. */
const READABLE = 0.64;
const ENOUGH_WORDS = 20;

/**
 * A report in which no term names a tumor: not reportable, unless a tumor is spoken of all the same, or the scan cannot be read.
 */
export function verdictWithoutTerm(
  reading: Reading,
  mentions: readonly MorphologyMention[],
  tables: CodingTables,
): Verdict & { readonly spans: readonly { from: number; to: number; weight: number }[] } {
  const history = mentions.some((one) => one.history);
  const { spoken, denied, staged } = tumorWords(reading, mentions);
  if (spoken.length > 0 && (staged || spoken.length > denied * 2))
    return {
      reportable: null,
      rule: 'tumor-without-histology',
      flags: ['tumor-without-histology'],
      confidence: 0.5,
      spans: spoken,
    };
  if (readable(reading, tables) < READABLE)
    return { reportable: null, rule: 'unreadable', flags: ['unreadable-text'], confidence: 0.5, spans: [] };
  const flag = history ? 'history-only' : 'no-diagnosis-found';
  return { reportable: false, rule: 'no-diagnosis-found', flags: [flag], confidence: 0.85, spans: [] };
}

const TUMOR = /^(tumou?rs?|neoplasms?|neoplastic|malignan\w+|cancers?|carcinom\w+)$/i;
/** A stage or a Gleason score is given to cancers only. */
const STAGE = /^(y?pt[1-4][a-d]?\d?|gleason)$/i;

/** Words that speak of a tumor without naming it, and words that deny one. */
function tumorWords(
  reading: Reading,
  mentions: readonly MorphologyMention[],
): { spoken: { from: number; to: number; weight: number }[]; denied: number; staged: boolean } {
  const { tokens, cue, cueFrom } = reading;
  const named = new Uint8Array(tokens.count);
  for (const one of mentions) named.fill(1, one.from, one.to + 1);
  const spoken: { from: number; to: number; weight: number }[] = [];
  let denied = mentions.filter((one) => one.negated).length;
  let staged = false;
  for (let at = 0; at < tokens.count; at += 1) {
    if (named[at] === 1) continue;
    const kind = reading.sections[reading.section[at] ?? 0]?.kind;
    if (cue[at] === CUE.benign && cueFrom[at] === at) denied += 1;
    if (kind === 'history' || kind === 'ancillary') continue;
    // Something in situ that no term names; not a hybridization.
    if (cue[at] === CUE.inSitu && cueFrom[at] === at && saysInSitu(reading, at)) {
      if (deniedBefore(reading, at)) denied += 1;
      else {
        staged = true;
        spoken.push({ from: at, to: at + 1, weight: 1 });
      }
    }
    const length = (tokens.end[at] ?? 0) - (tokens.start[at] ?? 0);
    if (length > 14) continue;
    const word = tokens.text.slice(tokens.start[at], tokens.end[at]);
    const tumor = cue[at] !== CUE.benign && length >= 5 && TUMOR.test(word);
    const stage = length <= 7 && STAGE.test(word);
    if (!tumor && !stage) continue;
    if (stage) staged = true;
    if (tumor && deniedBefore(reading, at)) denied += 1;
    else spoken.push({ from: at, to: at, weight: 1 });
  }
  return { spoken, denied, staged };
}

/** "In situ", in these words, and not of a hybridization. */
function saysInSitu({ tokens }: Reading, at: number): boolean {
  const wordAt = (place: number): string => tokens.text.slice(tokens.start[place], tokens.end[place]);
  return /^situ$/i.test(wordAt(at + 1)) && !/^hybridi[sz]ation$/i.test(wordAt(at + 2));
}

function deniedBefore({ tokens, cue }: Reading, from: number): boolean {
  for (let at = from - 1; at >= Math.max(0, from - 6) && tokens.clause[at + 1] !== 1; at -= 1)
    if (cue[at] === CUE.negated || cue[at] === CUE.refused || cue[at] === CUE.history) return true;
  return (
    ((tokens.gap[from + 1] ?? 0) & GAP.DASH) !== 0 &&
    /^free$/i.test(tokens.text.slice(tokens.start[from + 1], tokens.end[from + 1]))
  );
}

/** Share of the longer words that are words of the lexicon or of plain language; 1 where there are too few to judge. */
function readable({ tokens }: Reading, tables: CodingTables): number {
  let words = 0;
  let known = 0;
  for (let at = 0; at < tokens.count; at += 1) {
    const length = (tokens.end[at] ?? 0) - (tokens.start[at] ?? 0);
    if (length < 3) continue;
    words += 1;
    if ((tokens.word[at] ?? -1) >= 0) known += 1;
    else if (length <= 20 && tables.vocabulary.isPlain(tokens.text.slice(tokens.start[at], tokens.end[at]))) known += 1;
  }
  return words < ENOUGH_WORDS ? 1 : known / words;
}
