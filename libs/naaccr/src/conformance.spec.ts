import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { standardScan } from '@perennial/naaccr/node';
import { type CheckReport, createNaaccrChecker, type Issue, parseUserDictionary, readNaaccrXml } from './index.js';

/** What `conformance/expected.json` says of a file. */
interface Expected {
  readonly patients: number;
  readonly tumors: number;
  readonly items: number;
  readonly byCode: Readonly<Record<string, number>>;
  readonly fatal: { readonly code: string; readonly line: number } | null;
  /** Lines of the findings, in order. */
  readonly lines?: readonly number[];
  readonly unchecked?: number;
  readonly extensions?: number;
  readonly codes?: boolean;
  readonly keepGoing?: boolean;
  readonly userDictionaries?: readonly string[];
}

const folder = path.join(__dirname, '../conformance');
const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as Record<string, Expected>;
const dictionary = (name: string) =>
  parseUserDictionary(readFileSync(path.join(folder, 'dictionaries', `${name}.xml`))).dictionary;

const optionsOf = ({ codes = false, keepGoing = false, userDictionaries = [] }: Expected) =>
  standardScan({ codes, keepGoing, userDictionaries: userDictionaries.map(dictionary) });

function bytesOf(name: string): Uint8Array {
  const raw = readFileSync(path.join(folder, name));
  return raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
}

function check(bytes: Uint8Array, want: Expected, chunk: number): CheckReport {
  const checker = createNaaccrChecker({ ...optionsOf(want), details: 100 });
  for (let at = 0; at < bytes.length; at += chunk) if (!checker.push(bytes.subarray(at, at + chunk))) break;
  return checker.end();
}

describe('the conformance files', () => {
  it('are all told what is expected of them', () => {
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith('.xml'))
        .sort(),
    ).toEqual(Object.keys(expected).sort());
  });

  it.each(Object.entries(expected))('%s', async (name, want) => {
    const bytes = bytesOf(name);
    const whole = check(bytes, want, 1 << 20);
    const { patients, tumors, items, byCode, fatal, unchecked, extensions } = whole;
    expect({
      patients,
      tumors,
      items,
      byCode,
      fatal: fatal && { code: fatal.code, line: fatal.line },
      unchecked,
      extensions,
      lines: whole.details.map(({ line }) => line),
    }).toEqual({
      patients: want.patients,
      tumors: want.tumors,
      items: want.items,
      byCode: want.byCode,
      fatal: want.fatal,
      unchecked: want.unchecked ?? 0,
      extensions: want.extensions ?? 0,
      lines: want.lines ?? [],
    });
    // However the bytes come, the result is the same.
    for (const chunk of [1, 7, 64]) expect(check(bytes, want, chunk)).toEqual(whole);
    // The reader sees what the checker sees.
    const seen: Issue[] = [];
    const read = { patients: 0, tumors: 0 };
    let failure: { code?: string; line?: number } | null = null;
    try {
      const file = await readNaaccrXml([bytes], optionsOf(want));
      seen.push(...file.issues);
      for await (const patient of file.patients) {
        read.patients += 1;
        read.tumors += patient.tumors.length;
        expect(patient.tumorLines).toHaveLength(patient.tumors.length);
        seen.push(...patient.issues);
      }
    } catch (error) {
      failure = error as { code?: string; line?: number };
    }
    expect(failure && { code: failure.code, line: failure.line }).toEqual(want.fatal);
    if (want.fatal === null) {
      expect(read).toEqual({ patients: want.patients, tumors: want.tumors });
      expect(seen).toEqual(whole.details);
    }
  });
});
