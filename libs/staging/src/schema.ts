import {
  type InputSource,
  type KeyMapping,
  type KeyValue,
  type MappingSource,
  type OutputSource,
  type SchemaSource,
  type StepSource,
} from './source.js';
import { type CompiledTable, type Slots, type Template, templateOf } from './table.js';

export interface CompiledInput {
  readonly source: InputSource;
  readonly slot: number;
  readonly default: Template | undefined;
  readonly defaultTable: CompiledTable | undefined;
  /** Table of valid values; `undefined` when it has none, or when the table is not there. */
  readonly table: CompiledTable | undefined;
}

export interface CompiledOutput {
  readonly source: OutputSource;
  readonly slot: number;
  readonly default: Template | undefined;
  readonly table: CompiledTable | undefined;
}

export interface CompiledStep {
  readonly tableId: string;
  /** `mapping.table`, as the path names it. */
  readonly way: string;
  readonly table: CompiledTable | undefined;
  readonly inputMapping: readonly SlotMapping[];
  /** Slots to set instead of the column's own, by column key. */
  readonly outputSlots: ReadonlyMap<string, readonly number[]> | undefined;
}

interface SlotMapping {
  readonly from: number;
  readonly to: number;
  readonly fromKey: string;
}

export interface CompiledMapping {
  readonly id: string;
  readonly inclusions: readonly CompiledStep[];
  readonly exclusions: readonly CompiledStep[];
  readonly initialContext: readonly { readonly slot: number; readonly value: string | null }[];
  readonly steps: readonly CompiledStep[];
}

/** A schema with its keys as slots and its tables at hand. */
export interface CompiledSchema {
  readonly source: SchemaSource;
  readonly inputs: readonly CompiledInput[];
  readonly inputByKey: ReadonlyMap<string, CompiledInput>;
  /** 1 at the slot of every input. */
  readonly declares: Uint8Array;
  readonly outputs: readonly CompiledOutput[];
  readonly outputSlots: ReadonlySet<number>;
  readonly initialContext: readonly { readonly slot: number; readonly value: Template | null }[];
  readonly mappings: readonly CompiledMapping[];
  /** Any table by id, for jumps. */
  table(id: string): CompiledTable | undefined;
}

type FindTable = (id: string) => CompiledTable | undefined;

export function compileSchema(source: SchemaSource, slots: Slots, table: FindTable): CompiledSchema {
  const found = (id: string | undefined): CompiledTable | undefined => (id === undefined ? undefined : table(id));
  const template = (text: string | undefined): Template | undefined =>
    text === undefined ? undefined : templateOf(text, slots);
  const inputs = source.inputs.map((input) => ({
    source: input,
    slot: slots.of(input.key),
    default: template(input.default),
    defaultTable: found(input.defaultTable),
    table: found(input.table),
  }));
  const outputs = source.outputs.map((output) => ({
    source: output,
    slot: slots.of(output.key),
    default: template(output.default),
    table: found(output.table),
  }));
  const declares = new Uint8Array(slots.keys.length);
  for (const { slot } of inputs) declares[slot] = 1;
  return {
    source,
    inputs,
    inputByKey: new Map(inputs.map((input) => [input.source.key, input])),
    declares,
    outputs,
    outputSlots: new Set(outputs.map(({ slot }) => slot)),
    initialContext: (source.initialContext ?? []).map(({ key, value }: KeyValue) => ({
      slot: slots.of(key),
      value: value === null ? null : templateOf(value, slots),
    })),
    mappings: source.mappings.map((mapping) => compileMapping(mapping, slots, table)),
    table,
  };
}

function compileMapping(mapping: MappingSource, slots: Slots, table: FindTable): CompiledMapping {
  const steps = (sources: readonly StepSource[] = []): CompiledStep[] =>
    sources.map((step) => ({
      tableId: step.table,
      way: `${mapping.id}.${step.table}`,
      table: table(step.table),
      inputMapping: (step.inputMapping ?? []).map(({ from, to }) => ({
        from: slots.of(from),
        to: slots.of(to),
        fromKey: from,
      })),
      outputSlots: outputSlotsOf(step.outputMapping, slots),
    }));
  return {
    id: mapping.id,
    inclusions: steps(mapping.inclusionTables),
    exclusions: steps(mapping.exclusionTables),
    initialContext: (mapping.initialContext ?? []).map(({ key, value }) => ({ slot: slots.of(key), value })),
    steps: steps(mapping.steps),
  };
}

function outputSlotsOf(
  mappings: readonly KeyMapping[] | undefined,
  slots: Slots,
): ReadonlyMap<string, readonly number[]> | undefined {
  if (mappings === undefined || mappings.length === 0) return undefined;
  const bySource = new Map<string, number[]>();
  for (const { from, to } of mappings) bySource.set(from, [...(bySource.get(from) ?? []), slots.of(to)]);
  return bySource;
}
