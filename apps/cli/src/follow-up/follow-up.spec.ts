import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { commands } from './commands.js';

const SHARED = path.join(__dirname, '../../../../../shared');
const CASES = path.join(SHARED, 'reference/follow-up/coc65-cases.csv');
const VECTORS = path.join(SHARED, 'samples/survival-time/vectors-sample.csv');

/** Tests of files that are not part of the repository: where they are absent the run says so and counts a skip. */
const withShared = existsSync(CASES) ? it : it.skip;
if (!existsSync(CASES))
  process.stderr.write('*** shared/ is absent: the 1,200 cases and the survival vectors are not tested ***\n');

type Rows = Record<string, string>[];
const read = (text: string): Rows => parse(text, { columns: true, skip_empty_lines: true });

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'follow-up-'))));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(command: string, ...args: readonly string[]): Promise<string> {
  const stdout = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  expect(await commands[command]?.run(args, { stdout, stderr: new PassThrough(), stdin: new PassThrough() })).toBe(0);
  return Buffer.concat(chunks).toString();
}
const file = (name: string, lines: readonly string[]): string => {
  const where = path.join(folder, name);
  writeFileSync(where, `${lines.join('\n')}\n`);
  return where;
};

const OWN = [
  'case_id,date_of_birth,date_of_diagnosis,class_of_case,primary_site,histology,behavior,country_current,vital_status,date_of_last_contact',
  'A,1950-01-01,2024-05-01,14,C504,8500,3,USA,1,2025-12-31',
  'B,1950-01-01,2015-05-01,14,C619,8140,3,,0,2016-02-29',
  'C,1950-01-01,2024-05-01,30,C619,8140,3,USA,1,2025-01',
  'D,1950-01-01,2024-05-01,11,C619,8140,3,USA,1,2025-01',
];

describe('follow-up rate', () => {
  it('gives both rates, and an answer for each case', async () => {
    const out = path.join(folder, 'answers.csv');
    const args = [file('own.csv', OWN), '--as-of', '2026-06-30', '--reference-date', '2012-01-01', '--cases', out];
    const { rows } = JSON.parse(await run('rate', ...args)) as { rows: Record<string, unknown>[] };
    expect(rows).toMatchObject([
      {
        measure: 'since-reference-date',
        as_of: '2026-06-30',
        cases: 4,
        eligible: 3,
        dead: 1,
        current: 1,
        delinquent: 1,
        goal_percent: 80,
        meets: 'no',
      },
      {
        measure: 'last-five-years',
        reference_date: '2012-01-01',
        eligible: 2,
        rate_all_percent: 50,
        rate_living_percent: 50,
      },
    ]);
    expect(read(readFileSync(out, 'utf8'))).toEqual([
      {
        case_id: 'A',
        eligible: 'yes',
        exclusion_reason: '',
        status: 'current',
        in_five_year_window: 'yes',
        follow_up_due_month: '2026-12',
      },
      {
        case_id: 'B',
        eligible: 'yes',
        exclusion_reason: '',
        status: 'dead',
        in_five_year_window: 'no',
        follow_up_due_month: '',
      },
      {
        case_id: 'C',
        eligible: 'no',
        exclusion_reason: 'class-of-case',
        status: '',
        in_five_year_window: '',
        follow_up_due_month: '',
      },
      {
        case_id: 'D',
        eligible: 'yes',
        exclusion_reason: '',
        status: 'delinquent',
        in_five_year_window: 'yes',
        follow_up_due_month: '2026-01',
      },
    ]);
  });

  it.each([
    [['--as-of', '2026-06-31', '--reference-date', '2012-01-01'], '--as-of 2026-06-31 is not a day'],
    [['--as-of', '2026-06-30'], '--reference-date is missing'],
  ])('refuses %j: %s', async (options, message) =>
    expect(run('rate', file('own.csv', OWN), ...options)).rejects.toThrow(message),
  );

  it('names missing columns', async () =>
    expect(
      run('rate', file('bad.csv', ['case_id,behavior', 'A,3']), '--as-of', '20260630', '--reference-date', '20120101'),
    ).rejects.toThrow(/lacks the column\(s\) date_of_birth/));

  withShared('answers all 1,200 cases and both rates', async () => {
    const out = path.join(folder, 'coc65.csv');
    const printed = await run('rate', CASES, '--as-of', '2026-06-30', '--reference-date', '2012-01-01', '--cases', out);
    const expected = read(readFileSync(CASES.replace('cases', 'expected'), 'utf8'));
    const { rows } = JSON.parse(printed) as { rows: Record<string, string | number>[] };
    expect(
      rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value)]))),
    ).toEqual(expected);
    const cases = read(readFileSync(CASES, 'utf8'));
    expect(cases).toHaveLength(1_200);
    expect(read(readFileSync(out, 'utf8'))).toEqual(
      cases.map((row) => ({
        case_id: row.case_id,
        ...Object.fromEntries(
          Object.entries(row).flatMap(([key, value]) => (key.startsWith('exp_') ? [[key.slice(4), value]] : [])),
        ),
      })),
    );
  });
});

describe('follow-up survival-time', () => {
  const HEAD =
    'patient,record,cutoff_year,dx_year,dx_month,dx_day,dolc_year,dolc_month,dolc_day,birth_year,birth_month,birth_day,sequence_number_central,vital_status,type_of_reporting_source';

  it('adds results to the rows as they came, patients by themselves', async () => {
    const rows = read(
      await run(
        'survival-time',
        file('survival.csv', [
          HEAD,
          'X,1,2015,2011,11,,2011,11,20,1950,1,1,0,0,1',
          'Y,1,2015,2011,,,THIS_YEAR+1,1,1,,,,0,1,1',
          'X,2,2015,2011,11,19,2011,11,20,1950,1,1,1,0,1',
        ]),
        '--today',
        '2026-06-01',
      ),
    );
    expect(
      rows.map((row) => [
        row.patient,
        row.record,
        row.dx_date,
        row.dolc_date,
        row.dolc_date_presumed_alive,
        row.surv_months,
        row.surv_days,
        row.flag,
        row.record_number_recode,
      ]),
    ).toEqual([
      ['X', '1', '2011-11-10', '2011-11-20', '2011-11-20', '0000', '00010', '3', '1'],
      ['Y', '1', '2011-07-02', '(null)', '2015-12-31', '9999', '99999', '9', '1'],
      ['X', '2', '2011-11-19', '2011-11-20', '2011-11-20', '0000', '00001', '1', '2'],
    ]);
  });

  withShared('agrees with the sample vectors in every column', async () => {
    for (const row of read(await run('survival-time', VECTORS))) {
      for (const [key, expected] of Object.entries(row)) {
        if (key.startsWith('exp_') && expected !== '')
          expect([row.patient, row.record, key, row[key.slice(4)]]).toEqual([row.patient, row.record, key, expected]);
      }
    }
  });
});
