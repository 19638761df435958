/**
 * The JSON of an algorithm file, field by field, into the engine's shape. Only what the engine and its forms use is read; everything
 * read is checked, so that nothing later meets a value of a wrong type.
 */
import {
  type CellText,
  type ColumnSource,
  type ColumnType,
  type GlossaryEntry,
  type HelpText,
  type InputSource,
  type KeyMapping,
  type KeyValue,
  type MappingSource,
  type Metadata,
  type OnInvalidInput,
  type OutputSource,
  type SchemaSource,
  type StepSource,
  type TableSource,
} from './source.js';
import { type FileProblem } from './zip.js';

export class ShapeError extends Error {
  constructor(
    readonly code: FileProblem['code'],
    /** Begins with a space, or is empty: ` rows[3]`. */
    readonly where: string,
    message: string,
  ) {
    super(message);
  }
}

export const GLOSSARY_SHAPE = 'glossary';

/** A JSON object with the way that led to it. */
class Node {
  constructor(
    private readonly value: Readonly<Record<string, unknown>>,
    private readonly way: string,
  ) {}

  static of(value: unknown, way: string): Node {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(way, 'must be an object');
    return new Node(value as Record<string, unknown>, way);
  }

  private at(field: string): string {
    return this.way === '' ? field : `${this.way}.${field}`;
  }

  maybeText(field: string): string | undefined {
    const value = this.value[field];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : fail(this.at(field), 'must be a text');
  }

  text(field: string): string {
    const value = this.maybeText(field);
    return value === undefined || value === '' ? fail(this.at(field), 'is missing') : value;
  }

  number(field: string): number | undefined {
    const value = this.value[field];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'number' && Number.isFinite(value) ? value : fail(this.at(field), 'must be a number');
  }

  flag(field: string): boolean {
    const value = this.value[field];
    if (value === undefined || value === null) return false;
    return typeof value === 'boolean' ? value : fail(this.at(field), 'must be true or false');
  }

  oneOf<T extends string>(field: string, allowed: readonly T[]): T {
    const value = this.text(field);
    return (
      allowed.find((one) => one === value) ?? fail(this.at(field), `is ${value}, not one of ${allowed.join(', ')}`)
    );
  }

  list(field: string): readonly unknown[] {
    const value = this.value[field];
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? (value as unknown[]) : fail(this.at(field), 'must be a list');
  }

  nodes<T>(field: string, read: (node: Node) => T): T[] {
    return this.list(field).map((one, index) => read(Node.of(one, `${this.at(field)}[${index}]`)));
  }

  /** A list of objects that the engine wants only when there are any. */
  some<T>(field: string, read: (node: Node) => T): T[] | undefined {
    const found = this.nodes(field, read);
    return found.length === 0 ? undefined : found;
  }

  texts(field: string): string[] {
    return this.list(field).map((one, index) =>
      typeof one === 'string' ? one : fail(`${this.at(field)}[${index}]`, 'must be a text'),
    );
  }
}

function fail(way: string, message: string, code: FileProblem['code'] = 'file.shape'): never {
  throw new ShapeError(code, way === '' ? '' : ` ${way}`, message);
}

/** An object without its undefined fields. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
const defined = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;

interface Owned<T> {
  readonly algorithm: string;
  readonly version: string;
  readonly value: T;
}

export function readSchema(json: unknown): Owned<SchemaSource> {
  const node = Node.of(json, '');
  const handler: OnInvalidInput =
    node.maybeText('on_invalid_input') === undefined
      ? 'CONTINUE'
      : node.oneOf('on_invalid_input', ['CONTINUE', 'FAIL', 'FAIL_WHEN_USED_FOR_STAGING']);
  return {
    algorithm: node.text('algorithm'),
    version: node.text('version'),
    value: defined({
      id: node.text('id'),
      name: node.text('name'),
      title: node.maybeText('title'),
      selectionTable: node.text('schema_selection_table'),
      discriminators: node.texts('schema_discriminators'),
      onInvalidInput: handler,
      initialContext: node.some('initial_context', keyValue),
      inputs: node.nodes('inputs', input),
      outputs: node.nodes('outputs', output),
      mappings: node.nodes('mappings', mapping),
    }),
  };
}

const keyValue = (node: Node): KeyValue => ({ key: node.text('key'), value: node.maybeText('value') ?? null });
const keyMapping = (node: Node): KeyMapping => ({ from: node.text('from'), to: node.text('to') });

const metadata = (node: Node): Metadata =>
  defined({ name: node.text('name'), start: node.number('start'), end: node.number('end') });

const input = (node: Node): InputSource =>
  defined({
    key: node.text('key'),
    name: node.maybeText('name') ?? node.text('key'),
    naaccrItem: node.number('naaccr_item'),
    naaccrXmlId: node.maybeText('naaccr_xml_id'),
    default: node.maybeText('default'),
    defaultTable: node.maybeText('default_table'),
    table: node.maybeText('table'),
    usedForStaging: node.flag('used_for_staging'),
    unit: node.maybeText('unit'),
    decimalPlaces: node.number('decimal_places'),
    metadata: node.some('metadata', metadata),
  });

const output = (node: Node): OutputSource =>
  defined({
    key: node.text('key'),
    name: node.maybeText('name') ?? node.text('key'),
    naaccrItem: node.number('naaccr_item'),
    naaccrXmlId: node.maybeText('naaccr_xml_id'),
    default: node.maybeText('default'),
    table: node.maybeText('table'),
  });

const step = (node: Node): StepSource =>
  defined({
    table: node.text('id'),
    inputMapping: node.some('input_mapping', keyMapping),
    outputMapping: node.some('output_mapping', keyMapping),
  });

const mapping = (node: Node): MappingSource =>
  defined({
    id: node.text('id'),
    name: node.maybeText('name') ?? node.text('id'),
    inclusionTables: node.some('inclusion_tables', step),
    exclusionTables: node.some('exclusion_tables', step),
    initialContext: node.some('initial_context', keyValue),
    steps: node.nodes('tables', step),
  });

const COLUMN_TYPES: readonly ColumnType[] = ['INPUT', 'DESCRIPTION', 'ENDPOINT'];

export function readTable(json: unknown): Owned<TableSource> {
  const node = Node.of(json, '');
  const columns = node.nodes('definition', (one): ColumnSource => {
    const type = one.oneOf('type', COLUMN_TYPES);
    const key = type === 'INPUT' ? one.text('key') : one.maybeText('key');
    return defined({ key, name: one.maybeText('name'), type });
  });
  const rows = node.list('rows').map((row, index) => {
    if (!Array.isArray(row)) return fail(`rows[${index}]`, 'must be a list of cells');
    if (row.length !== columns.length) {
      return fail(`rows[${index}]`, `has ${row.length} cells, but the table ${columns.length} columns`, 'table.cells');
    }
    return (row as unknown[]).map((cell, at): CellText => {
      if (cell === null && columns[at]?.type !== 'ENDPOINT') return null;
      return typeof cell === 'string' ? cell : fail(`rows[${index}][${at}]`, 'must be a text', 'table.cells');
    });
  });
  return {
    algorithm: node.text('algorithm'),
    version: node.text('version'),
    value: defined({
      id: node.text('id'),
      name: node.maybeText('name') ?? node.text('id'),
      title: node.maybeText('title'),
      columns,
      rows,
    }),
  };
}

const HELP_FIELDS = {
  subtitle: 'subtitle',
  description: 'description',
  notes: 'notes',
  footnotes: 'footnotes',
  rationale: 'rationale',
  additional_info: 'additionalInfo',
  coding_guidelines: 'codingGuidelines',
} as const;

/** The help that stands beside a schema or table. */
export function textsOf(json: unknown): HelpText | undefined {
  const node = Node.of(json, '');
  const texts = Object.entries(HELP_FIELDS).flatMap(([field, name]) => {
    const text = node.maybeText(field);
    return text === undefined || text === '' ? [] : [[name, text] as const];
  });
  return texts.length === 0 ? undefined : Object.fromEntries(texts);
}

export function readGlossary(json: unknown): GlossaryEntry {
  const node = Node.of(json, '');
  return {
    name: node.text('name'),
    definition: node.maybeText('definition') ?? '',
    alternateNames: node.texts('alternate_names'),
  };
}
