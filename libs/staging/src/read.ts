import { checkAlgorithm } from './check.js';
import { type Algorithm, createAlgorithm } from './algorithm.js';
import { GLOSSARY_SHAPE, readGlossary, readSchema, readTable, ShapeError, textsOf } from './shapes.js';
import {
  type AlgorithmSource,
  type GlossaryEntry,
  type HelpText,
  type SchemaSource,
  type TableSource,
} from './source.js';
import { type FileProblem, readZip, ZipError, type ZipLimits } from './zip.js';

export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** So many problems of one file are named; more would only repeat them. */
const MOST_PROBLEMS = 25;
const ENTRY = /(?:^|\/)(schemas|tables|glossary)\/[^/]+\.json$/;

/**
 * Read an algorithm file: a zip of JSON in the folders `schemas`, `tables` and `glossary`.
 *
 * @returns the checked algorithm; or what is wrong and where: not a zip, a zip bomb, no JSON, a wrong shape, two algorithms or versions
 * in one file, tables that are named and not there, jumps that lead back, rows with a wrong number of cells. Never throws.
 */
export function readAlgorithm(bytes: Uint8Array, limits?: ZipLimits): Result<Algorithm, readonly FileProblem[]> {
  const problems: FileProblem[] = [];
  try {
    const source = readSource(bytes, problems, limits);
    if (problems.length === 0) problems.push(...checkAlgorithm(source));
    if (problems.length === 0) return { ok: true, value: createAlgorithm(source) };
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    problems.push(error.problem);
  }
  return { ok: false, error: problems.slice(0, MOST_PROBLEMS) };
}

function readSource(bytes: Uint8Array, problems: FileProblem[], limits?: ZipLimits): AlgorithmSource {
  const schemas = new Map<string, SchemaSource>();
  const tables = new Map<string, TableSource>();
  const glossary: GlossaryEntry[] = [];
  const help: Record<string, HelpText> = {};
  let first: { algorithm: string; version: string; place: string } | undefined;
  for (const entry of readZip(bytes, limits)) {
    const folder = ENTRY.exec(entry.name)?.[1];
    if (folder === undefined) continue;
    try {
      const json = parse(entry.read(), entry.name);
      if (folder === GLOSSARY_SHAPE) {
        glossary.push(readGlossary(json));
        continue;
      }
      const { algorithm, version, value } = folder === 'schemas' ? readSchema(json) : readTable(json);
      first ??= { algorithm, version, place: entry.name };
      if (first.algorithm !== algorithm || first.version !== version) {
        problems.push({
          code: 'algorithm.mixed',
          place: entry.name,
          message: `belongs to ${algorithm} ${version}, but ${first.place} to ${first.algorithm} ${first.version}`,
        });
      }
      const known: Map<string, SchemaSource | TableSource> = folder === 'schemas' ? schemas : tables;
      if (known.has(value.id)) {
        problems.push({ code: 'file.duplicate', place: entry.name, message: `${value.id} is defined twice` });
      }
      known.set(value.id, value);
      const texts = textsOf(json);
      if (texts !== undefined) help[`${folder === 'schemas' ? 'schema' : 'table'}:${value.id}`] = texts;
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      problems.push({ code: error.code, place: `${entry.name}${error.where}`, message: error.message });
    }
    if (problems.length >= MOST_PROBLEMS) break;
  }
  const byId = (one: { readonly id: string }, other: { readonly id: string }): number => (one.id < other.id ? -1 : 1);
  return {
    algorithm: first?.algorithm ?? '',
    version: first?.version ?? '',
    schemas: [...schemas.values()].sort(byId),
    tables: [...tables.values()].sort(byId),
    help,
    glossary,
  };
}

function parse(content: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content)) as unknown;
  } catch (error) {
    throw new ZipError({
      code: 'file.not-json',
      place: name,
      message: `is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}
