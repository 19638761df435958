/** A part of the text that justifies a value; offsets are UTF-16 units into the report's text. */
export interface EvidenceSpan {
  readonly start: number;
  readonly end: number;
  /** Code of the section the words stand in, or an empty text. */
  readonly section: string;
}

export interface SectionOfReport {
  readonly code: string;
  readonly title: string;
  readonly start: number;
  readonly end: number;
}

/** A report as the coder takes it. */
export interface CodableText {
  readonly id?: string;
  readonly text: string;
  /** Sections that the message named; without them headings in the text are looked for. */
  readonly sections?: readonly SectionOfReport[];
  /** NAACCR code of sex, where known. */
  readonly sex?: string;
  readonly diagnosisYear?: number;
}

export const CODED_FIELDS = ['primarySite', 'histology', 'behavior', 'laterality', 'grade'] as const;
export type CodedField = (typeof CODED_FIELDS)[number];

/** What a report says, as codes with the words that justify them. `null` = not decided. */
export interface CodedReport {
  readonly id: string;
  /** `null` = a person must look. */
  readonly reportable: boolean | null;
  readonly primarySite: string | null;
  readonly histology: string | null;
  readonly behavior: string | null;
  readonly laterality: string | null;
  readonly grade: string | null;
  /** NAACCR item that the grade belongs to; absent when it is not certain. */
  readonly gradeItem?: 'gradeClinical' | 'gradePathological' | 'gradePostTherapy';
  /** 0 to 1 for each field that has a value, and `reportable`. */
  readonly confidence: Readonly<Partial<Record<CodedField | 'reportable', number>>>;
  readonly evidence: Readonly<Partial<Record<CodedField | 'reportable', readonly EvidenceSpan[]>>>;
  readonly rules: Readonly<Partial<Record<CodedField | 'reportable', string>>>;
  readonly flags: readonly string[];
  /** Further primaries of the same report. */
  readonly primaries: readonly CodedReport[];
}

export interface CodeOptions {
  /** Give the best guess where the coder would abstain. */
  readonly force?: boolean;
}
