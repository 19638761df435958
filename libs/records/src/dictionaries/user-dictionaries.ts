import { createHash } from 'node:crypto';
import {
  type Dictionary,
  NaaccrFatal,
  parseUserDictionary,
  type UserDictionary,
  withUserDictionaries,
} from '@perennial/naaccr';
import { loadDictionary } from '@perennial/naaccr/node';
import { DomainError, notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { type RegistryTables } from '../tables.js';

/** Serializes what changes which dictionaries are in use. */
const LOCK = 7_236_095;

/** A user dictionary as lists show it. */
export interface UserDictionaryView {
  readonly id: string;
  readonly uri: string;
  /** Version of the base dictionary it was made for; null when it serves any. */
  readonly version: string | null;
  readonly sha256: string;
  readonly items: number;
  /** Whether its items may be typed, imported and sent now. */
  readonly current: boolean;
  readonly installedBy: string;
  readonly installedAt: Date;
}

const VIEW = `id, uri, version, sha256, items, current, installed_by AS "installedBy", installed_at AS "installedAt"`;

/** A file never changes under its hash, so what was read of it is never stale. */
const opened = new Map<string, UserDictionary>();
/** The base with the dictionaries of some hashes laid over it, in order. */
const merged = new WeakMap<Dictionary, Map<string, Dictionary>>();

interface Stored {
  readonly sha256: string;
  readonly dictionary: UserDictionary;
}

async function read(tx: EntityManager, where: string, values: readonly unknown[]): Promise<Stored[]> {
  const rows = await tx.query<{ id: string; sha256: string }[]>(
    `SELECT id, sha256 FROM user_dictionary WHERE ${where} ORDER BY uri, installed_at, id`,
    [...values],
  );
  const found: Stored[] = [];
  for (const { id, sha256 } of rows) {
    let dictionary = opened.get(sha256);
    if (dictionary === undefined) {
      const [row] = await tx.query<{ file: Buffer }[]>(`SELECT file FROM user_dictionary WHERE id = $1`, [id]);
      if (row === undefined) throw new Error('a user dictionary went away');
      dictionary = parseUserDictionary(row.file).dictionary;
      opened.set(sha256, dictionary);
    }
    found.push({ sha256, dictionary });
  }
  return found;
}

/** Dictionaries in use, in the order in which they are laid over the base. */
export const userDictionariesInUse = async (tx: EntityManager): Promise<readonly UserDictionary[]> =>
  (await read(tx, 'current', [])).map(({ dictionary }) => dictionary);

function laidOver(base: Dictionary, users: readonly Stored[]): Dictionary {
  if (users.length === 0) return base;
  const known = merged.get(base) ?? new Map<string, Dictionary>();
  merged.set(base, known);
  const key = users.map(({ sha256 }) => sha256).join(' ');
  const made =
    known.get(key) ??
    withUserDictionaries(
      base,
      users.map(({ dictionary }) => dictionary),
    ).dictionary;
  known.set(key, made);
  return made;
}

/** Items of the standard and of the registry's own dictionaries. The same dictionaries give the same object. */
export const itemsInUse = async (tx: EntityManager, { dictionary }: RegistryTables): Promise<Dictionary> =>
  laidOver(dictionary, await read(tx, 'current', []));

/** Items of the standard and of some dictionaries, in use or not, and the URIs by which a file names these. */
export async function itemsOf(
  tx: EntityManager,
  ids: readonly string[],
  { dictionary }: RegistryTables,
): Promise<{ readonly dictionary: Dictionary; readonly uris: readonly string[] }> {
  const users = await read(tx, 'id = ANY($1::uuid[])', [ids]);
  return { dictionary: laidOver(dictionary, users), uris: users.map((user) => user.dictionary.uri) };
}

/** Every version there is, those in use first. */
export const listUserDictionaries = (tx: EntityManager): Promise<UserDictionaryView[]> =>
  tx.query(`SELECT ${VIEW} FROM user_dictionary ORDER BY current DESC, uri, installed_at DESC, id`);

/** One of the list. @throws DomainError 404. */
export async function userDictionaryById(tx: EntityManager, id: string): Promise<UserDictionaryView> {
  const [row] = await tx.query<UserDictionaryView[]>(`SELECT ${VIEW} FROM user_dictionary WHERE id = $1`, [id]);
  if (row === undefined) throw notFound('dictionary');
  return row;
}

type Problem = { readonly line: number; readonly message: string };

const refused = (problems: readonly Problem[]): DomainError =>
  new DomainError('dictionary.file', 422, 'This is not a usable dictionary file.', {
    errors: problems.map(({ line, message }) => ({ pointer: `/line/${line}`, detail: message, code: 'dictionary' })),
  });

function parsed(bytes: Uint8Array): UserDictionary {
  try {
    const { dictionary, problems } = parseUserDictionary(bytes);
    if (problems.length > 0) throw refused(problems);
    if (dictionary.items.length === 0) throw refused([{ line: 1, message: 'it defines no item' }]);
    return dictionary;
  } catch (error) {
    if (error instanceof NaaccrFatal) throw refused([{ line: error.line, message: error.message }]);
    throw error;
  }
}

/**
 * Keep a dictionary file and use it from now on, in place of another version under its URI. Values that are stored stay whatever a new
 * version says of their items.
 *
 * @returns the dictionary, and whether these very bytes were there before.
 * @throws DomainError 422 `dictionary.file` with line and reason of everything that is wrong, or `dictionary.conflict` for ids and numbers that
 * the standard or another dictionary in use gives to something else; nothing is kept then.
 */
export async function installUserDictionary(
  tx: EntityManager,
  bytes: Buffer,
  actor: string,
  tables: RegistryTables,
): Promise<UserDictionaryView & { readonly known: boolean }> {
  const dictionary = parsed(bytes);
  const { uri, version, items } = dictionary;
  await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  const others = await read(tx, 'current AND uri <> $1', [uri]);
  // What the edition before calls by a name still stands under it in older records.
  const bases = [tables.dictionary, loadDictionary('250')];
  const all = [...others.map((other) => other.dictionary), dictionary];
  const [own = []] = bases
    .map((base) => withUserDictionaries(base, all).conflicts.filter(({ second }) => second === uri))
    .filter((conflicts) => conflicts.length > 0);
  if (own.length > 0) {
    throw new DomainError('dictionary.conflict', 422, 'Items of this dictionary are taken.', {
      errors: own.map(({ id, message, first }) => ({
        pointer: `/items/${id}`,
        detail: `${message} (${first})`,
        code: 'dictionary.conflict',
      })),
    });
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const [added] = await tx.query<{ id: string }[]>(
    `INSERT INTO user_dictionary (uri, version, sha256, file, items, installed_by) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (sha256) DO NOTHING RETURNING id`,
    [uri, version, sha256, bytes, items.length, actor],
  );
  await tx.query(`UPDATE user_dictionary SET current = false WHERE uri = $1 AND current AND sha256 <> $2`, [
    uri,
    sha256,
  ]);
  await tx.query(`UPDATE user_dictionary SET current = true WHERE sha256 = $1 AND NOT current`, [sha256]);
  const [row] = await tx.query<UserDictionaryView[]>(`SELECT ${VIEW} FROM user_dictionary WHERE sha256 = $1`, [sha256]);
  if (row === undefined) throw new Error('dictionary: an insert left no row');
  return { ...row, known: added === undefined };
}

/** Take a dictionary out of use: its items can no longer be typed, imported or sent; stored values stay. @throws DomainError 404. */
export async function retireUserDictionary(tx: EntityManager, id: string): Promise<UserDictionaryView> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  await tx.query(`UPDATE user_dictionary SET current = false WHERE id = $1 AND current`, [id]);
  return userDictionaryById(tx, id);
}

/** Use a stored dictionary again. @throws DomainError 404, 422 `dictionary.conflict` where its items were taken since. */
export async function useUserDictionary(
  tx: EntityManager,
  id: string,
  actor: string,
  tables: RegistryTables,
): Promise<UserDictionaryView> {
  const [row] = await tx.query<{ file: Buffer }[]>(`SELECT file FROM user_dictionary WHERE id = $1`, [id]);
  if (row === undefined) throw notFound('dictionary');
  await installUserDictionary(tx, row.file, actor, tables);
  return userDictionaryById(tx, id);
}
