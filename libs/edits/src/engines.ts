import { type Primaries } from '@perennial/primaries';
import { type Algorithm, schemaByNumber, schemaInputsOf, stageInSchema } from '@perennial/staging';
import { type EditEngines } from './tables.js';

/** First diagnosis year that EOD schemas take. */
const FIRST_YEAR = 2018;
const DERIVED_STAGE = 'ss2018_derived';

/**
 * What edits ask of the libraries of staging and of multiple primaries. Both are given as functions, so that their tables are made only
 * when an edit first asks.
 */
export function createEngines(
  staging: (() => Algorithm) | null,
  primaries: (() => Pick<Primaries, 'compare'>) | null,
): EditEngines {
  return {
    ...(staging === null
      ? {}
      : {
          deriveSummaryStage: (number, items, currentYear) => {
            const algorithm = staging();
            const schema = schemaByNumber(algorithm, number);
            if (schema === undefined) return null;
            const { dateOfDiagnosis = '', ...rest } = items;
            // Only the mapping runs; a year that the algorithm refuses is no reason not to derive.
            const taken = Number(dateOfDiagnosis.slice(0, 4)) >= FIRST_YEAR ? items : rest;
            const inputs = schemaInputsOf(algorithm, schema, taken);
            const { outputs } = stageInSchema(algorithm, schema.id, inputs, { year: currentYear });
            return outputs[DERIVED_STAGE] ?? null;
          },
        }),
    ...(primaries === null
      ? {}
      : { comparePrimaries: (first, second, currentYear) => primaries().compare(first, second, currentYear).result }),
  };
}
