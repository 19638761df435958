/**
 * Edits from values in memory on one core: every edit on generated tumors, one change followed in a form, and two differential tests on the
 * same generated patients: re-run after changes against a full run, and the bundle built for the browser against Node.
 *
 * `npm run bench -- edits [tumors] [patients of the differential tests]`. CPU seconds; the median of five runs after one to warm up.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/build.mjs';
import { lib } from '../../scripts/platform.mjs';
import { createGenerator } from './_edits-patients.mjs';

const RUNS = 5;
const TODAY = '20260630';
const print = (figure) => process.stdout.write(`${JSON.stringify(figure)}\n`);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const cpuMs = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

function throughput(set, count) {
  const { runEdits } = lib('edits');
  for (const kind of ['valid', 'near']) {
    const generator = createGenerator();
    const patients = [];
    for (let tumors = 0; tumors < count;) {
      const patient = generator[kind]();
      patients.push(patient);
      tumors += patient.tumors.length;
    }
    const tumors = patients.reduce((sum, patient) => sum + patient.tumors.length, 0);
    const filled =
      patients.reduce(
        (sum, { items, tumors: list }) =>
          sum + list.reduce((all, one) => all + Object.keys(one).length + Object.keys(items).length, 0),
        0,
      ) / tumors;
    let findings = 0;
    const rates = [];
    for (let run = 0; run <= RUNS; run += 1) {
      findings = 0;
      const before = process.cpuUsage();
      for (const patient of patients) findings += runEdits(set, patient, TODAY).length;
      if (run > 0) rates.push(Math.round(tumors / (cpuMs(before) / 1000)));
    }
    print({
      figure: `full set of ${set.edits.length} edits, ${kind} tumors`,
      tumors,
      itemsFilled: Math.round(filled),
      findingsPerTumor: Number((findings / tumors).toFixed(2)),
      tumorsPerCpuSecond: median(rates),
      runs: rates,
      target: 20_000,
    });
  }
}

function oneChange(set) {
  const { startRun, itemsOf, CATALOG } = lib('edits');
  const generator = createGenerator(7);
  const read = [...new Set(CATALOG.flatMap(itemsOf))];
  const times = [];
  let edits = 0;
  for (let form = 0; form < 40; form += 1) {
    const patient = generator.valid();
    const follow = startRun(set, patient, TODAY);
    for (const item of read) {
      const [first, ...others] = patient.tumors;
      const value = first[item] === undefined ? '1' : undefined;
      const changed = { ...first, [item]: value };
      if (value === undefined) delete changed[item];
      const before = performance.now();
      edits += follow.update({ items: patient.items, tumors: [changed, ...others] }).length;
      follow.findings();
      times.push(performance.now() - before);
      follow.update(patient);
    }
  }
  times.sort((a, b) => a - b);
  print({
    figure: 're-run after a change of one item, findings read, every item that edits read on 40 forms',
    changes: times.length,
    editsRunOnAverage: Number((edits / times.length).toFixed(1)),
    medianMs: Number(times[Math.floor(times.length / 2)].toFixed(3)),
    p99Ms: Number(times[Math.floor(times.length * 0.99)].toFixed(3)),
    targetMs: 1,
  });
}

/** Patients of all three kinds, one after the other, from one seed. */
function* mixed(count) {
  const generator = createGenerator(42);
  const kinds = ['valid', 'near', 'wild'];
  for (let index = 0; index < count; index += 1) yield { generator, patient: generator[kinds[index % 3]]() };
}

function incremental(set, count) {
  const { runEdits, startRun } = lib('edits');
  let differences = 0;
  let changes = 0;
  for (const { generator, patient } of mixed(count)) {
    const follow = startRun(set, patient, TODAY);
    let { tumors } = patient;
    const times = 1 + generator.next(2);
    for (let time = 0; time < times && tumors.length > 0; time += 1) {
      const at = generator.next(tumors.length);
      const item = generator.items[generator.next(generator.items.length)];
      const known = generator.seen.get(item) ?? ['1', '9'];
      const changed = { ...tumors[at] };
      if (generator.next(3) === 0) delete changed[item];
      else changed[item] = known[generator.next(known.length)];
      tumors = tumors.map((tumor, index) => (index === at ? changed : tumor));
      follow.update({ items: patient.items, tumors });
      changes += 1;
    }
    const full = runEdits(set, { items: patient.items, tumors }, TODAY);
    if (JSON.stringify(follow.findings()) !== JSON.stringify(full)) differences += 1;
  }
  print({
    figure: 'differential: re-run after changes against full run',
    patients: count,
    changes,
    differences,
    target: 0,
  });
}

/** The pure library as a browser gets it, built by Vite, with its tables handed in as they are fetched there. */
async function browserBundle() {
  const { build } = await import('vite');
  const out = mkdtempSync(path.join(os.tmpdir(), 'perennial-edits-'));
  const alias = Object.fromEntries(
    ['edits', 'naaccr', 'icdo3', 'staging', 'primaries'].map((name) => [
      `@perennial/${name}`,
      path.join(root, `libs/${name}/src/index.ts`),
    ]),
  );
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { alias },
    build: {
      outDir: out,
      emptyOutDir: true,
      target: 'es2022',
      minify: true,
      lib: {
        entry: path.join(root, 'test/bench/_edits-browser.ts'),
        formats: ['iife'],
        name: 'perennialEdits',
        fileName: () => 'edits.js',
      },
    },
  });
  const code = readFileSync(path.join(out, 'edits.js'), 'utf8');
  rmSync(out, { recursive: true, force: true });
  return code;
}

const hash = (findings) => createHash('sha1').update(JSON.stringify(findings)).digest('base64');

async function browser(set, count) {
  const { runEdits } = lib('edits');
  const { launch } = await import('./_edits-chromium.mjs');
  const code = await browserBundle();
  const chromium = await launch(code);
  let differences = 0;
  let findings = 0;
  const batch = [];
  const compare = async () => {
    const answers = await chromium.run(batch, TODAY);
    batch.forEach((patient, index) => {
      const mine = runEdits(set, patient, TODAY);
      findings += mine.length;
      if (hash(mine) !== hash(answers[index])) differences += 1;
    });
    batch.length = 0;
  };
  try {
    for (const { patient } of mixed(count)) {
      // The page gets the record as JSON, as a form would; so does Node, that lone surrogates are the same on both sides.
      batch.push(JSON.parse(JSON.stringify(patient)));
      if (batch.length === 500) await compare();
    }
    if (batch.length > 0) await compare();
  } finally {
    await chromium.close();
  }
  print({
    figure: `differential: bundle built for the browser, run in ${chromium.name}, against Node`,
    bundleKb: Math.round(code.length / 1024),
    patients: count,
    findings,
    differences,
    target: 0,
  });
}

export async function run(args) {
  const tumors = Number(args[0] ?? 20_000);
  const patients = Number(args[1] ?? 100_000);
  const set = lib('edits', 'node').loadEditSet('full');
  throughput(set, tumors);
  oneChange(set);
  incremental(set, patients);
  await browser(set, patients);
}
