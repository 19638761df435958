import { readDataJson } from '@perennial/config/node';
import { loadIcdo3 } from '@perennial/icdo3/node';
import { loadPrimaries } from '@perennial/primaries/node';
import { type CodingBundles, type CodingTables, createCodingTables } from './src/index.js';

let loaded: CodingTables | undefined;

/** Few reports have tumors of both sides, so the rules are read when the first one comes. */
const primaries: CodingTables['primaries'] = { compareParts: (a, b, year) => loadPrimaries().compareParts(a, b, year) };

/** The coder's tables, read and indexed once. */
export function loadCodingTables(): CodingTables {
  loaded ??= createCodingTables(loadIcdo3(), primaries, loadBundles());
  return loaded;
}

const loadBundles = (): CodingBundles => ({
  terms: readDataJson<CodingBundles['terms']>('coding', 'terms.json'),
  anatomy: readDataJson<CodingBundles['anatomy']>('coding', 'anatomy.json'),
  structure: readDataJson<CodingBundles['structure']>('coding', 'structure.json'),
  cues: readDataJson<CodingBundles['cues']>('coding', 'cues.json'),
  families: readDataJson<CodingBundles['families']>('coding', 'families.json'),
});

/** A word of a facility or of the registry, and the code it means: topography (`C504`) or histology and behavior (`8500/3`). */
export interface CodingSynonym {
  readonly kind: 'morphology' | 'topography';
  readonly term: string;
  readonly code: string;
}

/** Tables with words of facilities that are kept at a time; the one not used for longest goes first. */
const KEPT = 8;
const extended = new Map<string, CodingTables>();

/** The coder's tables with words added before its own, so that a facility's word wins. The same words give the same tables. */
export function loadCodingTablesWith(words: readonly CodingSynonym[]): CodingTables {
  const key = JSON.stringify(words.map(({ kind, term, code }) => [kind, term, code]).sort());
  const known = extended.get(key);
  const tables = known ?? createCodingTables(loadIcdo3(), primaries, withWords(loadBundles(), words));
  extended.delete(key);
  extended.set(key, tables);
  for (const oldest of extended.keys()) {
    if (extended.size <= KEPT) break;
    extended.delete(oldest);
  }
  return tables;
}

function withWords(bundles: CodingBundles, words: readonly CodingSynonym[]): CodingBundles {
  const before = (
    kind: CodingSynonym['kind'],
    own: Readonly<Record<string, readonly string[]>>,
  ): Record<string, readonly string[]> => {
    const added: Record<string, string[]> = {};
    for (const word of words) if (word.kind === kind) (added[word.code] ??= []).push(word.term);
    return {
      ...added,
      ...Object.fromEntries(Object.entries(own).map(([code, terms]) => [code, [...(added[code] ?? []), ...terms]])),
    };
  };
  return {
    ...bundles,
    terms: { ...bundles.terms, terms: before('morphology', bundles.terms.terms) },
    anatomy: { ...bundles.anatomy, organs: before('topography', bundles.anatomy.organs) },
  };
}
