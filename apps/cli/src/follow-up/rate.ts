import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  cocRates,
  DEFAULT_SETTINGS,
  dueMonth,
  eligibility,
  type FollowUpItems,
  followUpStatus,
  type FollowUpSettings,
  inRecentWindow,
} from '@perennial/follow-up';
import { type NaaccrDay } from '@perennial/naaccr';
import { stringify } from 'csv-stringify/sync';
import { type Io, UsageError } from '../command.js';
import { dayOption, readTable } from './table.js';

/** Columns of a file of cases by the item that each holds. Dates are ISO (`2024-02-29`, `2024-02`, `2024`). */
const COLUMNS = {
  dateOfBirth: 'date_of_birth',
  dateOfDiagnosis: 'date_of_diagnosis',
  classOfCase: 'class_of_case',
  primarySite: 'primary_site',
  histologicTypeIcdO3: 'histology',
  behaviorCodeIcdO3: 'behavior',
  addrCurrentCountry: 'country_current',
  vitalStatus: 'vital_status',
  dateOfLastContact: 'date_of_last_contact',
} as const;

/** `follow-up rate`: one JSON document with a row for each measure; the answer for each case goes to `--cases`. */
export async function runRate(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      'as-of': { type: 'string' },
      'reference-date': { type: 'string' },
      cases: { type: 'string' },
      json: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('give one file of cases');
  const asOf = dayOption('--as-of', values['as-of']);
  const referenceDate = dayOption('--reference-date', values['reference-date']);
  const rows = await readTable(file, io, ['case_id', ...Object.values(COLUMNS)]);
  const settings: FollowUpSettings = { ...DEFAULT_SETTINGS, referenceDate };
  const cases = rows.map((row) => ({ id: row.case_id ?? '', items: itemsOf(row) }));
  if (values.cases !== undefined) {
    const answers = cases.map(({ id, items }) => answerOf(id, items, asOf, settings));
    await writeFile(values.cases, stringify(answers, { header: true, columns: [...ANSWER_COLUMNS] }));
  }
  const rates = cocRates(
    cases.map(({ items }) => items),
    asOf,
    settings,
  );
  const document = {
    rows: rates.map((rate) => ({
      as_of: iso(rate.asOf),
      reference_date: iso(rate.referenceDate),
      measure: rate.measure,
      cases: rate.cases,
      eligible: rate.eligible,
      dead: rate.dead,
      current: rate.current,
      delinquent: rate.delinquent,
      rate_all_percent: rate.allPercent,
      rate_living_percent: rate.livingPercent,
      goal_percent: rate.goalPercent,
      meets: rate.meets ? 'yes' : 'no',
    })),
  };
  io.stdout.write(`${JSON.stringify(document)}\n`);
  return 0;
}

const ANSWER_COLUMNS = [
  'case_id',
  'eligible',
  'exclusion_reason',
  'status',
  'in_five_year_window',
  'follow_up_due_month',
] as const;

function answerOf(
  id: string,
  items: FollowUpItems,
  asOf: NaaccrDay,
  settings: FollowUpSettings,
): Record<(typeof ANSWER_COLUMNS)[number], string> {
  const { eligible, reason } = eligibility(items, asOf, settings);
  const status = eligible ? followUpStatus(items, asOf, settings) : '';
  const counted = items.dateOfLastContact ?? items.dateOfDiagnosis ?? '';
  const due = status === '' || status === 'dead' ? undefined : dueMonth(counted, settings);
  return {
    case_id: id,
    eligible: eligible ? 'yes' : 'no',
    exclusion_reason: reason ?? '',
    status,
    in_five_year_window: !eligible ? '' : inRecentWindow(items, asOf, settings) ? 'yes' : 'no',
    follow_up_due_month: due === undefined ? '' : `${due.slice(0, 4)}-${due.slice(4)}`,
  };
}

function itemsOf(row: Readonly<Record<string, string>>): FollowUpItems {
  const items: Partial<Record<keyof typeof COLUMNS, string>> = {};
  for (const [item, column] of Object.entries(COLUMNS) as [keyof typeof COLUMNS, string][]) {
    const value = (row[column] ?? '').trim();
    if (value !== '') items[item] = item.startsWith('date') ? value.replaceAll('-', '') : value;
  }
  return items;
}

const iso = (day: NaaccrDay): string => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;
