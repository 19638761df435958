import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '@perennial/config/node';
import { parse } from 'csv-parse/sync';
import { loadPrimaries } from '../node';
import { type PairVerdict, type TumorParts } from './index';

type Row = Readonly<Record<string, string>>;

const samples = path.join(packageRoot(), '..', 'shared', 'samples', 'multiple-primaries');
const withSamples = existsSync(samples) ? describe : describe.skip;

withSamples('the public pairs', () => {
  const primaries = loadPrimaries();
  const rows = (file: string): readonly Row[] => parse(readFileSync(path.join(samples, file)), { columns: true });
  const parts = (row: Row, which: 1 | 2): TumorParts => {
    const of = (name: string): string => row[`${name}${which}`] ?? '';
    return {
      year: of('year'),
      month: of('month'),
      day: of('day'),
      site: of('site'),
      histology: of('hist'),
      behavior: of('beh'),
      laterality: of('lat'),
    };
  };
  const verdict = (row: Row): PairVerdict => primaries.compareParts(parts(row, 1), parts(row, 2), 2026);
  const wrong = (all: readonly Row[]): readonly string[] =>
    all.flatMap((row) => {
      const { result, referenceGroup, step } = verdict(row);
      const got = [result, referenceGroup ?? '', step ?? ''].join(' ');
      const expected = [row.expectedResult, row.expectedGroup, row.expectedStep].join(' ');
      return got === expected ? [] : [`${Object.values(row).join(',')}: ${got}`];
    });

  it('that were generated agree in result, group and step', () => {
    const all = rows('generated-dev.csv');
    expect(all.length).toBeGreaterThan(2_000);
    expect(wrong(all)).toEqual([]);
  });

  it('that were published agree in result, group and step', () => {
    const all = rows('cases-dev.csv');
    expect(all.length).toBeGreaterThan(1_500);
    expect(wrong(all)).toEqual([]);
  });
});
