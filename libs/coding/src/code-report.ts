import { type Choice } from './choice.js';
import { chooseGrade } from './grade.js';
import { chooseHistology, type HistologyChoice } from './histology.js';
import { chooseLaterality } from './laterality.js';
import { type MorphologyMention, morphologyMentions, siteMentions } from './mentions.js';
import { CUE, type Reading, readReport } from './reading.js';
import { isReportable } from './reportability.js';
import { chooseSite } from './site.js';
import { type CodingTables } from './tables.js';
import { MAX_TEXT } from './text/tokens.js';
import { type CodableText, type CodedField, type CodedReport, type CodeOptions, type EvidenceSpan } from './types.js';

/** Below these a field is left open for a person. */
const THRESHOLD: Readonly<Record<CodedField, number>> = {
  primarySite: 0.45,
  histology: 0.45,
  behavior: 0.5,
  laterality: 0.5,
  grade: 0.5,
};
/** Year that rules are read for when the report does not tell. */
const CURRENT_RULES = 2024;

const NOTHING: Omit<CodedReport, 'id' | 'reportable' | 'flags' | 'confidence' | 'evidence' | 'rules'> = {
  primarySite: null,
  histology: null,
  behavior: null,
  laterality: null,
  grade: null,
  primaries: [],
};

/**
 * Say what a pathology report means as ICD-O-3 codes, with the words that justify each, or leave a field open.
 *
 * Pure and deterministic; time grows with the length of the text, of which at most the first 400,000 characters are read.
 *
 * @returns `reportable: null` when a person must look; fields below their threshold are `null` unless `force`.
 * @source ICD-O-3 coding rules; SEER reportability and ambiguous terminology.
 */
export function codeReport(report: CodableText, tables: CodingTables, options: CodeOptions = {}): CodedReport {
  const id = report.id ?? '';
  const flags = report.text.length > MAX_TEXT ? ['text-cut'] : [];
  const reading = readReport(report, tables);
  const mentions = morphologyMentions(reading, tables);
  const year = report.diagnosisYear ?? CURRENT_RULES;
  let histology = chooseHistology(reading, mentions, tables.families, null);
  if (histology === null) return withoutDiagnosis(id, reading, mentions, flags, options);
  const sites = siteMentions(reading, tables);
  let site = chooseSite(reading, sites, mentions, histology, tables.families, tables.icdo3);
  if (site !== null) {
    const again = chooseHistology(reading, mentions, tables.families, site.value);
    if (again !== null && again.code !== histology.code) {
      histology = again;
      site = chooseSite(reading, sites, mentions, histology, tables.families, tables.icdo3);
    }
  }
  const verdict = isReportable(site?.value ?? 'C809', histology.value, histology.behavior, year);
  const { weak } = histology;
  if (!verdict.reportable) {
    return {
      id,
      ...NOTHING,
      reportable: false,
      flags: [...flags, verdict.rule],
      confidence: { reportable: 0.9 },
      evidence: { reportable: histology.spans },
      rules: { reportable: verdict.rule },
    };
  }
  if (weak !== 'no' && options.force !== true) return doubtful(id, histology, flags);
  const laterality = site === null ? null : chooseLaterality(reading, site, histology, mentions);
  const grade = site === null ? null : chooseGrade(reading, site.value, histology, tables);
  const choices: Readonly<Record<CodedField, Choice | null>> = {
    primarySite: site,
    histology,
    behavior: { ...histology, value: histology.behavior, confidence: histology.behaviorConfidence },
    laterality,
    grade,
  };
  const onlyAmbiguous = histology.main.every((one) => one.uncertainty === 'accepted');
  return assemble(
    id,
    choices,
    {
      flags: [
        ...flags,
        ...(onlyAmbiguous ? ['ambiguous-term'] : []),
        ...(histology.main.every((one) => one.metastatic) ? ['metastasis-only'] : []),
        ...(weak === 'no' ? [] : [weak === 'history' ? 'history-only' : 'ambiguous-not-accepted']),
      ],
      rule: verdict.rule,
      spans: histology.spans,
    },
    reading,
    options,
  );
}

/** Only words that state nothing: a person must look. */
function doubtful(id: string, histology: HistologyChoice, flags: readonly string[]): CodedReport {
  const refused = histology.weak === 'refused';
  return {
    id,
    ...NOTHING,
    reportable: refused ? null : false,
    flags: [...flags, refused ? 'ambiguous-not-accepted' : 'history-only'],
    confidence: { reportable: 0.5 },
    evidence: { reportable: histology.spans },
    rules: { reportable: refused ? 'ambiguous-term-not-accepted' : 'history-only' },
  };
}

/** No term states a tumor. */
function withoutDiagnosis(
  id: string,
  _reading: Reading,
  mentions: readonly MorphologyMention[],
  flags: readonly string[],
  _options: CodeOptions,
): CodedReport {
  return {
    id,
    ...NOTHING,
    reportable: false,
    flags: [...flags, mentions.some((one) => one.history) ? 'history-only' : 'no-diagnosis-found'],
    confidence: { reportable: 0.85 },
    evidence: {},
    rules: { reportable: 'no-diagnosis-found' },
  };
}

interface Verdict {
  readonly flags: readonly string[];
  readonly rule: string;
  readonly spans: readonly EvidenceSpan[];
}

function assemble(
  id: string,
  choices: Readonly<Record<CodedField, Choice | null>>,
  verdict: Verdict,
  reading: Reading,
  options: CodeOptions,
): CodedReport {
  const values: Record<CodedField, string | null> = {
    primarySite: null,
    histology: null,
    behavior: null,
    laterality: null,
    grade: null,
  };
  const confidence: Partial<Record<CodedField | 'reportable', number>> = { reportable: 0.95 };
  const evidence: Partial<Record<CodedField | 'reportable', readonly EvidenceSpan[]>> = { reportable: verdict.spans };
  const rules: Partial<Record<CodedField | 'reportable', string>> = { reportable: verdict.rule };
  for (const [field, choice] of Object.entries(choices) as [CodedField, Choice | null][]) {
    if (choice === null || (choice.confidence < THRESHOLD[field] && options.force !== true)) continue;
    values[field] = choice.value;
    confidence[field] = Math.round(choice.confidence * 100) / 100;
    evidence[field] = choice.spans;
    rules[field] = choice.rule;
  }
  const flags = [...verdict.flags, ...(values.primarySite === null ? ['site-open'] : [])];
  const gradeItem = values.grade === null ? {} : gradeItemOf(reading);
  return { id, reportable: true, ...values, ...gradeItem, confidence, evidence, rules, flags, primaries: [] };
}

/** A biopsy grades clinically, a resection pathologically; after treatment the grade has an item of its own. */
function gradeItemOf({ cue, tokens }: Reading): Pick<CodedReport, 'gradeItem'> {
  let biopsy = false;
  let resection = false;
  for (let at = 0; at < tokens.count; at += 1) {
    if (cue[at] === CUE.treated) return { gradeItem: 'gradePostTherapy' };
    if (cue[at] === CUE.biopsy) biopsy = true;
    if (cue[at] === CUE.resection) resection = true;
  }
  if (resection) return { gradeItem: 'gradePathological' };
  return biopsy ? { gradeItem: 'gradeClinical' } : {};
}
