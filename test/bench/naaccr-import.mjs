/**
 * Import of a NAACCR XML file into PostgreSQL (fsync on): from the first byte of the upload to the last abstract, over HTTP and the queue.
 *
 * `npm run bench -- naaccr-import [tumors] [embedded|system]` (default 20,000, and whichever server is found first). Every patient is a person of their own: names and numbers of the seed's
 * patients are changed from copy to copy.
 */
import http from 'node:http';
import { Readable } from 'node:stream';
import { createRequire } from 'node:module';
import { startPlatform, lib } from '../../scripts/platform.mjs';
import { cpuOf, databaseCpu, parentOf } from './_cpu.mjs';
import { seed } from './_naaccr-files.mjs';

const require = createRequire(import.meta.url);
export const services = true;

const letters = (n) =>
  String.fromCharCode(97 + (n % 26), 97 + (Math.floor(n / 26) % 26), 97 + (Math.floor(n / 676) % 26));

/** Copies of the seed's patients as other people. */
function* people({ head, body, tail, tumors }, wanted) {
  const patients = body.split(/(?<=<\/Patient>)\s*/).filter((text) => text.includes('<Patient>'));
  const copies = Math.max(1, Math.round(wanted / tumors));
  let person = 0;
  yield head;
  for (let copy = 0; copy < copies; copy++) {
    let text = '';
    for (const patient of patients) {
      person += 1;
      let tumor = 0;
      const numbered = patient
        .replaceAll(
          /(naaccrId="(?:socialSecurityNumber|medicalRecordNumber|accessionNumberHosp|patientIdNumber|sequenceNumberHospital|reportingFacility)">)[^<]*/g,
          '$1',
        )
        .replace(/(naaccrId="nameLast">)([^<]*)/, `$1$2${letters(person)}`)
        .replaceAll('<Tumor>', () => {
          tumor += 1;
          return `<Tumor><Item naaccrId="accessionNumberHosp">2024${String(person).padStart(5, '0')}</Item><Item naaccrId="sequenceNumberHospital">${String(tumor).padStart(2, '0')}</Item><Item naaccrId="medicalRecordNumber">B${person}</Item>`;
        });
      // What was emptied above is absent; an item may stand only once.
      text += `${numbered.replaceAll(/<Item naaccrId="\w+"><\/Item>\s*/g, '')}\n`;
    }
    yield text;
  }
  yield tail;
}

export async function run(args) {
  const wanted = Number(args[0] ?? 20_000);
  const base = seed();
  const platform = await startPlatform({
    durable: true,
    postgres: args[1] ?? 'auto',
    env: { WORKER_CONCURRENCY: '2', REGISTRY_KIND: 'central' },
  });
  try {
    const { appOptions, createScoped, systemPrincipal } = lib('persistence');
    const { createToken } = lib('auth');
    const { DataSource } = require('typeorm');
    const db = await new DataSource(appOptions({ url: platform.services.databaseUrl, poolSize: 2 })).initialize();
    const scoped = createScoped(db);
    const principal = systemPrincipal('bench');
    const { facility, token } = await scoped(principal, async (tx) => {
      const [row] = await tx.query(
        `INSERT INTO facility (name, facility_number) VALUES ('Bench', '0000000077') RETURNING id`,
      );
      const expiresAt = new Date(Date.now() + 3_600_000);
      const made = await createToken(tx, {
        name: 'bench',
        role: 'central_registrar',
        facilityId: null,
        expiresAt,
        createdBy: 'system:bench',
      });
      return { facility: row.id, token: made.token };
    });
    const url = new URL(`${platform.api.url}/api/v1/intake/naaccr?facilityId=${facility}`);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' };
    const ask = (options, body) =>
      new Promise((resolve, reject) => {
        const request = http.request(options, { headers, ...(body ? { method: 'POST' } : {}) }, (response) => {
          let text = '';
          response.on('data', (chunk) => (text += chunk));
          response.once('end', () =>
            response.statusCode < 300 ? resolve(JSON.parse(text)) : reject(new Error(`${response.statusCode} ${text}`)),
          );
        });
        request.once('error', reject);
        if (body) body.pipe(request);
        else request.end();
      });
    const [{ pid, server }] = await db.query(
      `SELECT pg_backend_pid() AS pid, current_setting('server_version') || ', ' || (SELECT CASE attcompression WHEN 'l' THEN 'lz4' ELSE 'pglz' END FROM pg_attribute WHERE attrelid = 'abstract'::regclass AND attname = 'items') AS server`,
    );
    const postmaster = parentOf(pid);
    const cpu = () => ({ worker: cpuOf(platform.worker.process.pid), database: databaseCpu(postmaster) });
    const before = cpu();
    const started = performance.now();
    const { id, bytes } = await ask(url, Readable.from(people(base, wanted)));
    const uploaded = performance.now();
    let view;
    do {
      await new Promise((resolve) => setTimeout(resolve, 100));
      view = await ask(new URL(`${platform.api.url}/api/v1/intake/naaccr/${id}`));
    } while (['received', 'checking', 'importing'].includes(view.state) && performance.now() - started < 900_000);
    const ended = performance.now();
    const used = cpu();
    const [{ seconds }] = await scoped(principal, (tx) =>
      tx.query(
        `SELECT extract(epoch FROM finished_at - started_at)::float8 AS seconds FROM import_batch WHERE id = $1`,
        [id],
      ),
    );
    const { counts, state, file } = view;
    await db.destroy();
    const figure = (name, value, unit) =>
      process.stdout.write(
        `${JSON.stringify({ bench: 'naaccr-import', figure: name, value: Math.round(value * 10) / 10, unit, tumors: file.tumors, items: file.items, megabytes: Math.round(bytes / 1e6), fsync: true, postgres: server, seed: base.name, queue: platform.services.queueBackend })}\n`,
      );
    if (state !== 'done' || counts.complete + counts.drafts !== file.tumors) throw new Error(JSON.stringify(view));
    figure('import, from stored file to last abstract', file.tumors / seconds, 'tumors/s');
    for (const part of ['worker', 'database'])
      figure(`CPU ${part}`, ((used[part] - before[part]) * 1e6) / file.tumors, 'us/tumor');
    figure('upload and import', (file.tumors / (ended - started)) * 1000, 'tumors/s');
    figure('upload', bytes / 1e6 / ((uploaded - started) / 1000), 'MB/s');
    figure('complete abstracts', counts.complete, 'count');
    figure('drafts', counts.drafts, 'count');
  } finally {
    await platform.stop();
  }
}
