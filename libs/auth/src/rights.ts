/**
 * What a route may need. A route declares exactly one with `@Requires`, or says with `@Public` that it needs none.
 *
 * `about` decides what the database shows while the right is used: rows of patients, the audit log, or neither. A right that is
 * `registryOnly` comes from registry-wide grants alone, because what it moves belongs to no single facility.
 */
export const RIGHTS = {
  'session.own': { about: 'platform', title: 'own session and password' },
  'intake.submit': { about: 'patients', title: 'send messages and reports' },
  'intake.read': { about: 'patients', title: 'see what became of messages' },
  'intake.operate': { about: 'patients', title: 'run messages again, put them aside' },
  'reports.read': { about: 'patients', title: 'read reports' },
  'reports.screen': { about: 'patients', title: 'decide whether a report is reportable' },
  'abstracts.read': { about: 'patients', title: 'read abstracts' },
  'abstracts.write': { about: 'patients', title: 'make and edit abstracts' },
  'abstracts.complete': { about: 'patients', title: 'complete, reopen, withdraw abstracts' },
  'values.decide': {
    about: 'patients',
    title: 'correct consolidated values of patients and tumors',
    registryOnly: true,
  },
  'patients.read': { about: 'patients', title: 'read a patient' },
  'patients.search': { about: 'patients', title: 'search patients' },
  'edits.run': { about: 'patients', title: 'run edits' },
  'edits.review': { about: 'patients', title: 'review warnings' },
  'edits.operate': {
    about: 'patients',
    title: 'run edits over stored cases, change which edits are used',
    registryOnly: true,
  },
  'follow-up.read': { about: 'patients', title: 'see follow-up tasks and contacts' },
  'follow-up.write': { about: 'patients', title: 'record contacts' },
  'follow-up.operate': { about: 'platform', title: 'start the daily pass', registryOnly: true },
  'submissions.read': { about: 'patients', title: 'see submissions' },
  'submissions.build': { about: 'patients', title: 'build submissions' },
  'research.read': { about: 'platform', title: 'counts, rates and survival of the registry', registryOnly: true },
  'facilities.read': { about: 'platform', title: 'see the list of facilities' },
  'facilities.manage': { about: 'platform', title: 'add facilities and their names', registryOnly: true },
  'staging.read': { about: 'platform', title: 'see staging algorithms and what installing one changed' },
  'settings.manage': { about: 'platform', title: 'change settings of the registry', registryOnly: true },
  'users.manage': { about: 'platform', title: 'add people, roles and tokens' },
  'disclosures.read': { about: 'patients', title: 'see disclosures' },
  'disclosures.write': { about: 'patients', title: 'record disclosures' },
  'audit.read': { about: 'audit', title: 'read the audit log' },
} as const satisfies Readonly<
  Record<
    string,
    { readonly about: 'patients' | 'audit' | 'platform'; readonly title: string; readonly registryOnly?: true }
  >
>;

export type Right = keyof typeof RIGHTS;

export const ROLES = [
  'facility_reporter',
  'registrar',
  'central_registrar',
  'quality_control',
  'follow_up_clerk',
  'submitter',
  'release_officer',
  'researcher',
  'administrator',
  'auditor',
] as const;

export type Role = (typeof ROLES)[number];

/** Roles that a token may hold by the word of an administrator: those of jobs and devices, which show no patient's record to whoever holds the token. */
export const TOKEN_ROLES = ['facility_reporter', 'submitter', 'researcher'] as const satisfies readonly Role[];

export const isRole = (name: string): name is Role => (ROLES as readonly string[]).includes(name);

const reading = [
  'intake.read',
  'reports.read',
  'abstracts.read',
  'patients.read',
  'patients.search',
  'follow-up.read',
  'facilities.read',
  'edits.run',
  'staging.read',
] as const;
const abstracting = [
  'reports.screen',
  'abstracts.write',
  'abstracts.complete',
  'edits.review',
  'intake.submit',
  'follow-up.write',
] as const;

/** Who may do what. Everybody has `session.own`; the administrator runs the system without reading a patient. */
export const MATRIX: Readonly<Record<Role, readonly Right[]>> = {
  facility_reporter: ['session.own', 'intake.submit', 'intake.read', 'facilities.read'],
  registrar: ['session.own', ...reading, ...abstracting, 'intake.operate', 'submissions.read'],
  central_registrar: [
    'session.own',
    ...reading,
    ...abstracting,
    'intake.operate',
    'values.decide',
    'disclosures.read',
    'submissions.read',
    'edits.operate',
    'submissions.build',
    'follow-up.operate',
    'research.read',
  ],
  quality_control: ['session.own', ...reading, 'edits.review', 'edits.operate', 'submissions.read'],
  follow_up_clerk: [
    'session.own',
    'patients.read',
    'patients.search',
    'abstracts.read',
    'follow-up.read',
    'follow-up.write',
    'facilities.read',
  ],
  submitter: ['session.own', 'submissions.read', 'submissions.build', 'facilities.read'],
  release_officer: [
    'session.own',
    'patients.read',
    'patients.search',
    'disclosures.read',
    'disclosures.write',
    'facilities.read',
  ],
  researcher: ['session.own', 'research.read'],
  administrator: [
    'session.own',
    'users.manage',
    'settings.manage',
    'staging.read',
    'facilities.manage',
    'facilities.read',
    'follow-up.operate',
  ],
  auditor: ['session.own', 'audit.read', 'facilities.read'],
};
