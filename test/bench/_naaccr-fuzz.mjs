/** Files damaged at random: each must come out as a report, clean or with located errors, in little time and however its bytes are cut. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/build.mjs';
import { lib } from '../../scripts/platform.mjs';

const folder = path.join(root, 'libs/naaccr/conformance');
const TOKENS = [
  '<',
  '>',
  '&',
  '"',
  "'",
  '/',
  '=',
  ' ',
  '\n',
  '\r\n',
  '<!--',
  '-->',
  '--',
  '<![CDATA[',
  ']]>',
  '&#10;',
  '&#x0;',
  '&amp;',
  '&a;',
  '<?p i?>',
  '<?',
  '?>',
  ' xmlns:a="b"',
  ' xmlns=""',
  '<a:b/>',
  '</Item>',
  '<Item naaccrId="sex">',
  '<Item/>',
  '<Tumor>',
  '</Tumor>',
  '</Patient>',
  '<Patient>',
  '</NaaccrData>',
  '\ufeff',
  '\0',
  '\u0001',
  'é',
  '\uffff',
  ':',
  ';',
  '<!DOCTYPE a>',
  '😀',
  '\u2028',
].map((text) => Buffer.from(text));

/** A small generator of its own, so that a run can be repeated. */
function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const isWord = (byte) => (byte >= 48 && byte < 58) || (byte >= 65 && byte < 91) || (byte >= 97 && byte < 123);

/** Whether a place is in text, or in an attribute value, and not in the name of a tag. */
function inValue(bytes, at) {
  let from = at;
  while (from > 0 && bytes[from] !== 0x3c && bytes[from] !== 0x3e) from--;
  if (bytes[from] === 0x3e) return true;
  let quotes = 0;
  for (let place = from; place < at; place++) if (bytes[place] === 0x22) quotes++;
  return quotes % 2 === 1;
}

/** Letters and digits in the place of others, in values: such files stay well-formed. */
function misspelt(source, next) {
  const bytes = Buffer.from(source);
  for (let times = 1 + next(4), tries = 0; times > 0 && tries < 500; tries++) {
    const at = next(bytes.length);
    if (!isWord(bytes[at]) || !inValue(bytes, at)) continue;
    bytes[at] = [48 + next(10), 65 + next(26), 97 + next(26)][next(3)];
    times--;
  }
  return bytes;
}

function damaged(source, next) {
  let bytes = source;
  if (next(2) === 0) return misspelt(source, next);
  for (let times = 1 + next(3); times > 0; times--) {
    const at = next(bytes.length + 1);
    switch (next(5)) {
      case 0:
        bytes = Buffer.from(bytes);
        if (at < bytes.length) bytes[at] = next(256);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + next(12))]);
        break;
      case 2: {
        const from = next(bytes.length + 1);
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + next(80)), bytes.subarray(at)]);
        break;
      }
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), TOKENS[next(TOKENS.length)], bytes.subarray(at)]);
    }
  }
  return bytes;
}

export function fuzz(count, seedNumber = 20261124) {
  const { createNaaccrChecker } = lib('naaccr');
  const { standardScan } = lib('naaccr', 'node');
  const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8'));
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('.xml') && !name.startsWith('gzip') && expected[name].fatal === null)
    .map((name) => readFileSync(path.join(folder, name)));
  const next = random(seedNumber);
  const options = { ...standardScan({ codes: true }), details: 20 };
  const check = (bytes, chunk) => {
    const checker = createNaaccrChecker(options, 4096);
    for (let at = 0; at < bytes.length; at += chunk) if (!checker.push(bytes.subarray(at, at + chunk))) break;
    return checker.end();
  };
  const outcomes = { clean: 0, errors: 0, fatal: 0 };
  let slowestMs = 0;
  const started = performance.now();
  for (let made = 0; made < count; made++) {
    const bytes = damaged(sources[next(sources.length)], next);
    const before = performance.now();
    const report = check(bytes, bytes.length || 1);
    slowestMs = Math.max(slowestMs, performance.now() - before);
    let lines = 1;
    for (const byte of bytes) if (byte === 10) lines++;
    const located = [...report.details, ...(report.fatal ? [report.fatal] : [])].every(
      ({ line, message }) => line >= 1 && line <= lines && message !== '',
    );
    const again = JSON.stringify(check(bytes, 1 + next(50)));
    if (!located || again !== JSON.stringify(report)) {
      throw new Error(
        `file ${made} of seed ${seedNumber}: ${JSON.stringify(report)} ${again}\n${bytes.toString('base64')}`,
      );
    }
    outcomes[report.fatal ? 'fatal' : report.errors > 0 ? 'errors' : 'clean']++;
  }
  return {
    figure: 'damaged files',
    files: count,
    ...outcomes,
    slowestMs: Math.round(slowestMs * 10) / 10,
    seconds: Math.round((performance.now() - started) / 100) / 10,
  };
}
