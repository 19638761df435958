/** The screens of the bar, each with the right that it needs. A screen that comes later is one more line. */
export interface Screen {
  readonly to: string;
  readonly label: string;
  readonly right: string;
  /** Two keys, typed one after the other outside of fields. */
  readonly keys: string;
}

export const SCREENS: readonly Screen[] = [
  { to: '/', label: 'Home', right: 'session.own', keys: 'g h' },
  { to: '/worklists/drafts', label: 'Worklists', right: 'reports.read', keys: 'g w' },
  { to: '/primaries', label: 'Primaries', right: 'reports.read', keys: 'g m' },
  { to: '/patients', label: 'Patients', right: 'patients.search', keys: 'g p' },
  { to: '/follow-up', label: 'Follow-up', right: 'follow-up.read', keys: 'g f' },
];
