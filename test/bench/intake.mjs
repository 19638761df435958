/**
 * Intake from POST to stored draft: distinct messages over HTTP on real PostgreSQL (fsync on) and the queue, until every one is a draft.
 *
 * `npm run bench -- intake [messages]`; one laboratory with 16 connections at a time.
 */
import { createRequire } from 'node:module';
import http from 'node:http';
import { startPlatform, lib } from '../../scripts/platform.mjs';
import { cpuOf, databaseCpu, parentOf } from './_cpu.mjs';

const require = createRequire(import.meta.url);

const SITES = [
  ['Left breast, upper outer quadrant, core biopsy', 'Invasive ductal carcinoma, Nottingham grade 2', 'F'],
  ['Prostate, radical prostatectomy', 'Acinar adenocarcinoma, Gleason score 3 + 4 = 7', 'M'],
  ['Colon, sigmoid, resection', 'Adenocarcinoma, moderately differentiated', 'F'],
  ['Lung, right upper lobe, lobectomy', 'Squamous cell carcinoma, poorly differentiated', 'M'],
];
/** Words that make a report as long as real ones are. */
const GROSS =
  'The specimen is received in formalin and consists of a fragment of tan soft tissue that is serially sectioned and submitted entirely. '.repeat(
    18,
  );

function message(index) {
  const [specimen, diagnosis, sex] = SITES[index % SITES.length];
  const birth = `19${30 + (index % 60)}${String((index % 12) + 1).padStart(2, '0')}${String((index % 28) + 1).padStart(2, '0')}`;
  return [
    `MSH|^~\\&|LAB|BENCH LAB^99D0000002^CLIA|REG|X|20240401||ORU^R01^ORU_R01|B${index}|P|2.5.1`,
    `PID|1||BN${index}^^^BENCH HOSPITAL^MR||Bench${index}^Person||${birth}|${sex}||2106-3|1 Bench Way^^Springvale^IL^60999^USA`,
    `OBR|1||BN24-${index}^BENCH LAB|11529-5^Surgical pathology^LN|||20240301||||||||||||||||||F`,
    `OBX|1|TX|22634-0^Gross^LN||${GROSS}||||||F`,
    `OBX|2|TX|22637-3^Final diagnosis^LN||${specimen}: ${diagnosis}.||||||F`,
    '',
  ].join('\r');
}

/** Process id of the Redis server; `null` on the PostgreSQL back end, whose work is in the database's. */
async function queueProcess({ queueBackend, redisUrl }) {
  if (queueBackend !== 'redis') return null;
  const { Redis } = require('ioredis');
  const redis = new Redis(redisUrl);
  const info = await redis.info('server');
  await redis.quit();
  return Number(/process_id:(\d+)/.exec(info)?.[1]);
}

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

export async function run(args) {
  const count = Number(args[0] ?? 10_000);
  const platform = await startPlatform({ durable: true, env: { DATABASE_POOL_SIZE: '16', WORKER_CONCURRENCY: '6' } });
  try {
    const { appOptions, createScoped, systemPrincipal } = lib('persistence');
    const { createToken } = lib('auth');
    const { DataSource } = require('typeorm');
    const db = await new DataSource(appOptions({ url: platform.services.databaseUrl, poolSize: 2 })).initialize();
    const scoped = createScoped(db);
    const principal = systemPrincipal('bench');
    const token = await scoped(principal, async (tx) => {
      const [facility] = await tx.query(
        `INSERT INTO facility (name, facility_number) VALUES ('Bench', '0000000077') RETURNING id`,
      );
      await tx.query(`INSERT INTO facility_alias (facility_id, field, value) VALUES ($1, 'PID-3', 'BENCH HOSPITAL')`, [
        facility.id,
      ]);
      return (
        await createToken(tx, {
          name: 'bench',
          role: 'facility_reporter',
          facilityId: null,
          expiresAt: new Date(Date.now() + 3_600_000),
          createdBy: 'system:bench',
        })
      ).token;
    });
    const [{ pid }] = await db.query('SELECT pg_backend_pid() AS pid');
    const postmaster = parentOf(pid);
    const queue = await queueProcess(platform.services);
    const cpu = () => ({
      ...(queue === null ? {} : { queue: cpuOf(queue) }),
      api: cpuOf(platform.api.process.pid),
      worker: cpuOf(platform.worker.process.pid),
      database: databaseCpu(postmaster),
      generator: cpuOf(process.pid),
    });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
    const { hostname, port } = new URL(platform.api.url);
    const latencies = [];
    const post = (index) =>
      new Promise((resolve, reject) => {
        const started = performance.now();
        const body = message(index);
        const request = http.request(
          {
            hostname,
            port,
            agent,
            method: 'POST',
            path: '/api/v1/intake/hl7',
            headers: {
              authorization: `Bearer ${token}`,
              'content-type': 'application/hl7-v2',
              'content-length': Buffer.byteLength(body),
            },
          },
          (response) => {
            response.resume();
            response.once('end', () => {
              latencies.push(performance.now() - started);
              if (response.statusCode === 200) resolve();
              else reject(new Error(`message ${index} was answered ${response.statusCode}`));
            });
          },
        );
        // The server may close an idle connection at the moment it is used again: then the message is sent once more, as senders do.
        request.once('error', (error) =>
          request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code) ? resolve(post(index)) : reject(error),
        );
        request.end(body);
      });
    const before = cpu();
    const started = performance.now();
    let next = 0;
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        while (next < count) await post(next++);
      }),
    );
    const posted = performance.now() - started;
    let drafts = 0;
    while (drafts < count && performance.now() - started < 600_000) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      [{ drafts }] = await scoped(principal, (tx) => tx.query(`SELECT count(*)::int AS drafts FROM abstract`));
    }
    const total = performance.now() - started;
    const after = cpu();
    agent.destroy();
    await db.destroy();
    latencies.sort((a, b) => a - b);
    const figure = (name, value, unit) =>
      process.stdout.write(
        `${JSON.stringify({ bench: 'intake', figure: name, value: Math.round(value * 100) / 100, unit, n: count, fsync: true, queue: platform.services.queueBackend })}\n`,
      );
    figure('POST to stored draft', (count / total) * 1000, 'messages/s');
    figure('accepted', (count / posted) * 1000, 'messages/s');
    figure('answer p50', quantile(latencies, 0.5), 'ms');
    figure('answer p95', quantile(latencies, 0.95), 'ms');
    figure('drafts', drafts, 'count');
    let spent = 0;
    for (const part of Object.keys(before)) {
      const milliseconds = ((after[part] - before[part]) / count) * 1000;
      spent += milliseconds;
      figure(`CPU ${part}`, milliseconds, 'ms/message');
    }
    // On a machine that others use, wall time tells little: this is what two cores do when they do nothing else.
    figure('two cores by CPU time', 2_000 / spent, 'messages/s');
    if (drafts !== count) throw new Error(`${count - drafts} drafts are missing`);
  } finally {
    await platform.stop();
  }
}
