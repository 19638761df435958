import fc from 'fast-check';
import { MATRIX, RIGHTS, type Right, ROLES } from './rights.js';
import { type Grant, grantsFor, reachOf, reaches, scopeFor } from './scope.js';

const FACILITIES = ['0a000000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000002'];
const rights = Object.keys(RIGHTS) as Right[];
const who = (...grants: Grant[]): { actor: string; kind: 'user'; grants: Grant[] } => ({
  actor: 'user:u',
  kind: 'user',
  grants,
});

describe('the matrix of roles and rights', () => {
  it('gives everybody their own session and nobody all rights', () => {
    for (const role of ROLES) {
      expect(MATRIX[role]).toContain('session.own');
      expect(MATRIX[role].length).toBeLessThan(rights.length);
      expect(new Set(MATRIX[role]).size).toBe(MATRIX[role].length);
    }
    const unused = rights.filter((right) => !ROLES.some((role) => MATRIX[role].includes(right)));
    expect(unused).toEqual([]);
  });

  it.each(['administrator', 'auditor', 'researcher'] as const)('keeps rows of patients from the %s', (role) => {
    for (const right of MATRIX[role]) expect([right, RIGHTS[right].about]).not.toEqual([right, 'patients']);
  });
});

describe('scopeFor', () => {
  it('uses a role only at the facilities where it is held', () => {
    const person = who(
      { role: 'registrar', facilityId: FACILITIES[0]! },
      { role: 'follow_up_clerk', facilityId: FACILITIES[1]! },
      { role: 'researcher', facilityId: null },
    );
    expect(scopeFor(person, 'abstracts.write')).toMatchObject({ facilityIds: [FACILITIES[0]], allFacilities: false });
    expect(scopeFor(person, 'follow-up.write')).toMatchObject({ facilityIds: FACILITIES, allFacilities: false });
    expect(scopeFor(person, 'research.read')).toMatchObject({ facilityIds: [], allFacilities: false });
    expect(scopeFor(person, 'users.manage')).toBeNull();
  });

  it('shows an administrator no row and an auditor the log alone', () => {
    expect(scopeFor(who({ role: 'administrator', facilityId: null }), 'users.manage')).toMatchObject({
      facilityIds: [],
      allFacilities: false,
    });
    const auditor = scopeFor(who({ role: 'auditor', facilityId: FACILITIES[0]! }), 'audit.read');
    expect(auditor).toMatchObject({
      allFacilities: false,
      facilityIds: [],
      auditReach: { facilityIds: [FACILITIES[0]], allFacilities: false },
    });
  });

  it('takes rights of the whole registry from registry-wide grants alone', () => {
    const registryOnly = rights.filter((right) => 'registryOnly' in RIGHTS[right]);
    expect(registryOnly.length).toBeGreaterThan(3);
    for (const right of registryOnly)
      for (const role of ROLES) expect(scopeFor(who({ role, facilityId: FACILITIES[0]! }), right)).toBeNull();
  });

  it('never reaches further than some grant that carries the right', () => {
    const grant = fc.record({
      role: fc.constantFrom<string>(...ROLES, 'owner'),
      facilityId: fc.constantFrom(null, ...FACILITIES),
    });
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 5 }), fc.constantFrom(...rights), (grants, right) => {
        const scope = scopeFor(who(...grants), right);
        const holding = grantsFor(grants, right);
        if (scope === null) return holding.length === 0;
        const reach = reachOf(grants, right);
        return (
          scope.facilityIds.every((id) => holding.some(({ facilityId }) => facilityId === id)) &&
          (!scope.allFacilities || holding.some(({ facilityId }) => facilityId === null)) &&
          holding.every(({ facilityId }) => reaches(reach, facilityId)) &&
          !scope.roles.includes('owner')
        );
      }),
    );
  });
});
