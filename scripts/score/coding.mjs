/**
 * `npm run score -- coding [--part tune|held|all] [--blank] [--worst N] [--errors FIELD] [--out FILE] [--json]`
 *
 * Scores the coder on the reports with known answers beside the checkout and on this repository's own texts. Prints for each file and band of
 * scan quality: reportability, accuracy and coverage of each field (as abstaining, forced, the surest 80 %, and of values given without the mark
 * that a person should look), all fields right, and calibration.
 * `laterality told` are the paired sites whose report has a word for a side at all, read with one letter wrong; from the others nobody can tell it,
 * and their number is printed.
 * `--blank` codes each report again for each of its values without the words that justify it, and prints how often the value changes.
 * `--worst N` adds the surest disagreements with their text (default 0; 50 for study), `--out` writes every disagreement as NDJSON.
 * A third of the reports, by patient, is held out (`--part held`): rules are made on the rest (`--part tune`).
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createRequire } from 'node:module';
import { root } from '../build.mjs';
import {
  behaviorRight,
  goldGrade,
  gradeRight,
  histologyExact,
  histologyGroup,
  site3,
  site4,
  tellsSide,
} from './_coding-rules.mjs';

const require = createRequire(import.meta.url);
const shared = path.resolve(root, '../shared/samples');
const percent = (part, whole) => (whole === 0 ? '   -' : ((100 * part) / whole).toFixed(1).padStart(5));

/** Held out: a third, by patient, so that no patient is on both sides. */
const isHeld = (patient) => createHash('sha256').update(`held:${patient}`).digest()[0] % 3 === 0;

const sameSide = (given, gold) => given.laterality === gold.laterality;

/** Fields scored on the clinical files: name, who has an answer, and when a given answer is right. */
function fieldsFor(paired) {
  return [
    ['site3', 'primarySite', () => true, (given, gold) => site3(given.primarySite, gold.primarySite)],
    ['site4', 'primarySite', () => true, (given, gold) => site4(given.primarySite, gold.primarySite)],
    ['histology exact', 'histology', () => true, (given, gold) => histologyExact(given.histology, gold.histology)],
    ['histology group', 'histology', () => true, (given, gold) => histologyGroup(given.histology, gold.histology)],
    ['behavior', 'behavior', () => true, behaviorRight],
    ['laterality paired', 'laterality', (gold) => gold.laterality !== undefined && paired(gold.primarySite), sameSide],
    [
      'laterality told',
      'laterality',
      (gold, { text }) => gold.laterality !== undefined && paired(gold.primarySite) && tellsSide(text),
      sameSide,
    ],
    ['grade (info)', 'grade', (gold) => goldGrade(gold) !== null, (given, gold) => gradeRight(given.grade, gold)],
  ];
}

/** Fields that show another's cases by another cut; their disagreements are the same ones. */
const CUTS = new Set(['site4', 'histology exact', 'laterality told', 'grade (info)']);

/** Share right among the surest part; answers of equal confidence at the border count by their mean. */
function atCoverage(rows, share) {
  const wanted = rows.length * share;
  const sorted = [...rows].sort((a, b) => b.confidence - a.confidence);
  let taken = 0;
  let right = 0;
  for (let from = 0; from < sorted.length && taken < wanted;) {
    let to = from;
    while (to < sorted.length && sorted[to].confidence === sorted[from].confidence) to += 1;
    const tie = sorted.slice(from, to);
    const part = Math.min(1, (wanted - taken) / tie.length);
    right += part * tie.filter((row) => row.right).length;
    taken += part * tie.length;
    from = to;
  }
  return taken === 0 ? 0 : right / taken;
}

/** Expected calibration error: ten bins of confidence, weighted by their size; answers that were given only. */
function calibrationError(rows) {
  const given = rows.filter((row) => row.given);
  const bins = Array.from({ length: 10 }, () => []);
  for (const row of given) bins[Math.min(9, Math.floor(row.confidence * 10))].push(row);
  let error = 0;
  for (const bin of bins) {
    if (bin.length === 0) continue;
    const right = bin.filter((row) => row.right).length / bin.length;
    const confidence = bin.reduce((sum, row) => sum + row.confidence, 0) / bin.length;
    error += (Math.abs(right - confidence) * bin.length) / Math.max(1, given.length);
  }
  return error;
}

const BANDS = [
  ['all', () => true],
  ['scan > 0.9', (row) => row.ocrQuality > 0.9],
  ['0.8 - 0.9', (row) => row.ocrQuality > 0.8 && row.ocrQuality <= 0.9],
  ['<= 0.8', (row) => row.ocrQuality <= 0.8],
];

function scoreClinical(rows, answers, paired, out) {
  const fields = fieldsFor(paired);
  for (const [band, inBand] of BANDS) {
    const chosen = rows.filter(inBand);
    if (chosen.length === 0) continue;
    const said = chosen.map((row) => answers.get(row.id));
    const yes = said.filter(({ plain }) => plain.reportable === true).length;
    const review = said.filter(({ plain }) => plain.reportable === null).length;
    const forcedYes = said.filter(({ forced }) => forced.reportable === true).length;
    out.print(
      `\n${band}: ${chosen.length} reports; reportable yes ${percent(yes, chosen.length)} %, review ${percent(review, chosen.length)} %, missed ${percent(chosen.length - yes - review, chosen.length)} % (forced yes ${percent(forcedYes, chosen.length)} %)`,
    );
    out.print(
      '  field               cases  forced  at 80 %  given  right of given  unmarked  right of unmarked  calibration error',
    );
    for (const [name, field, asked, isRight] of fields) {
      const scored = chosen
        .filter((row) => asked(row.gold, row))
        .map((row) => {
          const { forced, plain } = answers.get(row.id);
          return {
            right: isRight(forced, row.gold),
            given: forced[field] !== null,
            confidence: forced.confidence[field] ?? 0,
            plainGiven: plain[field] !== null,
            plainRight: plain[field] !== null && isRight(plain, row.gold),
            unmarked: plain[field] !== null && !plain.flags.includes(`check-${field}`),
          };
        });
      const right = scored.filter((one) => one.right).length;
      const given = scored.filter((one) => one.plainGiven).length;
      const unmarked = scored.filter((one) => one.unmarked);
      const error = calibrationError(scored);
      out.print(
        `  ${name.padEnd(18)} ${String(scored.length).padStart(6)}   ${percent(right, scored.length)}    ${percent(atCoverage(scored, 0.8), 1)}  ${percent(given, scored.length)}           ${percent(scored.filter((one) => one.plainRight).length, given)}     ${percent(unmarked.length, scored.length)}              ${percent(unmarked.filter((one) => one.plainRight).length, unmarked.length)}              ${error.toFixed(3)}`,
      );
      out.figures.push({
        band,
        field: name,
        cases: scored.length,
        forced: right / scored.length,
        at80: atCoverage(scored, 0.8),
        given: given / scored.length,
        unmarked: unmarked.length / scored.length,
        rightOfUnmarked: unmarked.filter((one) => one.plainRight).length / Math.max(1, unmarked.length),
        calibrationError: error,
      });
    }
    sidesTold(chosen, answers, paired, out);
    const all = chosen.filter((row) => {
      const { forced } = answers.get(row.id);
      return fields
        .filter(([name]) => ['site4', 'histology group', 'behavior', 'laterality paired'].includes(name))
        .every(([, , asked, isRight]) => !asked(row.gold, row) || isRight(forced, row.gold));
    }).length;
    out.print(`  all fields right    ${String(chosen.length).padStart(5)}   ${percent(all, chosen.length)}`);
  }
}

/** How often a value changes when the words that justify it are blanked: evidence that carries nothing would leave it. */
function blanking(rows, answers, codeReport, tables, out) {
  for (const field of HAND_FIELDS.filter((one) => one !== 'reportable')) {
    const given = rows.filter((row) => answers.get(row.id).plain[field] !== null);
    const changed = given.filter((row) => {
      const { plain } = answers.get(row.id);
      let { text } = row;
      for (const { start, end } of plain.evidence[field])
        text = text.slice(0, start) + ' '.repeat(end - start) + text.slice(end);
      return codeReport({ id: row.id, text }, tables)[field] !== plain[field];
    }).length;
    const lengths = given
      .flatMap((row) => answers.get(row.id).plain.evidence[field].map(({ start, end }) => end - start))
      .sort((a, b) => a - b);
    out.print(
      `  words of ${field} blanked: ${percent(changed, given.length)} % of ${given.length} change; a span has ${lengths[lengths.length >> 1] ?? 0} characters (median)`,
    );
    out.figures.push({ field, blanked: given.length, changed: changed / Math.max(1, given.length) });
  }
}

/** How much of the laterality can be told at all: the ceiling of any reader of these texts. */
function sidesTold(rows, answers, paired, out) {
  const asked = rows.filter(({ gold }) => gold.laterality !== undefined && paired(gold.primarySite));
  if (asked.length === 0) return;
  const told = asked.filter(({ text }) => tellsSide(text));
  const silent = asked.filter(({ text }) => !tellsSide(text));
  const right = (of) => of.filter((row) => sameSide(answers.get(row.id).forced, row.gold)).length;
  out.print(
    `  no word for a side in ${silent.length} of ${asked.length} reports of paired sites (${right(silent)} of them right): forced, no reader gets more than ${percent(told.length, asked.length)} % but by chance; where a side is told ${percent(right(told), told.length)} % of ${told.length}`,
  );
}

/** Disagreements of the forced answers, the surest first: those show what is wrong with the rules. */
function disagreements(rows, answers, paired, only) {
  const found = [];
  for (const [name, field, asked, isRight] of fieldsFor(paired)) {
    if (only === undefined ? CUTS.has(name) : name !== only) continue;
    for (const row of rows) {
      const { forced } = answers.get(row.id);
      if (!asked(row.gold, row) || isRight(forced, row.gold)) continue;
      found.push({
        field: name,
        id: row.id,
        cohort: row.cohort,
        ocrQuality: row.ocrQuality,
        given: forced[field],
        confidence: forced.confidence[field] ?? 0,
        rule: forced.rules?.[field],
        words: (forced.evidence[field] ?? []).map(({ start, end }) => row.text.slice(start, end)),
        gold: row.gold,
        flags: forced.flags,
        text: row.text,
      });
    }
  }
  return found.sort((a, b) => b.confidence - a.confidence);
}

const HAND_FIELDS = ['reportable', 'primarySite', 'histology', 'behavior', 'laterality', 'grade'];

/** Texts with every expected field: the answer with abstention, `acceptable` alternatives counted right. */
function scoreTexts(title, cases, codeReport, tables, out, { fields = HAND_FIELDS, quiet = false } = {}) {
  let allRight = 0;
  let wrongFields = 0;
  let flagged = 0;
  const seen = { yes: 0, yesRight: 0, no: 0, noRight: 0, yesMissed: 0, noReview: 0 };
  const notes = [];
  for (const one of cases) {
    const report = { id: one.id, text: one.text, ...(one.diagnosisYear ? { diagnosisYear: one.diagnosisYear } : {}) };
    const answer = codeReport(report, tables);
    const { expected } = one;
    if (expected.reportable === true) {
      seen.yes += 1;
      if (answer.reportable === true) seen.yesRight += 1;
      if (answer.reportable === false) seen.yesMissed += 1;
    } else if (expected.reportable === false) {
      seen.no += 1;
      const reviewIsRight = expected.reviewExpected === true && answer.reportable === null;
      if (answer.reportable === false || reviewIsRight) seen.noRight += 1;
      else if (answer.reportable === null) seen.noReview += 1;
    }
    const wrong = fields.filter((field) => {
      if (!(field in expected)) return false;
      const wanted = [expected[field], ...(expected.acceptable?.[field] ?? [])];
      if (field === 'reportable' && expected.reviewExpected === true) wanted.push(null);
      return !wanted.includes(answer[field] ?? null);
    });
    if (wrong.length === 0) allRight += 1;
    wrongFields += wrong.length;
    flagged += wrong.filter(
      (field) => answer[field] === null || answer.reportable === null || answer.flags.length > 0,
    ).length;
    if (wrong.length > 0)
      notes.push(
        `  ${one.id}: ${wrong.map((field) => `${field} ${JSON.stringify(answer[field] ?? null)} not ${JSON.stringify(expected[field])}`).join('; ')} [${answer.flags.join(' ')}]`,
      );
  }
  out.print(
    `\n${title}: ${cases.length} texts; all fields right ${percent(allRight, cases.length)} %; wrong fields ${wrongFields}, of these flagged or abstained ${percent(flagged, wrongFields)} %`,
  );
  out.print(
    `  reportability: sensitivity ${percent(seen.yesRight, seen.yes)} % (missed ${seen.yesMissed} of ${seen.yes}), specificity ${percent(seen.noRight, seen.no)} % of ${seen.no} (sent to review ${seen.noReview})`,
  );
  if (!quiet) for (const note of notes) out.print(note);
  out.figures.push({
    file: title,
    cases: cases.length,
    allRight: allRight / cases.length,
    sensitivity: seen.yes === 0 ? null : seen.yesRight / seen.yes,
    specificity: seen.no === 0 ? null : seen.noRight / seen.no,
  });
}

function scoreRules(file, isReportable, out) {
  const [head, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const columns = head.split(',');
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [columns[index], cell])));
  const wrong = rows.filter(
    (row) =>
      isReportable(row.site, row.histology, row.behavior, Number(row.yearDx)).reportable !== (row.reportable === 'Y'),
  );
  out.print(`\nreportability cases by code: ${rows.length - wrong.length} of ${rows.length} right`);
  for (const row of wrong) out.print(`  ${row.caseId} ${row.site} ${row.histology}/${row.behavior} ${row.yearDx}`);
  out.figures.push({ file: 'reportability/cases.csv', cases: rows.length, right: rows.length - wrong.length });
}

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      part: { type: 'string', default: 'all' },
      blank: { type: 'boolean' },
      worst: { type: 'string', default: '0' },
      errors: { type: 'string' },
      out: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const { codeReport, isReportable } = require(path.join(root, 'dist/libs/coding/src/index.js'));
  const { loadCodingTables } = require(path.join(root, 'dist/libs/coding/node.js'));
  const { isPairedSite } = require(path.join(root, 'dist/libs/icdo3/src/index.js'));
  const tables = loadCodingTables();
  const out = {
    figures: [],
    print: (line) => {
      if (!values.json) process.stdout.write(`${line}\n`);
    },
  };

  for (const name of ['reportability', 'codes']) {
    const { cases } = JSON.parse(readFileSync(path.join(root, `test/cases/coding/${name}.json`), 'utf8'));
    scoreTexts(`own texts (test/cases/coding/${name}.json)`, cases, codeReport, tables, out);
  }
  const clinical = path.join(shared, 'pathology/tcga-dev.jsonl');
  if (!existsSync(clinical)) {
    process.stderr.write(`SKIPPED: ${shared} is not there; only the texts of this repository were scored\n`);
  } else {
    scoreRules(path.join(shared, 'reportability/cases.csv'), isReportable, out);
    scoreTexts(
      'handwritten-dev.json',
      JSON.parse(readFileSync(path.join(shared, 'pathology/handwritten-dev.json'), 'utf8')),
      codeReport,
      tables,
      out,
    );
    const rows = readFileSync(clinical, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((row) => values.part === 'all' || isHeld(row.patient) === (values.part === 'held'));
    const started = process.cpuUsage();
    const answers = new Map();
    for (const row of rows) {
      const report = { id: row.id, text: row.text };
      answers.set(row.id, {
        plain: codeReport(report, tables),
        forced: codeReport(report, tables, { force: true }),
      });
    }
    const { user, system } = process.cpuUsage(started);
    out.print(
      `\ntcga-dev.jsonl, ${values.part}: ${rows.length} reports, ${((user + system) / 2e6).toFixed(1)} CPU s a pass`,
    );
    scoreClinical(rows, answers, isPairedSite, out);
    if (values.blank) blanking(rows, answers, codeReport, tables, out);
    const found = disagreements(rows, answers, isPairedSite, values.errors);
    if (values.out !== undefined) writeFileSync(values.out, found.map((one) => `${JSON.stringify(one)}\n`).join(''));
    for (const one of found.slice(0, Number(values.worst))) {
      const { text, ...rest } = one;
      out.print(`\n--- ${JSON.stringify(rest)}\n${text}`);
    }
  }
  if (values.json) process.stdout.write(`${JSON.stringify(out.figures)}\n`);
  return 0;
}
