/**
 * Coding of reports of about 4,000 characters, one core: reports a second of CPU time, start and memory of the lexicon.
 *
 * `npm run bench -- coding [reports] [FILE.jsonl]`; without a file the reports are made of the invented texts in `test/cases/coding`, each with a gross
 * description as long as real ones have, and a share of letters misread as a scan would. The rate is the median of five passes after the first; the
 * first pass of a new process, with code not yet compiled and no word seen before, has its own figure. CPU time counts every thread, so the
 * compiler's too.
 */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/build.mjs';

const require = createRequire(import.meta.url);
const CHARACTERS = 4_000;
const PASSES = 5;

const GROSS = [
  'The specimen is received in formalin labeled with the name of the patient and consists of tan soft tissue measuring 4.5 x 3.0 x 2.1 cm.',
  'The outer surface is inked black and the specimen is serially sectioned to show a firm white ill defined mass that is 1.2 cm from the nearest margin.',
  'Representative sections are submitted as follows: A1 proximal margin, A2 distal margin, A3 to A6 mass with adjacent tissue, A7 lymph nodes.',
  'Sections show a proliferation of cells with enlarged nuclei, prominent nucleoli and frequent mitotic figures, infiltrating in nests and cords.',
  'There is no evidence of lymphovascular invasion. Immunohistochemical stains are performed with appropriate controls.',
];
/** A fixed sequence, so that every run codes the same texts. */
function* numbers(seed) {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function invented(count) {
  const cases = ['codes', 'reportability'].flatMap(
    (name) => JSON.parse(readFileSync(path.join(root, `test/cases/coding/${name}.json`), 'utf8')).cases,
  );
  const random = numbers(7);
  const next = () => random.next().value;
  const scanned = (text) =>
    [...text]
      .map((letter) => {
        if (next() > 0.01) return letter;
        return { l: '1', o: '0', i: 'l', m: 'rn', s: '5', e: 'c' }[letter] ?? letter;
      })
      .join('');
  return Array.from({ length: count }, (_, index) => {
    const parts = ['FINAL DIAGNOSIS:', cases[index % cases.length].text, 'GROSS DESCRIPTION:'];
    let length = parts.join('\n').length;
    while (length < CHARACTERS) {
      const line = GROSS[Math.floor(next() * GROSS.length)];
      parts.push(line);
      length += line.length + 1;
    }
    const text = parts.join('\n');
    return { id: String(index), text: index % 3 === 0 ? scanned(text) : text };
  });
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const print = (figure) => process.stdout.write(`${JSON.stringify(figure)}\n`);

/** Time and memory of a fresh process that loads the lexicon and codes one report. */
function start() {
  const script = `
    const before = process.memoryUsage().rss; const began = performance.now(); const cpu = process.cpuUsage();
    const { codeReport } = require(${JSON.stringify(path.join(root, 'dist/libs/coding/src/index.js'))});
    const { loadCodingTables } = require(${JSON.stringify(path.join(root, 'dist/libs/coding/node.js'))});
    const tables = loadCodingTables(); codeReport({ text: 'Breast: carcinoma' }, tables);
    const ready = performance.now() - began; const { user, system } = process.cpuUsage(cpu); if (global.gc) gc();
    console.log(JSON.stringify({ ready, cpu: (user + system) / 1000, heap: process.memoryUsage().heapUsed, rss: process.memoryUsage().rss - before }));`;
  return JSON.parse(execFileSync(process.execPath, ['--expose-gc', '-e', script], { encoding: 'utf8' }));
}

export async function run([count = '2000', file]) {
  const starts = Array.from({ length: 5 }, start);
  print({
    figure: 'coding.start',
    unit: 'CPU ms',
    value: Math.round(Math.min(...starts.map((one) => one.cpu))),
    wallBest: Math.round(Math.min(...starts.map((one) => one.ready))),
    wallMedian: Math.round(median(starts.map((one) => one.ready))),
    target: 500,
    runs: starts.length,
  });
  print({
    figure: 'coding.lexicon-memory',
    unit: 'MB',
    value: Math.round(median(starts.map((one) => one.rss)) / 1e6),
    heap: Math.round(median(starts.map((one) => one.heap)) / 1e6),
    target: 150,
  });
  const { codeReport } = require(path.join(root, 'dist/libs/coding/src/index.js'));
  const { loadCodingTables } = require(path.join(root, 'dist/libs/coding/node.js'));
  const tables = loadCodingTables();
  const reports =
    file === undefined
      ? invented(Number(count))
      : readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .slice(0, Number(count))
          // The texts alone, so that no time goes to keeping the rest of the file.
          .map((line) => ({ text: JSON.parse(line).text }));
  const characters = reports.reduce((sum, { text }) => sum + text.length, 0) / reports.length;
  const pass = () => {
    const before = process.cpuUsage();
    for (const { text } of reports) codeReport({ text }, tables);
    const { user, system } = process.cpuUsage(before);
    return reports.length / ((user + system) / 1e6);
  };
  const first = pass();
  print({
    figure: 'coding.first-pass',
    unit: '1/s',
    value: Math.round(first),
    target: 1_000,
    reports: reports.length,
    charactersEach: Math.round(characters),
    source: file === undefined ? 'invented' : path.basename(file),
  });
  const rates = Array.from({ length: PASSES }, pass);
  print({
    figure: 'coding.reports-per-cpu-second',
    unit: '1/s',
    value: Math.round(median(rates)),
    best: Math.round(Math.max(...rates)),
    target: 1_000,
    reports: reports.length,
    charactersEach: Math.round(characters),
    source: file === undefined ? 'invented' : path.basename(file),
    passes: PASSES,
  });
}
