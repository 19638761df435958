import { type ItemValues } from '@perennial/naaccr';
import {
  type Algorithm,
  type ApplyingInput,
  applyingInputs,
  isValidInContext,
  itemOfKey,
  type Missing,
  missingFor,
  type Requirements,
  schemaInputsOf,
  type SchemaSource,
  selectionInputsOf,
  stageItems,
  type StagingError,
  type StagingOutcome,
} from '@perennial/staging';

/** An item that a schema asks for, as a form needs it. */
export interface StagingItem {
  /** NAACCR XML id. */
  readonly item: string;
  readonly number: number | null;
  /** Key of the algorithm. */
  readonly key: string;
  readonly name: string;
  /** Table of its codes; the form reads it once. */
  readonly table: string | null;
  readonly unit: string | null;
  readonly decimalPlaces: number | null;
  /** What staging takes when it is left blank. Never filled in for a person. */
  readonly default: string | null;
  readonly usedForStaging: boolean;
  readonly ssdi: boolean;
  readonly required: Requirements;
  readonly value: string | null;
  /** `null` when it is blank. */
  readonly valid: boolean | null;
}

/** What one algorithm says of a record. */
export interface StagingEvaluation {
  readonly algorithm: string;
  readonly version: string;
  /** Schemas that fit; a single one is the record's. */
  readonly schemaIds: readonly string[];
  readonly schema: { readonly id: string; readonly name: string; readonly number: string | null } | null;
  /** Items that would tell the schemas apart, or that are needed to find one. */
  readonly wanted: readonly string[];
  /** Year of diagnosis by which the items apply; `null` when it is not known. */
  readonly year: number | null;
  readonly items: readonly StagingItem[];
  readonly result: StagingOutcome | null;
  readonly derived: ItemValues;
  readonly errors: readonly (StagingError & { readonly item?: string })[];
  readonly settled: boolean;
  /** Items that could still change what is derived, with what it could become. */
  readonly open: readonly {
    readonly item: string;
    readonly reason: 'blank' | 'invalid';
    readonly changes: Readonly<Record<string, readonly string[]>>;
  }[];
}

/** Schema, items that apply and are required, and stage of a record as it is now. Nothing is stored. @param year current calendar year. */
export function evaluateStaging(algorithm: Algorithm, items: ItemValues, year: number): StagingEvaluation {
  const clock = { year };
  const { selection, staging, derived } = stageItems(algorithm, items, clock);
  const single = selection.schemaIds.length === 1 ? algorithm.schemas.get(selection.schemaIds[0] ?? '') : undefined;
  const inputs = single === undefined ? selectionInputsOf(algorithm, items) : schemaInputsOf(algorithm, single, items);
  const missing: Missing = missingFor(algorithm, inputs, clock);
  // Without a year every schema of the tumor's kind may fit; then none is the record's, unless there is only one.
  const schema = missing.selection.length === 0 ? single : undefined;
  const diagnosed = /^\d{4}/.exec(items.dateOfDiagnosis ?? '')?.[0];
  const yearOfDiagnosis = diagnosed === undefined ? null : Number(diagnosed);
  const itemId = (key: string): string => itemOfKey(algorithm, key) ?? key;
  return {
    algorithm: algorithm.id,
    version: algorithm.version,
    schemaIds: selection.schemaIds,
    schema: schema === undefined ? null : { id: schema.id, name: schema.name, number: numberOf(schema) },
    wanted: missing.selection.map(itemId),
    year: yearOfDiagnosis,
    items:
      schema === undefined
        ? []
        : applyingInputs(schema, yearOfDiagnosis ?? undefined).flatMap((input) =>
            describe(algorithm, schema, input, inputs, items, year),
          ),
    result: staging?.result ?? null,
    derived,
    errors: (staging?.errors ?? []).map((error) =>
      error.key === undefined ? error : { ...error, item: itemId(error.key) },
    ),
    settled: missing.settled,
    open: missing.inputs.map(({ key, reason, changes }) => ({
      item: itemId(key),
      reason,
      changes: Object.fromEntries(
        Object.entries(changes).map(([output, values]) => [
          schema?.outputs.find((one) => one.key === output)?.naaccrXmlId ?? output,
          values,
        ]),
      ),
    })),
  };
}

const numberOf = (schema: SchemaSource): string | null =>
  schema.outputs.find((output) => output.naaccrXmlId === 'schemaId')?.default ?? null;

function describe(
  algorithm: Algorithm,
  schema: SchemaSource,
  input: ApplyingInput,
  inputs: Readonly<Record<string, string | null | undefined>>,
  items: ItemValues,
  year: number,
): StagingItem[] {
  const item = itemOfKey(algorithm, input.key);
  if (item === undefined) return [];
  const value = (items as Readonly<Record<string, string | undefined>>)[item] ?? null;
  return [
    {
      item,
      number: input.naaccrItem ?? null,
      key: input.key,
      name: input.name,
      table: input.table ?? null,
      unit: input.unit ?? null,
      decimalPlaces: input.decimalPlaces ?? null,
      default: input.default ?? null,
      usedForStaging: input.usedForStaging,
      ssdi: input.ssdi,
      required: input.required,
      value,
      valid: value === null ? null : isValidInContext(algorithm, schema.id, input.key, inputs, { year }),
    },
  ];
}
