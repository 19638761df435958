import { MATRIX, RIGHTS, type Right, ROLES, type Role } from '@perennial/auth';
import { type Route } from './routes.js';

const SHORT: Readonly<Record<Role, string>> = {
  facility_reporter: 'reporter',
  registrar: 'registrar',
  central_registrar: 'central',
  quality_control: 'quality',
  follow_up_clerk: 'follow-up',
  submitter: 'submitter',
  release_officer: 'release',
  researcher: 'researcher',
  administrator: 'admin',
  auditor: 'auditor',
};

const cells = (marks: readonly string[]): string => `| ${marks.join(' | ')} |`;

function mark(role: Role, right: Right): string {
  if (!MATRIX[role].includes(right)) return '';
  return 'registryOnly' in RIGHTS[right] ? 'R' : 'x';
}

/** Whether a role opens a route, and how: for the document and the tests. */
export const opens = (role: Role, route: Route): boolean =>
  route.right === 'public' || (route.right !== undefined && MATRIX[role].includes(route.right));

/** `docs/access-matrix.md`: who may call what, made from the declarations of the routes and the matrix of roles. */
export function accessMatrix(routes: readonly Route[]): string {
  const names = ROLES.map((role) => SHORT[role]);
  const rule = (columns: number): string => `|${' --- |'.repeat(columns)}`;
  const lines = [
    '# Who may do what',
    '',
    'Made by `npm run access-matrix` from the routes of the API and `libs/auth/src/rights.ts`; a test compares it with both.',
    '',
    'A role is held at one facility or registry-wide. `x`: allowed where the role is held; what is shown and changed are rows of those',
    'facilities only. `R`: allowed when the role is held registry-wide. Empty: refused with 403 before anything is looked up. A right',
    'that is not about patients sees no row of a patient, whoever uses it. An id outside of the scope is answered like one that does not exist.',
    '',
    '## Rights',
    '',
    cells(['right', 'what for', 'sees', ...names]),
    rule(names.length + 3),
    ...(Object.keys(RIGHTS) as Right[]).map((right) =>
      cells([
        `\`${right}\``,
        RIGHTS[right].title,
        { patients: 'patients', audit: 'audit log', platform: '-' }[RIGHTS[right].about],
        ...ROLES.map((role) => mark(role, right)),
      ]),
    ),
    '',
    '## Routes',
    '',
    cells(['route', 'right', ...names]),
    rule(names.length + 2),
    ...routes.map((route) => {
      const { right } = route;
      const marks = ROLES.map((role) => (right === 'public' ? 'x' : right === undefined ? '' : mark(role, right)));
      return cells([`\`${route.method} ${route.path}\``, right ?? 'NOT DECLARED', ...marks]);
    }),
    '',
  ];
  return lines.join('\n');
}
