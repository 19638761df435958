import fc from 'fast-check';
import { loadIcdo3 } from '../node';
import { createIcdo3Search, type SearchFilter } from './index';

const icdo3 = loadIcdo3();
const search = createIcdo3Search(icdo3);
const sites = (query: string, filter?: SearchFilter): string[] => search.sites(query, filter).map(({ code }) => code);
const codes = (query: string, filter?: SearchFilter): string[] =>
  search.morphologies(query, filter).map(({ code }) => code);

describe('search of sites', () => {
  it.each([
    ['C50.4', 'C504'],
    ['c504', 'C504'],
    ['50.4', 'C504'],
    ['breast', 'C509'],
    ['upper outer breast', 'C504'],
    ['outer upper quadrant breast', 'C504'],
    ['UOQ breast', 'C504'],
    ['sigmoid', 'C187'],
    ['lung', 'C349'],
    ['rul', 'C341'],
    ['left lower lobe', 'C343'],
    ['prostate', 'C619'],
    ['axillary lymph nodes', 'C773'],
    ['bladder', 'C679'],
    ['oesophagus', 'C159'],
    ['GEJ', 'C160'],
    ['frontal lobe', 'C711'],
    ['kidney', 'C649'],
    ['tounge', 'C029'],
    ['stomac', 'C169'],
    ['bone marrow', 'C421'],
  ])('%s: %s first', (query, code) => {
    expect(sites(query)[0]).toBe(code);
  });

  it('lists the parts of an organ by its code', () => {
    expect(sites('C50')).toEqual(['C509', 'C500', 'C501', 'C502', 'C503', 'C504', 'C505', 'C506', 'C508']);
    expect(sites('C9')).toEqual([]);
    expect(sites('')).toEqual([]);
  });

  it('leaves out sites of the other sex and sites that the histology is not known at, unless asked for', () => {
    expect(sites('prostate', { sex: '2' })).toEqual([]);
    expect(sites('prostate', { sex: '9' })[0]).toBe('C619');
    expect(search.sites('prostate', { sex: '2', unsuited: true })[0]).toMatchObject({
      code: 'C619',
      unsuited: ['sex'],
    });
    expect(search.sites('C619', { sex: '2' })).toMatchObject([{ code: 'C619', unsuited: ['sex'] }]);
    expect(sites('liver', { morphology: '8170/3' })[0]).toBe('C220');
    expect(sites('prostate', { morphology: '8170/3' })).toEqual([]);
  });
});

describe('search of histologies', () => {
  it.each<[string, SearchFilter, string]>([
    ['8500', {}, '8500/3'],
    ['8500/2', {}, '8500/2'],
    ['85002', {}, '8500/2'],
    ['M8500/3', {}, '8500/3'],
    ['adenocarcinoma', {}, '8140/3'],
    ['adenoca', { site: 'C187' }, '8140/3'],
    ['invasive ductal carcinoma', { site: 'C504' }, '8500/3'],
    ['ductal carcinoma in situ', { site: 'C504' }, '8500/2'],
    ['DCIS', {}, '8500/2'],
    ['SCC', { site: 'C341' }, '8070/3'],
    ['melanoma', { site: 'C445' }, '8720/3'],
    ['melanoma in situ', {}, '8720/2'],
    ['GIST', {}, '8936/3'],
    ['DLBCL', {}, '9680/3'],
    ['AML', {}, '9861/3'],
    ['multiple myeloma', {}, '9732/3'],
    ['small cell carcinoma', { site: 'C341' }, '8041/3'],
    ['papillary carcinoma', { site: 'C739' }, '8260/3'],
    ['papillary urothelial carcinoma', { site: 'C679' }, '8130/3'],
    ['GBM', { site: 'C711' }, '9440/3'],
    ['meningioma', { site: 'C700' }, '9530/0'],
    ['follicular lymphoma', {}, '9690/3'],
    ['RCC', { site: 'C649' }, '8312/3'],
    ['HCC', { site: 'C220' }, '8170/3'],
    ['leiomyosarcoma', {}, '8890/3'],
    ['seminoma', { site: 'C629' }, '9061/3'],
    ['lobular carcinoma', { site: 'C504' }, '8520/3'],
    ['acinar adenocarcinoma', { site: 'C619' }, '8140/3'],
    ['high grade serous', { site: 'C569' }, '8461/3'],
    ['endometrioid adenocarcinoma', { site: 'C541' }, '8380/3'],
    ['signet ring', { site: 'C169' }, '8490/3'],
    ['moderately differentiated adenocarcinoma', { site: 'C187' }, '8140/3'],
    ['adenocarcnoma', {}, '8140/3'],
    ['moderately differentiated adenocarcinoma', { site: 'C187', unsuited: true }, '8140/3'],
    ['squamos cell', {}, '8070/3'],
    ['leukaemia chronic lymphocytic', {}, '9823/3'],
  ])('%s %j: %s first', (query, filter, code) => {
    expect(codes(query, filter)[0]).toBe(code);
  });

  it('leaves out codes of other years, and terms that mean another code in the year', () => {
    expect(codes('thymoma, type A', { year: 2019 })).toContain('8581/1');
    expect(codes('thymoma, type A', { year: 2022 })).not.toContain('8581/1');
    expect(search.morphologies('8581/1', { year: 2022 })).toMatchObject([{ code: '8581/1', unsuited: ['year'] }]);
  });

  it('leaves out what the site is known not to have, keeps what is not known, and shows a whole code anyway', () => {
    expect(codes('hepatocellular carcinoma', { site: 'C504' })).toEqual([]);
    expect(search.morphologies('8170/3', { site: 'C504' })).toMatchObject([
      { code: '8170/3', usual: false, unsuited: ['site-and-histology'] },
    ]);
    const unsuited = search.morphologies('hepatocellular carcinoma', { site: 'C504', unsuited: true });
    expect(unsuited[0]).toMatchObject({ code: '8170/3', unsuited: ['site-and-histology'] });
    expect(search.morphologies('hemangioma', { site: 'C504' })[0]).toMatchObject({ usual: null, unsuited: [] });
  });

  it('offers the behaviors that are asked for, and what is usual at a site where nothing was typed', () => {
    expect(new Set(codes('carcinoma', { behaviors: '2', limit: 50 }).map((code) => code.slice(5)))).toEqual(
      new Set(['2']),
    );
    const usual = search.morphologies('', { site: 'C619', behaviors: '3', limit: 500 });
    expect(usual.length).toBeGreaterThan(20);
    expect(usual.every((hit) => hit.usual === true)).toBe(true);
    expect(codes('')).toEqual([]);
  });

  it('shows the words that were found, in the label or in the term', () => {
    const [hit] = search.morphologies('ductal carcinoma', { site: 'C504' });
    const text = hit?.term ?? hit?.label ?? '';
    expect(hit?.places.map(([start, end]) => text.slice(start, end))).toEqual(['Duct', 'carcinoma']);
  });
});

describe('laws of the search', () => {
  const filter: fc.Arbitrary<SearchFilter> = fc.record(
    {
      site: fc.constantFrom('C504', 'C619', 'C421', 'C809', 'nonsense'),
      sex: fc.constantFrom('1', '2', '9'),
      year: fc.integer({ min: 1950, max: 2030 }),
      behaviors: fc.constantFrom('3', '23', '01'),
      unsuited: fc.boolean(),
      limit: fc.integer({ min: 0, max: 30 }),
    },
    { requiredKeys: [] },
  );

  it('answers whatever is typed, each code once, within the limit, with places inside the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.lorem()), filter, (query, wanted) => {
        for (const hits of [search.sites(query, wanted), search.morphologies(query, wanted)]) {
          expect(hits.length).toBeLessThanOrEqual(wanted.limit ?? 20);
          expect(new Set(hits.map(({ code }) => code)).size).toBe(hits.length);
          for (const { term, label, places } of hits) {
            const { length } = term ?? label;
            expect(places.every(([start, end]) => start >= 0 && start < end && end <= length)).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds every code by its own label, and by any part of its words', () => {
    const all = [...icdo3.morphology.values()];
    fc.assert(
      fc.property(fc.constantFrom(...all), ({ code, label }) => {
        expect(codes(label, { limit: 40 })).toContain(code);
        expect(codes(code)[0]).toBe(code);
      }),
      { numRuns: 150 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...icdo3.topography.values()), ({ code, label }) => {
        expect(sites(label, { limit: 40 })).toContain(code);
        expect(sites(code)).toEqual([code]);
      }),
      { numRuns: 100 },
    );
  });
});
