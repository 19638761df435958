import { parseArgs } from 'node:util';
import { type DateParts, type SurvivalRecord, survivalTime, type TumorSurvival } from '@perennial/follow-up';
import { type NaaccrDay } from '@perennial/naaccr';
import { stringify } from 'csv-stringify/sync';
import { type Io, UsageError } from '../command.js';
import { dayOption, readTable, today } from './table.js';

type Row = Readonly<Record<string, string>>;

const DATE_COLUMNS = ['dx', 'dolc', 'birth'].flatMap((date) => [`${date}_year`, `${date}_month`, `${date}_day`]);
const NEEDED = [
  ...['patient', 'cutoff_year', 'sequence_number_central', 'vital_status', 'type_of_reporting_source'],
  ...DATE_COLUMNS,
];
const RESULTS = [
  'vital_status_recode',
  'surv_months',
  'surv_days',
  'flag',
  'surv_months_presumed_alive',
  'surv_days_presumed_alive',
  'flag_presumed_alive',
  'record_number_recode',
  'dx_date',
  'dolc_date',
  'dolc_date_presumed_alive',
] as const;

/** `follow-up survival-time`: the rows of the file with the results of each tumor beside them, in the order of the file. */
export async function runSurvivalTime(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { today: { type: 'string' }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('give one file of tumors');
  const runDay = values.today === undefined ? today() : dayOption('--today', values.today);
  const rows = await readTable(file, io, NEEDED);
  const results = new Map<Row, Record<string, string>>();
  for (const patient of patients(rows)) {
    const cutoff = patient[0]?.cutoff_year ?? '';
    if (!/^\d{4}$/.test(cutoff)) throw new UsageError(`${file}: cutoff_year ${cutoff} is not a year`);
    const answer = survivalTime(
      patient.map((row) => recordOf(row, runDay)),
      Number(cutoff),
      runDay,
    );
    answer.tumors.forEach((tumor, at) => {
      const row = patient[at];
      if (row !== undefined) results.set(row, resultOf(answer.vitalStatusRecode, tumor));
    });
  }
  const columns = [
    ...new Set([...Object.keys(rows[0] ?? Object.fromEntries(NEEDED.map((name) => [name, '']))), ...RESULTS]),
  ];
  io.stdout.write(
    stringify(
      rows.map((row) => ({ ...row, ...results.get(row) })),
      { header: true, columns },
    ),
  );
  return 0;
}

/** Rows of one patient with one cut-off, in order of first appearance. */
function patients(rows: readonly Row[]): readonly (readonly Row[])[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.patient, row.cutoff_year]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function recordOf(row: Row, runDay: NaaccrDay): SurvivalRecord {
  const date = (prefix: string): DateParts => ({
    year: yearOf(row[`${prefix}_year`] ?? '', runDay),
    month: row[`${prefix}_month`] ?? '',
    day: row[`${prefix}_day`] ?? '',
  });
  return {
    diagnosis: date('dx'),
    lastContact: date('dolc'),
    birth: date('birth'),
    sequenceNumberCentral: row.sequence_number_central ?? '',
    vitalStatus: row.vital_status ?? '',
    typeOfReportingSource: row.type_of_reporting_source ?? '',
  };
}

/** A year as written, or `THIS_YEAR` with an offset (`THIS_YEAR+1`), so that a file of cases does not age. */
function yearOf(text: string, runDay: NaaccrDay): string {
  const match = /^THIS_YEAR(?:([+-])(\d+))?$/.exec(text.trim());
  if (match === null) return text;
  const offset = Number(match[2] ?? 0) * (match[1] === '-' ? -1 : 1);
  return String(Number(runDay.slice(0, 4)) + offset);
}

function resultOf(vitalStatusRecode: string | null, tumor: TumorSurvival): Record<(typeof RESULTS)[number], string> {
  const { active, presumedAlive } = tumor;
  return {
    vital_status_recode: vitalStatusRecode ?? '',
    surv_months: active.months,
    surv_days: active.days,
    flag: active.flag,
    surv_months_presumed_alive: presumedAlive.months,
    surv_days_presumed_alive: presumedAlive.days,
    flag_presumed_alive: presumedAlive.flag,
    // The file of cases counts plainly; item 1775 writes two digits.
    record_number_recode: String(Number(tumor.recordNumberRecode)),
    dx_date: iso(tumor.diagnosis),
    dolc_date: iso(active.end),
    dolc_date_presumed_alive: iso(presumedAlive.end),
  };
}

function iso(day: NaaccrDay | null): string {
  return day === null ? '(null)' : `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;
}
