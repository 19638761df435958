/** Facilities, users and tokens of the demo, and prior cases entered by hand, so that rates and survival have something to count. */
import { createRequire } from 'node:module';
import { lib } from '../scripts/platform.mjs';
import { demo } from './messages.mjs';

const require = createRequire(import.meta.url);

/** Physicians who follow the patients of the earlier cases, and another registry that follows some of them. */
const PHYSICIANS = [
  ['PHY001', 'Dr. Amara Winslow', '4 Clinic Road'],
  ['PHY002', 'Dr. Benedict Oyelaran', '18 Harbor Street'],
  ['PHY003', 'Dr. Corinne Achterberg', '220 Lake Avenue'],
  ['0010012345', 'Registry of Northfield Hospital', '1 Northfield Way'],
];

/** @returns facilities by key and users with login, password and token. */
export async function seed(databaseUrl) {
  const { appOptions, createScoped, systemPrincipal } = lib('persistence');
  const { createUser, createToken, generatePassword } = lib('auth');
  const { DataSource } = require('typeorm');
  const db = await new DataSource(appOptions({ url: databaseUrl, poolSize: 2 })).initialize();
  const scoped = createScoped(db);
  try {
    return await scoped(systemPrincipal('demo'), async (tx) => {
      const facilities = {};
      for (const { key, name, number, aliases } of demo.facilities) {
        const [row] = await tx.query('INSERT INTO facility (name, facility_number) VALUES ($1, $2) RETURNING id', [
          name,
          number,
        ]);
        facilities[key] = row.id;
        for (const [field, value] of aliases)
          await tx.query('INSERT INTO facility_alias (facility_id, field, value) VALUES ($1, $2, $3)', [
            row.id,
            field,
            value,
          ]);
      }
      const users = {};
      const people = [
        ['registrar.harbor', 'Registrar, Harbor Point', 'HPR', 'registrar', facilities.harbor],
        ['clerk.harbor', 'Follow-up clerk, Harbor Point', 'HPF', 'follow_up_clerk', facilities.harbor],
        ['registrar.lakeview', 'Registrar, Lakeview', 'LVR', 'registrar', facilities.lakeview],
        ['central', 'Central registrar', 'CEN', 'central_registrar', null],
        ['researcher', 'Researcher', 'RES', 'researcher', null],
        ['admin', 'Administrator', 'ADM', 'administrator', null],
      ];
      for (const [login, name, initials, role, facilityId] of people) {
        // Made new for each demo and printed; nothing is fixed in the sources.
        const password = generatePassword();
        await createUser(tx, { login, name, initials, password, mustChange: false, grants: [{ role, facilityId }] });
        users[login] = { login, password, name, role };
      }
      for (const [code, name, line1] of PHYSICIANS)
        await tx.query(
          `INSERT INTO physician (local_code, name, line1, city, state, postal_code, telephone) VALUES ($1, $2, $3, 'Springvale', 'IL', '60999', '555-555-0100')`,
          [code, name, line1],
        );
      const expiresAt = new Date(Date.now() + 86_400_000);
      const { token } = await createToken(tx, {
        name: 'demo laboratory',
        role: 'facility_reporter',
        facilityId: null,
        expiresAt,
        createdBy: 'system:demo',
      });
      return { facilities, users, laboratory: token };
    });
  } finally {
    await db.destroy();
  }
}

/** A registrar's answers for everything of the core set that a pathology report does not tell. Codes of the standard, entered by a person. */
export const CLINICAL = {
  countyAtDx: '031',
  typeOfReportingSource: '1',
  casefindingSource: '22',
  classOfCase: '14',
  primaryPayerAtDx: '20',
  diagnosticConfirmation: '1',
  gradeClinical: '9',
  gradePathological: '9',
  summaryStage2018: '1',
  tumorSizeSummary: '018',
  regionalNodesPositive: '98',
  regionalNodesExamined: '00',
  rxSummTreatmentStatus: '1',
  rxSummSurgPrimSite2023: 'A300',
  rxSummScopeRegLnSur: '0',
  rxSummSurgOthRegDis: '0',
  reasonForNoSurgery: '0',
  phase1RadiationTreatmentModality: '00',
  reasonForNoRadiation: '1',
  rxSummSurgRadSeq: '0',
  rxSummChemo: '00',
  rxSummHormone: '00',
  rxSummBrm: '00',
  rxSummOther: '0',
  rxSummSystemicSurSeq: '0',
  vitalStatus: '1',
  cancerStatus: '1',
};

/** Earlier cases of invented people, spread over years, so that the registry has follow-up to do and survival to show. */
export function priorCases(count = 40) {
  const sites = [
    ['C509', '8500', '2', '2'],
    ['C619', '8140', '0', '1'],
  ];
  return Array.from({ length: count }, (_, index) => {
    const [primarySite, histologicTypeIcdO3, laterality, sexAssignedAtBirth] = sites[index % sites.length];
    const year = 2015 + (index % 7);
    const month = String((index % 12) + 1).padStart(2, '0');
    const day = String((index % 27) + 1).padStart(2, '0');
    const dead = index % 4 === 3;
    // The living were heard of between five months and two years ago: some are not due yet, some are, some are delinquent.
    const heard = new Date();
    heard.setUTCMonth(heard.getUTCMonth() - 5 - ((index * 7) % 19), 1 + (index % 27));
    const lastContact = dead
      ? `${year + 1 + (index % 4)}${month}${day}`
      : heard.toISOString().slice(0, 10).replaceAll('-', '');
    return {
      ...CLINICAL,
      nameLast: `Prior${String.fromCharCode(65 + (index % 26))}${String.fromCharCode(97 + (Math.floor(index / 26) % 26))}`,
      nameFirst: `Case${String.fromCharCode(97 + ((index * 7) % 26))}`,
      dateOfBirth: `19${40 + (index % 35)}${month}${day}`,
      sexAssignedAtBirth,
      race1: '01',
      spanishHispanicOrigin: '0',
      maritalStatusAtDx: '2',
      medicalRecordNumber: `PR${String(100000 + index)}`,
      addrAtDxNoStreet: `${index + 1} Prior Street`,
      addrAtDxCity: 'Springvale',
      addrAtDxState: 'IL',
      addrAtDxPostalCode: '60999',
      addrAtDxCountry: 'USA',
      dateOf1stContact: `${year}${month}${day}`,
      dateOfDiagnosis: `${year}${month}${day}`,
      primarySite,
      histologicTypeIcdO3,
      behaviorCodeIcdO3: '3',
      laterality,
      textDxProcPath: 'Prior case entered by hand for the demonstration.',
      telephone: `55555501${String(index).padStart(2, '0')}`,
      nextFollowUpSource: dead ? '9' : String(index % 4),
      physicianFollowUp: PHYSICIANS[index % 3][0],
      ...(index % 5 === 0 ? { followingRegistry: '0010012345' } : {}),
      ...(index % 3 === 0
        ? {
            followUpContactName: `Kin of Case${String.fromCharCode(97 + ((index * 7) % 26))}`,
            followUpContactNost: `${index + 1} Relative Lane`,
            followUpContactCity: 'Springvale',
            followUpContactState: 'IL',
            followUpContactPostal: '60999',
          }
        : {}),
      dateOfLastContact: lastContact,
      vitalStatus: dead ? '0' : '1',
      cancerStatus: dead ? '2' : '1',
      ...(dead ? { causeOfDeath: 'C509', icdRevisionNumber: '1' } : {}),
    };
  });
}
