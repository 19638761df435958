/**
 * Lists and searches of a facility user over a registry of 1,000,000 patients in 20 facilities, over HTTP with sign-in by token, row
 * security and audit on: 200 parameter sets a screen, 4 at a time.
 *
 * `npm run bench -- lists [patients] [sets] [facility|all]`. The rows are made by SQL; names, dates and states are spread as in a registry.
 */
import { createRequire } from 'node:module';
import http from 'node:http';
import { appEnvironment, lib, startApp } from '../../scripts/platform.mjs';
import { startServices } from '../../scripts/services/index.mjs';

const require = createRequire(import.meta.url);
export const services = true;

const FACILITIES = 20;
const AT_ONCE = 4;
const CHUNK = 100_000;
const TARGET_MS = 200;

const facility = (index) => `('f0000000-0000-4000-8000-' || lpad((${index})::text, 12, '0'))::uuid`;
/** An id from a number, in the form of a random one. */
const id = (kind, n) => `overlay(overlay(md5('${kind}' || ${n}) placing '4' from 13) placing '8' from 17)::uuid`;
const pick = (words, n) =>
  `(ARRAY[${words.map((word) => `'${word}'`).join(',')}])[(1 + (${n}) % ${words.length})::int]`;

const FIRST = [
  'Al',
  'Ber',
  'Car',
  'Dan',
  'Es',
  'Fal',
  'Gar',
  'Hen',
  'Is',
  'Jor',
  'Kel',
  'Lan',
  'Mor',
  'Nor',
  'Ol',
  'Par',
  'Quin',
  'Ros',
  'San',
  'Tor',
  'Ul',
  'Van',
  'Wil',
  'Yar',
];
const MIDDLE = ['a', 'er', 'in', 'o', 'and', 'el', 'is', 'u', 'ar', 'en'];
const LAST = ['son', 'ley', 'man', 'ton', 'ez', 'berg', 'well', 'field', 'sen', 'ski', 'ing', 'er'];
const GIVEN = [
  'Ada',
  'Ben',
  'Cleo',
  'Dora',
  'Eli',
  'Fay',
  'Gus',
  'Hal',
  'Ida',
  'Jon',
  'Kay',
  'Lou',
  'May',
  'Ned',
  'Ora',
  'Pam',
  'Ray',
  'Sue',
  'Ted',
  'Una',
  'Vic',
  'Wes',
];
const SITES = ['C504', 'C619', 'C341', 'C187', 'C679', 'C541', 'C649', 'C739'];

/** Statements that make patients `from` to `to`. One in thirteen is shared with a second facility. */
const statements = [
  `INSERT INTO patient (id, items, facility_ids) SELECT ${id('p', 'n')}, jsonb_build_object('nameLast', ${pick(FIRST, 'n * 7 % 9973')} || ${pick(MIDDLE, 'n / 24 % 9949')} || ${pick(LAST, 'n / 240')},
      'nameFirst', ${pick(GIVEN, 'n / 3')}, 'dateOfBirth', to_char(date '1920-01-01' + (n * 37 % 29000)::int, 'YYYYMMDD'), 'socialSecurityNumber', lpad(n::text, 9, '2'),
      'sexAssignedAtBirth', (1 + n % 2)::text, 'vitalStatus', (CASE WHEN n % 3 = 0 THEN '0' ELSE '1' END), 'dateOfLastContact', to_char(date '2023-01-01' + (n * 11 % 1000)::int, 'YYYYMMDD'),
      'addrCurrentCity', 'Springvale', 'addrCurrentState', 'IL', 'addrCurrentPostalCode', lpad((n % 99999)::text, 5, '0')),
      CASE WHEN n % 13 = 0 THEN ARRAY[${facility(`n % ${FACILITIES}`)}, ${facility(`(n + 7) % ${FACILITIES}`)}] ELSE ARRAY[${facility(`n % ${FACILITIES}`)}] END
     FROM generate_series($1::bigint, $2::bigint) AS n`,
  `INSERT INTO patient_identifier (patient_id, facility_id, medical_record_number) SELECT ${id('p', 'n')}, ${facility(`n % ${FACILITIES}`)}, 'M' || n FROM generate_series($1::bigint, $2::bigint) AS n`,
  `INSERT INTO tumor (id, patient_id, facility_ids, items) SELECT ${id('t', 'n')}, p.id, p.facility_ids, jsonb_build_object('primarySite', ${pick(SITES, 'n')}, 'histologicTypeIcdO3', '8140', 'behaviorCodeIcdO3', '3', 'dateOfDiagnosis', to_char(date '2015-01-01' + (n * 13 % 3600)::int, 'YYYYMMDD'))
     FROM generate_series($1::bigint, $2::bigint) AS n JOIN patient p ON p.id = ${id('p', 'n')} WHERE n % 20 <> 0`,
  `INSERT INTO abstract (id, facility_id, patient_id, tumor_id, state, items, created_at)
     SELECT CASE WHEN k = 0 THEN ${id('a', 'n')} ELSE ${id('b', 'n')} END, ${facility(`(n + 7 * k) % ${FACILITIES}`)}, p.id, CASE WHEN n % 20 <> 0 THEN ${id('t', 'n')} END, CASE WHEN n % 20 = 0 THEN 'draft' ELSE 'complete' END,
            p.items || jsonb_build_object('medicalRecordNumber', 'M' || n, 'primarySite', ${pick(SITES, 'n')}, 'histologicTypeIcdO3', '8140', 'behaviorCodeIcdO3', '3', 'laterality', '0', 'dateOfDiagnosis', to_char(date '2015-01-01' + (n * 13 % 3600)::int, 'YYYYMMDD'),
              'accessionNumberHosp', '2015' || lpad((n % 100000)::text, 5, '0'), 'sequenceNumberHospital', lpad((n / 100000 % 60)::text, 2, '0'), 'classOfCase', '14'),
            timestamptz '2020-01-01' + n * interval '2 minutes'
       FROM generate_series($1::bigint, $2::bigint) AS n JOIN patient p ON p.id = ${id('p', 'n')} CROSS JOIN generate_series(0, CASE WHEN n % 13 = 0 THEN 1 ELSE 0 END) AS k`,
  `INSERT INTO intake_message (id, kind, raw, received_at, state, facility_ids, received_from) SELECT ${id('m', 'n')}, 'hl7', 'MSH|', timestamptz '2020-01-01' + n * interval '2 minutes', CASE WHEN n % 997 = 0 THEN 'failed' ELSE 'parsed' END, ARRAY[${facility(`n % ${FACILITIES}`)}], 'system:bench'
     FROM generate_series($1::bigint, $2::bigint) AS n`,
  `INSERT INTO report (id, identity_key, facility_id, patient_id, abstract_id, screening, latest_version, created_at)
     SELECT ${id('r', 'n')}, 'bench|' || n, ${facility(`n % ${FACILITIES}`)}, ${id('p', 'n')}, ${id('a', 'n')}, CASE WHEN n % 50 = 0 THEN 'pending' WHEN n % 31 = 0 THEN 'review' WHEN n % 7 = 0 THEN 'not_reportable' ELSE 'reportable' END, 1, timestamptz '2020-01-01' + n * interval '2 minutes'
       FROM generate_series($1::bigint, $2::bigint) AS n`,
  `INSERT INTO report_version (id, report_id, facility_id, version, intake_message_id, status, state, content_hash, body, sections, patient_items, report_items)
     SELECT ${id('v', 'n')}, ${id('r', 'n')}, ${facility(`n % ${FACILITIES}`)}, 1, ${id('m', 'n')}, 'F', 'current', md5(n::text), repeat('Sections of tissue. ', 12), '[]', '{}', '{}' FROM generate_series($1::bigint, $2::bigint) AS n`,
  `INSERT INTO follow_up_task (patient_id, facility_id, state, counted_from, due_month) SELECT ${id('p', 'n')}, ${facility(`n % ${FACILITIES}`)}, 'due', to_char(date '2023-01-01' + (n * 11 % 900)::int, 'YYYYMMDD'), to_char(date '2023-01-01' + (n * 11 % 900)::int + interval '12 months', 'YYYYMM')
     FROM generate_series($1::bigint, $2::bigint) AS n WHERE n % 3 <> 0`,
];

export async function fill(url, patients, say) {
  const pg = require('pg');
  const client = new pg.Client({ connectionString: url });
  // The server goes with everything else when the bench fails; the failure itself is thrown by the statement.
  client.on('error', () => {});
  await client.connect();
  // Rows are made whole: what checks references and copies the facility of a report would only repeat it.
  await client.query(
    `SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '256MB'`,
  );
  await client.query(
    `INSERT INTO facility (id, name, facility_number) SELECT ${facility('n')}, 'Hospital ' || n, lpad(n::text, 10, '0') FROM generate_series(0, ${FACILITIES - 1}) AS n`,
  );
  // Indexes are built once over all rows, as a restore does; kept up row by row they take longer than the rows.
  const { rows: indexes } = await client.query(
    `SELECT c.relname AS name, pg_get_indexdef(c.oid) AS ddl FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
      WHERE c.relnamespace = 'public'::regnamespace AND NOT i.indisprimary AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = c.oid)`,
  );
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  for (let from = 1; from <= patients; from += CHUNK) {
    for (const sql of statements) await client.query(sql, [from, Math.min(from + CHUNK - 1, patients)]);
    say(`${Math.min(from + CHUNK - 1, patients)} patients made`);
  }
  for (const { ddl } of indexes) await client.query(ddl);
  say('indexes built');
  await client.query('VACUUM ANALYZE');
  await client.end();
}

/** Screens with parameters drawn from a number that runs over the sets. */
const cursorAt = (n, day) =>
  Buffer.from(
    `${new Date(Date.UTC(2020, 0, 1) + day * n).toISOString()}|00000000-0000-4000-8000-000000000000`,
  ).toString('base64url');
const screens = (patients) => {
  const somewhere = (n) => (n * 7919) % patients;
  const at = (n) => cursorAt(somewhere(n), 120_000);
  const nameOf = (n) => `${FIRST[n % FIRST.length]}${MIDDLE[(n * 3) % MIDDLE.length]}${LAST[(n * 5) % LAST.length]}`;
  return {
    'search by name, two letters': (n) => ['POST', 'patients/search', { name: nameOf(n).slice(0, 2) }],
    'search by name': (n) => ['POST', 'patients/search', { name: nameOf(n).slice(0, 4) }],
    'search by last and first name': (n) => [
      'POST',
      'patients/search',
      { name: `${nameOf(n)}, ${GIVEN[n % GIVEN.length]}` },
    ],
    'search by a part of the name': (n) => [
      'POST',
      'patients/search',
      { name: nameOf(n).slice(2, 6), match: 'contains' },
    ],
    'search by the sound of the name': (n) => ['POST', 'patients/search', { name: nameOf(n), match: 'sounds' }],
    'search by birth date': (n) => [
      'POST',
      'patients/search',
      {
        dateOfBirth: `19${20 + (n % 79)}${String(1 + (n % 12)).padStart(2, '0')}${String(1 + (n % 28)).padStart(2, '0')}`,
      },
    ],
    'search by record number': (n) => ['POST', 'patients/search', { medicalRecordNumber: `M${1 + somewhere(n)}` }],
    'abstracts, first page': (n) => ['GET', `abstracts?state=${n % 2 ? 'draft' : 'complete'}`],
    'abstracts, further page': (n) => ['GET', `abstracts?state=${n % 2 ? 'draft' : 'complete'}&cursor=${at(n)}`],
    'abstracts, all states': (n) => ['GET', `abstracts?cursor=${at(n)}`],
    'reports to screen': (n) => [
      'GET',
      `reports?screening=${['pending', 'review', 'not_reportable'][n % 3]}&cursor=${at(n)}`,
    ],
    'reports, all': (n) => ['GET', `reports?cursor=${at(n)}`],
    messages: (n) => ['GET', `intake/messages?cursor=${at(n)}`],
    'messages that failed': (n) => ['GET', `intake/messages?state=failed&cursor=${at(n)}`],
    'follow-up tasks': (n) => [
      'GET',
      `follow-up/tasks?through=2024${String(1 + (n % 12)).padStart(2, '0')}&limit=${n % 2 ? 50 : 200}`,
    ],
    'follow-up, due by month': () => ['GET', 'follow-up/due-by-month'],
    submissions: () => ['GET', 'submissions'],
    disclosures: () => ['GET', 'disclosures'],
    'worklists with counts': () => ['GET', 'worklists'],
    'worklist of drafts': (n) => ['GET', `worklists/drafts?limit=${n % 2 ? 50 : 200}`],
    'worklist of screening': () => ['GET', 'worklists/screening'],
    'a patient': null,
    'an abstract': null,
  };
};

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];

export async function run(args) {
  const patients = Number(args[0] ?? 1_000_000);
  const sets = Number(args[1] ?? 200);
  const readers = args[2] ?? 'all';
  const say = (line) => process.stderr.write(`${line}\n`);
  const running = await startServices({ durable: true });
  let api;
  try {
    await lib('persistence', 'node').migrate(running.databaseUrl);
    await fill(running.databaseUrl, patients, say);
    api = await startApp('api', appEnvironment(running, { DATABASE_POOL_SIZE: '8' }));
    const { appOptions, createScoped, systemPrincipal } = lib('persistence');
    const { createToken } = lib('auth');
    const { DataSource } = require('typeorm');
    const db = await new DataSource(appOptions({ url: running.databaseUrl, poolSize: 2 })).initialize();
    const scoped = createScoped(db);
    const principal = systemPrincipal('bench');
    const ids = (await scoped(principal, (tx) => tx.query('SELECT id FROM facility ORDER BY id'))).map((row) => row.id);
    const token = async (role, facilityId) =>
      (
        await scoped(principal, (tx) =>
          createToken(tx, {
            name: role,
            role,
            facilityId,
            expiresAt: new Date(Date.now() + 3_600_000),
            createdBy: 'system:bench',
          }),
        )
      ).token;
    const tokens = [];
    for (const facilityId of ids)
      tokens.push({
        facilityId,
        registrar: await token('registrar', facilityId),
        release: await token('release_officer', facilityId),
      });
    const central = {
      registrar: await token('central_registrar', null),
      release: await token('release_officer', null),
    };
    const own = new Map();
    for (const facilityId of ids)
      own.set(
        facilityId,
        await scoped(principal, (tx) =>
          tx.query('SELECT id, patient_id FROM abstract WHERE facility_id = $1 LIMIT 200', [facilityId]),
        ),
      );
    await db.destroy();

    const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const { hostname, port } = new URL(api.url);
    const ask = (who, [method, path, body]) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const began = performance.now();
        const request = http.request(
          {
            hostname,
            port,
            agent,
            method,
            path: `/api/v1/${path}`,
            headers: {
              authorization: `Bearer ${path.startsWith('disclosures') ? who.release : who.registrar}`,
              ...(text === undefined
                ? {}
                : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
            },
          },
          (response) => {
            let size = 0;
            response.on('data', (part) => (size += part.length));
            response.once('end', () => resolve({ ms: performance.now() - began, status: response.statusCode, size }));
          },
        );
        request.once('error', reject);
        request.end(text);
      });

    const measure = async (title, who, make) => {
      for (let n = 0; n < AT_ONCE; n += 1) await ask(who(n), make(n, who(n)));
      const times = [];
      let next = 0;
      let refused = 0;
      let bytes = 0;
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          for (let n = next++; n < sets; n = next++) {
            const answer = await ask(who(n), make(n, who(n)));
            times.push(answer.ms);
            bytes += answer.size;
            if (answer.status !== 200) refused += 1;
          }
        }),
      );
      times.sort((a, b) => a - b);
      return {
        title,
        p50: quantile(times, 0.5),
        p95: quantile(times, 0.95),
        max: times[times.length - 1],
        times,
        refused,
        bytes: Math.round(bytes / sets),
      };
    };
    const round = (value) => Math.round(value * 10) / 10;
    for (const [reader, who] of [
      ['facility user', (n) => tokens[n % tokens.length]],
      ...(readers === 'all' ? [['central registrar', () => central]] : []),
    ]) {
      const all = [];
      for (const [title, given] of Object.entries(screens(patients))) {
        const make =
          given ??
          ((n, one) => {
            const rows = own.get(one.facilityId ?? ids[n % ids.length]);
            const row = rows[n % rows.length];
            return ['GET', title === 'a patient' ? `patients/${row.patient_id}` : `abstracts/${row.id}`];
          });
        const { times, ...one } = await measure(title, who, make);
        if (one.refused === sets) {
          process.stdout.write(
            `${JSON.stringify({ bench: 'lists', reader, screen: title, skipped: 'there is no such route here' })}\n`,
          );
          continue;
        }
        all.push(...times);
        process.stdout.write(
          `${JSON.stringify({ bench: 'lists', reader, screen: title, p50: round(one.p50), p95: round(one.p95), max: round(one.max), unit: 'ms', sets, refused: one.refused, bytes: one.bytes, met: one.p95 < TARGET_MS })}\n`,
        );
      }
      all.sort((a, b) => a - b);
      process.stdout.write(
        `${JSON.stringify({ bench: 'lists', reader, figure: 'p95 over all screens', value: round(quantile(all, 0.95)), unit: 'ms', target: TARGET_MS, patients, facilities: FACILITIES, requests: all.length, atOnce: AT_ONCE })}\n`,
      );
    }
    agent.destroy();
  } finally {
    await api?.stop();
    await running.stop();
  }
}
