import { randomUUID } from 'node:crypto';
import { APP_ROLE, SHARED_COLUMNS, WITHOUT_PATIENT_DATA } from '@perennial/persistence';
import pg from 'pg';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

/**
 * Row security by SQL under the application's role, over every table that there is: tables of features to come are found in the catalog
 * and filled by their column types, so that nothing here has to be told of them.
 */
const A = randomUUID();
const B = randomUUID();
const C = randomUUID();

interface Table {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly required: boolean }[];
  readonly secured: boolean;
  readonly policies: readonly { readonly for: string; readonly to: string; readonly using: string | null }[];
}

const CATALOG = `
  SELECT c.relname AS name, c.relrowsecurity AS secured,
         (SELECT jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL), 'required', a.attnotnull) ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = '') AS columns,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('for', p.cmd, 'to', p.roles::text, 'using', p.qual)), '[]') FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = c.relname) AS policies
    FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`;

/** The facilities that a made row belongs to. */
const OWNERS: readonly (readonly string[])[] = [[A], [B], [A, B], []];

const value = (type: string): unknown => {
  if (type.endsWith('[]')) return '{}';
  if (/^(uuid)$/.test(type)) return randomUUID();
  if (/^(integer|bigint|smallint|numeric|double precision|real)$/.test(type)) return Math.floor(Math.random() * 1e9);
  if (type === 'boolean') return false;
  if (type === 'bytea') return Buffer.from('x');
  if (/^jsonb?$/.test(type)) return '{}';
  if (/^timestamp/.test(type)) return '2024-01-01T00:00:00Z';
  if (type === 'date') return '2024-01-01';
  if (type === 'interval') return '1 day';
  return randomUUID();
};

interface Scope {
  readonly title: string;
  readonly facilities: string | null;
  readonly all: string | null;
  readonly sees: (owners: readonly string[]) => boolean;
}

const within =
  (...ids: string[]) =>
  (owners: readonly string[]): boolean =>
    owners.length > 0 && owners.every((owner) => ids.includes(owner));
const SCOPES: readonly Scope[] = [
  { title: 'no settings at all', facilities: null, all: null, sees: () => false },
  { title: 'empty settings', facilities: '', all: '', sees: () => false },
  { title: 'no facility', facilities: '{}', all: 'off', sees: () => false },
  { title: 'another facility', facilities: `{${C}}`, all: 'off', sees: () => false },
  { title: 'the first facility', facilities: `{${A}}`, all: 'off', sees: within(A) },
  { title: 'the second facility', facilities: `{${B}}`, all: 'off', sees: within(B) },
  { title: 'both facilities', facilities: `{${A},${B}}`, all: 'off', sees: within(A, B) },
  { title: 'a doubtful word for all', facilities: `{${A}}`, all: 'true', sees: within(A) },
  { title: 'the registry', facilities: '{}', all: 'on', sees: () => true },
];

describe('row security', () => {
  let database: TestDatabase;
  let owner: pg.Client;
  let app: pg.Client;
  let tables: Table[];
  let cases = 0;
  const leaks: string[] = [];

  beforeAll(async () => {
    database = await cloneDatabase();
    owner = new pg.Client({ connectionString: database.ownerUrl });
    app = new pg.Client({ connectionString: database.url, options: `-c role=${APP_ROLE}` });
    await Promise.all([owner.connect(), app.connect()]);
    tables = (await owner.query<Table>(CATALOG)).rows;
  });
  afterAll(async () => {
    process.stdout.write(
      `row security: ${cases} cases by SQL under ${APP_ROLE} over ${tables.length} tables, ${leaks.length} leaks\n`,
    );
    await Promise.all([owner.end(), app.end()]);
    await database.drop();
  });

  const scopedColumn = (table: Table): 'facility_id' | 'facility_ids' | undefined =>
    (['facility_id', 'facility_ids'] as const).find((name) => table.columns.some((column) => column.name === name));
  const underPolicy = (): Table[] =>
    tables.filter(({ name }) => !(name in WITHOUT_PATIENT_DATA) && !name.startsWith('audit_'));

  it('is on for every table that holds something of patients', () => {
    const open = underPolicy().filter(({ secured, policies }) => !secured || policies.length === 0);
    if (open.length > 0)
      throw new Error(
        `without row security: ${open.map(({ name }) => name).join(', ')}.\nIn the migration that makes the table call scopeRows(q, { table: ofFacility('facility_id') }) of migrations/row-security.ts; ` +
          `a table without anything of patients is listed with its reason in libs/persistence/src/scoped-tables.ts`,
      );
    const odd = underPolicy().filter((table) => scopedColumn(table) === undefined);
    if (odd.length > 0)
      throw new Error(
        `no column facility_id or facility_ids: ${odd.map(({ name }) => name).join(', ')}. A row carries its facility itself, so that its policy needs no other table`,
      );
    const nested = underPolicy().filter(({ policies }) =>
      policies.some(({ using }) => /\bFROM\b/.test((using ?? '').replaceAll(/FROM \(VALUES|EXTRACT\([^)]*\)/g, ''))),
    );
    expect(nested.map(({ name }) => name)).toEqual([]);
    for (const { policies } of underPolicy()) for (const policy of policies) expect(policy.to).toBe(`{${APP_ROLE}}`);
  });

  it('names no table that is gone, and gives the application no table, view or function more than is listed', async () => {
    const names = new Set(tables.map(({ name }) => name));
    expect(Object.keys(WITHOUT_PATIENT_DATA).filter((name) => !names.has(name))).toEqual([]);
    const { rows: views } = await owner.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace AND NOT coalesce(reloptions::text LIKE '%security_invoker%', false)`,
    );
    // Seen with the owner's eyes: its own condition guards it, and the cases below try it.
    expect(views.map(({ name }) => name)).toEqual(['consolidated_patient']);
    const { rows: functions } = await owner.query<{ name: string; path: string | null }>(
      `SELECT proname AS name, array_to_string(proconfig, ',') AS path FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1`,
    );
    expect(
      functions
        .map(({ name }) => name)
        .filter((name) => !/^((auth|audit)_|search_names$|names_that_begin$)/.test(name)),
    ).toEqual([]);
    for (const { name, path } of functions) expect([name, path]).toEqual([name, 'search_path=pg_catalog, pg_temp']);
    const { rows: rights } = await owner.query<{ unsafe: boolean; create: boolean }>(
      `SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb AS unsafe, has_schema_privilege('${APP_ROLE}', 'public', 'CREATE') AS create FROM pg_roles WHERE rolname = '${APP_ROLE}'`,
    );
    expect(rights).toEqual([{ unsafe: false, create: false }]);
  });

  it('keeps the columns of a shared patient that are consolidated from the table itself', async () => {
    for (const [table, shared] of Object.entries(SHARED_COLUMNS)) {
      const { rows } = await owner.query<{ name: string; readable: boolean; writable: boolean }>(
        `SELECT attname AS name, has_column_privilege('${APP_ROLE}', attrelid, attnum, 'SELECT') AS readable, has_column_privilege('${APP_ROLE}', attrelid, attnum, 'UPDATE') AS writable
           FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
        [table],
      );
      expect(
        rows
          .filter(({ readable }) => readable)
          .map(({ name }) => name)
          .sort(),
      ).toEqual([...shared].sort());
      expect(rows.filter(({ writable }) => writable)).toEqual([]);
      for (const { name } of rows.filter(({ readable }) => !readable))
        await expect(app.query(`SELECT ${name} FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('keeps the hashes of passwords, sessions and tokens from the application', async () => {
    for (const [table, column] of [
      ['app_user', 'password_hash'],
      ['user_session', 'token_hash'],
      ['user_session', 'csrf'],
      ['api_token', 'token_hash'],
    ])
      await expect(app.query(`SELECT ${column} FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
  });

  describe('over rows of both facilities in every table', () => {
    const made: { table: string; column: 'facility_id' | 'facility_ids'; owners: readonly string[]; key: string }[] =
      [];

    beforeAll(async () => {
      // This database is thrown away: rows are made by type alone, so what would refuse them goes first.
      await owner.query(`DO $$ DECLARE one record; BEGIN
        FOR one IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.t, one.conname); END LOOP;
        FOR one IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype IN ('c', 'u') AND connamespace = 'public'::regnamespace LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.t, one.conname); END LOOP;
        FOR one IN SELECT c.oid::regclass AS i FROM pg_class c JOIN pg_index x ON x.indexrelid = c.oid WHERE x.indisunique AND NOT x.indisprimary AND c.relnamespace = 'public'::regnamespace LOOP EXECUTE format('DROP INDEX %s', one.i); END LOOP;
      END $$`);
      await owner.query(`SET session_replication_role = replica`);
      for (const table of underPolicy()) {
        const column = scopedColumn(table);
        if (column === undefined) continue;
        for (const owners of OWNERS) {
          if (column === 'facility_id' && owners.length > 1) continue;
          const given = table.columns.filter(({ name, required }) => required || name === column);
          if (
            column === 'facility_id' &&
            owners.length === 0 &&
            given.find(({ name }) => name === column)?.required === true
          )
            continue;
          const { rows } = await owner.query<{ key: string }>(
            `INSERT INTO ${table.name} (${given.map(({ name }) => `"${name}"`).join(', ')}) VALUES (${given.map((_, index) => `$${index + 1}`).join(', ')}) RETURNING ctid::text AS key`,
            given.map(({ name, type }) =>
              name === 'facility_id' ? (owners[0] ?? null) : name === 'facility_ids' ? owners : value(type),
            ),
          );
          made.push({ table: table.name, column, owners, key: rows[0]!.key });
        }
      }
    });

    const enter = async ({ facilities, all }: Scope): Promise<void> => {
      await app.query('BEGIN');
      if (facilities !== null) await app.query(`SELECT set_config('perennial.facilities', $1, true)`, [facilities]);
      if (all !== null) await app.query(`SELECT set_config('perennial.all_facilities', $1, true)`, [all]);
    };
    const seen = (one: (typeof made)[number], scope: Scope): boolean => {
      if (scope.sees(one.owners)) return true;
      // The row of a shared patient may be seen, of it only what is shared.
      return one.table in SHARED_COLUMNS && one.owners.some((id) => scope.sees([id]));
    };

    it.each(SCOPES)('shows $title what is theirs and nothing else', async (scope) => {
      for (const one of made) {
        await enter(scope);
        const column = one.table in SHARED_COLUMNS ? 'id' : '*';
        const { rowCount } = await app
          .query(`SELECT ${column} FROM ${one.table} WHERE ctid = $1::tid`, [one.key])
          .catch(async (error: pg.DatabaseError) => {
            // ctid of a table whose columns are granted one by one cannot be read: count by what may be read.
            if (error.code !== '42501') throw error;
            await app.query('ROLLBACK');
            await enter(scope);
            const { rows } = await owner.query<{ id: string }>(`SELECT id FROM ${one.table} WHERE ctid = $1::tid`, [
              one.key,
            ]);
            return app.query(`SELECT ${column} FROM ${one.table} WHERE id = $1`, [rows[0]!.id]);
          });
        await app.query('ROLLBACK');
        cases += 1;
        if (rowCount !== (seen(one, scope) ? 1 : 0))
          leaks.push(`${scope.title} reads ${one.table} of ${one.owners.length} facilities: ${rowCount}`);
      }
      expect(leaks).toEqual([]);
    });

    it.each(SCOPES)(
      'lets $title read a consolidated patient only when all its facilities are theirs',
      async (scope) => {
        for (const owners of OWNERS) {
          await enter(scope);
          const { rows } = await app.query<{ facility_ids: string }>(
            `SELECT facility_ids::text FROM consolidated_patient WHERE facility_ids = $1::uuid[]`,
            [owners],
          );
          await app.query('ROLLBACK');
          cases += 1;
          if (rows.length > 0 !== scope.sees(owners))
            leaks.push(`${scope.title} reads a patient of ${owners.length}: ${rows.length}`);
        }
        expect(leaks).toEqual([]);
      },
    );

    it.each(SCOPES)('finds for $title by parts and sounds only names that they may see', async (scope) => {
      // The function looks as the owner of the tables: what keeps it in bounds is in it.
      for (const [index, owners] of OWNERS.entries()) {
        const items = JSON.stringify({ nameLast: `Searched${'abcd'[index]}`, nameFirst: 'Person' });
        const { rows } = await owner.query<{ id: string }>(
          `INSERT INTO patient (items, facility_ids) SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM patient WHERE items = $1::jsonb) RETURNING id`,
          [items, owners],
        );
        for (const facility of rows.length === 0 ? [] : owners)
          await owner.query(
            `INSERT INTO abstract (facility_id, patient_id, state, items) VALUES ($1, $2, 'draft', $3)`,
            [facility, rows[0]!.id, items],
          );
      }
      for (const how of ['contains', 'sounds']) {
        await enter(scope);
        const { rows } = await app.query<{ name_key: string }>(
          `SELECT name_key FROM search_names($1, 'searcheda', '', 50)`,
          [how],
        );
        await app.query('ROLLBACK');
        const mine = OWNERS.flatMap((owners, index) =>
          scope.all === 'on' || owners.some((id) => scope.sees([id])) ? [`searched${'abcd'[index]},person`] : [],
        );
        const wanted = how === 'contains' ? mine.filter((name) => name.startsWith('searcheda')) : mine;
        cases += 1;
        const names = rows.map(({ name_key }) => name_key);
        if (names.some((name) => !wanted.includes(name)))
          leaks.push(`${scope.title} finds ${names.join(' ')} by ${how}`);
        if (how === 'contains') expect(names).toEqual(wanted);
      }
      await enter(scope);
      const { rows: begun } = await app.query<{ name_key: string }>(
        `SELECT name_key FROM names_that_begin('searched', 50)`,
      );
      await app.query('ROLLBACK');
      cases += 1;
      // By their consolidated names people are found over the whole registry or not at all.
      expect(begun.length > 0).toBe(scope.all === 'on');
      expect(leaks).toEqual([]);
    });

    it.each(SCOPES.filter(({ all }) => all !== 'on'))(
      'lets $title change, remove and plant nothing elsewhere',
      async (scope) => {
        for (const table of new Set(made.map((one) => one.table))) {
          const { column } = made.find((one) => one.table === table)!;
          const foreign = scope.sees([B]) ? C : B;
          const attempt = async (sql: string, params: unknown[]): Promise<number | string> => {
            await enter(scope);
            const outcome = await app.query(sql, params).then(
              ({ rowCount }) => rowCount ?? 0,
              (error: pg.DatabaseError) => error.code ?? '',
            );
            await app.query('ROLLBACK');
            cases += 1;
            return outcome;
          };
          const mine = made.filter((one) => one.table === table && seen(one, scope)).length;
          const deleted = await attempt(`DELETE FROM ${table}`, []);
          if (deleted !== '42501' && Number(deleted) > mine)
            leaks.push(`${scope.title} deletes ${deleted} of ${table}`);
          const to = column === 'facility_id' ? `$1::uuid` : `ARRAY[$1::uuid]`;
          const moved = await attempt(`UPDATE ${table} SET ${column} = ${to}`, [foreign]);
          if (moved !== '42501' && moved !== 0) leaks.push(`${scope.title} moves rows of ${table} elsewhere: ${moved}`);
          const given = tables
            .find(({ name }) => name === table)!
            .columns.filter(({ name, required }) => required || name === column);
          const planted = await attempt(
            `INSERT INTO ${table} (${given.map(({ name }) => `"${name}"`).join(', ')}) VALUES (${given.map((_, index) => `$${index + 1}`).join(', ')})`,
            given.map(({ name, type }) =>
              name === 'facility_id' ? foreign : name === 'facility_ids' ? [foreign] : value(type),
            ),
          );
          if (planted !== '42501') leaks.push(`${scope.title} plants a row in ${table}: ${planted}`);
        }
        expect(leaks).toEqual([]);
      },
    );
  });
});
