/**
 * Annual follow-up at size, on real PostgreSQL (fsync on): the first daily pass over living patients of whom most fall due, the same pass
 * again, and the due list as a facility's registrar sees it.
 *
 * `npm run bench -- follow-up [patients]`. Patients and cases are made with SQL: 20 facilities, one case each and a second for every
 * tenth patient, a third of those at another facility; items of about the size of real ones.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { appEnvironment, lib, startApp } from '../../scripts/platform.mjs';
import { startServices } from '../../scripts/services/index.mjs';
import { build } from '../../scripts/build.mjs';
import { simulateYear } from './_simulated-year.mjs';

const require = createRequire(import.meta.url);
export const services = true;
const TODAY = '20261124';

const PATIENTS = `
INSERT INTO patient (items, facility_ids)
SELECT jsonb_build_object('nameLast', 'Bench' || i, 'nameFirst', 'Person', 'dateOfBirth', (1930 + i % 60) || lpad((i % 12 + 1)::text, 2, '0') || lpad((i % 28 + 1)::text, 2, '0'),
    'sexAssignedAtBirth', (i % 2)::text, 'race1', '01', 'spanishHispanicOrigin', '0', 'medicalRecordNumber', 'B' || i, 'addrCurrentNoStreet', i || ' Bench Way',
    'addrCurrentCity', 'Springvale', 'addrCurrentState', 'IL', 'addrCurrentPostalCode', '60999', 'addrCurrentCountry', 'USA', 'telephone', lpad(i::text, 10, '5'),
    'vitalStatus', '1', 'causeOfDeath', '0000', 'icdRevisionNumber', '0', 'autopsy', '0', 'patientIdNumber', lpad(i::text, 8, '0'),
    'dateOfLastContact', to_char(date '2026-11-24' - CASE WHEN i % 20 = 0 THEN i % 320 ELSE 366 + ((i::bigint * 7919) % 500)::int END, 'YYYYMMDD')),
    CASE WHEN i % 30 = 0 THEN ARRAY[f.ids[i % 20 + 1], f.ids[(i + 7) % 20 + 1]] ELSE ARRAY[f.ids[i % 20 + 1]] END
  FROM generate_series($1::int, $2::int) i CROSS JOIN (SELECT array_agg(id ORDER BY facility_number) AS ids FROM facility) f`;

const CASES = `
INSERT INTO abstract (facility_id, patient_id, state, items)
SELECT p.facility_ids[least(k, cardinality(p.facility_ids))], p.id, 'complete', p.items || jsonb_build_object('accessionNumberHosp', lpad(left(p.items->>'patientIdNumber', 8), 9, '2'),
    'sequenceNumberHospital', lpad(k::text, 2, '0'), 'classOfCase', '14', 'primarySite', (ARRAY['C504', 'C619', 'C189', 'C341'])[1 + (p.items->>'patientIdNumber')::int % 4],
    'histologicTypeIcdO3', '8140', 'behaviorCodeIcdO3', '3', 'laterality', '1', 'dateOfDiagnosis', (2006 + (p.items->>'patientIdNumber')::int % 18) || '0' || k || '15',
    'gradeClinical', '9', 'gradePathological', '2', 'summaryStage2018', '1', 'tumorSizeSummary', '018', 'regionalNodesPositive', '98', 'regionalNodesExamined', '00',
    'rxSummSurgPrimSite2023', 'A300', 'rxSummScopeRegLnSur', '0', 'rxSummChemo', '00', 'rxSummHormone', '00', 'reasonForNoSurgery', '0', 'diagnosticConfirmation', '1',
    'primaryPayerAtDx', '20', 'countyAtDx', '031', 'typeOfReportingSource', '1', 'casefindingSource', '22', 'textDxProcPath', repeat('Biopsy shows adenocarcinoma. ', 12))
  FROM patient p CROSS JOIN LATERAL generate_series(1, CASE WHEN (p.items->>'patientIdNumber')::int % 10 = 0 THEN 2 ELSE 1 END) k
 WHERE (p.items->>'patientIdNumber')::int BETWEEN $1 AND $2`;

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

export async function run(args) {
  const patients = Number(args[0] ?? 1_000_000);
  await build();
  const backing = await startServices({ durable: true });
  const stop = [];
  try {
    await lib('persistence', 'node').migrate(backing.databaseUrl);
    const { appOptions, createScoped, systemPrincipal } = lib('persistence');
    const { createToken } = lib('auth');
    const { requestPass, runPass } = lib('records');
    const { DataSource } = require('typeorm');
    const db = await new DataSource(appOptions({ url: backing.databaseUrl, poolSize: 4 })).initialize();
    stop.push(() => db.destroy());
    const scoped = createScoped(db);
    const principal = systemPrincipal('bench');
    const figure = (name, value, unit, more = {}) =>
      process.stdout.write(
        `${JSON.stringify({ bench: 'follow-up', figure: name, value: Math.round(value * 100) / 100, unit, patients, ...more })}\n`,
      );
    const timed = async (work) => {
      const started = performance.now();
      return [await work(), (performance.now() - started) / 1000];
    };
    const [{ pid }] = await scoped(principal, (tx) => tx.query('SELECT pg_backend_pid() AS pid'));
    const stat = (of) => readFileSync(`/proc/${of}/stat`, 'utf8').split(') ')[1].split(' ').map(Number);
    const postmaster = stat(pid)[1];
    /** Seconds of processor time of the whole server so far: says more than the clock on a machine that others use too. */
    const cpu = () => {
      const live = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
        .trim()
        .split(' ')
        .map((child) => {
          try {
            return stat(child)[11] + stat(child)[12];
          } catch {
            return 0; // Ended since: then it is in what the parent counts.
          }
        });
      return (live.reduce((sum, ticks) => sum + ticks, 0) + stat(postmaster)[13] + stat(postmaster)[14]) / 100;
    };

    const facilities = await scoped(principal, (tx) =>
      tx.query(
        `INSERT INTO facility (name, facility_number) SELECT 'Bench ' || i, lpad(i::text, 10, '0') FROM generate_series(1, 20) i RETURNING id`,
      ),
    );
    const [, made] = await timed(async () => {
      for (let from = 1; from <= patients; from += 100_000) {
        const range = [from, Math.min(patients, from + 99_999)];
        await scoped(principal, (tx) => tx.query(PATIENTS, range));
      }
    });
    const owner = await lib('persistence').ownerDataSource(backing.databaseUrl).initialize();
    stop.push(() => owner.destroy());
    const [, cased] = await timed(async () => owner.query(CASES, [1, patients]));
    // As autovacuum does after a load.
    for (const table of ['patient', 'abstract']) await owner.query(`VACUUM (ANALYZE) ${table}`);
    figure('made', made + cased, 's', { note: 'patients and cases by SQL, vacuumed' });

    const pass = async () => {
      const id = await scoped(principal, (tx) => requestPass(tx, TODAY, principal.actor));
      return runPass(scoped, principal, id);
    };
    const before = cpu();
    const [first, seconds] = await timed(pass);
    figure('first pass', seconds, 's', { ...first, cpuSeconds: Math.round(cpu() - before) });
    const lineage = await scoped(principal, (tx) =>
      tx.query(`SELECT count(*)::int AS n FROM revision WHERE entity = 'follow_up_task'`),
    );
    figure('lineage rows of the first pass', lineage[0].n, 'rows');
    for (let run = 0; run < 3; run += 1) {
      const used = cpu();
      const [again, repeat] = await timed(pass);
      figure('same day again', repeat, 's', { ...again, cpuSeconds: Math.round((cpu() - used) * 10) / 10 });
      if (again.opened + again.marked + again.closed > 0) throw new Error('the second pass changed something');
    }
    await owner.query(`VACUUM (ANALYZE) follow_up_task`);
    const [, rested] = await timed(pass);
    figure('same day again, vacuumed', rested, 's');

    await letters({ scoped, principal, facility: facilities[1].id, figure, timed, serverCpu: cpu });
    simulatedYears(figure);
    if (!args.includes('--no-list'))
      await dueList({ backing, scoped, principal, createToken, facilities, figure, stop });
  } finally {
    for (const one of stop.reverse()) await one();
    await backing.stop();
  }
}

/** Letters to patients of one facility, made and printed: a small batch first, so that the memory of the large one can be held against it. */
async function letters({ scoped, principal, facility, figure, timed, serverCpu }) {
  const { makeBatch, printBatch } = lib('records');
  for (const limit of [2_000, 10_000]) {
    const [batch, made] = await timed(() =>
      scoped(principal, (tx) =>
        makeBatch(tx, { facilityId: facility, recipient: 'patient', number: 1, limit }, principal.actor, TODAY),
      ),
    );
    globalThis.gc?.();
    const start = process.memoryUsage().rss;
    let peak = start;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50);
    const used = process.cpuUsage();
    const usedByServer = serverCpu();
    const [printed, seconds] = await timed(() => printBatch(scoped, principal, batch.id));
    clearInterval(watch);
    const cpu = process.cpuUsage(used);
    figure('letters made', made, 's', { letters: batch.letters });
    figure('letters printed as PDF', seconds, 's', {
      ...printed,
      cpuSeconds: Math.round((cpu.user + cpu.system) / 100_000) / 10,
      serverCpuSeconds: Math.round((serverCpu() - usedByServer) * 10) / 10,
      rssStartMb: Math.round(start / 2 ** 20),
      rssPeakMb: Math.round(peak / 2 ** 20),
    });
  }
}

/** Contacts until both rates reach their goals on the day of the survey: by expected yield, and oldest first. */
function simulatedYears(figure) {
  const forecast = lib('follow-up');
  const years = Array.from({ length: 20 }, (_, at) => simulateYear(forecast, { seed: 100 + at }));
  const sum = (key) => years.reduce((total, year) => total + year[key], 0);
  figure('simulated years, contacts by expected yield', sum('byYield') / years.length, 'contacts', {
    years: years.length,
    rival: 'oldest first',
    rivalContacts: sum('oldestFirst') / years.length,
  });
  figure('simulated years, fewer contacts than oldest first', (1 - sum('byYield') / sum('oldestFirst')) * 100, '%', {
    least: Math.round(Math.min(...years.map((year) => 1 - year.byYield / year.oldestFirst)) * 1_000) / 10,
  });
}

/** The due list over HTTP, as a registrar of one facility and as the central registrar, 4 at a time. */
async function dueList({ backing, scoped, principal, createToken, facilities, figure, stop }) {
  const api = await startApp('api', appEnvironment(backing, { DATABASE_POOL_SIZE: '8' }));
  stop.push(() => api.stop());
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
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  const get = (path, bearer) =>
    new Promise((resolve, reject) => {
      const started = performance.now();
      const request = http.get(
        `${api.url}/api/v1/follow-up/${path}`,
        { agent, headers: { authorization: `Bearer ${bearer}` } },
        (response) => {
          const chunks = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.once('end', () => {
            const body = Buffer.concat(chunks).toString();
            if (response.statusCode !== 200) return reject(new Error(`${path}: ${response.statusCode} ${body}`));
            resolve([performance.now() - started, JSON.parse(body)]);
          });
        },
      );
      request.once('error', reject);
    });
  const FILTERS = [
    '',
    '&stage=delinquent',
    '&stage=due',
    '&stage=reminder',
    '&lost=true',
    '&state=waiting',
    '&through=202610',
    '&through=202701',
  ];
  for (const [who, bearer] of [
    ['registrar of one facility', await token('registrar', facilities[0].id)],
    ['central registrar', await token('central_registrar', null)],
  ]) {
    const times = [];
    const paths = Array.from({ length: 200 }, (_, at) => `tasks?limit=50${FILTERS[at % FILTERS.length]}`);
    let cursor = '';
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
          const [ms, body] = await get(
            path.includes('&') || cursor === '' ? path : `${path}&cursor=${encodeURIComponent(cursor)}`,
            bearer,
          );
          times.push(ms);
          if (!path.includes('&')) cursor = body.next ?? '';
        }
      }),
    );
    times.sort((a, b) => a - b);
    figure(`due list, ${who}, p50`, quantile(times, 0.5), 'ms', { requests: times.length, atATime: 4 });
    figure(`due list, ${who}, p95`, quantile(times, 0.95), 'ms');
    const [ms] = await get('due-by-month', bearer);
    figure(`due by month, ${who}`, ms, 'ms');
  }
  agent.destroy();
}
