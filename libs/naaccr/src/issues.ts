import { type ItemDefinition, type RecordType } from './items.js';
import { type ValueProblem } from './values.js';

/** Findings that do not stop the reading of a file. */
export type IssueCode =
  | ValueProblem
  | 'unknown-id'
  | 'wrong-number'
  | 'wrong-level'
  | 'wrong-record-type'
  | 'unknown-attribute'
  | 'duplicate-item'
  | 'contradicts-root'
  | 'bad-code'
  | 'bad-time-generated';

export interface Issue {
  readonly code: IssueCode;
  /** Line of the start tag, counted from 1. */
  readonly line: number;
  /** For example `/NaaccrData/Patient[3]/Tumor[1]/Item[@naaccrId="sex"]`. */
  readonly path: string;
  readonly id: string | null;
  readonly number: number | null;
  /** What is wrong and what is expected; never holds the value itself. */
  readonly message: string;
  /** The value as read, at most 100 characters; may identify a patient. Null where it does not matter. */
  readonly value: string | null;
}

const RECORD_TYPE_NAMES: Readonly<Record<RecordType, string>> = {
  A: 'A (abstract)',
  M: 'M (modified abstract)',
  C: 'C (confidential)',
  I: 'I (incidence)',
};

const TYPE_WORDS: Readonly<Record<ItemDefinition['type'], string>> = {
  alpha: 'capital letters A to Z',
  digits: 'digits',
  mixed: 'digits and capital letters',
  numeric: 'a number, with digits after a period where needed',
  text: 'text',
  date: 'a date: YYYY, YYYYMM or YYYYMMDD, 1800 to 2099',
  dateTime: 'an ISO 8601 date and time',
};

export interface IssueContext {
  readonly item: ItemDefinition | null;
  readonly id: string | null;
  readonly element: string;
  readonly recordType: RecordType;
  readonly characters: number;
  /** What the file's root says, for a contradiction; the attribute's name for an unknown one. */
  readonly other: string;
}

/** The sentence for a finding. */
export function issueMessage(code: IssueCode, context: IssueContext): string {
  const { item, other, recordType } = context;
  switch (code) {
    case 'unknown-id':
      return 'the dictionaries of the file have no such item';
    case 'wrong-number':
      return `naaccrNum is not that of the item, which is ${item?.number ?? 'unknown'}`;
    case 'wrong-level':
      return `the item belongs in ${item?.level ?? 'another element'}, not in ${context.element}`;
    case 'wrong-record-type': {
      const may = [...(item?.recordTypes ?? '')].map((type) => RECORD_TYPE_NAMES[type as RecordType]).join(', ');
      return `a file of record type ${RECORD_TYPE_NAMES[recordType]} may not carry the item; these may: ${may || 'none'}`;
    }
    case 'unknown-attribute':
      return `Item has no attribute ${other}`;
    case 'duplicate-item':
      return `the item stands twice in one ${context.element}; the first one counts`;
    case 'contradicts-root':
      return `the item contradicts the root of the file, which says ${other}`;
    case 'too-long':
      return `${context.characters} characters where ${item?.length ?? 0} fit`;
    case 'too-short':
      return `${context.characters} characters where ${item?.length ?? 0} are needed`;
    case 'bad-type':
      return item?.pattern === undefined
        ? `the value must be ${TYPE_WORDS[item?.type ?? 'text']}`
        : `the value must be ${TYPE_WORDS[item.type]} that fits ${item.pattern}`;
    case 'bad-date':
      return 'the calendar has no such day';
    case 'leading-space':
      return 'the value begins with a space';
    case 'trailing-space':
      return 'the value ends with a space';
    case 'bad-code':
      return 'the value is not among the codes of the item';
    case 'bad-time-generated':
      return 'timeGenerated is not an ISO 8601 date and time, such as 2026-11-30T14:05:00Z';
  }
}
