/**
 * The audit log and what row security costs.
 *
 * `npm run bench -- audit [rows] [messages]`: seals and verifies a log of 1,000,000 rows; then the same messages from POST to stored draft
 * with row security and audit and without both, in turns on one database, by wall clock and by CPU seconds of API, worker and database.
 */
import { createRequire } from 'node:module';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { appEnvironment, lib, startApp } from '../../scripts/platform.mjs';
import { startServices } from '../../scripts/services/index.mjs';
import { cpuOf, databaseCpu, parentOf } from './_cpu.mjs';

const require = createRequire(import.meta.url);
export const services = true;

const ROUNDS = 4;
const CONNECTIONS = 16;
const WITHOUT_AUDIT = path.join(path.dirname(fileURLToPath(import.meta.url)), '_without-audit.cjs');
const GROSS =
  'The specimen is received in formalin and consists of a fragment of tan soft tissue that is serially sectioned and submitted entirely. '.repeat(
    18,
  );

const print = (line) => process.stdout.write(`${JSON.stringify({ bench: 'audit', ...line })}\n`);
const round = (value, digits = 1) => Math.round(value * 10 ** digits) / 10 ** digits;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function connect(url) {
  const pg = require('pg');
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function chain(url, rows) {
  const owner = await connect(url);
  await owner.query(
    `INSERT INTO audit_pending (request_id, actor, action, route, status, facility_ids, seen)
     SELECT gen_random_uuid(), 'user:' || md5((n % 300)::text)::uuid, 'abstracts.read', 'GET /api/v1/abstracts/:id', 200, ARRAY[md5((n % 20)::text)::uuid],
            CASE WHEN n % 10 = 0 THEN (SELECT array_agg(md5((n + k)::text)::uuid) FROM generate_series(1, 50) AS k) ELSE ARRAY[md5(n::text)::uuid, md5((n / 3)::text)::uuid] END
       FROM generate_series(1, $1::int) AS n`,
    [rows],
  );
  await owner.query('VACUUM ANALYZE audit_pending');
  const { appOptions, createScoped, systemPrincipal } = lib('persistence');
  const { auditorPrincipal, verifyLog, whoSaw } = lib('audit');
  const { DataSource } = require('typeorm');
  const db = await new DataSource(appOptions({ url, poolSize: 2 })).initialize();
  const scoped = createScoped(db);
  let began = performance.now();
  for (;;) {
    const [row] = await scoped(systemPrincipal('bench'), (tx) => tx.query('SELECT audit_seal(5000) AS sealed'));
    if (row.sealed === 0) break;
  }
  print({
    figure: 'sealing in batches of 5,000',
    value: Math.round(rows / ((performance.now() - began) / 1000)),
    unit: 'events/s',
    rows,
  });
  await owner.query('VACUUM ANALYZE audit_event');
  const auditor = auditorPrincipal('bench');
  const times = [];
  let result;
  for (let n = 0; n < 3; n += 1) {
    began = performance.now();
    result = await scoped(auditor, (tx) => verifyLog(tx), 'REPEATABLE READ');
    times.push((performance.now() - began) / 1000);
  }
  if (result.breach !== null || result.sealed !== rows)
    throw new Error(`the log is not whole: ${JSON.stringify(result)}`);
  print({
    figure: 'verify the whole log',
    value: round(Math.min(...times)),
    unit: 's',
    runs: times.map((one) => round(one)),
    rows,
    target: 60,
    met: Math.min(...times) < 60,
  });
  await owner.query(`UPDATE audit_event SET actor = 'user:nobody' WHERE position = $1`, [rows - 10]);
  began = performance.now();
  result = await scoped(auditor, (tx) => verifyLog(tx), 'REPEATABLE READ');
  print({
    figure: 'verify and name the one altered row near the end',
    value: round((performance.now() - began) / 1000),
    unit: 's',
    named: result.breach,
    met: result.breach?.position === rows - 10,
  });
  const seen = [];
  for (let n = 0; n < 50; n += 1) {
    const [{ id }] = await owner
      .query('SELECT md5($1::text)::uuid AS id', [String(1 + ((n * 7919) % rows))])
      .then(({ rows: found }) => found);
    began = performance.now();
    await scoped(auditor, (tx) => whoSaw(tx, id, undefined, 100));
    seen.push(performance.now() - began);
  }
  seen.sort((a, b) => a - b);
  print({ figure: 'who saw a patient, p95 of 50', value: round(seen[47]), unit: 'ms', rows });
  await db.destroy();
  await owner.query('TRUNCATE audit_event, audit_pending');
  await owner.query(`UPDATE audit_head SET position = 0, hash = sha256('perennial audit')`);
  await owner.end();
}

const message = (name) =>
  [
    `MSH|^~\\&|LAB|BENCH LAB^99D0000002^CLIA|REG|X|20240401||ORU^R01^ORU_R01|${name}|P|2.5.1`,
    `PID|1||${name}^^^BENCH HOSPITAL^MR||Bench${name}^Person||19500101|F||2106-3|1 Bench Way^^Springvale^IL^60999^USA`,
    `OBR|1||${name}^BENCH LAB|11529-5^Surgical pathology^LN|||20240301||||||||||||||||||F`,
    `OBX|1|TX|22634-0^Gross^LN||${GROSS}||||||F`,
    'OBX|2|TX|22637-3^Final diagnosis^LN||Left breast, core biopsy: Invasive ductal carcinoma, grade 2.||||||F',
    '',
  ].join('\r');

async function intake(running, messages) {
  const owner = await connect(running.databaseUrl);
  const { rows: secured } = await owner.query(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relrowsecurity AND c.relnamespace = 'public'::regnamespace`,
  );
  const { rows: facility } = await owner.query(
    `INSERT INTO facility (name, facility_number) VALUES ('Bench', '0000000077') RETURNING id`,
  );
  await owner.query(`INSERT INTO facility_alias (facility_id, field, value) VALUES ($1, 'PID-3', 'BENCH HOSPITAL')`, [
    facility[0].id,
  ]);
  const { appOptions, createScoped, systemPrincipal } = lib('persistence');
  const { DataSource } = require('typeorm');
  const db = await new DataSource(appOptions({ url: running.databaseUrl, poolSize: 1 })).initialize();
  // A laboratory of one facility: its scope is a list of facilities, as most senders' is.
  const { token } = await createScoped(db)(systemPrincipal('bench'), (tx) =>
    lib('auth').createToken(tx, {
      name: 'bench',
      role: 'facility_reporter',
      facilityId: facility[0].id,
      expiresAt: new Date(Date.now() + 3_600_000),
      createdBy: 'system:bench',
    }),
  );
  await db.destroy();
  const environment = appEnvironment(running, { DATABASE_POOL_SIZE: '16', WORKER_CONCURRENCY: '6' });
  const apps = {
    with: await startApp('api', environment),
    without: await startApp('api', { ...environment, NODE_OPTIONS: `--require ${WITHOUT_AUDIT}` }),
  };
  const worker = await startApp('worker', environment);
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const post = (url, text) =>
    new Promise((resolve, reject) => {
      const request = http.request(
        `${url}/api/v1/intake/hl7`,
        {
          agent,
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/hl7-v2',
            'content-length': Buffer.byteLength(text),
          },
        },
        (response) => {
          response.resume();
          response.once('end', () =>
            response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
          );
        },
      );
      request.once('error', reject);
      request.end(text);
    });
  const drafts = async () => (await owner.query('SELECT count(*)::int AS n FROM abstract')).rows[0].n;
  const { rows: backend } = await owner.query('SELECT pg_backend_pid() AS pid');
  const postmaster = parentOf(backend[0].pid);
  const cpu = (api) => cpuOf(api.process.pid) + cpuOf(worker.process.pid) + databaseCpu(postmaster);
  const turn = async (kind, label) => {
    for (const { name } of secured)
      await owner.query(`ALTER TABLE ${name} ${kind === 'with' ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`);
    const api = apps[kind];
    const before = await drafts();
    const used = cpu(api);
    const began = performance.now();
    let next = 0;
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        for (let n = next++; n < messages; n = next++) await post(api.url, message(`${label}x${n}`));
      }),
    );
    while ((await drafts()) < before + messages) {
      if (performance.now() - began > 300_000) throw new Error('drafts are missing');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { perSecond: messages / ((performance.now() - began) / 1000), cpuMs: ((cpu(api) - used) * 1000) / messages };
  };
  try {
    for (const kind of ['with', 'without']) await turn(kind, `w${kind.length}`);
    const runs = { with: [], without: [] };
    for (let n = 0; n < ROUNDS; n += 1)
      for (const kind of n % 2 === 0 ? ['with', 'without'] : ['without', 'with'])
        runs[kind].push(await turn(kind, `r${n}k${kind.length}`));
    for (const kind of ['with', 'without'])
      print({
        figure: `intake ${kind} row security and audit`,
        perSecond: round(median(runs[kind].map((one) => one.perSecond))),
        cpuMsPerMessage: round(median(runs[kind].map((one) => one.cpuMs)), 2),
        runs: runs[kind].map((one) => round(one.perSecond)),
        messages,
      });
    const lower = (key, sign) =>
      round(sign * 100 * (median(runs.with.map((one) => one[key])) / median(runs.without.map((one) => one[key])) - 1));
    print({
      figure: 'throughput lower with both',
      value: lower('perSecond', -1),
      unit: '%',
      moreCpu: lower('cpuMs', 1),
      target: 15,
      met: lower('perSecond', -1) <= 15,
    });
  } finally {
    agent.destroy();
    await Promise.all([apps.with.stop(), apps.without.stop(), worker.stop()]);
    await owner.end();
  }
}

export async function run(args) {
  const running = await startServices({ durable: true });
  try {
    await lib('persistence', 'node').migrate(running.databaseUrl);
    await chain(running.databaseUrl, Number(args[0] ?? 1_000_000));
    await intake(running, Number(args[1] ?? 2_000));
  } finally {
    await running.stop();
  }
}
