import { orchard, zipOf } from '../../../test/support/staging.js';
import { type Algorithm } from './algorithm.js';
import { applyingInputs, codesOf, findRow, isValidCode, isValidInContext } from './inputs.js';
import { keyOfItem, schemaByNumber, selectForItems, stageItems } from './items.js';
import { missingFor } from './missing.js';
import { readAlgorithm } from './read.js';

const CLOCK = { year: 2026 };
function load(): Algorithm {
  const read = readAlgorithm(zipOf(orchard()));
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}
const algorithm = load();
const apple = algorithm.schemas.get('apple')!;

describe('the inputs that apply', () => {
  const her2 = (year: number | undefined) => applyingInputs(apple, year).find((input) => input.key === 'her2');

  it('are those without requirements and those with one that holds in the year', () => {
    expect(applyingInputs(apple, 2020).map((input) => input.key)).toEqual([
      'year_dx',
      'site',
      'hist',
      'behavior',
      'size',
      'reach',
      'mets',
    ]);
    expect(her2(2020)).toBeUndefined();
  });

  it('say who requires them in the year', () => {
    expect(her2(2021)).toMatchObject({ ssdi: true, required: { seer: 'yes', npcr: false, coc: true, cccr: false } });
    expect(her2(2024)).toMatchObject({ ssdi: true, required: { seer: 'when-coc-analytic', coc: true } });
    expect(her2(undefined)).toMatchObject({ ssdi: true, required: { seer: 'when-coc-analytic' } });
    expect(applyingInputs(apple, 2024)[4]).toMatchObject({
      key: 'size',
      unit: 'MM',
      default: '999',
      usedForStaging: true,
      ssdi: false,
      required: { seer: 'no', npcr: false, coc: false, cccr: false },
    });
  });
});

describe('one field', () => {
  it('is valid when its table has the value', () => {
    const valid = (key: string, value: string): boolean => isValidCode(algorithm, 'apple', key, value, CLOCK);
    expect([valid('size', '020'), valid('size', ' 020 '), valid('size', '990'), valid('size', '')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([valid('year_dx', '2026'), valid('year_dx', '2027'), valid('year_dx', '')]).toEqual([true, false, true]);
    expect([valid('nobody', '1'), isValidCode(algorithm, 'plum', 'size', '001', CLOCK)]).toEqual([false, false]);
    expect(isValidInContext(algorithm, 'apple', 'size', {}, CLOCK)).toBe(false);
  });

  it('has a code list, and a row by its values', () => {
    expect(codesOf(algorithm, 'mets_codes')).toEqual([
      { code: '00', label: 'none' },
      { code: '10', label: 'distant' },
      { code: '99', label: 'nobody knows' },
    ]);
    expect(codesOf(algorithm, 'nothing')).toEqual([]);
    expect(findRow(algorithm, 'stage_of', { r: 'B', m: 'N' }, CLOCK)).toBe(2);
    expect(findRow(algorithm, 'stage_of', {}, CLOCK)).toBe(-1);
    expect(findRow(algorithm, 'nothing', {}, CLOCK)).toBe(-1);
  });
});

describe('NAACCR items', () => {
  const items = { primarySite: 'C500', histologicTypeIcdO3: '8000', dateOfDiagnosis: '202003' };

  it('become inputs by their ids, the year from a partial date, blank ones left out', () => {
    expect(keyOfItem(algorithm, 'eodMets')).toBe('mets');
    expect(schemaByNumber(algorithm, '77001')?.id).toBe('apple');
    expect(selectForItems(algorithm, items).schemaIds).toEqual(['apple']);
    expect(selectForItems(algorithm, { ...items, dateOfDiagnosis: '2024' }).schemaIds).toEqual([]);
  });

  it('are staged, with what is derived as items', () => {
    const staged = stageItems(algorithm, { ...items, eodPrimaryTumor: '200', laterality: '1' }, CLOCK);
    expect(staged.derived).toEqual({ schemaId: '77001', derivedSummaryStage2018: '2' });
    expect(staged.staging).toMatchObject({ result: 'STAGED', schemaId: 'apple', errors: [] });
    expect(stageItems(algorithm, { primarySite: 'C500' }, CLOCK)).toMatchObject({ staging: null, derived: {} });
    expect(stageItems(algorithm, { ...items, primarySite: 'C619' }, CLOCK)).toMatchObject({
      selection: { wanted: ['discriminator_1'] },
      staging: null,
      derived: {},
    });
  });
});

describe('what is missing', () => {
  const missing = (inputs: Record<string, string>) => missingFor(algorithm, inputs, CLOCK);

  it('is first what selection needs', () => {
    expect(missing({})).toMatchObject({ selection: ['site', 'hist'], settled: false });
    expect(missing({ site: 'C619', hist: '8000' })).toMatchObject({ selection: ['discriminator_1'], schemaId: null });
    expect(missing({ site: 'C500', hist: '8140' })).toMatchObject({ selection: [], schemaId: null, settled: false });
  });

  it('is then what could change the stage', () => {
    const given = { site: 'C500', hist: '8000', year_dx: '2020' };
    expect(missing({ ...given, mets: '00' })).toEqual({
      selection: [],
      schemaId: 'apple',
      settled: false,
      inputs: [
        { key: 'size', reason: 'blank', changes: { stage: ['1', '2'] } },
        { key: 'reach', reason: 'blank', changes: { stage: ['1', '2'] } },
      ],
    });
    expect(missing({ ...given, mets: '00', reach: '200', size: 'x' }).settled).toBe(true);
    expect(missing({ ...given, mets: '10' })).toMatchObject({ settled: true, inputs: [] });
    expect(missing({ ...given, reach: '100' }).inputs).toEqual([
      { key: 'mets', reason: 'blank', changes: { stage: ['7'] } },
    ]);
    expect(missing({ ...given, reach: '777', mets: '00', size: '999' }).inputs).toEqual([
      { key: 'reach', reason: 'invalid', changes: { stage: ['1', '2'] } },
    ]);
  });
});
