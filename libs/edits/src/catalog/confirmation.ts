import { type Edit } from '../types.js';
import { codes, error, warning } from './define.js';
import { CNS, HEMATOPOIETIC, surgeryCode } from './groups.js';

const LYMPHOMA = codes('9590-9729');
const OTHER_BLOOD = codes('9731-9948');
const RESECTION = codes('20-90');
const WITHOUT_MICROSCOPE = codes('8000-8010 8140 8170 8800 8960 9140 9500 9510-9514 9590 9800');

/** Diagnostic confirmation. @source reference catalog. */
export const CONFIRMATION: readonly Edit[] = [
  warning({
    id: 'DC01',
    name: 'Diagnostic Confirmation, Behavior ICDO3 (SEER IF31)',
    basis: 'P',
    needs: ['behaviorCodeIcdO3', 'diagnosticConfirmation'],
    override: { item: 'overRideHistology', values: ['2', '3'] },
    logic: 'Behavior 2 has confirmation 1, 2 or 4.',
    message: 'In situ needs microscopic confirmation.',
    broken: ([behavior, confirmation]) => behavior === '2' && !['1', '2', '4'].includes(confirmation),
    pass: [
      'beh=2 conf=1',
      'beh=2 conf=2',
      'beh=2 conf=4',
      'beh=3 conf=7',
      'beh=2 conf=7 ovHist=2',
      'beh=2 conf=7 ovHist=3',
    ],
    fail: ['beh=2 conf=7', 'beh=2 conf=3', 'beh=2 conf=7 ovHist=1'],
  }),
  warning({
    id: 'DC02',
    name: 'Diagnostic Confirmation, Histology ICDO3 (SEER IF48)',
    basis: 'P',
    needs: ['histologicTypeIcdO3', 'diagnosticConfirmation'],
    override: { item: 'overRideLeukLymphoma', values: ['1'] },
    logic: '9590-9729 are not confirmed by 6 or 8, 9731-9948 not by 6.',
    message: 'Blood and lymph tumors are confirmed by laboratory or microscope.',
    broken: ([histology, confirmation]) =>
      (LYMPHOMA(histology) && (confirmation === '6' || confirmation === '8')) ||
      (OTHER_BLOOD(histology) && confirmation === '6'),
    pass: [
      'hist=9680 conf=1',
      'hist=9732 conf=8',
      'hist=8140 conf=6',
      'hist=8140 conf=8',
      'hist=9680 conf=8 overRideLeukLymphoma=1',
    ],
    fail: ['hist=9680 conf=8', 'hist=9680 conf=6', 'hist=9732 conf=6'],
  }),
  error({
    id: 'DC03',
    name: 'Diagnostic Confirmation 3',
    basis: 'P',
    needs: ['histologicTypeIcdO3', 'diagnosticConfirmation', 'dateOfDiagnosis'],
    logic: 'Confirmation 3 is only for 9590-9993 diagnosed 2010 or later.',
    message: 'Code 3 is for blood and lymph tumors only.',
    broken: ([histology, confirmation], { diagnosisYear }) =>
      confirmation === '3' && !(HEMATOPOIETIC(histology) && diagnosisYear >= 2010),
    pass: ['hist=9680 conf=3 dx=2020', 'hist=9680 conf=3 dx=2010', 'hist=8140 conf=1 dx=2020'],
    fail: ['hist=8140 conf=3 dx=2020', 'hist=9680 conf=3 dx=2009'],
  }),
  warning({
    id: 'DC04',
    name: 'RX Summ--Surg Prim Site, Diag Conf (SEER IF76)',
    basis: 'P',
    needs: ['diagnosticConfirmation'],
    anyOf: ['rxSummSurgPrimSite', 'rxSummSurgPrimSite2023'],
    override: { item: 'overRideSurgDxconf', values: ['1'] },
    logic: 'Surgery code 20-90 goes with confirmation 1-4.',
    message: 'Resected tumor should be confirmed by pathology.',
    broken: ([confirmation], values) => RESECTION(surgeryCode(values)) && confirmation > '4',
    pass: [
      'surg=A300 conf=1',
      'surg=A300 conf=4',
      'surg=A190 conf=7',
      'surg=A300 conf=7 overRideSurgDxconf=1',
      'surg=A000 surg03=30 conf=7',
    ],
    fail: ['surg=A300 conf=7', 'surg03=20 conf=5', 'surg=B281 conf=5'],
  }),
  warning({
    id: 'DC05',
    name: 'Specific histology without microscopy',
    basis: 'D',
    needs: ['diagnosticConfirmation', 'histologicTypeIcdO3'],
    also: ['primarySite'],
    logic:
      'Confirmation 6-9 goes with 8000-8010, 8140, 8170, 8800, 8960, 9140, 9500, 9510-9514, 9590 and 9800. Tumors of C700-C729 and C751-C753 are left alone.',
    message: 'Specific histology without microscopic confirmation.',
    broken: ([confirmation, histology], values) =>
      confirmation >= '6' && !WITHOUT_MICROSCOPE(histology) && !CNS(values.get('primarySite')),
    pass: ['conf=7 hist=8000', 'conf=5 hist=8480', 'conf=7 hist=9530 site=C700'],
    fail: ['conf=7 hist=8480', 'conf=6 hist=8480 site=C504', 'conf=9 hist=8480'],
  }),
];
