import { loadCodeCheck, loadCodeTables, loadDictionary } from '@perennial/naaccr/node';
import { createCodeCheck, type NaaccrVersion } from './index.js';

const check = (version: NaaccrVersion) => {
  const codes = loadCodeCheck(version);
  if (codes === null) throw new Error(`no codes of ${version}`);
  return codes;
};

describe.each(['250', '260'] as const)('membership of codes in v%s', (version) => {
  it('allows every code that a table lists, and the ends of every range', () => {
    const refused: string[] = [];
    let asked = 0;
    for (const [id, codes] of loadCodeTables(version)) {
      for (const { code, kind } of codes) {
        const values = kind === 'range' ? code.split(/ ?[-–] ?/) : kind === 'code' ? [code] : [];
        for (const value of values) {
          asked++;
          if (!check(version).allows(id, value)) refused.push(`${id} ${value}`);
        }
      }
    }
    expect(asked).toBeGreaterThan(5000);
    expect(refused).toEqual([]);
  });

  it.each([
    ['laterality', '4', true],
    ['laterality', '8', false],
    ['behaviorCodeIcdO3', '3', true],
    ['behaviorCodeIcdO3', '7', false],
    ['vitalStatus', '2', false],
    ['diagnosticConfirmation', '9', true],
    ['race1', '01', true],
    ['race1', '09', false],
    // Sequence numbers: the pattern between those listed.
    ['sequenceNumberHospital', '03', true],
    ['sequenceNumberHospital', '58', true],
    ['sequenceNumberHospital', '75', true],
    ['sequenceNumberHospital', '90', false],
    // No list, or one that says that others are allowed.
    ['nameLast', 'Invented', true],
    ['primarySite', 'C504', true],
    ['addrAtDxCity', 'SPRINGVALE', true],
    ['noSuchItem', 'x', true],
    ['addrAtDxState', 'IL', true],
    ['addrAtDxState', 'QX', false],
    ['birthplaceCountry', 'USA', true],
    ['birthplaceCountry', 'QQQ', false],
  ])('%s %s: %s', (id, value, allowed) => {
    expect(check(version).allows(id, value)).toBe(allowed);
  });
});

it('judges sex by the edition', () => {
  expect(check('250').allows('sex', '6')).toBe(true);
  expect(check('250').allows('sex', '7')).toBe(false);
  expect(check('260').allows('sexAssignedAtBirth', '9')).toBe(true);
  expect(check('260').allows('sexAssignedAtBirth', '3')).toBe(false);
});

it('has no tables of older editions', () => {
  expect(loadCodeCheck('240')).toBeNull();
});

it('allows anything where the dictionary knows no list', () => {
  expect(createCodeCheck(new Map(), loadDictionary('260')).allows('laterality', '8')).toBe(true);
});
