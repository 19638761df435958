/**
 * Check of NAACCR XML against `xmllint --stream --noout` (Debian package libxml2-utils) on the same files, in turn.
 *
 * `npm run bench -- naaccr [--tumors 100000] [--rounds 5] [--memory 1000000] [--fuzz 100000]`; 0 leaves a part out. Both sides are whole
 * processes (start-up included), measured in CPU seconds, user and system; the figure is the least of the rounds. Ours runs
 * `perennial naaccr check` with all default checks, validity of UTF-8 included. The files are written to the temporary folder (about
 * 4.5 GB at the default size) and removed; the one for memory comes through a pipe and is never on disk.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/build.mjs';
import { lib } from '../../scripts/platform.mjs';
import { fuzz } from './_naaccr-fuzz.mjs';
import { seed, VARIANTS, writeLarge } from './_naaccr-files.mjs';

const cli = path.join(root, 'dist/apps/cli/src/main.js');
const usageHook = path.join(root, 'test/bench/_usage.cjs');
const round = (value, digits = 2) => Number(value.toFixed(digits));

/** Our check of a file as a process of its own. */
function ours(folder, file) {
  const usage = path.join(folder, 'usage.json');
  const { stdout, status } = spawnSync(process.execPath, ['--require', usageHook, cli, 'naaccr', 'check', file], {
    env: { ...process.env, BENCH_USAGE: usage },
    maxBuffer: 1 << 26,
    timeout: 900_000,
  });
  if (status !== 0) throw new Error(`the check ended with ${status}`);
  return { ...JSON.parse(readFileSync(usage, 'utf8')), report: JSON.parse(stdout).files[0] };
}

/** CPU seconds of xmllint on a file; null where it is not installed. */
function xmllint(file) {
  const { stderr, status, error } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="cpu %U %S"; time xmllint --stream --noout "$1"', 'bash', file],
    { encoding: 'utf8', timeout: 900_000 },
  );
  const match = /cpu ([\d.]+) ([\d.]+)/.exec(stderr ?? '');
  return error || status !== 0 || !match ? null : Number(match[1]) + Number(match[2]);
}

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      tumors: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '5' },
      memory: { type: 'string', default: '1000000' },
      fuzz: { type: 'string', default: '100000' },
    },
  });
  const sizes = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
  const base = seed();
  const print = (figure) => process.stdout.write(`${JSON.stringify({ bench: 'naaccr', ...figure })}\n`);
  print({ seed: base.name });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-naaccr-'));
  try {
    if (sizes.tumors > 0) {
      for (const variant of Object.keys(VARIANTS)) print(await compare(folder, base, variant, sizes));
      print(await reading(folder, base, sizes.tumors));
    }
    if (sizes.memory > 0) print(await memory(folder, base, sizes.memory));
    if (sizes.fuzz > 0) print(fuzz(sizes.fuzz));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(folder, base, variant, { tumors, rounds }) {
  const file = path.join(folder, 'large.xml');
  const made = await writeLarge(file, base, variant, tumors);
  const rival = [];
  const own = [];
  for (let turn = 0; turn < rounds; turn++) {
    rival.push(xmllint(file));
    own.push(ours(folder, file));
  }
  const { report } = own[0];
  if (report.tumors !== made.tumors || report.errors !== 0 || report.fatal) throw new Error(JSON.stringify(report));
  const cpu = Math.min(...own.map(({ cpuSeconds }) => cpuSeconds));
  const theirs = rival.includes(null) ? null : Math.min(...rival);
  const fileMb = statSync(file).size / 1e6;
  rmSync(file);
  return {
    figure: 'check against xmllint',
    variant,
    target: variant === 'plain' ? 0.6 : 0.8,
    ratio: theirs === null ? null : round(cpu / theirs),
    cpuSeconds: round(cpu),
    xmllintCpuSeconds: theirs ?? 'xmllint is not installed (libxml2-utils)',
    rounds,
    of: 'least',
    tumors: made.tumors,
    items: report.items,
    megabytes: round(made.bytes / 1e6, 0),
    ...(variant === 'gzip' ? { compressedMegabytes: round(fileMb, 0) } : {}),
    megabytesPerCpuSecond: round(made.bytes / 1e6 / cpu, 0),
    tumorsPerCpuSecond: round(made.tumors / cpu, 0),
    peakMb: round(Math.max(...own.map(({ peakMb }) => peakMb)), 0),
  };
}

/** The reader and the writer, in this process. */
async function reading(folder, base, tumors) {
  const { createNaaccrWriter, readNaaccrXml } = lib('naaccr');
  const { loadDictionary, openNaaccr, standardScan } = lib('naaccr', 'node');
  const file = path.join(folder, 'large.xml');
  await writeLarge(file, base, 'plain', tumors);
  const cpu = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const started = cpu();
  let read = 0;
  for await (const patient of (await readNaaccrXml(openNaaccr(file), standardScan())).patients)
    read += patient.tumors.length;
  const between = cpu();
  const input = await readNaaccrXml(openNaaccr(file), standardScan());
  const writer = createNaaccrWriter({
    dictionary: loadDictionary('250'),
    recordType: 'A',
    timeGenerated: input.header.timeGenerated,
    rootItems: input.header.items,
  });
  let characters = writer.head().length;
  for await (const patient of input.patients) characters += writer.patient(patient).length;
  const both = cpu() - between;
  rmSync(file);
  return {
    figure: 'read into records; read and write',
    tumors: read,
    readTumorsPerCpuSecond: round(read / (between - started), 0),
    readAndWriteTumorsPerCpuSecond: round(read / both, 0),
    characters,
  };
}

/** Peak memory on a file of any size, through a pipe. */
async function memory(folder, base, tumors) {
  const pipe = path.join(folder, 'pipe');
  if (spawnSync('mkfifo', [pipe]).status !== 0) return { figure: 'memory', skipped: 'no named pipes here' };
  const usage = path.join(folder, 'usage.json');
  const checker = spawn(process.execPath, ['--require', usageHook, cli, 'naaccr', 'check', pipe], {
    env: { ...process.env, BENCH_USAGE: usage },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  checker.stdout.on('data', (chunk) => (out += chunk));
  const done = new Promise((resolve, reject) => {
    checker.once('error', reject);
    checker.once('exit', resolve);
  });
  const maker = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { seed, writeLarge } from ${JSON.stringify(path.join(root, 'test/bench/_naaccr-files.mjs'))}; await writeLarge(${JSON.stringify(pipe)}, seed(), 'plain', ${tumors});`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const timer = setTimeout(() => {
    checker.kill();
    maker.kill();
  }, 900_000);
  const code = await done;
  clearTimeout(timer);
  const report = JSON.parse(out).files[0];
  if (code !== 0) throw new Error(JSON.stringify(report));
  const { peakMb, cpuSeconds } = JSON.parse(readFileSync(usage, 'utf8'));
  return {
    figure: 'memory',
    tumors: report.tumors,
    items: report.items,
    targetMb: 300,
    peakMb: round(peakMb, 0),
    cpuSeconds: round(cpuSeconds),
  };
}
