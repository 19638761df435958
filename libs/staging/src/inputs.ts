import { type Algorithm } from './algorithm.js';
import { trimValue, type Value } from './cells.js';
import { type InputSource, type Metadata, type SchemaSource } from './source.js';
import { type StagingClock, type StagingInputs } from './stage.js';
import { type CompiledTable } from './table.js';

/** Who wants an item collected for a diagnosis year. */
export interface Requirements {
  /** SEER asks for it of all cases, or only of those that are analytic for CoC. */
  readonly seer: 'yes' | 'when-coc-analytic' | 'no';
  readonly npcr: boolean;
  readonly coc: boolean;
  readonly cccr: boolean;
}

/** An input of a schema that applies to a diagnosis year. */
export interface ApplyingInput extends InputSource {
  /** A site-specific data item in that year. */
  readonly ssdi: boolean;
  readonly required: Requirements;
}

/**
 * Whether a requirement holds for a diagnosis year. When the year is not known it holds if it is still in force (has no last year).
 */
export function holdsIn({ start, end }: Metadata, year: number | undefined): boolean {
  if (year === undefined) return end === undefined;
  return (start === undefined || year >= start) && (end === undefined || year <= end);
}

/**
 * Inputs of a schema that apply to a diagnosis year, in the schema's order: those without requirements, and those with one that holds.
 *
 * @param year of diagnosis; `undefined` when it is not known.
 */
export function applyingInputs(schema: SchemaSource, year: number | undefined): ApplyingInput[] {
  return schema.inputs.flatMap((input) => {
    const all = input.metadata ?? [];
    const names = new Set(all.flatMap((one) => (holdsIn(one, year) ? [one.name] : [])));
    if (all.length > 0 && names.size === 0) return [];
    const seer = names.has('SEER_REQUIRED')
      ? 'yes'
      : names.has('SEER_REQUIRED_WHEN_COC_ANALYTIC')
        ? 'when-coc-analytic'
        : 'no';
    const required = {
      seer,
      npcr: names.has('NPCR_REQUIRED'),
      coc: names.has('COC_REQUIRED'),
      cccr: names.has('CCCR_REQUIRED'),
    } as const;
    return [{ ...input, ssdi: names.has('SSDI'), required }];
  });
}

/** One line of a code list. */
export interface CodeRow {
  /** As in the table: a code, a list or a range of codes (`001-989`), or `{{key}}` for a bound that is known only at run time. */
  readonly code: string;
  readonly label: string;
}

/** Codes of a table with one INPUT column, with their first description; empty when there is no such table. */
export function codesOf(algorithm: Algorithm, tableId: string): CodeRow[] {
  const table = algorithm.tables.get(tableId);
  const code = table?.columns.findIndex((column) => column.type === 'INPUT') ?? -1;
  if (table === undefined || code < 0) return [];
  const label = table.columns.findIndex((column) => column.type === 'DESCRIPTION');
  return table.rows.map((row) => ({ code: row[code] ?? '*', label: row[label] ?? '' }));
}

/**
 * Index of the first row of a table that fits the values; -1 when none does or there is no such table. Values are taken as they are, untrimmed.
 */
export function findRow(algorithm: Algorithm, tableId: string, values: StagingInputs, clock: StagingClock): number {
  const table = algorithm.table(tableId);
  return table === undefined ? -1 : table.findRow(contextOf(algorithm, values, clock, (value) => value));
}

/**
 * Whether a value of one input is valid, given the other values its table looks at.
 *
 * @param values with the value of `key` in it. A missing value counts as blank.
 * @returns false when schema, input or table do not exist, or no value at all was given.
 */
export function isValidInContext(
  algorithm: Algorithm,
  schemaId: string,
  key: string,
  values: StagingInputs,
  clock: StagingClock,
): boolean {
  const input = algorithm.schema(schemaId)?.inputByKey.get(key);
  if (input === undefined || Object.keys(values).length === 0) return false;
  if (input.source.table === undefined) return true;
  return input.table !== undefined && input.table.findRow(contextOf(algorithm, values, clock, trimValue)) >= 0;
}

/** Whether a value of one input is valid by itself. @see isValidInContext */
export const isValidCode = (
  algorithm: Algorithm,
  schemaId: string,
  key: string,
  value: string,
  clock: StagingClock,
): boolean => isValidInContext(algorithm, schemaId, key, { [key]: value }, clock);

function contextOf(
  algorithm: Algorithm,
  values: StagingInputs,
  clock: StagingClock,
  read: (value: string) => string,
): Value[] {
  const context = new Array<Value>(algorithm.slots.keys.length).fill(undefined);
  for (const [key, value] of Object.entries(values)) {
    const slot = algorithm.slots.find(key);
    if (slot !== undefined && value !== undefined && value !== null) context[slot] = read(value);
  }
  context[algorithm.known.version] = algorithm.version;
  context[algorithm.known.year] = String(clock.year);
  return context;
}

/** Codes of a table's column for a key, one for each range, in the order of the rows. */
export function sampleCodes(table: CompiledTable | undefined, key: string): string[] {
  const column = table?.inputs.find((one) => one.key === key);
  return column === undefined ? [] : [...new Set(column.cells.flatMap((cell) => cell.samples))];
}
