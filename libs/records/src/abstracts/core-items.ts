import { type ItemValues, type NaaccrId } from '@perennial/naaccr';

/** An item that an abstract must hold before it is complete, with the condition under which it is asked. */
interface CoreItem {
  readonly id: NaaccrId;
  readonly when?: (items: ItemValues) => boolean;
}

const dead = (items: ItemValues): boolean => items.vitalStatus === '0';
const diagnosed =
  (from: number, to = 9999) =>
  (items: ItemValues): boolean => {
    const year = Number(items.dateOfDiagnosis?.slice(0, 4));
    return year >= from && year <= to;
  };

/**
 * The core set of completion: what every later use of a case (follow-up, submission, survival) rests on.
 *
 * Nothing here is ever filled silently: an unknown is coded by a person as the standard's own code for unknown.
 *
 * @source required status of NPCR, CoC and SEER in the NAACCR v26 data dictionary, narrowed to what all cases can answer.
 */
export const CORE_ITEMS: readonly CoreItem[] = [
  // Who
  { id: 'nameLast' },
  { id: 'nameFirst' },
  { id: 'dateOfBirth' },
  { id: 'sexAssignedAtBirth' },
  { id: 'race1' },
  { id: 'spanishHispanicOrigin' },
  { id: 'medicalRecordNumber' },
  { id: 'maritalStatusAtDx' },
  // Where they lived at diagnosis
  { id: 'addrAtDxNoStreet' },
  { id: 'addrAtDxCity' },
  { id: 'addrAtDxState' },
  { id: 'addrAtDxPostalCode' },
  { id: 'addrAtDxCountry' },
  { id: 'countyAtDx' },
  // How the case was found
  { id: 'typeOfReportingSource' },
  { id: 'casefindingSource' },
  { id: 'classOfCase' },
  { id: 'dateOf1stContact' },
  { id: 'primaryPayerAtDx' },
  // What it is
  { id: 'dateOfDiagnosis' },
  { id: 'primarySite' },
  { id: 'laterality' },
  { id: 'histologicTypeIcdO3' },
  { id: 'behaviorCodeIcdO3' },
  { id: 'gradeClinical' },
  { id: 'gradePathological' },
  { id: 'diagnosticConfirmation' },
  { id: 'summaryStage2018', when: diagnosed(2018) },
  { id: 'tumorSizeSummary' },
  { id: 'regionalNodesPositive' },
  { id: 'regionalNodesExamined' },
  { id: 'textDxProcPath', when: (items) => /^[1-4]$/.test(items.diagnosticConfirmation ?? '') },
  // First course of treatment
  { id: 'rxSummTreatmentStatus' },
  { id: 'rxSummSurgPrimSite', when: diagnosed(0, 2022) },
  { id: 'rxSummSurgPrimSite2023', when: diagnosed(2023) },
  { id: 'rxSummScopeRegLnSur' },
  { id: 'rxSummSurgOthRegDis' },
  { id: 'reasonForNoSurgery' },
  { id: 'phase1RadiationTreatmentModality' },
  { id: 'reasonForNoRadiation' },
  { id: 'rxSummSurgRadSeq' },
  { id: 'rxSummChemo' },
  { id: 'rxSummHormone' },
  { id: 'rxSummBrm' },
  { id: 'rxSummOther' },
  { id: 'rxSummSystemicSurSeq' },
  // How they are
  { id: 'dateOfLastContact' },
  { id: 'vitalStatus' },
  { id: 'cancerStatus' },
  { id: 'causeOfDeath', when: dead },
  { id: 'icdRevisionNumber', when: dead },
];

/** Core items that are still absent. */
export const missingCore = (items: ItemValues): NaaccrId[] =>
  CORE_ITEMS.filter(({ id, when }) => items[id] === undefined && (when === undefined || when(items))).map(
    ({ id }) => id,
  );
