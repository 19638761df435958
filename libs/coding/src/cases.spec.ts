import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '@perennial/config/node';
import { loadCodingTables } from '../node';
import { CODED_FIELDS, codeReport, type CodedField, type CodedReport } from './index';

interface Case {
  readonly id: string;
  readonly text: string;
  readonly expected: Readonly<Record<string, string | boolean | null>> & {
    readonly reviewExpected?: boolean;
    readonly acceptable?: Readonly<Partial<Record<string, readonly (string | null)[]>>>;
  };
}

const tables = loadCodingTables();
const folder = path.join(packageRoot(), 'test/cases/coding');
const casesOf = (file: string): readonly Case[] =>
  (JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { cases: Case[] }).cases;

const FIELDS = ['reportable', ...CODED_FIELDS] as const;

/** Fields that are not as expected, as `id field got/wanted`. */
function wrong(one: Case, answer: CodedReport): string[] {
  return FIELDS.filter((field) => {
    if (!(field in one.expected)) return false;
    const wanted: unknown[] = [one.expected[field], ...(one.expected.acceptable?.[field] ?? [])];
    if (field === 'reportable' && one.expected.reviewExpected === true) wanted.push(null);
    return !wanted.includes(answer[field]);
  }).map((field) => `${one.id} ${field} ${String(answer[field])}/${String(one.expected[field])}`);
}

describe('invented texts of reportability', () => {
  const cases = casesOf('reportability.json');
  const answers = cases.map((one) => ({ one, answer: codeReport(one, tables) }));

  it('are at least 150, benign, negative, ambiguous, historical and reportable', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
    expect(cases.filter((one) => one.expected.reportable === false).length).toBeGreaterThanOrEqual(100);
    expect(cases.filter((one) => one.expected.reportable === true).length).toBeGreaterThanOrEqual(60);
  });

  it('miss no cancer', () => {
    const missed = answers.filter(({ one, answer }) => one.expected.reportable === true && answer.reportable !== true);
    expect(missed.map(({ one }) => one.id)).toEqual([]);
  });

  it('keep 95 % of what is not reportable off the list', () => {
    const not = answers.filter(({ one }) => one.expected.reportable === false);
    const right = not.filter(({ one, answer }) => wrong(one, answer).length === 0);
    expect(right.length / not.length).toBeGreaterThanOrEqual(0.95);
  });

  it('send what is ambiguous and not accepted to a person, with the words', () => {
    const ambiguous = answers.filter(({ answer }) => answer.flags.includes('ambiguous-not-accepted'));
    expect(ambiguous.length).toBeGreaterThanOrEqual(9);
    for (const { answer } of ambiguous) {
      expect(answer.reportable).toBeNull();
      expect(answer.evidence.reportable?.length).toBeGreaterThan(0);
    }
  });
});

describe('invented reports with all codes', () => {
  const cases = casesOf('codes.json');
  const answers = cases.map((one) => ({ one, answer: codeReport(one, tables) }));

  it('are coded as the rules say, but for one in twenty', () => {
    const failed = answers.flatMap(({ one, answer }) => wrong(one, answer));
    const cleared = answers.filter(({ one, answer }) => wrong(one, answer).length === 0);
    expect({ failed, share: cleared.length / cases.length >= 0.95 }).toEqual({ failed, share: true });
  });

  it('show words of the text for every value, short ones', () => {
    const lengths: number[] = [];
    for (const { one, answer } of answers) {
      for (const field of CODED_FIELDS) {
        if (answer[field] === null) continue;
        const spans = answer.evidence[field] ?? [];
        expect([one.id, field, spans.length > 0]).toEqual([one.id, field, true]);
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(one.text.length);
          expect(one.text.slice(start, end).trim()).not.toBe('');
          lengths.push(end - start);
        }
        expect(answer.confidence[field]).toBeGreaterThan(0);
        expect(answer.rules[field]).not.toBe('');
      }
    }
    lengths.sort((a, b) => a - b);
    expect(lengths[lengths.length >> 1]).toBeLessThanOrEqual(60);
  });

  it.each(CODED_FIELDS.map((field) => [field]))('lose or change %s when its words are blanked', (field: CodedField) => {
    const kept: string[] = [];
    let asked = 0;
    for (const { one, answer } of answers) {
      const value = answer[field];
      // Of several primaries another one answers in its place.
      if (value === null || answer.primaries.length > 0) continue;
      asked += 1;
      let text = one.text;
      for (const { start, end } of answer.evidence[field] ?? [])
        text = text.slice(0, start) + ' '.repeat(end - start) + text.slice(end);
      const after = codeReport({ text }, tables);
      if (after[field] === value) kept.push(one.id);
    }
    expect(asked).toBeGreaterThan(20);
    expect(kept).toEqual([]);
  });

  it('are coded the same way twice, forced or not', () => {
    for (const { one, answer } of answers.slice(0, 30)) {
      expect(codeReport(one, tables)).toEqual(answer);
      const forced = codeReport(one, tables, { force: true });
      for (const field of CODED_FIELDS) if (answer[field] !== null) expect(forced[field]).toBe(answer[field]);
      expect(forced.reportable).not.toBeNull();
    }
  });
});

const samples = path.join(packageRoot(), '..', 'shared', 'samples');
const withSamples = existsSync(samples) ? describe : describe.skip;

withSamples('the short reports of the public samples', () => {
  const file = path.join(samples, 'pathology/handwritten-dev.json');
  const cases = JSON.parse(readFileSync(file, 'utf8')) as Case[];

  it('are coded right in every field on at least 70 %, and no cancer is missed', () => {
    const answers = cases.map((one) => ({ one, answer: codeReport(one, tables) }));
    const right = answers.filter(({ one, answer }) => wrong(one, answer).length === 0);
    expect(right.length / cases.length).toBeGreaterThanOrEqual(0.7);
    const missed = answers.filter(({ one, answer }) => one.expected.reportable === true && answer.reportable === false);
    expect(missed).toEqual([]);
  });
});
