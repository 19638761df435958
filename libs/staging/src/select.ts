import { type Algorithm } from './algorithm.js';
import { loadCase, type StagingInputs } from './stage.js';

export interface Selection {
  /** Schemas that fit what is known, in alphabetical order. */
  readonly schemaIds: readonly string[];
  /** Keys beside site and histology that selecting among them may use, known ones included, in alphabetical order. */
  readonly discriminators: readonly string[];
  /** Those of them that are not known yet and are needed because several schemas are left. */
  readonly wanted: readonly string[];
}

/**
 * The schemas that a case may belong to.
 *
 * An absent key is not asked about, so the fewer are given, the more schemas fit; a key that is given blank fits only blanks. Sites and
 * histologies are compared as they are, untrimmed.
 *
 * @source reference on staging, schema selection.
 */
export function selectSchemas(algorithm: Algorithm, inputs: StagingInputs): Selection {
  const { context, anyOther } = loadCase(algorithm.slots, inputs);
  const schemas = algorithm.selection.find(context, anyOther).flatMap((index) => algorithm.source.schemas[index] ?? []);
  const discriminators = [...new Set(schemas.flatMap((schema) => schema.discriminators))].sort();
  return {
    schemaIds: schemas.map((schema) => schema.id).sort(),
    discriminators,
    wanted: schemas.length > 1 ? discriminators.filter((key) => (inputs[key] ?? '') === '') : [],
  };
}
