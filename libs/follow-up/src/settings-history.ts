import { type NaaccrDay, type Result } from '@perennial/naaccr';
import { readDate } from './dates.js';
import { DEFAULT_SETTINGS, type FollowUpSettings, type SettingChange, type SettingName } from './settings.js';

/** Why a setting is refused. */
export interface SettingError {
  readonly code: 'setting.unknown' | 'setting.value' | 'setting.from' | 'setting.order' | 'setting.everyone-due';
  readonly name: string;
  readonly detail: string;
}

type Kind = 'day' | 'day-or-none' | 'number' | 'number-or-none';

/** Kind and limits of each setting; the limits are those within which the words keep their meaning. */
const KINDS: Readonly<Record<SettingName, readonly [kind: Kind, low: number, high: number]>> = {
  referenceDate: ['day', 0, 0],
  archivedBefore: ['day-or-none', 0, 0],
  rollingWindowYears: ['number-or-none', 5, 60],
  recentMonths: ['number', 12, 240],
  lowestClass: ['number', 0, 99],
  highestClass: ['number', 0, 99],
  overAgeYears: ['number', 90, 130],
  overAgeContactMonths: ['number', 1, 120],
  dueMonths: ['number', 6, 24],
  reminderMonths: ['number', 6, 30],
  delinquentMonths: ['number', 9, 36],
  physicianLetterMonths: ['number', 6, 30],
  secondLetterDays: ['number', 30, 45],
  attemptsBeforeLost: ['number', 1, 20],
  channelsBeforeLost: ['number', 1, 6],
  goalAllPercent: ['number', 1, 100],
  goalRecentPercent: ['number', 1, 100],
  goalLivingPercent: ['number', 1, 100],
};

/** Pairs of which the first must not exceed the second. */
const ORDERED: readonly (readonly [SettingName, SettingName])[] = [
  ['dueMonths', 'reminderMonths'],
  ['reminderMonths', 'delinquentMonths'],
  ['lowestClass', 'highestClass'],
  ['channelsBeforeLost', 'attemptsBeforeLost'],
];

/** Share of the followed living that one change may make due at once. */
const SUDDENLY_DUE = 0.25;

/** What a change would do on the day from which it holds. */
export interface SettingEffect {
  /** Living patients whom somebody follows under the new setting. */
  readonly living: number;
  /** Those of them who would be due and are not under the old. */
  readonly newlyDue: number;
}

/**
 * Settings that hold on a day: of each the change with the latest start not after the day, of equal starts the last of the list.
 *
 * @param changes in the order in which they were made; judged before they were stored.
 */
export function settingsOn(
  changes: readonly SettingChange[],
  day: NaaccrDay,
  base: FollowUpSettings = DEFAULT_SETTINGS,
): FollowUpSettings {
  const held: Partial<Record<SettingName, SettingChange>> = {};
  for (const change of changes) {
    const known = held[change.name];
    if (change.from <= day && (known === undefined || known.from <= change.from)) held[change.name] = change;
  }
  const values = Object.values(held).map(({ name, value }) => [name, value] as const);
  // Every value was judged against KINDS when it was stored.
  return { ...base, ...(Object.fromEntries(values) as Partial<FollowUpSettings>) };
}

/**
 * Judge a change of a setting.
 *
 * @param changes those that hold already.
 * @param effect given, a change that would make more than a quarter of the living due at once is refused.
 */
export function judgeSetting(
  change: SettingChange,
  changes: readonly SettingChange[],
  effect?: SettingEffect,
): Result<FollowUpSettings, SettingError> {
  const refuse = (code: SettingError['code'], detail: string): Result<never, SettingError> => ({
    ok: false,
    error: { code, name: change.name, detail },
  });
  const kind = (KINDS as Readonly<Record<string, (typeof KINDS)[SettingName]>>)[change.name];
  if (kind === undefined) return refuse('setting.unknown', 'there is no such setting');
  if (!isDay(change.from)) return refuse('setting.from', 'needs a complete day from which it holds');
  const complaint = complaintOf(change.value, kind);
  if (complaint !== null) return refuse('setting.value', complaint);
  const after = settingsOn([...changes, change], change.from);
  const unordered = ORDERED.find(([low, high]) => Number(after[low]) > Number(after[high]));
  if (unordered !== undefined) return refuse('setting.order', `${unordered[0]} would exceed ${unordered[1]}`);
  if (effect !== undefined && effect.newlyDue > SUDDENLY_DUE * effect.living) {
    const share = Math.round((effect.newlyDue / effect.living) * 100);
    return refuse(
      'setting.everyone-due',
      `${effect.newlyDue} patients, ${share} % of the living, would fall due at once; change it in steps, or confirm it`,
    );
  }
  return { ok: true, value: after };
}

const isDay = (text: unknown): boolean => typeof text === 'string' && readDate(text)?.day !== undefined;

function complaintOf(value: SettingChange['value'], [kind, low, high]: readonly [Kind, number, number]): string | null {
  if (value === null) return kind.endsWith('-or-none') ? null : 'cannot be empty';
  if (kind.startsWith('day')) return isDay(value) ? null : 'is not a day (YYYYMMDD)';
  if (typeof value !== 'number' || !Number.isInteger(value)) return 'is not a whole number';
  return value >= low && value <= high ? null : `is not within ${low} and ${high}`;
}
