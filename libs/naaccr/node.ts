import { readDataJson } from '@perennial/config/node';
import {
  type CodeBundle,
  type CodeTables,
  createCodeTables,
  createDictionary,
  type Dictionary,
  type ItemBundle,
  type NaaccrVersion,
} from './src/index.js';

const dictionaries = new Map<NaaccrVersion, Dictionary>();
const codeTables = new Map<NaaccrVersion, CodeTables>();

/** The dictionary of an edition, read once from the data that ships with the product. */
export function loadDictionary(version: NaaccrVersion = '260'): Dictionary {
  const known =
    dictionaries.get(version) ?? createDictionary(readDataJson<ItemBundle>('naaccr', `${version}/items.json`));
  dictionaries.set(version, known);
  return known;
}

/** The code tables of an edition, read once. */
export function loadCodeTables(version: NaaccrVersion = '260'): CodeTables {
  const known =
    codeTables.get(version) ?? createCodeTables(readDataJson<CodeBundle>('naaccr', `${version}/codes.json`));
  codeTables.set(version, known);
  return known;
}
