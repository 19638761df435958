import { type SettingName } from '@perennial/follow-up';

/** How a setting is asked for and told. */
export interface SettingWords {
  readonly name: SettingName;
  readonly label: string;
  readonly unit: string;
  readonly kind: 'day' | 'number';
  /** What it means to have none; absent where there is always a value. */
  readonly none?: string;
}

/** The settings of follow-up as a registrar thinks of them. */
export const GROUPS: readonly { readonly title: string; readonly settings: readonly SettingWords[] }[] = [
  {
    title: 'Who is followed',
    settings: [
      { name: 'referenceDate', label: 'Reference date: diagnoses from this day on', unit: '', kind: 'day' },
      {
        name: 'archivedBefore',
        label: 'Archived: diagnoses before this day',
        unit: '',
        kind: 'day',
        none: 'nothing is archived',
      },
      {
        name: 'rollingWindowYears',
        label: 'Years that count',
        unit: 'years',
        kind: 'number',
        none: 'all since the reference date',
      },
      { name: 'lowestClass', label: 'Lowest class of case', unit: '', kind: 'number' },
      { name: 'highestClass', label: 'Highest class of case', unit: '', kind: 'number' },
      {
        name: 'overAgeYears',
        label: 'Not counted above this age without a recent contact',
        unit: 'years',
        kind: 'number',
      },
      { name: 'overAgeContactMonths', label: 'What is a recent contact then', unit: 'months', kind: 'number' },
    ],
  },
  {
    title: 'After the last contact',
    settings: [
      { name: 'dueMonths', label: 'Due', unit: 'months', kind: 'number' },
      { name: 'reminderMonths', label: 'Asked again', unit: 'months', kind: 'number' },
      { name: 'delinquentMonths', label: 'Delinquent', unit: 'months', kind: 'number' },
      { name: 'physicianLetterMonths', label: 'Letter to the physician', unit: 'months', kind: 'number' },
      { name: 'secondLetterDays', label: 'Second letter after the first', unit: 'days', kind: 'number' },
    ],
  },
  {
    title: 'When a patient may be called lost',
    settings: [
      { name: 'attemptsBeforeLost', label: 'Attempts without an answer', unit: 'attempts', kind: 'number' },
      { name: 'channelsBeforeLost', label: 'Different ways among them', unit: 'ways', kind: 'number' },
    ],
  },
  {
    title: 'Goals',
    settings: [
      { name: 'goalAllPercent', label: 'Since the reference date', unit: '%', kind: 'number' },
      { name: 'goalRecentPercent', label: 'Last years', unit: '%', kind: 'number' },
      { name: 'recentMonths', label: 'How long the last years are', unit: 'months', kind: 'number' },
      { name: 'goalLivingPercent', label: 'Of the living', unit: '%', kind: 'number' },
    ],
  },
];
