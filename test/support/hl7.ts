/** Invented messages for tests. */
export interface TestMessage {
  readonly filler?: string;
  readonly status?: string;
  readonly authority?: string;
  readonly mrn?: string;
  readonly last?: string;
  readonly first?: string;
  readonly birth?: string;
  readonly sex?: string;
  readonly collected?: string;
  readonly control?: string;
  readonly text: string;
}

/** One report as an HL7 message. */
export function hl7(message: TestMessage): string {
  const {
    filler = 'T-1',
    status = 'F',
    authority = 'ALPHA',
    mrn = 'A1',
    last = 'Testcase',
    first = 'Tamsin',
    birth = '19600101',
    sex = 'F',
    collected = '20240301',
    control = `C-${filler}-${status}`,
    text,
  } = message;
  return [
    `MSH|^~\\&|LAB|TEST LAB^99D0000009^CLIA|REG|PERENNIAL|20240401||ORU^R01^ORU_R01|${control}|P|2.5.1`,
    `PID|1||${mrn}^^^${authority}^MR||${last}^${first}||${birth}|${sex}||2106-3|1 Test Way^^Springvale^IL^60999^USA|||||M||||||N`,
    `OBR|1||${filler}^TEST LAB|11529-5^Surgical pathology^LN|||${collected}||||||||||||||||||${status}`,
    ...text.split('\n').map((line, index) => `OBX|${index + 1}|TX|22637-3^Final diagnosis^LN||${line}||||||F`),
    '',
  ].join('\r');
}

/** Answers of a registrar for what a report does not tell: with these an invasive, early tumor can be completed. */
export const CLINICAL: Readonly<Record<string, string>> = {
  countyAtDx: '031',
  typeOfReportingSource: '1',
  casefindingSource: '22',
  classOfCase: '14',
  dateOf1stContact: '20240301',
  primaryPayerAtDx: '20',
  gradeClinical: '9',
  gradePathological: '2',
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
  dateOfLastContact: '20240401',
  vitalStatus: '1',
  cancerStatus: '1',
};
