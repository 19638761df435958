import fc from 'fast-check';
import { loadPrimaries } from '../node';
import { type PairVerdict, RULE_SETS, type TumorItems } from './index';

const primaries = loadPrimaries();

/** `C504 8500/3 1 20240105`; `-` stands for an absent value. */
function tumor(text: string): TumorItems {
  const [primarySite, code = '', laterality, dateOfDiagnosis] = text.split(' ');
  const [histologicTypeIcdO3, behaviorCodeIcdO3] = code.split('/');
  const items = { primarySite, histologicTypeIcdO3, behaviorCodeIcdO3, laterality, dateOfDiagnosis };
  return Object.fromEntries(Object.entries(items).filter(([, value]) => value !== undefined && value !== '-'));
}
const compare = (a: string, b: string): PairVerdict => primaries.compare(tumor(a), tumor(b), 2026);

/** One line a rule: two tumors of one's own invention, and the answer with its step. */
const CASES: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  'breast-2018': [
    ['C504 8500/3 1 20200101', 'C504 8500/3 1 20250102', 'MULTIPLE_PRIMARIES M5'],
    ['C504 8530/3 1 20230101', 'C505 8530/3 2 20230201', 'SINGLE_PRIMARY M6'],
    ['C504 8500/3 1 20230101', 'C504 8500/3 2 20230201', 'MULTIPLE_PRIMARIES M7'],
    ['C504 8500/3 1 20230201', 'C504 8522/3 1 20230101', 'SINGLE_PRIMARY M10'],
    ['C504 8500/3 1 20230101', 'C504 8500/3 1 20230115', 'SINGLE_PRIMARY M12'],
    ['C504 8500/3 1 20230101', 'C504 8480/3 1 20230115', 'MULTIPLE_PRIMARIES M13'],
    ['C504 8500/2 1 20230101', 'C504 8500/3 1 20230701', 'MULTIPLE_PRIMARIES M16'],
    ['C504 8500/3 1 20230101', 'C504 8500/2 1 20230701', 'SINGLE_PRIMARY M14'],
    ['C504 8500/3 1 20230101', 'C504 8500/3 9 20230115', 'QUESTIONABLE M7'],
  ],
  'colon-2018': [
    ['C182 8220/3 0 20230101', 'C187 8220/3 0 20230101', 'SINGLE_PRIMARY M3'],
    ['C180 8140/3 0 20230101', 'C199 8140/3 0 20230101', 'MULTIPLE_PRIMARIES M4'],
    ['C180 8140/3 0 20230101', 'C187 8140/3 0 20230115', 'MULTIPLE_PRIMARIES M9'],
    ['C180 8140/3 0 20230101', 'C180 8140/3 0 20230115', 'SINGLE_PRIMARY M11'],
    ['C180 8140/3 0 2023', 'C180 8140/3 0 2023', 'SINGLE_PRIMARY M15'],
    ['C189 8140/3 0 20230101', 'C180 8140/3 0 20230115', 'QUESTIONABLE M9'],
  ],
  'head-neck-2018': [
    ['C000 8070/3 0 20230101', 'C001 8070/3 0 20230101', 'MULTIPLE_PRIMARIES M3'],
    ['C320 8070/3 0 20230101', 'C321 8070/3 0 20230101', 'MULTIPLE_PRIMARIES M3'],
    ['C079 8430/3 1 20230101', 'C079 8430/3 2 20230101', 'MULTIPLE_PRIMARIES M5'],
    ['C022 8070/3 0 20180101', 'C021 8070/3 0 20240101', 'MULTIPLE_PRIMARIES M6'],
    ['C022 8070/3 0 20230101', 'C021 8070/3 0 20230301', 'SINGLE_PRIMARY M12'],
  ],
  'kidney-2018': [
    ['C649 8960/3 1 20230101', 'C649 8960/3 2 20230101', 'SINGLE_PRIMARY M4'],
    ['C649 8312/3 1 20230101', 'C649 8312/3 2 20230101', 'MULTIPLE_PRIMARIES M5'],
    ['C649 8310/3 1 20230101', 'C649 8310/3 1 20270101', 'INVALID_INPUT null'],
    ['C649 8310/3 1 20200101', 'C649 8310/3 1 20240101', 'MULTIPLE_PRIMARIES M6'],
    ['C649 8311/3 1 20230101', 'C649 8311/3 1 20230111', 'QUESTIONABLE M8'],
    ['C649 8310/3 1 20230101', 'C649 8310/3 1 20230111', 'SINGLE_PRIMARY M8'],
  ],
  'lung-2018': [
    ['C341 8041/3 1 20230101', 'C341 8070/3 1 20230101', 'MULTIPLE_PRIMARIES M5'],
    ['C341 8140/3 1 20230101', 'C343 8140/3 1 20230111', 'SINGLE_PRIMARY M7'],
    ['C341 8140/3 1 20230101', 'C341 8070/3 1 20230101', 'MULTIPLE_PRIMARIES M8'],
    ['C341 8140/3 1 20230101', 'C341 8140/3 2 20230111', 'QUESTIONABLE M9'],
    ['C341 8140/3 1 20230101', 'C341 8140/3 2 20230711', 'MULTIPLE_PRIMARIES M11'],
  ],
  'malignant-cns-2018': [
    ['C711 9400/3 1 20200101', 'C711 9440/3 1 20230101', 'MULTIPLE_PRIMARIES M7'],
    ['C711 9440/3 1 20230101', 'C713 9440/3 2 20240101', 'SINGLE_PRIMARY M8'],
    ['C711 9440/3 1 20230101', 'C720 9440/3 0 20240101', 'MULTIPLE_PRIMARIES M9'],
    ['C711 9380/3 1 20230101', 'C711 9450/3 1 20240101', 'SINGLE_PRIMARY M11'],
  ],
  'nonmalignant-cns-2018': [
    ['C724 9560/0 1 20230101', 'C724 9560/0 2 20240101', 'SINGLE_PRIMARY M7'],
    ['C700 9530/0 1 20230101', 'C711 9530/0 1 20240101', 'MULTIPLE_PRIMARIES M8'],
    ['C700 9530/0 1 20230101', 'C700 9530/0 2 20240101', 'SINGLE_PRIMARY M10'],
    ['C710 9413/0 1 20230101', 'C711 9413/0 1 20240101', 'QUESTIONABLE M11'],
  ],
  'urinary-2018': [
    ['C659 8120/3 1 20230101', 'C659 8120/3 2 20230101', 'MULTIPLE_PRIMARIES M3'],
    ['C679 8120/2 0 20230101', 'C669 8120/2 1 20230201', 'SINGLE_PRIMARY M5'],
    ['C679 8120/2 0 20230101', 'C679 8120/3 0 20230701', 'MULTIPLE_PRIMARIES M6'],
    ['C679 8130/2 0 20180101', 'C673 8130/2 0 20240101', 'SINGLE_PRIMARY M7'],
    ['C679 8131/3 0 20230101', 'C679 8120/3 0 20230101', 'MULTIPLE_PRIMARIES M8'],
    ['C679 8120/3 0 20180101', 'C679 8120/3 0 20240101', 'SINGLE_PRIMARY M9'],
    ['C679 8120/3 0 20230101', 'C669 8120/3 1 20240101', 'SINGLE_PRIMARY M11'],
  ],
  'melanoma-2021': [
    ['C445 8720/3 1 20230101', 'C446 8720/3 1 20230101', 'MULTIPLE_PRIMARIES M3'],
    ['C446 8720/3 1 20230101', 'C446 8720/3 2 20230101', 'MULTIPLE_PRIMARIES M4'],
    ['C446 8721/3 1 20230101', 'C446 8743/3 1 20230101', 'MULTIPLE_PRIMARIES M5'],
    ['C446 8720/3 1 20230101', 'C446 8720/2 1 20230201', 'SINGLE_PRIMARY M6'],
    ['C446 8720/3 1 20230101', 'C446 8720/2 1 20230801', 'MULTIPLE_PRIMARIES M7'],
  ],
  'melanoma-2007': [
    ['C445 8720/3 1 20190101', 'C446 8720/3 1 20190101', 'MULTIPLE_PRIMARIES M3'],
    ['C446 8720/3 1 20190101', 'C446 8720/3 1 20190201', 'SINGLE_PRIMARY M8'],
  ],
  'other-2023': [
    ['C619 8140/3 0 20180101', 'C619 8140/3 0 20240101', 'SINGLE_PRIMARY M3'],
    ['C619 8140/3 0 20180101', 'C619 8041/3 0 20240101', 'MULTIPLE_PRIMARIES M4'],
    ['C692 9510/3 1 20230101', 'C692 9510/3 2 20240101', 'SINGLE_PRIMARY M5'],
    ['C443 9140/3 1 20200101', 'C770 9140/3 0 20240101', 'SINGLE_PRIMARY M6'],
    ['C739 8260/3 0 20240101', 'C739 8330/3 0 20240201', 'SINGLE_PRIMARY M7'],
    ['C739 8021/3 0 20240101', 'C739 8260/3 0 20240201', 'MULTIPLE_PRIMARIES M8'],
    ['C569 8441/3 1 20240101', 'C569 8441/3 2 20240201', 'SINGLE_PRIMARY M9'],
    ['C620 9061/3 1 20240101', 'C621 9061/3 2 20240201', 'MULTIPLE_PRIMARIES M10'],
    ['C541 8380/3 0 20220101', 'C541 8380/3 0 20240201', 'MULTIPLE_PRIMARIES M12'],
    ['C541 8380/3 0 20240101', 'C169 8140/3 0 20240201', 'MULTIPLE_PRIMARIES M13'],
    ['C490 8890/3 0 20240101', 'C491 8890/3 9 20240201', 'MULTIPLE_PRIMARIES M14'],
  ],
  'other-2007': [
    ['C619 8140/3 0 20180101', 'C619 8140/3 0 20220101', 'SINGLE_PRIMARY M3'],
    ['C541 8380/3 0 20200101', 'C541 8380/3 0 20220201', 'MULTIPLE_PRIMARIES M10'],
    ['C541 8140/3 0 20220101', 'C541 8010/3 0 20220201', 'MULTIPLE_PRIMARIES M17'],
    ['C541 8000/3 0 20220101', 'C541 8380/3 0 20220201', 'SINGLE_PRIMARY M16'],
  ],
  'breast-2007': [['C504 8500/3 1 20160101', 'C504 8520/3 1 20160201', 'SINGLE_PRIMARY M10']],
  'colon-2007': [['C180 8140/3 0 20160101', 'C187 8140/3 0 20160201', 'MULTIPLE_PRIMARIES M4']],
  'lung-2007': [['C341 8041/3 1 20160101', 'C341 8046/3 1 20160201', 'MULTIPLE_PRIMARIES M4']],
  'kidney-2007': [['C649 8312/3 1 20160101', 'C649 8317/3 1 20160201', 'SINGLE_PRIMARY M9']],
  'urinary-2007': [['C679 8120/3 0 20100101', 'C671 8130/3 0 20160201', 'SINGLE_PRIMARY M6']],
  'head-neck-2007': [['C000 8070/3 0 20160101', 'C001 8070/3 0 20160201', 'MULTIPLE_PRIMARIES M4']],
  'malignant-cns-2007': [['C711 9400/3 1 20100101', 'C711 9440/3 1 20160101', 'SINGLE_PRIMARY M6']],
  'nonmalignant-cns-2007': [['C700 9530/0 1 20150101', 'C700 9530/0 2 20160101', 'MULTIPLE_PRIMARIES M5']],
  'heme-2010': [
    ['C421 9732/3 9 20150101', 'C421 9732/3 9 20230101', 'SINGLE_PRIMARY M2'],
    ['C770 9699/3 9 20230101', 'C169 9699/3 9 20230101', 'QUESTIONABLE M2'],
    ['C421 9861/3 9 20230101', 'C446 9930/3 9 20230901', 'SINGLE_PRIMARY M3'],
    ['C770 9690/3 9 20150101', 'C770 9680/3 9 20230101', 'MULTIPLE_PRIMARIES M10'],
    ['C770 9680/3 9 20150101', 'C770 9690/3 9 20230101', 'QUESTIONABLE M12'],
    ['C421 9823/3 9 20150101', 'C421 9732/3 9 20230101', 'MULTIPLE_PRIMARIES M15'],
  ],
};

describe.each(Object.entries(CASES))('%s', (group, cases) => {
  it.each(cases)('%s and %s: %s', (a, b, expected) => {
    const verdict = compare(a, b);
    expect(`${verdict.result} ${verdict.step}`).toBe(expected);
    if (verdict.result !== 'INVALID_INPUT') expect(verdict.group).toBe(group);
  });
});

describe('choosing the rules', () => {
  it('has an example for every set', () => {
    expect(RULE_SETS.map(({ id }) => id).filter((id) => CASES[id] === undefined)).toEqual([]);
  });

  it.each([
    ['C504 8500/3 1 20230101', 'C341 8140/3 1 20230101', 'MULTIPLE_PRIMARIES'],
    ['C504 8500/3 1 20230101', 'C569 8442/1 1 20230101', 'QUESTIONABLE'],
    ['C569 8442/1 1 20230101', 'C569 8442/1 1 20230101', 'SINGLE_PRIMARY'],
    ['C569 8442/1 1 202301', 'C569 8442/1 1 202301', 'QUESTIONABLE'],
    ['C569 8442/1 - 20230101', 'C569 8442/1 - 20230101', 'QUESTIONABLE'],
    ['C504 8500/3 1 20060101', 'C504 8500/3 1 20050101', 'NOT_COVERED'],
    ['C421 9732/3 9 20090101', 'C421 9732/3 9 20080101', 'NOT_COVERED'],
    ['C809 8000/3 9 20230101', 'C504 8500/3 1 20230101', 'INVALID_INPUT'],
    ['- 8000/3 9 20230101', 'C504 8500/3 1 20230101', 'INVALID_INPUT'],
    ['C504 8500/4 1 20230101', 'C504 8500/3 1 20230101', 'INVALID_INPUT'],
    ['C504 8500/3 1 -', 'C504 8500/3 1 20230101', 'INVALID_INPUT'],
  ])('%s and %s: %s', (a, b, result) => {
    expect(compare(a, b)).toMatchObject({ result, group: null, step: null });
  });

  it('takes the later year for both tumors', () => {
    expect(compare('C541 8380/3 0 20220601', 'C541 8380/3 0 20230601')).toMatchObject({ group: 'other-2023' });
    expect(compare('C541 8380/3 0 20210601', 'C541 8380/3 0 20220601')).toMatchObject({ group: 'other-2007' });
  });

  it('says what was not known where that left the answer open', () => {
    expect(compare('C504 8500/3 1 20230101', 'C504 8500/3 9 20230115').unknown).toEqual(['the side of a tumor']);
    expect(compare('C180 8140/3 0 2023', 'C180 8140/3 0 2023').unknown).toEqual([
      'whether the diagnoses are within 60 days',
    ]);
  });

  it('reads a tumor of before 2001 that was never converted by its ICD-O-2 morphology', () => {
    const old: TumorItems = {
      primarySite: 'C619',
      histologyIcdO2: '8140',
      behaviorIcdO2: '3',
      laterality: '0',
      dateOfDiagnosis: '1999',
    };
    expect(primaries.compare(old, tumor('C619 8140/3 0 20240101'), 2026)).toMatchObject({ result: 'SINGLE_PRIMARY' });
  });
});

describe('laws', () => {
  const pick = (values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values);
  const site = fc.oneof(
    pick(
      'C500 C504 C180 C189 C209 C000 C001 C079 C310 C649 C341 C349 C711 C700 C722 C659 C679 C669 C445 C449 C619 C569 C739 C421 C770'.split(
        ' ',
      ),
    ),
    fc.integer({ min: 0, max: 809 }).map((value) => `C${String(value).padStart(3, '0')}`),
  );
  const two = (max: number): fc.Arbitrary<string> =>
    fc.integer({ min: 1, max }).map((value) => String(value).padStart(2, '0'));
  const year = fc.integer({ min: 2007, max: 2026 }).map(String);
  const date = fc.oneof(
    year,
    fc.tuple(year, two(12)).map((parts) => parts.join('')),
    fc.tuple(year, two(12), two(28)).map((parts) => parts.join('')),
  );
  const plausible: fc.Arbitrary<TumorItems> = fc.record({
    primarySite: site,
    histologicTypeIcdO3: fc.oneof(
      pick(
        '8000 8010 8041 8070 8140 8310 8312 8380 8441 8500 8520 8720 8743 9440 9530 9680 9690 9732 9861 9930'.split(
          ' ',
        ),
      ),
      fc.integer({ min: 8000, max: 9993 }).map(String),
    ),
    behaviorCodeIcdO3: pick(['0', '1', '2', '3', '3', '3', '6']),
    laterality: pick(['0', '1', '2', '3', '4', '5', '9']),
    dateOfDiagnosis: date,
  });
  const anything: fc.Arbitrary<TumorItems> = fc.record(
    {
      primarySite: fc.string(),
      histologicTypeIcdO3: fc.string(),
      behaviorCodeIcdO3: fc.string(),
      laterality: fc.string({ unit: 'grapheme' }),
      dateOfDiagnosis: fc.string(),
    },
    { requiredKeys: [] },
  );
  const RESULTS = ['SINGLE_PRIMARY', 'MULTIPLE_PRIMARIES', 'QUESTIONABLE', 'INVALID_INPUT', 'NOT_COVERED'];

  it('answers any input, whatever its values', () => {
    fc.assert(
      fc.property(fc.oneof(anything, plausible), fc.oneof(anything, plausible), (a, b) => {
        expect(RESULTS).toContain(primaries.compare(a, b, 2026).result);
      }),
    );
  });

  it('answers a pair the same either way round, but for the rules that look at the first tumor', () => {
    fc.assert(
      fc.property(plausible, plausible, (a, b) => {
        const [one, other] = [primaries.compare(a, b, 2026), primaries.compare(b, a, 2026)];
        fc.pre(!['melanoma-2021', 'nonmalignant-cns-2018'].includes(one.group ?? ''));
        expect(one).toEqual(other);
      }),
      { numRuns: 400 },
    );
  });

  it('calls a tumor and itself one primary, or asks for a look', () => {
    fc.assert(
      fc.property(plausible, (a) => {
        expect(primaries.compare(a, a, 2026).result).not.toBe('MULTIPLE_PRIMARIES');
      }),
      { numRuns: 300 },
    );
  });

  it('names a rule wherever a set was run, and nothing unknown where all is known', () => {
    fc.assert(
      fc.property(plausible, plausible, (a, b) => {
        const verdict = primaries.compare(a, { ...b, primarySite: a.primarySite }, 2026);
        expect(verdict.step === null).toBe(verdict.group === null);
        if (verdict.step === null) expect(verdict.unknown).toEqual([]);
      }),
    );
  });
});
