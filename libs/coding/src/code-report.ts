import { chooseGrade } from './grade.js';
import { type Choice, chooseHistology, chooseLaterality, chooseSite, codeOf, stated } from './choose.js';
import { morphologyMentions, type MorphologyMention, siteMentions } from './mentions.js';
import { isReportable } from './reportability.js';
import { sectionsOf, WEIGHT } from './sections.js';
import { type CodingTables } from './tables.js';
import { type CodableText, type CodedField, type CodedReport, type CodeOptions, type EvidenceSpan } from './types.js';
import { MAX_TEXT, wordsOf } from './words.js';

/** Below these a field is left open for a person. */
const THRESHOLD: Readonly<Record<CodedField, number>> = {
  primarySite: 0.4,
  histology: 0.4,
  behavior: 0.4,
  laterality: 0.55,
  grade: 0.5,
};
/** Year that rules are read for when the report does not tell. */
const CURRENT_RULES = 2024;

const EMPTY: Omit<CodedReport, 'id' | 'reportable' | 'flags' | 'confidence' | 'evidence' | 'rules'> = {
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
  const text = report.text;
  const flags = text.length > MAX_TEXT ? ['text-cut'] : [];
  const sections = sectionsOf(report);
  const words = wordsOf(text, tables.vocabulary, tables.neighbors);
  const mentions = morphologyMentions(text, words, sections, tables);
  const histology = chooseHistology(mentions);
  const year = report.diagnosisYear ?? CURRENT_RULES;
  if (histology === null) return withoutDiagnosis(id, mentions, flags, options);
  const main = stated(mentions).filter((one) => codeOf(one) === histology.value);
  const anchor = main.filter((one) => one.start === histology.spans[0]?.start);
  const site = chooseSite(
    siteMentions(text, words, sections, tables),
    histology.value,
    anchor,
    anchor[0]?.siteHint ?? '',
  );
  const [code = '', behavior = ''] = histology.value.split('/');
  const verdict = isReportable(site?.value ?? 'C809', code, behavior, year);
  const uncertain = anchor.every((one) => one.uncertainty === 'accepted');
  const evidence = anchorSpans(anchor);
  if (!verdict.reportable) {
    return {
      id,
      ...EMPTY,
      reportable: false,
      flags: [...flags, verdict.rule],
      confidence: { reportable: 0.9 },
      evidence: { reportable: evidence },
      rules: { reportable: verdict.rule },
    };
  }
  const start = anchor[0]?.start ?? 0;
  const laterality = site === null ? null : chooseLaterality(text, site.value, [...site.spans, ...anchor]);
  const grade = site === null ? null : chooseGrade(text, site.value, code, start);
  const choices: Readonly<Record<CodedField, Choice<string> | null>> = {
    primarySite: site,
    histology: { ...histology, value: code },
    behavior: { ...histology, value: behavior, confidence: Math.min(0.97, histology.confidence + 0.1) },
    laterality,
    grade,
  };
  return assemble(
    id,
    choices,
    {
      flags: uncertain ? [...flags, 'ambiguous-term'] : flags,
      rule: verdict.rule,
      spans: evidence,
      onlyMetastasis: anchor.every((one) => one.metastatic),
    },
    text,
    options,
  );
}

const anchorSpans = (anchor: readonly MorphologyMention[]): EvidenceSpan[] =>
  anchor.map(({ start, end, section }) => ({ start, end, section: section.code || section.title }));

/** No term states a tumor: not reportable, unless words were there that only a person should judge. */
function withoutDiagnosis(
  id: string,
  mentions: readonly MorphologyMention[],
  flags: readonly string[],
  options: CodeOptions,
): CodedReport {
  const doubtful = mentions.filter(
    (one) =>
      one.uncertainty === 'refused' &&
      !one.negated &&
      !one.history &&
      WEIGHT[one.section.kind] >= 3 &&
      /[23]$/.test(codeOf(one)),
  );
  const review = doubtful.length > 0;
  return {
    id,
    ...EMPTY,
    reportable: review && options.force !== true ? null : false,
    flags: [
      ...flags,
      review ? 'ambiguous-not-accepted' : mentions.some((one) => one.history) ? 'history-only' : 'no-diagnosis-found',
    ],
    confidence: { reportable: review ? 0.5 : 0.85 },
    evidence: review ? { reportable: anchorSpans(doubtful) } : {},
    rules: { reportable: review ? 'ambiguous-term-not-accepted' : 'no-diagnosis-found' },
  };
}

interface Verdict {
  readonly flags: readonly string[];
  readonly rule: string;
  readonly spans: readonly EvidenceSpan[];
  readonly onlyMetastasis: boolean;
}

function assemble(
  id: string,
  choices: Readonly<Record<CodedField, Choice<string> | null>>,
  verdict: Verdict,
  text: string,
  options: CodeOptions,
): CodedReport {
  const values: Record<CodedField, string | null> = {
    primarySite: null,
    histology: null,
    behavior: null,
    laterality: null,
    grade: null,
  };
  const confidence: Partial<Record<CodedField | 'reportable', number>> = { reportable: 0.9 };
  const evidence: Partial<Record<CodedField | 'reportable', readonly EvidenceSpan[]>> = { reportable: verdict.spans };
  const rules: Partial<Record<CodedField | 'reportable', string>> = { reportable: verdict.rule };
  for (const [field, choice] of Object.entries(choices) as [CodedField, Choice<string> | null][]) {
    if (choice === null || (choice.confidence < THRESHOLD[field] && options.force !== true)) continue;
    values[field] = choice.value;
    confidence[field] = Math.round(choice.confidence * 100) / 100;
    evidence[field] = choice.spans;
    rules[field] = choice.rule;
  }
  const flags = [
    ...verdict.flags,
    ...(verdict.onlyMetastasis ? ['metastasis-only'] : []),
    ...(values.primarySite === null ? ['site-open'] : []),
  ];
  const gradeItem = values.grade === null ? {} : gradeItemOf(text);
  return { id, reportable: true, ...values, ...gradeItem, confidence, evidence, rules, flags, primaries: [] };
}

/** A biopsy grades clinically, a resection pathologically; after treatment the grade has an item of its own. */
function gradeItemOf(text: string): Pick<CodedReport, 'gradeItem'> {
  if (/\b(neoadjuvant|post[- ]?(treatment|therapy)|ypT)/i.test(text)) return { gradeItem: 'gradePostTherapy' };
  if (/\b(\w*ectomy|resection|excision|whipple)\b/i.test(text)) return { gradeItem: 'gradePathological' };
  return /\bbiops/i.test(text) ? { gradeItem: 'gradeClinical' } : {};
}
