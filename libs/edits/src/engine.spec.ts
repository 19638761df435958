import fc from 'fast-check';
import { type ItemValues, type NaaccrId, type PatientRecord } from '@perennial/naaccr';
import { loadDictionary } from '@perennial/naaccr/node';
import { loadEditSet, loadEditTables } from '../node.js';
import { compileSet } from './plan.js';
import { DATE_ITEMS } from './catalog/date-items.js';
import {
  CATALOG,
  DEFAULT_SETTINGS,
  EDITS_BY_ID,
  editSet,
  EXAMPLES_TODAY,
  itemsOf,
  readExample,
  runEdits,
  startRun,
  type TumorEdit,
} from './index.js';

const full = loadEditSet('full');
const ids = (findings: readonly { readonly edit: string }[]): string[] => findings.map(({ edit }) => edit);
const run = (tumors: readonly ItemValues[], set = full): string[] =>
  ids(runEdits(set, { items: {}, tumors }, EXAMPLES_TODAY));
const first = <T>(list: readonly T[]): T => list[0]!;

describe('skipping', () => {
  it('skips an edit whose needed item is blank, also the empty text', () => {
    expect(run([{ primarySite: 'C504' }])).not.toContain('LA01');
    expect(run([{ primarySite: 'C504', laterality: '' }])).not.toContain('LA01');
  });
  it('skips an edit whose needed item fails its own single-field edit', () => {
    expect(run([{ primarySite: 'C342', laterality: '7' }])).toEqual(expect.arrayContaining(['SF04']));
    expect(run([{ primarySite: 'C342', laterality: '7' }])).not.toContain('LA07');
  });
  it('skips on an invalid item whose edit the set does not report', () => {
    const set = editSet('full', loadEditTables(), undefined, { off: ['SF04'] });
    expect(run([{ primarySite: 'C342', laterality: '7' }], set)).not.toContain('LA07');
    expect(set.notRun).toContainEqual({ edit: 'SF04', reason: 'switched-off', detail: 'by the registry' });
  });
  it('takes an invalid date without an edit of its own as blank', () => {
    expect(run(readExample('dx=20240501 drad=20241301'))).not.toContain('DT12');
    expect(run(readExample('dx=2024 drad=20270101 dlc=2025'))).not.toContain('DT13');
  });
  it('does not skip for a blank that the edit itself checks, but does for an invalid one', () => {
    expect(run(readExample('dx=2020'))).toContain('ST02');
    expect(run(readExample('dx=2020 ss=5'))).not.toContain('ST02');
  });
  it('skips edits on items that the record type does not carry', () => {
    const incidence = loadEditSet('naaccr-call');
    expect(run(readExample('fn=MARY sex=1'), incidence)).not.toContain('SX03');
    expect(incidence.notRun).toContainEqual(expect.objectContaining({ edit: 'DE03', reason: 'record-type' }));
  });
});

describe('findings', () => {
  it('carry items, values, message, severity and the over-ride that clears them', () => {
    const finding = first(
      runEdits(full, { items: {}, tumors: readExample('site=C619 hist=8170 beh=3') }, EXAMPLES_TODAY).filter(
        ({ edit }) => edit === 'MO03',
      ),
    );
    expect(finding).toMatchObject({
      version: 1,
      name: 'Primary Site, Morphology-Type, Beh ICDO3 (SEER IF25)',
      severity: 'warning',
      basis: 'P',
      tumor: 0,
      values: { primarySite: 'C619', histologicTypeIcdO3: '8170', behaviorCodeIcdO3: '3' },
      override: { item: 'overRideSiteType', values: ['1'] },
    });
  });
  it('name every tumor concerned with its values', () => {
    const [finding] = runEdits(full, { items: {}, tumors: readExample('seq=02 | seq=02') }, EXAMPLES_TODAY).filter(
      ({ edit }) => edit === 'IR02',
    );
    expect(finding).toMatchObject({ tumor: 0, related: [{ tumor: 1, values: { sequenceNumberCentral: '02' } }] });
  });
  it('suggest the value that the rule implies', () => {
    const [finding] = runEdits(full, { items: {}, tumors: readExample('site=C342 lat=2') }, EXAMPLES_TODAY).filter(
      ({ edit }) => edit === 'LA07',
    );
    expect(finding?.fix).toEqual({ laterality: '1' });
  });
  it('take the severity that a registry gave', () => {
    const set = editSet('full', loadEditTables(), undefined, { severity: { LA07: 'warning' } });
    const findings = runEdits(set, { items: {}, tumors: readExample('site=C342 lat=2') }, EXAMPLES_TODAY);
    expect(findings.find(({ edit }) => edit === 'LA07')?.severity).toBe('warning');
  });
});

describe('an edit that breaks', () => {
  const broken: TumorEdit = {
    ...(EDITS_BY_ID.get('LA07') as TumorEdit),
    id: 'XX01',
    check: () => {
      throw new Error('broken');
    },
  };
  const set = compileSet(
    'test',
    '1',
    [...CATALOG, broken],
    [{ edit: 'XX01' }, { edit: 'LA07' }],
    DEFAULT_SETTINGS,
    loadEditTables(),
  );
  it('is reported with its id and stops no other', () => {
    const findings = runEdits(set, { items: {}, tumors: readExample('site=C342 lat=2') }, EXAMPLES_TODAY);
    expect(ids(findings)).toEqual(expect.arrayContaining(['edit-failed-to-run', 'LA07']));
    expect(findings.find(({ edit }) => edit === 'edit-failed-to-run')).toMatchObject({ failed: 'XX01' });
  });
});

/** Values an example of the catalog has for each item, so that generated records are near the rules. */
const seen = new Map<NaaccrId, string[]>();
for (const { examples } of CATALOG)
  for (const tumor of [...examples.pass, ...examples.fail].flatMap(readExample))
    for (const [item, value] of Object.entries(tumor) as [NaaccrId, string][])
      seen.set(item, [...(seen.get(item) ?? []), value]);
const items = [...new Set(CATALOG.flatMap(itemsOf))];
const aValue = (item: NaaccrId): fc.Arbitrary<string> => {
  const known = seen.get(item);
  const near = known === undefined ? fc.constantFrom('0', '1', '9', '00', '01', '99') : fc.constantFrom(...known);
  return fc.oneof(
    { weight: 8, arbitrary: near },
    { weight: 1, arbitrary: fc.string({ maxLength: 12, unit: 'binary' }) },
  );
};
const aTumor: fc.Arbitrary<ItemValues> = fc
  .subarray(items, { minLength: 0 })
  .chain((chosen) => fc.record(Object.fromEntries(chosen.map((item) => [item, aValue(item)]))));
const aPatient: fc.Arbitrary<PatientRecord> = fc.record({
  items: fc.constant({}),
  tumors: fc.array(aTumor, { minLength: 1, maxLength: 3 }),
});

describe('laws', () => {
  it('no bytes of any length make an edit throw or fail to run', () => {
    fc.assert(
      fc.property(aPatient, (patient) => {
        expect(ids(runEdits(full, patient, EXAMPLES_TODAY))).not.toContain('edit-failed-to-run');
      }),
      { numRuns: 80 },
    );
    const long = Object.fromEntries(items.map((item) => [item, '9\u0000'.repeat(20_000)]));
    expect(run([long])).not.toContain('edit-failed-to-run');
    expect(() => run([{ primarySite: 5 as unknown as string, laterality: null as unknown as string }])).not.toThrow();
  });

  it('after a change only readers of the item run, and the findings are those of a full run', () => {
    fc.assert(
      fc.property(
        aPatient,
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), { maxLength: 5 }),
        (patient, changes) => {
          const tumors = patient.tumors.map((tumor) => ({ ...tumor }) as Record<string, string>);
          const follow = startRun(full, { items: {}, tumors: tumors.map((tumor) => ({ ...tumor })) }, EXAMPLES_TODAY);
          for (const [which, what, remove] of changes) {
            const tumor = tumors[which % tumors.length]!;
            const item = items[what % items.length]!;
            if (remove) delete tumor[item];
            else tumor[item] = seen.get(item)?.[what % 3] ?? '1';
            const ran = follow.update({ items: {}, tumors: tumors.map((one) => ({ ...one })) });
            for (const id of ran) expect(itemsOf(EDITS_BY_ID.get(id)!)).toContain(item);
            expect(follow.findings()).toEqual(runEdits(full, { items: {}, tumors }, EXAMPLES_TODAY));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('an edit reads only what it declares', () => {
    const undeclared = new Set<string>();
    const spied = CATALOG.map((edit) => {
      if (edit.level !== 'tumor') return edit;
      const declared = new Set<string>(itemsOf(edit));
      const check: TumorEdit['check'] = (needed, values, context) => {
        const read = (item: NaaccrId): void => {
          if (!declared.has(item)) undeclared.add(`${edit.id} ${item}`);
        };
        const spy = {
          index: values.index,
          get: (item: NaaccrId) => (read(item), values.get(item)),
          filled: (items: readonly NaaccrId[]) => (items.forEach(read), values.filled(items)),
          date: (item: NaaccrId) => (read(item), values.date(item)),
          get diagnosisYear() {
            read('dateOfDiagnosis');
            return values.diagnosisYear;
          },
        };
        return edit.check(needed, spy, context);
      };
      return { ...edit, check };
    });
    const set = compileSet(
      'spied',
      '1',
      spied,
      CATALOG.map(({ id }) => ({ edit: id })),
      DEFAULT_SETTINGS,
      full.tables,
    );
    for (const { examples } of CATALOG)
      for (const text of [...examples.pass, ...examples.fail]) run(readExample(text), set);
    expect([...undeclared]).toEqual([]);
  });

  it('every date that edits read is known as one', () => {
    const { byId } = loadDictionary('260');
    const dates = items.filter((item) => byId.get(item)?.type === 'date');
    expect(dates.filter((item) => !DATE_ITEMS.has(item))).toEqual([]);
    expect(items.filter((item) => !byId.has(item))).toEqual([]);
  });
});
