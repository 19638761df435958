import fc from 'fast-check';
import { loadCodingTables } from '../node';
import { CODED_FIELDS, codeReport } from './index';

const tables = loadCodingTables();

/** CPU milliseconds of a piece of work. */
function cpuOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

describe('bad input', () => {
  it.each([
    ['nothing', ''],
    ['blanks', ' \n\t \r\n '],
    ['NUL bytes', '\u0000'.repeat(5_000)],
    ['binary', Array.from({ length: 20_000 }, (_, at) => String.fromCharCode((at * 7919) % 256)).join('')],
    ['lone surrogates', '\ud800\udc00\ud800 carci\udfff noma \ud83d'],
    ['another language', 'Биопсия желудка: хронический гастрит. 胃生検:慢性胃炎。 المعدة: التهاب'],
    ['digits', '1234567890 '.repeat(3_000)],
  ])('of %s has an answer', (_, text) => {
    const answer = codeReport({ id: 'x', text }, tables);
    expect(answer.reportable === false || answer.reportable === null).toBe(true);
    expect(answer.flags.length).toBeGreaterThan(0);
    for (const field of CODED_FIELDS) expect(answer[field]).toBeNull();
  });

  it('reads letters stored two bytes each', () => {
    const text = Array.from('Lung, left upper lobe: Squamous cell carcinoma.', (letter) => `${letter}\u0000`).join('');
    expect(codeReport({ text }, tables)).toMatchObject({ reportable: true, histology: '8070', primarySite: 'C341' });
  });

  it('reads 10 MB and 100,000 lines in bounded time and says what was cut', () => {
    const line = 'A. Lymph node, left, excision: Negative for carcinoma (0/3). Comment: see note.\n';
    const spent = cpuOf(() => {
      expect(codeReport({ text: line.repeat(100_000) }, tables).flags).toContain('text-cut');
      expect(codeReport({ text: 'x'.repeat(10_000_000) }, tables).flags).toContain('text-cut');
    });
    expect(spent).toBeLessThan(20_000);
  });

  // Texts made to send a backtracking pattern or a quadratic search astray; each is as long as what is read of any report.
  it.each([
    ['one endless word', 'carcinoma'.repeat(44_000)],
    ['skipped words without end', `renal ${'moderately differentiated grade 2 '.repeat(12_000)}`],
    ['open brackets', 'carcinoma ('.repeat(36_000)],
    ['labels', 'Histologic type: '.repeat(23_000)],
    ['blanks', `carcinoma${' '.repeat(390_000)}`],
    ['lines', '\n'.repeat(399_000)],
    ['headings', 'DIAGNOSIS:\nGROSS:\n'.repeat(20_000)],
    ['negations', 'no evidence of '.repeat(26_000)],
    ['specimens', 'A. B. C. D. '.repeat(33_000)],
    ['dashes and dots', '-.-:;'.repeat(79_000)],
    ['sides', 'left right breast carcinoma '.repeat(14_000)],
    ['misread words', Array.from({ length: 30_000 }, (_, at) => `carcln0rn${at.toString(36)}a`).join(' ')],
    ['grades', 'Gleason grade 3 + 4 score 7 grade group '.repeat(9_900)],
    ['commas', 'carcinoma, '.repeat(36_000)],
  ])('is not led astray by %s', (_, text) => {
    expect(cpuOf(() => codeReport({ text }, tables))).toBeLessThan(8_000);
  });
});

describe('any text', () => {
  const word = fc.constantFrom(
    ...'carcinoma adenocarcinoma no evidence of metastatic lymph node left right breast lung : . , ; \n ( ) in situ invasive grade 2 A. B. history consistent with cannot be excluded DIAGNOSIS: skin Ø 1eft'.split(
      ' ',
    ),
  );
  const text = fc.oneof(
    fc.array(word, { maxLength: 60 }).map((words) => words.join(' ')),
    fc.string({ unit: 'binary', maxLength: 300 }),
  );

  it('gets an answer whose spans lie in it, and forced never less than unforced', () => {
    fc.assert(
      fc.property(text, (input) => {
        const answer = codeReport({ text: input }, tables);
        const forced = codeReport({ text: input }, tables, { force: true });
        for (const field of CODED_FIELDS) {
          if (answer[field] !== null) expect(forced[field]).toBe(answer[field]);
          for (const { start, end } of forced.evidence[field] ?? []) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(input.length);
          }
          const confidence = forced.confidence[field];
          if (confidence !== undefined) expect(confidence >= 0 && confidence <= 1).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
