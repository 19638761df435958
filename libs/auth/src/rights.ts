/** What a route may need. A route declares exactly one with `@Requires`, or says with `@Public` that it needs none. */
export const RIGHTS = [
  'session.own',
  'intake.submit',
  'intake.read',
  'intake.operate',
  'reports.read',
  'reports.screen',
  'abstracts.read',
  'abstracts.write',
  'abstracts.complete',
  'patients.read',
  'patients.search',
  'edits.run',
  'follow-up.read',
  'follow-up.write',
  'follow-up.operate',
  'submissions.read',
  'submissions.build',
  'research.read',
  'facilities.read',
  'facilities.manage',
  'settings.manage',
  'users.manage',
  'disclosures.write',
  'audit.read',
] as const;

export type Right = (typeof RIGHTS)[number];

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

const reading = [
  'intake.read',
  'reports.read',
  'abstracts.read',
  'patients.read',
  'patients.search',
  'follow-up.read',
  'facilities.read',
  'edits.run',
] as const;
const abstracting = [
  'reports.screen',
  'abstracts.write',
  'abstracts.complete',
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
    'submissions.read',
    'submissions.build',
    'follow-up.operate',
    'research.read',
  ],
  quality_control: ['session.own', ...reading, 'submissions.read'],
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
  release_officer: ['session.own', 'patients.read', 'patients.search', 'disclosures.write', 'facilities.read'],
  researcher: ['session.own', 'research.read'],
  administrator: [
    'session.own',
    'users.manage',
    'settings.manage',
    'facilities.manage',
    'facilities.read',
    'follow-up.operate',
  ],
  auditor: ['session.own', 'audit.read', 'facilities.read'],
};

/** Whether any of the roles grants a right. */
export const grants = (roles: readonly string[], right: Right): boolean =>
  roles.some((role) => (MATRIX as Record<string, readonly Right[]>)[role]?.includes(right) ?? false);
