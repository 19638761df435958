/**
 * The abstract as registrars think of it: sections in the order of work, the everyday items first. `rest` items are shown on demand.
 * Everything about an item (number, name, length, codes) comes from the dictionary.
 */
export interface FormSection {
  readonly id: string;
  readonly title: string;
  readonly short: string;
  readonly items: readonly string[];
  readonly rest: readonly string[];
}

export const SECTIONS: readonly FormSection[] = [
  {
    id: 'identity',
    title: 'Identity',
    short: 'Id',
    items: [
      'nameLast',
      'nameFirst',
      'nameMiddle',
      'dateOfBirth',
      'sexAssignedAtBirth',
      'race1',
      'spanishHispanicOrigin',
      'medicalRecordNumber',
      'socialSecurityNumber',
      'maritalStatusAtDx',
      'addrAtDxNoStreet',
      'addrAtDxCity',
      'addrAtDxState',
      'addrAtDxPostalCode',
      'addrAtDxCountry',
      'countyAtDx',
      'primaryPayerAtDx',
    ],
    rest: [
      'nameSuffix',
      'nameAlias',
      'nameBirthSurname',
      'race2',
      'birthplaceState',
      'birthplaceCountry',
      'telephone',
      'addrAtDxSupplementl',
    ],
  },
  {
    id: 'diagnosis',
    title: 'Diagnosis',
    short: 'Dx',
    items: [
      'typeOfReportingSource',
      'casefindingSource',
      'classOfCase',
      'dateOf1stContact',
      'dateOfDiagnosis',
      'primarySite',
      'laterality',
      'histologicTypeIcdO3',
      'behaviorCodeIcdO3',
      'diagnosticConfirmation',
    ],
    rest: [
      'sequenceNumberHospital',
      'accessionNumberHosp',
      'ageAtDiagnosis',
      'dateOfInptAdm',
      'dateOfInptDisch',
      'tobaccoUseSmokingStatus',
    ],
  },
  {
    id: 'stage',
    title: 'Stage and grade',
    short: 'St',
    items: [
      'gradeClinical',
      'gradePathological',
      'tumorSizeSummary',
      'regionalNodesPositive',
      'regionalNodesExamined',
      'summaryStage2018',
    ],
    rest: [
      'gradePostTherapyClin',
      'gradePostTherapy',
      'lymphVascularInvasion',
      'tumorSizeClinical',
      'tumorSizePathologic',
      'eodPrimaryTumor',
      'eodRegionalNodes',
      'eodMets',
      'metsAtDxBone',
      'metsAtDxBrain',
      'metsAtDxLiver',
      'metsAtDxLung',
      'metsAtDxDistantLn',
      'metsAtDxOther',
    ],
  },
  {
    id: 'treatment',
    title: 'Treatment',
    short: 'Rx',
    items: [
      'rxSummTreatmentStatus',
      'rxSummSurgPrimSite2023',
      'rxSummSurgPrimSite',
      'rxSummScopeRegLnSur',
      'rxSummSurgOthRegDis',
      'reasonForNoSurgery',
      'phase1RadiationTreatmentModality',
      'reasonForNoRadiation',
      'rxSummSurgRadSeq',
      'rxSummChemo',
      'rxSummHormone',
      'rxSummBrm',
      'rxSummOther',
      'rxSummSystemicSurSeq',
    ],
    rest: [
      'dateInitialRxSeer',
      'date1stCrsRxCoc',
      'rxDateSurgery',
      'rxDateRadiation',
      'rxDateSystemic',
      'rxDateChemo',
      'rxDateHormone',
      'rxDateBrm',
      'rxSummTransplntEndocr',
      'rxSummPalliativeProc',
    ],
  },
  {
    id: 'follow-up',
    title: 'Follow-up',
    short: 'Fu',
    items: ['dateOfLastContact', 'vitalStatus', 'cancerStatus', 'causeOfDeath', 'icdRevisionNumber'],
    rest: [
      'followUpSource',
      'nextFollowUpSource',
      'recurrenceDate1st',
      'recurrenceType1st',
      'dateOfLastCancerStatus',
      'placeOfDeathState',
      'followUpContactName',
    ],
  },
  {
    id: 'text',
    title: 'Text',
    short: 'Tx',
    items: ['textDxProcPath', 'textDxProcPe', 'textDxProcOp', 'textStaging', 'textRemarks'],
    rest: [
      'textDxProcXRayScan',
      'textDxProcScopes',
      'textDxProcLabTests',
      'textPrimarySiteTitle',
      'textHistologyTitle',
      'rxTextSurgery',
      'rxTextRadiation',
      'rxTextChemo',
      'textPlaceOfDiagnosis',
    ],
  },
];

/** The registry's own items asked for at once; of more the rest is folded. */
const OWN_AT_ONCE = 12;

/** The sections of a registry: its own items stand last, where it has any. */
export function sectionsWith(ownItems: readonly string[]): readonly FormSection[] {
  if (ownItems.length === 0) return SECTIONS;
  const [items, rest] = [ownItems.slice(0, OWN_AT_ONCE), ownItems.slice(OWN_AT_ONCE)];
  return [...SECTIONS, { id: 'own', title: 'Registry’s own', short: 'Ow', items, rest }];
}

/** Years of diagnosis in which an item is collected, both ends included: in others it is shown only when it holds a value. */
const YEARS: Readonly<Record<string, readonly [number, number]>> = {
  rxSummSurgPrimSite: [0, 2022],
  rxSummSurgPrimSite2023: [2023, 9999],
  summaryStage2018: [2018, 9999],
};

/**
 * Whether an item is asked for in a year of diagnosis; while the year is not known, every item is.
 *
 * @source years of implementation in the NAACCR data dictionary: 1291 replaces 1290 for 2023, summary stage 2018 for 2018.
 */
export function isCollected(item: string, year: number | undefined): boolean {
  const [from, to] = YEARS[item] ?? [0, 9999];
  return year === undefined || Number.isNaN(year) || (year >= from && year <= to);
}

/** Items of the person, as the form has them: the next tumor of the same patient starts with their values. */
export const OF_PERSON: readonly string[] = [
  ...SECTIONS.filter(({ id }) => id === 'identity').flatMap(({ items, rest }) => [...items, ...rest]),
  'dateOfLastContact',
  'vitalStatus',
];

/** Which hue lights up the words behind an item. */
export const HUES: Readonly<Record<string, string>> = {
  primarySite: 'site',
  histologicTypeIcdO3: 'histology',
  behaviorCodeIcdO3: 'behavior',
  laterality: 'laterality',
  gradeClinical: 'grade',
  gradePathological: 'grade',
  gradePostTherapy: 'grade',
};
export const hueOf = (item: string): string => HUES[item] ?? 'other';
