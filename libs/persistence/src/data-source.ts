import { DataSource, type DataSourceOptions } from 'typeorm';
import { Core1764000000000 } from '../../../migrations/1764000000000-core.js';
import { Access1764000001000 } from '../../../migrations/1764000001000-access.js';
import { RowSecurity1764000002000 } from '../../../migrations/1764000002000-row-security.js';
import { NaaccrImport1764000010000 } from '../../../migrations/1764000010000-naaccr-import.js';
import { Primaries1764000020000 } from '../../../migrations/1764000020000-primaries.js';
import { Staging1764000030000 } from '../../../migrations/1764000030000-staging.js';
import { Edits1764000040000 } from '../../../migrations/1764000040000-edits.js';
import { Intake1764000050000 } from '../../../migrations/1764000050000-intake.js';
import { FollowUp1764000060000 } from '../../../migrations/1764000060000-follow-up.js';
import { Audit1764000070000 } from '../../../migrations/1764000070000-audit.js';
import { Disclosure1764000070100 } from '../../../migrations/1764000070100-disclosure.js';
import { ListIndexes1764000070200 } from '../../../migrations/1764000070200-list-indexes.js';
import { DraftKey1764000090000 } from '../../../migrations/1764000090000-draft-key.js';
import { LetterProgress1764000091000 } from '../../../migrations/1764000091000-letter-progress.js';
import { Compression1764000091500 } from '../../../migrations/1764000091500-compression.js';
import { RunOfPatients1764000092500 } from '../../../migrations/1764000092500-run-of-patients.js';
import { SenderScope1764000093500 } from '../../../migrations/1764000093500-sender-scope.js';
import { NameSearch1764000094500 } from '../../../migrations/1764000094500-name-search.js';
import { UserDictionaries1764000095500 } from '../../../migrations/1764000095500-user-dictionaries.js';
import { NameBegins1764000096500 } from '../../../migrations/1764000096500-name-begins.js';
import { KeyChoices1764000098500 } from '../../../migrations/1764000098500-key-choices.js';
import { ValueDecisions1764000102500 } from '../../../migrations/1764000102500-value-decisions.js';
import { MergedTumors1764000101500 } from '../../../migrations/1764000101500-merged-tumors.js';
import { FacilityUse1764000111500 } from '../../../migrations/1764000111500-facility-use.js';
import * as entities from './entities/index.js';

/** Every migration, oldest first. Listed by hand, one a line: reading this is reading how the schema came to be. */
// prettier-ignore
export const migrations = [
  Core1764000000000,
  Access1764000001000,
  RowSecurity1764000002000,
  NaaccrImport1764000010000,
  Primaries1764000020000,
  Staging1764000030000,
  Edits1764000040000,
  Intake1764000050000,
  FollowUp1764000060000,
  Audit1764000070000,
  Disclosure1764000070100,
  ListIndexes1764000070200,
  DraftKey1764000090000,
  LetterProgress1764000091000,
  Compression1764000091500,
  RunOfPatients1764000092500,
  SenderScope1764000093500,
  NameSearch1764000094500,
  UserDictionaries1764000095500,
  NameBegins1764000096500,
  KeyChoices1764000098500,
  MergedTumors1764000101500,
  ValueDecisions1764000102500,
  FacilityUse1764000111500,
];

/** The role that every pool of the platform takes. It owns nothing and obeys row security. */
export const APP_ROLE = 'perennial_app';

interface Access {
  readonly url: string;
  readonly poolSize?: number;
  readonly applicationName?: string;
}

const options = ({ url, poolSize = 10, applicationName = 'perennial' }: Access, role?: string): DataSourceOptions => ({
  type: 'postgres',
  url,
  applicationName,
  poolSize,
  entities: Object.values(entities),
  migrations,
  migrationsTransactionMode: 'each',
  synchronize: false,
  installExtensions: false,
  extra: { ...(role === undefined ? {} : { options: `-c role=${role}` }), connectionTimeoutMillis: 5_000 },
});

/** Options of a pool that works as the application role. */
export const appOptions = (access: Access): DataSourceOptions => options(access, APP_ROLE);

/** A connection as the owner of the schema: migrations and the drift gate, nothing else. */
export const ownerDataSource = (url: string): DataSource => new DataSource(options({ url, poolSize: 2 }));

/** Thrown at start-up when the pool could bypass row security, or when the schema is not the one this program was made for. */
export class UnsafeDatabaseError extends Error {}

/**
 * Refuse to run as a role that ignores policies, or on a schema that is not up to date.
 *
 * The role that the pool takes must be a harmless one; in production the login behind it too, because whoever can run SQL can go back to it.
 *
 * @throws UnsafeDatabaseError with what is wrong and what to do.
 */
export async function assertSafe(db: DataSource, { production = false } = {}): Promise<void> {
  const roles = await db.query<{ name: string; taken: boolean; unsafe: boolean }[]>(
    `SELECT rolname AS name, rolname = current_user AS taken,
            rolsuper OR rolbypassrls OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relkind = 'r' AND relnamespace = 'public'::regnamespace) AS unsafe
       FROM pg_roles WHERE rolname IN (current_user, session_user)`,
  );
  const taken = roles.find((role) => role.taken);
  if (taken === undefined || taken.unsafe) {
    throw new UnsafeDatabaseError(
      `database role '${taken?.name ?? 'unknown'}' may bypass row security; connect so that the role ${APP_ROLE} is taken`,
    );
  }
  const login = roles.find((role) => role.unsafe);
  if (production && login !== undefined) {
    throw new UnsafeDatabaseError(
      `the login '${login.name}' is a superuser, bypasses row security or owns the tables; connect as a login that is a member of ${APP_ROLE} and nothing more`,
    );
  }
  const applied = (await db.query<{ name: string }[]>(`SELECT name FROM migrations`)).map(({ name }) => name);
  const wanted = migrations.map((migration) => migration.name);
  const missing = wanted.filter((name) => !applied.includes(name));
  const unknown = applied.filter((name) => !wanted.includes(name));
  if (missing.length > 0)
    throw new UnsafeDatabaseError(`the database lacks ${missing.join(', ')}: run 'perennial db migrate'`);
  if (unknown.length > 0)
    throw new UnsafeDatabaseError(
      `the database is newer than this program (${unknown.join(', ')}): update the program`,
    );
}
