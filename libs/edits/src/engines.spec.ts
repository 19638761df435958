import fc from 'fast-check';
import { loadStagingFacts } from '@perennial/staging/node';
import { schemaInputsOf, stageInSchema } from '@perennial/staging';
import { loadEditBundles, loadEditTables } from '../node.js';

const { deriveSummaryStage } = loadEditTables();
const algorithm = loadStagingFacts();
const bundles = loadEditBundles();
const codes = new Map(bundles.inputCodes.rows);

/** Codes of one schema for its inputs, some left out. */
const aCase = fc.constantFrom(...bundles.schemas.rows).chain(([number, id, , , inputs]) =>
  fc
    .record(
      Object.fromEntries(
        inputs.map(([item, table]) => [
          item,
          fc.constantFrom(...(codes.get(table) ?? ['']).map((code) => code.split(/[-,]/)[0] ?? ''), 'zz'),
        ]),
      ),
      { requiredKeys: [] },
    )
    .map((items) => ({
      number,
      id,
      items: Object.fromEntries(
        Object.entries({ ...items, dateOfDiagnosis: '20220301' }).filter(([, value]) => value !== ''),
      ),
    })),
);

describe('derivation of summary stage', () => {
  it('from the inputs that are used for staging is that from all inputs, answers kept or not', () => {
    fc.assert(
      fc.property(aCase, ({ number, id, items }) => {
        const schema = algorithm.source.schemas.find((one) => one.id === id)!;
        const all = stageInSchema(algorithm, id, schemaInputsOf(algorithm, schema, items), { year: 2026 });
        for (let time = 0; time < 2; time += 1)
          expect(deriveSummaryStage?.(number, items, 2026)).toBe(all.outputs.ss2018_derived ?? null);
      }),
      { numRuns: 400 },
    );
  });
  it('does not refuse a year before the schemas', () => {
    const items = { dateOfDiagnosis: '2010', eodPrimaryTumor: '100', eodRegionalNodes: '000', eodMets: '00' };
    expect(deriveSummaryStage?.('00480', items, 2026)).toBe('1');
    expect(deriveSummaryStage?.('00999', items, 2026)).toBeNull();
  });
});
