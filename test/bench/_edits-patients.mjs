/**
 * Patients for the benches of the edits, made from a fixed seed: valid (coded from the tables, as a careful registrar would), near-valid (a few
 * items changed to codes that the catalog's examples use, taken away or cut) and random values of any bytes.
 */
import { lib } from '../../scripts/platform.mjs';

/** A small generator with a seed (mulberry32). */
export function random(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const CASES = [
  ['C504', '8500', '3', '2', '1', 'B500'],
  ['C509', '8520', '2', '2', '2', 'B200'],
  ['C619', '8140', '3', '1', '0', 'A500'],
  ['C341', '8140', '3', '9', '2', 'B330'],
  ['C187', '8140', '3', '1', '0', 'B300'],
  ['C443', '8720', '3', '2', '5', 'B300'],
  ['C779', '9680', '3', '1', '0', 'A150'],
  ['C421', '9861', '3', '2', '0', 'A980'],
  ['C711', '9440', '3', '1', '1', 'A200'],
  ['C700', '9530', '0', '2', '2', 'A300'],
  ['C679', '8120', '3', '1', '0', 'A270'],
  ['C541', '8380', '3', '2', '0', 'A500'],
  ['C739', '8260', '3', '2', '0', 'B500'],
  ['C649', '8312', '3', '1', '2', 'A500'],
  ['C250', '8140', '3', '2', '0', 'B350'],
];

/** @returns { valid(), near(), wild(), patients(count, kinds) } over one seed. */
export function createGenerator(seed = 20_260_101) {
  const { CATALOG, itemsOf, readExample } = lib('edits');
  const { loadEditBundles, loadEditTables } = lib('edits', 'node');
  const tables = loadEditTables();
  const bundles = loadEditBundles();
  const codes = new Map(bundles.inputCodes.rows);
  const inputs = new Map(bundles.schemas.rows.map((row) => [row[0], row[4]]));
  const next = random(seed);
  const pick = (list) => list[next(list.length)];
  const two = (number) => String(number).padStart(2, '0');
  const day = (from, to) => `${from + next(to - from + 1)}${two(1 + next(12))}${two(1 + next(28))}`;

  const seen = new Map();
  for (const { examples } of CATALOG)
    for (const tumor of [...examples.pass, ...examples.fail].flatMap(readExample))
      for (const [item, value] of Object.entries(tumor)) seen.set(item, [...(seen.get(item) ?? []), value]);
  const items = [...new Set(CATALOG.flatMap(itemsOf))];

  /** A code of an input table; ranges give one of their ends. */
  const codeOf = (table) => pick(codes.get(table).map((code) => code.split(',')[0].split('-')[0] || '9'));

  function tumor(patient, sequence, only) {
    const [primarySite, histologicTypeIcdO3, behaviorCodeIcdO3, sex, laterality, surgery] = pick(CASES);
    patient.sexAssignedAtBirth ??= sex === '9' ? pick(['1', '2']) : sex;
    const dateOfDiagnosis = day(2018, 2024);
    const year = dateOfDiagnosis.slice(0, 4);
    const keys = { site: primarySite, histology: histologicTypeIcdO3, behavior: behaviorCodeIcdO3, year };
    const discriminators = primarySite === 'C739' ? { schemaDiscriminator1: '1' } : {};
    const [schemaId] = tables.selection.select({
      ...keys,
      sex: patient.sexAssignedAtBirth,
      discriminator1: discriminators.schemaDiscriminator1 ?? '',
      discriminator2: '',
    });
    const specific = {};
    for (const [item, table, ssdi, npcr] of inputs.get(schemaId) ?? []) {
      if (item.startsWith('schemaDiscriminator') || item.startsWith('gradePostTherapy')) continue;
      if (item === 'eodMets') specific[item] = codes.get(table).includes('00') ? '00' : '88';
      else if (item.startsWith('eod')) specific[item] = behaviorCodeIcdO3 === '2' ? '000' : codeOf(table);
      else if (ssdi && (npcr || next(2) === 0)) specific[item] = codeOf(table);
    }
    if (schemaId === '00480') Object.assign(specific, { lnPositiveAxillaryLevel1To2: '00' });
    for (const item of ['sentinelLymphNodesExamined', 'sentinelLymphNodesPositive']) delete specific[item];
    const treated = next(4) > 0;
    const benign = behaviorCodeIcdO3 === '0';
    const blood = histologicTypeIcdO3 >= '9590';
    const age = String(
      Number(year) -
        Number(patient.dateOfBirth.slice(0, 4)) -
        (dateOfDiagnosis.slice(4) < patient.dateOfBirth.slice(4) ? 1 : 0),
    ).padStart(3, '0');
    const record = {
      primarySite,
      histologicTypeIcdO3,
      behaviorCodeIcdO3,
      laterality,
      dateOfDiagnosis,
      ageAtDiagnosis: age,
      schemaId,
      ...specific,
      ...discriminators,
      sequenceNumberCentral: benign ? (only ? '60' : two(60 + sequence)) : only ? '00' : two(sequence),
      sequenceNumberHospital: benign ? (only ? '60' : two(60 + sequence)) : only ? '00' : two(sequence),
      accessionNumberHosp: `${year}${String(next(100_000)).padStart(5, '0')}`,
      dateOf1stContact: dateOfDiagnosis,
      typeOfReportingSource: '1',
      diagnosticConfirmation: '1',
      classOfCase: pick(['14', '14', '22', '12', '00']),
      maritalStatusAtDx: pick(['1', '2', '5', '9']),
      addrAtDxState: 'IL',
      countyAtDx: pick(['031', '043', '197']),
      addrAtDxPostalCode: pick(['60601', '61820', '62701']),
      addrAtDxCountry: 'USA',
      addrAtDxCity: 'Springvale',
      censusTract2020: '010100',
      censusTractCertainty2020: '1',
      summaryStage2018: benign ? '8' : behaviorCodeIcdO3 === '2' ? '0' : pick(['1', '3', '7', '9']),
      tumorSizeSummary: pick(['012', '025', '999']),
      regionalNodesExamined: '05',
      regionalNodesPositive: pick(['00', '02']),
      lymphVascularInvasion: blood || primarySite.startsWith('C7') ? '8' : '0',
      metsAtDxBone: blood && primarySite === 'C421' ? '8' : '0',
      metsAtDxBrain: blood && primarySite === 'C421' ? '8' : '0',
      metsAtDxDistantLn: blood && primarySite === 'C421' ? '8' : '0',
      metsAtDxLiver: blood && primarySite === 'C421' ? '8' : '0',
      metsAtDxLung: blood && primarySite === 'C421' ? '8' : '0',
      metsAtDxOther: blood && primarySite === 'C421' ? '8' : '0',
      ...(Number(year) < 2023 ? { rxSummSurgPrimSite: surgery.slice(1, 3) } : { rxSummSurgPrimSite2023: surgery }),
      rxSummScopeRegLnSur: '4',
      rxSummSurgOthRegDis: '0',
      reasonForNoSurgery: surgery === 'A980' ? '1' : '0',
      rxDateSurgery: dateOfDiagnosis,
      dateInitialRxSeer: dateOfDiagnosis,
      rxSummChemo: treated ? '03' : '00',
      ...(treated ? { rxDateChemo: `${year}12` } : {}),
      rxSummHormone: '00',
      rxSummBrm: '00',
      rxSummTransplntEndocr: '00',
      rxSummOther: '0',
      phase1RadiationTreatmentModality: '00',
      reasonForNoRadiation: '1',
      rxSummSurgRadSeq: '0',
      rxSummSystemicSurSeq: treated ? '3' : '0',
      rxSummTreatmentStatus: '1',
      neoadjuvantTherapy: '0',
      neoadjuvTherapyClinicalResponse: '0',
      neoadjuvTherapyTreatmentEffect: '0',
      textDxProcPath: 'Coded from the report.',
      cancerStatus: '1',
      reportingFacility: '0000000077',
      primaryPayerAtDx: '20',
      casefindingSource: '10',
      abstractedBy: 'GEN',
      dateCaseInitiated: dateOfDiagnosis,
      dateCaseCompleted: `${Number(year) + 1}0101`,
      pathReportNumber1: `GEN-${next(100_000)}`,
    };
    const derived = tables.deriveSummaryStage(schemaId, record, 2026);
    if (derived && !benign && behaviorCodeIcdO3 !== '2') record.summaryStage2018 = derived;
    return record;
  }

  function valid() {
    const dead = next(4) === 0;
    const patient = {
      patientIdNumber: String(next(100_000_000)).padStart(8, '0'),
      nameLast: 'Generated',
      nameFirst: 'Person',
      dateOfBirth: day(1935, 1985),
      race1: pick(['01', '02', '96']),
      spanishHispanicOrigin: '0',
      birthplaceCountry: 'USA',
      socialSecurityNumber: '999999999',
      vitalStatus: dead ? '0' : '1',
      dateOfLastContact: '20250615',
      causeOfDeath: dead ? 'C509' : '0000',
      icdRevisionNumber: dead ? '1' : '0',
      followUpSource: '1',
    };
    const count = next(10) === 0 ? 2 : 1;
    const tumors = Array.from({ length: count }, (_, index) => tumor(patient, index + 1, count === 1));
    return { items: patient, tumors };
  }

  /** Change some items of a record to what the examples use, take them away, or cut them. */
  function disturb(record, times) {
    for (let time = 0; time < times; time += 1) {
      const item = pick(items);
      const known = seen.get(item);
      const how = next(6);
      if (how === 0) delete record[item];
      else if (how === 1 && record[item] !== undefined) record[item] = record[item].slice(1);
      else record[item] = known === undefined ? pick(['0', '1', '9', '00', '99']) : pick(known);
    }
    return record;
  }

  function near() {
    const patient = valid();
    patient.tumors.forEach((one) => disturb(one, 1 + next(8)));
    return patient;
  }

  const bytes = () =>
    Array.from({ length: next(9) }, () => String.fromCharCode(next(8) === 0 ? next(0x10000) : 32 + next(95))).join('');
  function wild() {
    const one = () => {
      const record = {};
      const count = next(items.length);
      for (let index = 0; index < count; index += 1) {
        const item = pick(items);
        const known = seen.get(item);
        record[item] = known !== undefined && next(3) > 0 ? pick(known) : bytes();
      }
      return record;
    };
    return { items: next(2) === 0 ? {} : one(), tumors: Array.from({ length: next(4) }, one) };
  }

  return { next, items, seen, valid, near, wild };
}
