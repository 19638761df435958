/** Every screen, each with the right that it needs. A screen that comes later is one more line. */
export interface Screen {
  readonly to: string;
  readonly label: string;
  readonly right: string;
  /** Two keys, typed one after the other outside of fields. */
  readonly keys: string;
  /** Not in the bar: found on the home page, by the jump field and by its keys. */
  readonly aside?: true;
}

export const SCREENS: readonly Screen[] = [
  { to: '/', label: 'Home', right: 'session.own', keys: 'g h' },
  { to: '/worklists/drafts', label: 'Worklists', right: 'reports.read', keys: 'g w' },
  { to: '/primaries', label: 'Primaries', right: 'reports.read', keys: 'g m' },
  { to: '/patients', label: 'Patients', right: 'patients.search', keys: 'g p' },
  { to: '/follow-up', label: 'Follow-up', right: 'follow-up.read', keys: 'g f' },
  { to: '/reports/new', label: 'New report', right: 'intake.submit', keys: 'n r', aside: true },
  { to: '/abstracts/new', label: 'New abstract', right: 'abstracts.write', keys: 'n a', aside: true },
  { to: '/words', label: 'Local terms', right: 'reports.screen', keys: 'g c', aside: true },
  { to: '/facilities', label: 'Facilities', right: 'facilities.manage', keys: 'g o', aside: true },
  { to: '/tokens', label: 'Tokens', right: 'users.manage', keys: 'g k', aside: true },
  { to: '/settings', label: 'Settings', right: 'facilities.read', keys: 'g e', aside: true },
  { to: '/people', label: 'People and roles', right: 'users.manage', keys: 'g u', aside: true },
  { to: '/senders', label: 'MLLP senders', right: 'settings.manage', keys: 'g s', aside: true },
  { to: '/staging', label: 'Staging', right: 'settings.manage', keys: 'g v', aside: true },
  { to: '/dictionaries', label: 'Dictionaries', right: 'settings.manage', keys: 'g d', aside: true },
];
