import { type Algorithm } from './algorithm.js';
import { trimValue, type Value } from './cells.js';
import { type StagingError } from './errors.js';
import { type CompiledInput, type CompiledMapping, type CompiledSchema, type CompiledStep } from './schema.js';
import { HISTOLOGY_KEY, SITE_KEY } from './selection.js';
import { type CompiledTable, type Endpoint, type Slots, valueOf } from './table.js';

/** Values of a case by the algorithm's own keys. An absent key takes its default; an explicit blank does not. */
export type StagingInputs = Readonly<Record<string, string | null | undefined>>;

/** Spelled as the reference spells them. */
export type StagingOutcome =
  | 'STAGED'
  | 'FAILED_MISSING_SITE_OR_HISTOLOGY'
  | 'FAILED_NO_MATCHING_SCHEMA'
  | 'FAILED_MULITPLE_MATCHING_SCHEMAS'
  | 'FAILED_INVALID_YEAR_DX'
  | 'FAILED_INVALID_INPUT';

export interface StagingResult {
  readonly result: StagingOutcome;
  /** `null` when no schema or several were found. */
  readonly schemaId: string | null;
  /** Declared outputs by key; a key that a table removed is not there. */
  readonly outputs: Readonly<Record<string, string | null>>;
  readonly errors: readonly StagingError[];
  /** `mapping.table` of every table that was visited, inclusion and exclusion tables of a mapping first. */
  readonly path: readonly string[];
}

/** What staging needs to know beside the case. Passed in: nothing is read from a clock. */
export interface StagingClock {
  /** Current calendar year, which bounds the year of diagnosis. */
  readonly year: number;
}

export const YEAR_KEY = 'year_dx';

/** A case as an array by slot, with what selection asks about its other keys. */
export interface LoadedCase {
  /** Untrimmed values by slot. */
  readonly context: Value[];
  /** Some key beside site and histology has a value that is not empty. */
  readonly anyOther: boolean;
  /** Slots of the supplied keys, in the order given. */
  readonly given: readonly number[];
  /** Supplied keys that no part of the algorithm knows. */
  readonly unknown: readonly string[];
  /** Some value begins or ends with a blank or a control character. */
  readonly untrimmed: boolean;
}

/** Put a case into slots. A key without a value (`null`, `undefined`) counts as absent. */
export function loadCase(slots: Slots, inputs: StagingInputs): LoadedCase {
  const context = new Array<Value>(slots.keys.length).fill(undefined);
  const given: number[] = [];
  const unknown: string[] = [];
  let anyOther = false;
  let untrimmed = false;
  for (const key of Object.keys(inputs)) {
    const value = inputs[key];
    if (value === undefined || value === null) continue;
    if (value !== '') {
      if (key !== SITE_KEY && key !== HISTOLOGY_KEY) anyOther = true;
      if (value.charCodeAt(0) <= 32 || value.charCodeAt(value.length - 1) <= 32) untrimmed = true;
    }
    const slot = slots.find(key);
    if (slot === undefined) unknown.push(key);
    else {
      given.push(slot);
      context[slot] = value;
    }
  }
  return { context, anyOther, given, unknown, untrimmed };
}

const NOTHING: readonly never[] = [];
const failed = (
  result: StagingOutcome,
  schemaId: string | null = null,
  errors: readonly StagingError[] = NOTHING,
): StagingResult => ({ result, schemaId, outputs: {}, errors, path: NOTHING });

/**
 * Stage one case: find its schema, check its values, run the schema's tables.
 *
 * @returns always a result, never a throw, whatever the values are. Errors do not change `STAGED`.
 * @source reference on staging, "Staging one case".
 */
export function stage(algorithm: Algorithm, inputs: StagingInputs, clock: StagingClock): StagingResult {
  const loaded = loadCase(algorithm.slots, inputs);
  const { context } = loaded;
  const { site, histology } = algorithm.known;
  if (context[site] === undefined || context[histology] === undefined) {
    return failed('FAILED_MISSING_SITE_OR_HISTOLOGY');
  }
  const found = algorithm.selection.find(context, loaded.anyOther);
  const [index = -1] = found;
  const id = algorithm.source.schemas[index]?.id;
  if (id === undefined) return failed('FAILED_NO_MATCHING_SCHEMA');
  if (found.length > 1) return failed('FAILED_MULITPLE_MATCHING_SCHEMAS');
  return stageLoaded(algorithm, id, loaded, clock);
}

/**
 * Stage a case in a schema that is already known; nothing is selected.
 *
 * @throws RangeError when the algorithm has no such schema: that is a bug of the caller.
 */
export function stageInSchema(
  algorithm: Algorithm,
  schemaId: string,
  inputs: StagingInputs,
  clock: StagingClock,
): StagingResult {
  return stageLoaded(algorithm, schemaId, loadCase(algorithm.slots, inputs), clock);
}

function stageLoaded(algorithm: Algorithm, schemaId: string, loaded: LoadedCase, clock: StagingClock): StagingResult {
  const schema = algorithm.schema(schemaId);
  if (schema === undefined) throw new RangeError(`there is no schema ${schemaId} in ${algorithm.id}`);
  const errors = unknownInputs(algorithm, schema, loaded);
  if (errors.length > 0) return failed('FAILED_INVALID_INPUT', schemaId, errors);
  const { context } = loaded;
  if (loaded.untrimmed) {
    for (const slot of loaded.given) {
      const value = context[slot];
      if (typeof value === 'string') context[slot] = trimValue(value);
    }
  }
  context[algorithm.known.version] = algorithm.version;
  context[algorithm.known.year] = String(clock.year);
  if (!yearIsValid(schema.inputByKey.get(YEAR_KEY), context)) return failed('FAILED_INVALID_YEAR_DX', schemaId);

  const run = new Run(algorithm, schema, context);
  if (!run.checkInputs()) {
    return {
      result: 'FAILED_INVALID_INPUT',
      schemaId,
      outputs: run.outputs(),
      errors: run.errors,
      path: run.path,
    };
  }
  run.prepareOutputs();
  for (const mapping of schema.mappings) if (run.isInvolved(mapping)) run.follow(mapping);
  run.checkOutputs();
  return { result: 'STAGED', schemaId, outputs: run.outputs(), errors: run.errors, path: run.path };
}

function unknownInputs(algorithm: Algorithm, schema: CompiledSchema, loaded: LoadedCase): readonly StagingError[] {
  let keys = loaded.unknown;
  for (const slot of loaded.given) {
    if (schema.declares[slot] !== 1) keys = [...keys, algorithm.slots.keys[slot] ?? ''];
  }
  return keys.length === 0
    ? NOTHING
    : keys.map((key) => ({
        type: 'UNKNOWN_INPUT',
        key,
        message: `${key} is no input of schema ${schema.source.id}`,
      }));
}

function yearIsValid(year: CompiledInput | undefined, context: readonly Value[]): boolean {
  if (year === undefined) return false;
  if (year.source.table === undefined) return true;
  return year.table !== undefined && year.table.findRow(context) >= 0;
}

/** One case on its way through a schema. */
class Run {
  readonly errors: StagingError[] = [];
  readonly path: string[] = [];

  constructor(
    private readonly algorithm: Algorithm,
    private readonly schema: CompiledSchema,
    private readonly context: Value[],
  ) {}

  /** Fill in defaults and judge what was supplied. @returns false when the schema refuses such values. */
  checkInputs(): boolean {
    const { context } = this;
    const { onInvalidInput } = this.schema.source;
    let goesOn = true;
    for (const input of this.schema.inputs) {
      const value = context[input.slot];
      if (value === undefined) {
        this.takeDefault(input);
        continue;
      }
      if (value === '' || value === null || input.source.table === undefined) continue;
      if (input.table === undefined) {
        this.unknownTable(input.source.table, input.source.key);
        continue;
      }
      if (input.table.findRow(context) >= 0) continue;
      const { key, usedForStaging } = input.source;
      this.errors.push({
        type: usedForStaging ? 'INVALID_REQUIRED_INPUT' : 'INVALID_NON_REQUIRED_INPUT',
        key,
        table: input.table.id,
        message: `${JSON.stringify(value)} is not a value of ${key}`,
      });
      if (onInvalidInput === 'FAIL' || (onInvalidInput === 'FAIL_WHEN_USED_FOR_STAGING' && usedForStaging)) {
        goesOn = false;
      }
    }
    return goesOn;
  }

  private takeDefault(input: CompiledInput): void {
    const { context } = this;
    const { key, defaultTable } = input.source;
    if (input.default !== undefined) {
      context[input.slot] = valueOf(input.default, context);
      return;
    }
    context[input.slot] = '';
    if (defaultTable === undefined) return;
    if (input.defaultTable === undefined) return this.unknownTable(defaultTable, key);
    const endpoint = input.defaultTable.endpoints[input.defaultTable.findRow(context)]?.find(
      (one) => one.type === 'VALUE' && one.slot === input.slot && one.value !== null,
    );
    if (endpoint === undefined || endpoint.value === null) {
      this.errors.push({
        type: 'MATCH_NOT_FOUND',
        key,
        message: `no row of ${defaultTable} gives a default of ${key}`,
      });
      return;
    }
    context[input.slot] = valueOf(endpoint.value, context);
  }

  prepareOutputs(): void {
    const { context, schema } = this;
    for (const output of schema.outputs) {
      context[output.slot] = output.default === undefined ? '' : valueOf(output.default, context);
    }
    for (const { slot, value } of schema.initialContext) {
      context[slot] = value === null ? null : valueOf(value, context);
    }
  }

  /** Every inclusion table must match and no exclusion table may, each on the values as its own mapping renames them. */
  isInvolved(mapping: CompiledMapping): boolean {
    return (
      mapping.inclusions.every((step) => this.matches(step)) && mapping.exclusions.every((step) => !this.matches(step))
    );
  }

  private matches({ table, tableId, inputMapping }: CompiledStep): boolean {
    if (table === undefined) {
      this.unknownTable(tableId);
      return false;
    }
    if (inputMapping.length === 0) return table.findRow(this.context) >= 0;
    const renamed = [...this.context];
    for (const { from, to } of inputMapping) if (renamed[from] !== undefined) renamed[to] = renamed[from];
    return table.findRow(renamed) >= 0;
  }

  follow(mapping: CompiledMapping): void {
    const { context } = this;
    for (const step of mapping.inclusions) this.path.push(step.way);
    for (const step of mapping.exclusions) this.path.push(step.way);
    for (const { slot, value } of mapping.initialContext) context[slot] = value;
    for (const step of mapping.steps) {
      for (const { from, to, fromKey } of step.inputMapping) {
        if (context[from] !== undefined) context[to] = context[from];
        else {
          this.errors.push({
            type: 'UNKNOWN_INPUT_MAPPING',
            key: fromKey,
            table: step.tableId,
            message: `${fromKey}, which ${step.tableId} takes under another name, is not there`,
          });
        }
      }
      const goesOn = this.visit(mapping.id, step.tableId, step.table, step, NOTHING);
      for (const { to } of step.inputMapping) context[to] = undefined;
      if (!goesOn) return;
    }
  }

  /** @returns false when a STOP ended the mapping. */
  private visit(
    mapping: string,
    id: string,
    table: CompiledTable | undefined,
    step: CompiledStep,
    above: readonly string[],
  ): boolean {
    if (table === undefined) {
      this.errors.push({
        type: 'UNKNOWN_TABLE',
        table: id,
        message: `${step.tableId} leads to the unknown table ${id}`,
      });
      return true;
    }
    if (above.includes(id)) {
      this.errors.push({
        type: 'INFINITE_LOOP',
        table: id,
        message: `${step.tableId} leads back to ${id}: ${[...above, id].join(' > ')}`,
      });
      return true;
    }
    this.path.push(id === step.tableId ? step.way : `${mapping}.${id}`);
    const endpoints = table.endpoints[table.findRow(this.context)];
    if (endpoints === undefined) {
      this.errors.push({
        type: 'MATCH_NOT_FOUND',
        table: id,
        columns: table.endpointKeys,
        message: `no row of ${id} matches ${this.described(table)}`,
      });
      return true;
    }
    let goesOn = true;
    for (const endpoint of endpoints) {
      switch (endpoint.type) {
        case 'VALUE':
          this.set(endpoint, step);
          break;
        case 'JUMP': {
          const to = endpoint.value?.text ?? '';
          goesOn = this.visit(mapping, to, this.schema.table(to), step, [...above, id]);
          break;
        }
        case 'STOP':
          goesOn = false;
          break;
        case 'ERROR': {
          const said = endpoint.value?.text ?? '';
          this.errors.push({
            type: 'STAGING_ERROR',
            table: id,
            columns: [endpoint.key],
            message: said === '' ? `${id} holds an error for ${this.described(table)}` : said,
          });
          break;
        }
        case 'MATCH':
          break;
      }
    }
    return goesOn;
  }

  private set(endpoint: Endpoint, step: CompiledStep): void {
    const { context } = this;
    const value = endpoint.value === null ? undefined : valueOf(endpoint.value, context);
    const to = step.outputSlots?.get(endpoint.key);
    if (to === undefined) context[endpoint.slot] = value;
    else for (const slot of to) context[slot] = value;
  }

  /** Judge each declared output that has a table, on the outputs alone. */
  checkOutputs(): void {
    const { context, schema } = this;
    let alone: Value[] | undefined;
    for (const { slot, source, table } of schema.outputs) {
      if (source.table === undefined || context[slot] === undefined) continue;
      if (table === undefined) {
        this.unknownTable(source.table, source.key);
        continue;
      }
      const [only] = table.inputs;
      const simple = table.inputs.length === 1 && only?.slot === slot && !only.dynamic;
      if (!simple) alone ??= context.map((value, at) => (schema.outputSlots.has(at) ? value : undefined));
      if (table.findRow(simple ? context : (alone ?? context)) >= 0) continue;
      this.errors.push({
        type: 'INVALID_OUTPUT',
        key: source.key,
        table: table.id,
        message: `${JSON.stringify(context[slot] ?? '')} is not a value of ${source.key}`,
      });
    }
  }

  /** Declared outputs; a schema that declares none gives everything that is neither input nor context. */
  outputs(): Record<string, string | null> {
    const { context, schema } = this;
    const outputs: Record<string, string | null> = {};
    if (schema.outputs.length > 0) {
      for (const { slot, source } of schema.outputs) {
        const value = context[slot];
        if (value !== undefined) outputs[source.key] = value;
      }
      return outputs;
    }
    const { slots, known } = this.algorithm;
    slots.keys.forEach((key, slot) => {
      const value = context[slot];
      const own = schema.declares[slot] === 1 || slot === known.version || slot === known.year;
      if (value !== undefined && !own) outputs[key] = value;
    });
    return outputs;
  }

  private unknownTable(table: string, key?: string): void {
    this.errors.push({
      type: 'UNKNOWN_TABLE',
      ...(key === undefined ? { table } : { key }),
      message: `there is no table ${table}`,
    });
  }

  private described(table: CompiledTable): string {
    return table.inputs
      .map(({ key, slot }) => {
        const value = trimValue(this.context[slot] ?? '');
        return `${key}=${value === '' ? '<blank>' : value}`;
      })
      .join(', ');
  }
}
