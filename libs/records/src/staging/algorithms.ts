import { createHash } from 'node:crypto';
import { DomainError, notFound } from '@perennial/problem';
import { type Algorithm, readAlgorithm } from '@perennial/staging';
import { type EntityManager } from 'typeorm';
import { type RegistryTables } from '../tables.js';

/**
 * Algorithms by the hash of their file, read once a process. A file never changes under its hash, so nothing is ever stale; the few
 * versions a registry has had stay in memory.
 */
const opened = new Map<string, Algorithm>();

/** The restricted EOD file derives all that the public one does and more, so it goes first; the others follow by name. */
const FIRST = ['eod', 'eod_public'];

interface CurrentRow {
  readonly id: string;
  readonly sha256: string;
}

/** @throws DomainError 422 `staging.file` with every problem and its place. */
function open(bytes: Uint8Array): Algorithm {
  const read = readAlgorithm(bytes);
  if (read.ok) return read.value;
  throw new DomainError('staging.file', 422, 'This is not a usable algorithm file.', {
    errors: read.error.map(({ place, message, code }) => ({ pointer: place, detail: message, code })),
  });
}

async function load(tx: EntityManager, { id, sha256 }: CurrentRow): Promise<Algorithm> {
  const known = opened.get(sha256);
  if (known !== undefined) return known;
  const [row] = await tx.query<{ file: Buffer }[]>(`SELECT file FROM staging_algorithm WHERE id = $1`, [id]);
  if (row === undefined) throw notFound('algorithm');
  const algorithm = open(row.file);
  opened.set(sha256, algorithm);
  return algorithm;
}

const place = (algorithm: Algorithm): number => {
  const at = FIRST.indexOf(algorithm.id);
  return at < 0 ? FIRST.length : at;
};

/** Algorithms in the order in which they are asked: what one derives, later ones leave alone. */
export const inOrder = (algorithms: readonly Algorithm[]): Algorithm[] =>
  [...algorithms].sort((one, other) => place(one) - place(other) || (one.id < other.id ? -1 : 1));

/**
 * The algorithms that stage now: the current installed version of each, and what ships with the product where no version of it is installed.
 */
export async function currentAlgorithms(tx: EntityManager, tables: RegistryTables): Promise<readonly Algorithm[]> {
  return (await currentStaging(tx, tables)).algorithms;
}

/** The algorithms that stage at some time, and the calendar year then, which bounds the year of diagnosis. */
export interface Staging {
  readonly algorithms: readonly Algorithm[];
  readonly year: number;
}

/** Whether two stagings give every record the same: a file is opened once a process, so that an algorithm equals itself alone. */
export const sameStaging = (a: Staging, b: Staging): boolean =>
  a.year === b.year &&
  a.algorithms.length === b.algorithms.length &&
  a.algorithms.every((algorithm, n) => algorithm === b.algorithms[n]);

/** Serializes what changes the current version of an algorithm; held shared by whoever stages with it. */
export const STAGING_LOCK = 7_236_030;

/**
 * What stages now and until the transaction ends: an algorithm that is made current meanwhile waits for it, so that the run which stages
 * everything again meets what this transaction writes.
 */
export async function holdStaging(tx: EntityManager, tables: RegistryTables): Promise<Staging> {
  // A statement of its own: one that waited for the lock would still read what was current before.
  await tx.query(`SELECT pg_advisory_xact_lock_shared($1)`, [STAGING_LOCK]);
  return currentStaging(tx, tables);
}

/** What stages now. */
export async function currentStaging(tx: EntityManager, tables: RegistryTables): Promise<Staging> {
  const [row] = await tx.query<{ year: number; current: CurrentRow[] }[]>(
    `SELECT extract(year FROM now())::int AS year, coalesce(json_agg(json_build_object('id', id, 'sha256', sha256)), '[]') AS current
       FROM staging_algorithm WHERE current`,
  );
  if (row === undefined) throw new Error('staging: an aggregate returned no row');
  const installed: Algorithm[] = [];
  for (const one of row.current) installed.push(await load(tx, one));
  const shipped = installed.some(({ id }) => id === tables.staging.id) ? [] : [tables.staging];
  return { algorithms: inOrder([...installed, ...shipped]), year: row.year };
}

/** An algorithm as lists show it. */
export interface AlgorithmView {
  /** `built-in` for the one that ships with the product. */
  readonly id: string;
  readonly algorithm: string;
  readonly version: string;
  readonly sha256: string | null;
  readonly schemas: number;
  readonly tables: number;
  readonly current: boolean;
  readonly installedBy: string | null;
  readonly installedAt: Date | null;
}

export const BUILT_IN = 'built-in';

const VIEW = `id, algorithm, version, sha256, schemas, tables, current, installed_by AS "installedBy", installed_at AS "installedAt"`;

/** Every version there is, current ones first. */
export async function listAlgorithms(tx: EntityManager, tables: RegistryTables): Promise<AlgorithmView[]> {
  const rows = await tx.query<AlgorithmView[]>(
    `SELECT ${VIEW} FROM staging_algorithm ORDER BY current DESC, algorithm, installed_at DESC, id`,
  );
  const { staging } = tables;
  const builtIn: AlgorithmView = {
    id: BUILT_IN,
    algorithm: staging.id,
    version: staging.version,
    sha256: null,
    schemas: staging.schemas.size,
    tables: staging.tables.size,
    current: !rows.some((row) => row.current && row.algorithm === staging.id),
    installedBy: null,
    installedAt: null,
  };
  return [...rows, builtIn].sort((one, other) => Number(other.current) - Number(one.current));
}

/** One algorithm by its id in the list. @throws DomainError 404. */
export async function algorithmById(
  tx: EntityManager,
  id: string,
  tables: RegistryTables,
): Promise<{ readonly id: string | null; readonly algorithm: Algorithm }> {
  if (id === BUILT_IN) return { id: null, algorithm: tables.staging };
  const [row] = await tx.query<CurrentRow[]>(`SELECT id, sha256 FROM staging_algorithm WHERE id::text = $1`, [id]);
  if (row === undefined) throw notFound('algorithm');
  return { id: row.id, algorithm: await load(tx, row) };
}

/**
 * Keep an algorithm file. The same bytes are kept once, whoever sends them again.
 *
 * @returns its id, and whether it was new. It stages nothing until it is made current.
 * @throws DomainError 422 `staging.file` with every problem and its place; nothing is kept then.
 */
export async function storeAlgorithm(
  tx: EntityManager,
  bytes: Uint8Array,
  actor: string,
): Promise<{ readonly id: string; readonly isNew: boolean; readonly algorithm: Algorithm; readonly sha256: string }> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const algorithm = opened.get(sha256) ?? open(bytes);
  const [made] = await tx.query<{ id: string }[]>(
    `INSERT INTO staging_algorithm (algorithm, version, sha256, file, schemas, tables, installed_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (sha256) DO NOTHING RETURNING id`,
    [algorithm.id, algorithm.version, sha256, Buffer.from(bytes), algorithm.schemas.size, algorithm.tables.size, actor],
  );
  if (made !== undefined) return { id: made.id, isNew: true, algorithm, sha256 };
  const [known] = await tx.query<{ id: string }[]>(`SELECT id FROM staging_algorithm WHERE sha256 = $1`, [sha256]);
  if (known === undefined) throw new Error('staging: the algorithm is neither new nor known');
  return { id: known.id, isNew: false, algorithm, sha256 };
}
