/**
 * Staging, one core: cases a second, selections a second, and how long an algorithm takes to open.
 *
 * `npm run bench -- staging [ALGORITHM.zip] [cases]`. Without a file EOD Public 3.3 beside the checkout is taken where it is there; else the
 * facts that ship with the product (then there is no file to load). Cases are drawn from the algorithm's own code lists by a fixed
 * seed: every schema, about one value in twenty wrong, one in ten left out or blank.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/build.mjs';
import { lib } from '../../scripts/platform.mjs';

/** The reference engine (JDK 17, two cores, warm), from the project's study of it; there is no Java library here to run beside. */
const REFERENCE = { stagings: 37_000, selections: 12_000, loadMs: 700 };
const ROUNDS = 7;

/** Small and repeatable (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const median = (values) => [...values].sort((one, other) => one - other)[values.length >> 1];
const figure = (name, value, unit, more = {}) =>
  process.stdout.write(
    `${JSON.stringify({ bench: 'staging', figure: name, value: Math.round(value * 10) / 10, unit, ...more })}\n`,
  );

/** Seconds of processor time, user and system. */
function cpu(work) {
  const before = process.cpuUsage();
  work();
  const spent = process.cpuUsage(before);
  return (spent.user + spent.system) / 1e6;
}

/** Cases that belong to a schema: a site and a histology of one of its selection rows, and codes of its inputs. */
function cases(algorithm, count, { codesOf, selectSchemas }) {
  const next = random(20_260_320);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const ends = (cell) => cell.split(',').map((part) => part.trim().split('-')[0] ?? '');
  const drawn = [];
  for (let at = 0; drawn.length < count; at++) {
    const schema = algorithm.source.schemas[at % algorithm.source.schemas.length];
    const { columns, rows } = algorithm.tables.get(schema.selectionTable);
    const row = pick(rows);
    const inputs = {};
    columns.forEach(({ key, type }, column) => {
      if (type === 'INPUT') inputs[key] = row[column] === '*' ? undefined : pick(ends(row[column]));
    });
    if ((inputs.site ?? '') === '' || (inputs.hist ?? '') === '') continue;
    for (const { key, table } of schema.inputs) {
      if (inputs[key] !== undefined || key === 'site' || key === 'hist') continue;
      const chance = next();
      if (chance < 0.05) inputs[key] = 'XX';
      else if (chance < 0.1) inputs[key] = '';
      else if (chance < 0.9) inputs[key] = pick(ends(pick(codesOf(algorithm, table)).code));
    }
    inputs.year_dx = '2024';
    const given = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
    if (selectSchemas(algorithm, given).schemaIds.length > 0 || at % 10 === 0) drawn.push(given);
  }
  return drawn;
}

export function run(args) {
  const staging = lib('staging');
  const { loadStagingFacts } = lib('staging', 'node');
  const published = path.join(root, '..', 'shared', 'samples', 'staging', 'eod_public-3.3.zip');
  const file = args.find((word) => word.endsWith('.zip')) ?? (existsSync(published) ? published : undefined);
  const count = Number(args.find((word) => /^\d+$/.test(word)) ?? 20_000);
  const clock = { year: 2026 };
  let algorithm = loadStagingFacts();
  if (file === undefined) {
    process.stderr.write('*** no algorithm file: its loading is not measured ***\n');
  } else {
    const bytes = readFileSync(file);
    const times = { read: [], open: [] };
    let text = '';
    for (let round = 0; round < ROUNDS; round++) {
      times.read.push(
        cpu(() => {
          const read = staging.readAlgorithm(bytes);
          if (!read.ok) throw new Error(JSON.stringify(read.error));
          algorithm = read.value;
          void algorithm.selection;
        }),
      );
      text ||= staging.prepare(algorithm);
      times.open.push(
        cpu(() => {
          void staging.openPrepared(text).selection;
        }),
      );
    }
    const of = { algorithm: algorithm.id, version: algorithm.version, bytes: bytes.length };
    figure('load, checked, first time', times.read[0] * 1000, 'ms CPU', { ...of, rival: `${REFERENCE.loadMs} ms` });
    figure('load, checked, median', median(times.read) * 1000, 'ms CPU', { ...of, rounds: ROUNDS });
    figure('open from prepared text, first time', times.open[0] * 1000, 'ms CPU', of);
    figure('open from prepared text, median', median(times.open) * 1000, 'ms CPU', { ...of, rounds: ROUNDS });
  }
  const drawn = cases(algorithm, count, staging);
  const lookups = drawn.map(({ site, hist }) => ({ site, hist }));
  const outcomes = {};
  for (const one of drawn) {
    const { result } = staging.stage(algorithm, one, clock);
    outcomes[result] = (outcomes[result] ?? 0) + 1;
  }
  const rates = (work) =>
    Array.from({ length: ROUNDS }, () => (count * 5) / cpu(() => Array.from({ length: 5 }, () => work())));
  const stagings = rates(() => drawn.forEach((one) => staging.stage(algorithm, one, clock)));
  const selections = rates(() => lookups.forEach((one) => staging.selectSchemas(algorithm, one)));
  const inputs = drawn.reduce((sum, one) => sum + Object.keys(one).length, 0) / count;
  const setting = { n: count, rounds: ROUNDS, inputsPerCase: Math.round(inputs * 10) / 10 };
  figure('stagings', median(stagings), '1/s CPU', { ...setting, outcomes, rival: REFERENCE.stagings });
  figure('stagings, best round', Math.max(...stagings), '1/s CPU', setting);
  figure('selections by site and histology', median(selections), '1/s CPU', { n: count, rival: REFERENCE.selections });
}
