import {
  type AlgorithmSource,
  HISTOLOGY_TABLE,
  type SchemaSource,
  SITE_TABLE,
  type StepSource,
  type TableSource,
} from './source.js';
import { splitEndpoint } from './table.js';
import { type FileProblem } from './zip.js';

/**
 * Find what keeps an algorithm from running: tables that are named and not there, endpoints that are none, jumps that lead back to
 * where they came from, an initial context that sets an input.
 */
export function checkAlgorithm(source: AlgorithmSource): FileProblem[] {
  const tables = new Map(source.tables.map((table) => [table.id, table]));
  return [
    ...checkWhole(source, tables),
    ...source.schemas.flatMap((schema) => checkSchema(schema, tables)),
    ...checkTables(source.tables, tables),
  ];
}

type Tables = ReadonlyMap<string, TableSource>;

function checkWhole(source: AlgorithmSource, tables: Tables): FileProblem[] {
  if (source.schemas.length === 0) {
    return [{ code: 'algorithm.empty', place: 'zip', message: 'holds no schemas (files in a folder schemas)' }];
  }
  return [SITE_TABLE, HISTOLOGY_TABLE].flatMap((id): FileProblem[] => {
    const table = tables.get(id);
    if (table === undefined) {
      return [
        { code: 'table.missing', place: 'zip', message: `the table ${id}, which every algorithm has, is not there` },
      ];
    }
    const keys = new Set(table.columns.flatMap((column) => (column.type === 'INPUT' ? [column.key] : [])));
    return keys.size === 1
      ? []
      : [{ code: 'file.shape', place: `tables/${id}.json`, message: `must have one INPUT column, has ${keys.size}` }];
  });
}

function checkSchema(schema: SchemaSource, tables: Tables): FileProblem[] {
  const place = `schemas/${schema.id}.json`;
  const named: [where: string, table: string | undefined][] = [
    ['schema_selection_table', schema.selectionTable],
    ...schema.inputs.flatMap((input): typeof named => [
      [`input ${input.key}`, input.table],
      [`input ${input.key}`, input.defaultTable],
    ]),
    ...schema.outputs.map((output): (typeof named)[number] => [`output ${output.key}`, output.table]),
    ...schema.mappings.flatMap((mapping) => {
      const of = (steps: readonly StepSource[] = []): typeof named =>
        steps.map((step) => [`mapping ${mapping.id}`, step.table]);
      return [...of(mapping.inclusionTables), ...of(mapping.exclusionTables), ...of(mapping.steps)];
    }),
  ];
  const inputs = new Set(schema.inputs.map((input) => input.key));
  return [
    ...named.flatMap(([where, table]): FileProblem[] =>
      table === undefined || tables.has(table)
        ? []
        : [{ code: 'table.missing', place: `${place} ${where}`, message: `the table ${table} is not there` }],
    ),
    ...schema.mappings.flatMap((mapping) =>
      (mapping.initialContext ?? []).flatMap(({ key }): FileProblem[] =>
        inputs.has(key)
          ? [
              {
                code: 'schema.initial-context',
                place: `${place} mapping ${mapping.id}`,
                message: `its initial context sets ${key}, which is an input`,
              },
            ]
          : [],
      ),
    ),
  ];
}

function checkTables(all: readonly TableSource[], tables: Tables): FileProblem[] {
  const jumps = new Map<string, readonly string[]>();
  const problems: FileProblem[] = [];
  for (const table of all) {
    const to = new Set<string>();
    const ends = table.columns.flatMap((column, at) => (column.type === 'ENDPOINT' ? [at] : []));
    table.rows.forEach((row, index) => {
      for (const at of ends) {
        const place = `tables/${table.id}.json rows[${index}][${at}]`;
        const cell = row[at] ?? '';
        const endpoint = splitEndpoint(cell);
        if (endpoint === undefined) {
          problems.push({
            code: 'table.endpoint',
            place,
            message: `${JSON.stringify(cell)} is no endpoint (MATCH, VALUE, ERROR, STOP, or JUMP with a table)`,
          });
        } else if (endpoint.type === 'JUMP' && endpoint.text !== null) {
          if (tables.has(endpoint.text)) to.add(endpoint.text);
          else
            problems.push({ code: 'table.missing', place, message: `jumps to ${endpoint.text}, which is not there` });
        }
      }
    });
    if (to.size > 0) jumps.set(table.id, [...to]);
  }
  return [...problems, ...circles(jumps)];
}

/** Every way of jumps that comes back to a table, named once. Depth first without recursion: chains may be long. */
function circles(jumps: ReadonlyMap<string, readonly string[]>): FileProblem[] {
  const finished = new Set<string>();
  const problems: FileProblem[] = [];
  for (const start of jumps.keys()) {
    if (finished.has(start)) continue;
    const way: { id: string; left: string[] }[] = [{ id: start, left: [...(jumps.get(start) ?? [])] }];
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const next = top.left.pop();
      if (next === undefined) {
        finished.add(top.id);
        way.pop();
        continue;
      }
      const from = way.findIndex((one) => one.id === next);
      if (from >= 0) {
        const ring = [...way.slice(from).map((one) => one.id), next];
        problems.push({
          code: 'table.circular',
          place: `tables/${next}.json`,
          message: `jumps in a circle: ${ring.join(' > ')}`,
        });
      } else if (!finished.has(next)) way.push({ id: next, left: [...(jumps.get(next) ?? [])] });
    }
  }
  return problems;
}
