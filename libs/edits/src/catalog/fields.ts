import { type NaaccrId } from '@perennial/naaccr';
import { type Edit, type EditTables } from '../types.js';

type Row = readonly [
  id: string,
  name: string,
  basis: 'P' | 'D',
  items: readonly NaaccrId[],
  allowed: string,
  test: RegExp | ((value: string, tables: EditTables) => boolean),
];

/**
 * Codes that an item may hold, one row an edit. A blank passes.
 *
 * @source reference edits SF01 to SF27, in this project's own words.
 */
const ROWS: readonly Row[] = [
  [
    'SF01',
    'Primary Site (SEER SITE)',
    'P',
    ['primarySite'],
    'an ICD-O-3 topography code',
    (value, { sites }) => sites.has(value),
  ],
  [
    'SF02',
    'Histologic Type ICD-O-3 (SEER HISTO3)',
    'P',
    ['histologicTypeIcdO3'],
    'an ICD-O-3 histology',
    (value, { histologies }) => histologies.has(value),
  ],
  ['SF03', 'Behavior Code ICD-O-3', 'P', ['behaviorCodeIcdO3'], '0, 1, 2, 3', /^[0-3]$/],
  ['SF04', 'Laterality (SEER LATERAL)', 'P', ['laterality'], '0-5, 9', /^[0-59]$/],
  ['SF05', 'Sex Assigned at Birth', 'P', ['sexAssignedAtBirth'], '1, 2, 9', /^[129]$/],
  ['SF06', 'Type of Reporting Source (SEER RPRTSRC)', 'P', ['typeOfReportingSource'], '1-8', /^[1-8]$/],
  ['SF07', 'Diagnostic Confirmation (SEER DXCONF)', 'P', ['diagnosticConfirmation'], '1-9', /^[1-9]$/],
  [
    'SF08',
    'Class of Case',
    'D',
    ['classOfCase'],
    '00, 10-14, 20-22, 30-38, 40-43, 49, 99',
    /^(00|1[0-4]|2[0-2]|3[0-8]|4[0-3]|49|99)$/,
  ],
  ['SF09', 'Vital Status (NAACCR)', 'P', ['vitalStatus'], '0 dead, 1 alive', /^[01]$/],
  [
    'SF10',
    'Sequence Number--Central (SEER)',
    'P',
    ['sequenceNumberCentral'],
    '00-59, 60-88, 98, 99',
    /^([0-7]\d|8[0-8]|9[89])$/,
  ],
  ['SF11', 'Summary Stage 2018', 'P', ['summaryStage2018'], '0-4, 7, 8, 9', /^[0-4789]$/],
  ['SF12', 'Regional Nodes Examined (NAACCR)', 'P', ['regionalNodesExamined'], '00-90, 95-99', /^([0-8]\d|90|9[5-9])$/],
  ['SF13', 'Regional Nodes Positive', 'P', ['regionalNodesPositive'], '00-90, 95, 97-99', /^([0-8]\d|90|95|9[789])$/],
  ['SF14', 'Tumor Size Summary', 'P', ['tumorSizeSummary'], '000-990, 998, 999', /^([0-8]\d\d|9[0-8]\d|990|99[89])$/],
  ['SF15', 'Age at Diagnosis', 'P', ['ageAtDiagnosis'], '000-120, 999', /^(0\d\d|1[01]\d|120|999)$/],
  ['SF17', 'ICD Revision Number', 'P', ['icdRevisionNumber'], '0, 1, 7, 8, 9', /^[01789]$/],
  [
    'SF18',
    'Cause of Death',
    'P',
    ['causeOfDeath'],
    'four digits, or a letter and two or three digits',
    /^(\d{4}|[A-Z]\d{2,3})$/,
  ],
  ['SF19', 'RX Summ--Scope Reg LN Sur', 'P', ['rxSummScopeRegLnSur'], '0-7, 9', /^[0-79]$/],
  ['SF20', 'Reason for No Surgery', 'P', ['reasonForNoSurgery'], '0, 1, 2, 5-9', /^[0125-9]$/],
  ['SF22', 'Lymphovascular Invasion', 'P', ['lymphVascularInvasion'], '0-4, 8, 9', /^[0-489]$/],
  ['SF23', 'RX Summ--Surg/Rad Seq', 'P', ['rxSummSurgRadSeq'], '0, 2-7, 9', /^[02-79]$/],
  ['SF25', 'RX Summ--Treatment Status', 'P', ['rxSummTreatmentStatus'], '0, 1, 2, 9', /^[0129]$/],
  ['SF27', 'RX Summ--Surg Prim Site 2023', 'D', ['rxSummSurgPrimSite2023'], 'A or B and three digits', /^[AB]\d{3}$/],
];

export const FIELDS: readonly Edit[] = ROWS.map(([id, name, basis, items, allowed, test]) => ({
  id,
  version: 1,
  name,
  basis,
  severity: 'error',
  level: 'field',
  needs: items,
  message: 'Value is not an allowed code.',
  check: (values, { tables }) =>
    items.flatMap((item) => {
      const value = values.raw(item);
      const fits = value === undefined || (test instanceof RegExp ? test.test(value) : test(value, tables));
      return fits ? [] : [{ items: [item], allowed }];
    }),
}));
