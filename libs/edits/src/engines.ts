import { type NaaccrId } from '@perennial/naaccr';
import { type Primaries } from '@perennial/primaries';
import { type Algorithm, itemOfKey, schemaByNumber, stageInSchema, YEAR_KEY } from '@perennial/staging';
import { type EditEngines } from './tables.js';

/** First diagnosis year that EOD schemas take. */
const FIRST_YEAR = 2018;
const DERIVED_STAGE = 'ss2018_derived';
/** Answers kept: what a registry codes comes again and again. */
const KEPT = 100_000;

interface StagedSchema {
  readonly id: string;
  /** Inputs that can change what is derived: those used for staging, or all where a wrong value of any refuses the case. */
  readonly inputs: readonly { readonly key: string; readonly item: NaaccrId }[];
}

function stagedSchema(algorithm: Algorithm, number: string): StagedSchema | null {
  const schema = schemaByNumber(algorithm, number);
  if (schema === undefined) return null;
  const inputs = schema.inputs.flatMap(({ key, usedForStaging }) => {
    const item = itemOfKey(algorithm, key);
    const matters = usedForStaging || schema.onInvalidInput === 'FAIL' || key === YEAR_KEY;
    return item !== undefined && matters ? [{ key, item: item as NaaccrId }] : [];
  });
  return { id: schema.id, inputs };
}

/** Derivation of summary stage with its answers kept. */
function createDerivation(staging: () => Algorithm): NonNullable<EditEngines['deriveSummaryStage']> {
  const schemas = new Map<string, StagedSchema | null>();
  const answers = new Map<string, string | null>();
  return (number, items, currentYear) => {
    let schema = schemas.get(number);
    if (schema === undefined) {
      schema = stagedSchema(staging(), number);
      schemas.set(number, schema);
    }
    if (schema === null) return null;
    const inputs: Record<string, string> = {};
    let asked = `${currentYear}\n${number}`;
    for (const { key, item } of schema.inputs) {
      let value = items[item] ?? '';
      // Only the mapping runs; a year that the algorithm refuses is no reason not to derive.
      if (key === YEAR_KEY) value = Number(value.slice(0, 4)) >= FIRST_YEAR ? value.slice(0, 4) : '';
      asked = asked.concat('\n', value);
      if (value !== '') inputs[key] = value;
    }
    let answer = answers.get(asked);
    if (answer === undefined) {
      answer = stageInSchema(staging(), schema.id, inputs, { year: currentYear }).outputs[DERIVED_STAGE] ?? null;
      if (answers.size >= KEPT) answers.clear();
      answers.set(asked, answer);
    }
    return answer;
  };
}

/**
 * What edits ask of the libraries of staging and of multiple primaries. Both are given as functions, so that their tables are made only
 * when an edit first asks.
 */
export function createEngines(
  staging: (() => Algorithm) | null,
  primaries: (() => Pick<Primaries, 'compare'>) | null,
): EditEngines {
  return {
    ...(staging === null ? {} : { deriveSummaryStage: createDerivation(staging) }),
    ...(primaries === null
      ? {}
      : { comparePrimaries: (first, second, currentYear) => primaries().compare(first, second, currentYear).result }),
  };
}
