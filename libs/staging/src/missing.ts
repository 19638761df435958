import { type Algorithm } from './algorithm.js';
import { isValidInContext, sampleCodes } from './inputs.js';
import { HISTOLOGY_KEY, SITE_KEY } from './selection.js';
import { selectSchemas } from './select.js';
import { stageInSchema, type StagingClock, type StagingInputs } from './stage.js';

/** An input whose value could still change what is derived. */
export interface OpenInput {
  readonly key: string;
  readonly reason: 'blank' | 'invalid';
  /** Outputs it could change, with what they could become. */
  readonly changes: Readonly<Record<string, readonly string[]>>;
}

export interface Missing {
  /** Keys that selection still needs: site and histology first, then discriminators. Empty when one schema fits. */
  readonly selection: readonly string[];
  /** The one schema that fits. */
  readonly schemaId: string | null;
  /** Whether no blank or invalid input could change any output. Always false without a schema. */
  readonly settled: boolean;
  readonly inputs: readonly OpenInput[];
}

/**
 * What is missing to settle the stage of a case: what selection needs, then every staging input that is blank or invalid and that some valid
 * code of its own would make a difference for, the other values being as they are. A distant metastasis settles a stage whatever the
 * nodes are; then the nodes are not missing.
 *
 * Each open input is tried alone; two that only together make a difference are both open as soon as one of them is filled.
 */
export function missingFor(algorithm: Algorithm, inputs: StagingInputs, clock: StagingClock): Missing {
  const needed = [SITE_KEY, HISTOLOGY_KEY].filter((key) => isBlank(inputs[key]));
  if (needed.length > 0) return { selection: needed, schemaId: null, settled: false, inputs: [] };
  const { schemaIds, wanted } = selectSchemas(algorithm, inputs);
  const [schemaId] = schemaIds;
  if (schemaId === undefined || schemaIds.length > 1) {
    return { selection: wanted, schemaId: null, settled: false, inputs: [] };
  }
  const open = openInputs(algorithm, schemaId, inputs, clock);
  return { selection: [], schemaId, settled: open.length === 0, inputs: open };
}

const isBlank = (value: string | null | undefined): boolean =>
  value === undefined || value === null || value.trim() === '';

function openInputs(algorithm: Algorithm, schemaId: string, given: StagingInputs, clock: StagingClock): OpenInput[] {
  const schema = algorithm.schema(schemaId);
  if (schema === undefined) return [];
  // What the schema does not declare plays no part in its stage; what is blank takes its default.
  const inputs = Object.fromEntries(
    Object.entries(given).filter(([key, value]) => schema.inputByKey.has(key) && !isBlank(value)),
  );
  const now = stageInSchema(algorithm, schemaId, inputs, clock).outputs;
  return schema.inputs.flatMap(({ source: { key, usedForStaging }, table }): OpenInput[] => {
    if (!usedForStaging || key === SITE_KEY || key === HISTOLOGY_KEY) return [];
    const blank = isBlank(inputs[key]);
    if (!blank && isValidInContext(algorithm, schemaId, key, inputs, clock)) return [];
    const changes: Record<string, Set<string>> = {};
    for (const code of sampleCodes(table, key)) {
      if (code === '') continue;
      const then = stageInSchema(algorithm, schemaId, { ...inputs, [key]: code }, clock).outputs;
      for (const [output, value] of Object.entries(then)) {
        if (value !== null && value !== now[output]) (changes[output] ??= new Set()).add(value);
      }
    }
    if (Object.keys(changes).length === 0) return [];
    const sorted = Object.fromEntries(Object.entries(changes).map(([output, values]) => [output, [...values].sort()]));
    return [{ key, reason: blank ? 'blank' : 'invalid', changes: sorted }];
  });
}
