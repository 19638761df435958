import { bothSides } from './tumors/both-sides.js';
import { type Choice, spansOf } from './choice.js';
import { chooseGrade, gradeItemOf } from './grade/choose.js';
import { chooseLaterality } from './laterality/choose.js';
import { siteMentions } from './mentions/anatomy.js';
import { type MorphologyMention, morphologyMentions } from './mentions/morphology.js';
import { furtherTumors } from './tumors/further.js';
import { type Reading, readReport } from './reading.js';
import { byClock } from './site/clock.js';
import { refined } from './refined.js';
import { type CodingTables } from './tables.js';
import { MAX_TEXT } from './text/tokens.js';
import { ofSubsites } from './tumors/subsites.js';
import { type Tumor, tumorOf } from './tumors/tumor.js';
import { type CodableText, type CodedField, type CodedReport, type CodeOptions, type EvidenceSpan } from './types.js';
import { type Verdict, verdictOf, verdictWithoutTerm } from './verdict.js';

/** Below these a field is left open for a person. */
const THRESHOLD: Readonly<Record<CodedField, number>> = {
  primarySite: 0.3,
  histology: 0.3,
  behavior: 0.5,
  laterality: 0.5,
  grade: 0.5,
};
/** Below these a field that is given is marked for a look (`check-primarySite` ...). */
const CHECK: Readonly<Record<CodedField, number>> = {
  primarySite: 0.8,
  histology: 0.8,
  behavior: 0.75,
  laterality: 0.8,
  grade: 0.8,
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
 * @returns `reportable: null` when a person must look; fields below their threshold are `null` unless `force`, which gives the best guess for
 * every field that the words say anything of, and `true` or `false` for `reportable`.
 * @source ICD-O-3 coding rules; SEER reportability and ambiguous terminology.
 */
export function codeReport(report: CodableText, tables: CodingTables, options: CodeOptions = {}): CodedReport {
  const id = report.id ?? '';
  const flags = report.text.length > MAX_TEXT ? ['text-cut'] : [];
  const reading = readReport(report, tables);
  const year = report.diagnosisYear ?? CURRENT_RULES;
  const mentions = morphologyMentions(reading, tables, year);
  const sites = siteMentions(reading, tables);
  const main = tumorOf(reading, mentions, sites, tables);
  if (main === null) return withoutTerm(id, reading, mentions, tables, flags, options);
  const sides = bothSides(reading, mentions, sites, main, year, tables);
  if (sides.questionable) flags.push('both-sides');
  const known = sides.tumors.length > 1 ? sides.tumors : ofSubsites(reading, mentions, sites, main, year, tables);
  const tumors = [...known, ...furtherTumors(reading, mentions, sites, known, tables)];
  const judged = tumors.map((tumor) => ({
    tumor,
    verdict: verdictOf(reading, mentions, tumor.histology, tumor.site, year, tables),
  }));
  // What is not reportable beside a tumor that is stays out.
  const reportable = judged.filter(({ verdict }) => verdict.reportable === true);
  const chosen = reportable.length > 0 ? reportable : judged.slice(0, 1);
  const coded = chosen.map(({ tumor, verdict }) =>
    verdict.reportable === true || options.force === true
      ? codedTumor(id, reading, mentions, tumor, verdict, flags, year, tables, options)
      : {
          id,
          ...NOTHING,
          reportable: verdict.reportable,
          flags: [...flags, ...verdict.flags],
          confidence: { reportable: verdict.confidence },
          evidence: { reportable: tumor.histology.spans },
          rules: { reportable: verdict.rule },
        },
  );
  const [first, ...others] = coded;
  return first === undefined
    ? withoutTerm(id, reading, mentions, tables, flags, options)
    : { ...first, primaries: others };
}

function withoutTerm(
  id: string,
  reading: Reading,
  mentions: readonly MorphologyMention[],
  tables: CodingTables,
  flags: readonly string[],
  options: CodeOptions,
): CodedReport {
  const verdict = verdictWithoutTerm(reading, mentions, tables);
  const forced = options.force === true && verdict.reportable === null;
  return {
    id,
    ...NOTHING,
    reportable: forced ? verdict.rule === 'tumor-without-histology' : verdict.reportable,
    flags: [...flags, ...verdict.flags],
    confidence: { reportable: verdict.confidence },
    evidence: verdict.spans.length > 0 ? { reportable: spansOf(reading, verdict.spans) } : {},
    rules: { reportable: verdict.rule },
  };
}

function codedTumor(
  id: string,
  reading: Reading,
  mentions: readonly MorphologyMention[],
  { histology, site, side, first }: Tumor,
  verdict: Verdict,
  reportFlags: readonly string[],
  year: number,
  tables: CodingTables,
  options: CodeOptions,
): CodedReport {
  const sided = site === null ? null : chooseLaterality(reading, site, histology, mentions, side);
  const laterality =
    sided === null || first === undefined ? sided : { ...sided, confidence: Math.min(sided.confidence, first) };
  const grade = site === null ? null : chooseGrade(reading, site.value, histology, tables);
  const choices: Readonly<Record<CodedField, Choice | null>> = {
    primarySite: site === null ? null : byClock(reading, site, histology, laterality?.value ?? null),
    histology: refined(reading, histology, site?.value ?? null, grade, year),
    behavior: {
      value: histology.behavior,
      spans: histology.behaviorSpans,
      rule: histology.rule,
      confidence: histology.behaviorConfidence,
    },
    laterality,
    grade,
  };
  const values: Record<CodedField, string | null> = {
    primarySite: null,
    histology: null,
    behavior: null,
    laterality: null,
    grade: null,
  };
  const confidence: Partial<Record<CodedField | 'reportable', number>> = { reportable: verdict.confidence };
  const evidence: Partial<Record<CodedField | 'reportable', readonly EvidenceSpan[]>> = {
    reportable: histology.spans,
  };
  const rules: Partial<Record<CodedField | 'reportable', string>> = { reportable: verdict.rule };
  const open: string[] = [];
  for (const [field, choice] of Object.entries(choices) as [CodedField, Choice | null][]) {
    if (choice === null || (choice.confidence < THRESHOLD[field] && options.force !== true)) {
      if (field === 'primarySite') open.push('site-open');
      if (field === 'histology') open.push('histology-open');
      continue;
    }
    if (choice.confidence < CHECK[field]) open.push(`check-${field}`);
    values[field] = choice.value;
    confidence[field] = Math.round(choice.confidence * 100) / 100;
    evidence[field] = choice.spans;
    rules[field] = choice.rule;
  }
  return {
    id,
    // Forced, what only a person can judge counts as what the rules make of the words as they stand.
    reportable: verdict.reportable ?? verdict.flags.includes('site-not-sure'),
    ...values,
    ...(values.grade === null ? {} : gradeItemOf(reading)),
    confidence,
    evidence,
    rules,
    flags: [...reportFlags, ...verdict.flags, ...open],
    primaries: [],
  };
}
