import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { loadRecoder } from '../node';
import { RECODE_IDS, type RecodeId } from './index';

const recoder = loadRecoder();
const recode = (site?: string, histology?: string, behavior?: string, year?: string): Record<RecodeId, string> =>
  recoder.recode({
    primarySite: site,
    histologicTypeIcdO3: histology,
    behaviorCodeIcdO3: behavior,
    dateOfDiagnosis: year,
  });

describe('recodes of a tumor', () => {
  it.each<[string, string, string, string, Partial<Record<RecodeId, string>>]>([
    ['C509', '8500', '3', '2020', { seerSiteRecode2008: '26000', aya2008: '36', behaviorRecode: '3' }],
    ['C619', '8140', '3', '2020', { seerSiteRecode2008: '28010', lymphoid2021: '99', brainCns2020: '27' }],
    ['C420', '9823', '3', '2015', { lymphoid2021: '08', icccIarc2017: '011', icccMajor: '01' }],
    ['C499', '9680', '3', '2015', { lymphoid2021: '14' }],
    ['C779', '9680', '3', '2015', { lymphoid2021: '13' }],
    ['C711', '9440', '3', '2015', { brainCns2020: '02', seerSiteRecode2008: '31010' }],
    ['C700', '9530', '0', '2015', { brainCns2020: '16', behaviorRecode: '0' }],
  ])('%s %s/%s of %s', (site, histology, behavior, year, expected) => {
    expect(recode(site, histology, behavior, year)).toMatchObject(expected);
  });

  it.each([
    ['bladder counts as malignant whatever its behavior', 'C679', '8130', '2', '2020', '3'],
    ['in situ stays in situ elsewhere', 'C509', '8500', '2', '2020', '2'],
    ['borderline of the brain from 2004', 'C711', '9505', '1', '2004', '1'],
    ['borderline of the brain before 2004', 'C711', '9505', '1', '2003', '9'],
    ['borderline elsewhere', 'C569', '8442', '1', '2004', '5'],
    ['malignant only since ICD-O-3', 'C421', '9950', '3', '2001', '4'],
    ['the same before ICD-O-3', 'C421', '9950', '3', '2000', '3'],
    ['lung tumor malignant only since ICD-O-3', 'C341', '9133', '3', '2001', '4'],
    ['malignant only since 2010', 'C421', '9975', '3', '2010', '6'],
    ['benign outside the brain is not counted', 'C509', '8500', '0', '2020', '9'],
  ])('behavior recode: %s', (_case, site, histology, behavior, year, expected) => {
    expect(recode(site, histology, behavior, year).behaviorRecode).toBe(expected);
  });

  it('says "not recoded" where a value that the system needs is missing or malformed', () => {
    const none = {
      seerSiteRecode2008: '99999',
      seerSiteRecode2023: '99',
      seerSiteRecode2023Expanded: '99',
      icccIarc2017: '999',
      icccIarc2017Extended: '999',
      icccMajor: '99',
      lymphoid2021: '99',
      brainCns2020: '99',
      aya2020: '999',
      aya2008: '99',
      behaviorRecode: '9',
    };
    expect(recode()).toEqual(none);
    expect(recode('C50', '8500', '3', '2020')).toEqual(none);
    expect(recode('C509', '85000', '3', '2020')).toEqual(none);
    // The 2008 site recode and the lymphoid recode read neither behavior nor year.
    expect(recode('C509', '9680')).toEqual({ ...none, seerSiteRecode2008: '33042', lymphoid2021: '13' });
    expect(recode('C509', '8500', '3', 'x').seerSiteRecode2023).toBe('99');
  });

  it('names codes as their tables are published, under their groups', () => {
    const label = (id: RecodeId, code: string): string | undefined =>
      recoder.codes(id).find((one) => one.code === code)?.label;
    expect(label('icccIarc2017', '011')).toBe('Lymphoid leukemias');
    expect(label('icccIarc2017Extended', '001')).toBe('Precursor cell leukemias');
    expect(label('seerSiteRecode2008', '20010')).toBe('Lip');
    expect(recoder.groups('seerSiteRecode2008')[0]).toEqual({
      level: 0,
      label: 'Oral Cavity and Pharynx',
      codes: '20010 20020 20030 20040 20050 20060 20070 20080 20090 20100'.split(' '),
    });
    for (const id of RECODE_IDS) {
      const lines = recoder.groups(id);
      if (lines.length === 0) continue;
      const grouped = new Set(lines.flatMap(({ codes }) => codes));
      const given = recoder.codes(id).map(({ code }) => code);
      expect(given.filter((code) => !grouped.has(code) && !/^9+$/.test(code))).toEqual([]);
      for (const { label: text } of recoder.codes(id)) expect(text).not.toBe('');
    }
  });

  it('answers every input with codes of its lists', () => {
    const lists = new Map(RECODE_IDS.map((id) => [id, new Set(recoder.codes(id).map(({ code }) => code))]));
    const digits = (size: number): fc.Arbitrary<string> =>
      fc.integer({ min: 0, max: 10 ** size - 1 }).map((value) => String(value).padStart(size, '0'));
    fc.assert(
      fc.property(
        digits(3).map((site) => `C${site}`),
        digits(4),
        digits(1),
        fc.oneof(digits(4), fc.string()),
        (site, histology, behavior, year) => {
          const values = recode(site, histology, behavior, year);
          for (const id of RECODE_IDS) expect(lists.get(id)?.has(values[id])).toBe(true);
        },
      ),
    );
  });
});

const sample = path.join(__dirname, '../../../../shared/samples/recodes/recode-cases-dev.csv');
(existsSync(sample) ? describe : describe.skip)('the public cases', () => {
  it('agree in every column', () => {
    const rows = parse<Record<string, string>>(readFileSync(sample), { columns: true });
    expect(rows.length).toBeGreaterThan(2_000);
    const wrong = rows.flatMap((row) => {
      const values = recode(row.site, row.histology, row.behavior, row.yearDx);
      return RECODE_IDS.filter((id) => values[id] !== row[id]).map((id) => `${row.caseId} ${id} ${values[id]}`);
    });
    expect(wrong).toEqual([]);
  });
});
