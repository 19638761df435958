import { type ItemDefinition } from '@perennial/naaccr';
import * as fc from 'fast-check';
import { liveValue, parseDate, parseValue } from './parse-value.js';

const TODAY = '20261124';
const item = (over: Partial<ItemDefinition>): ItemDefinition => ({
  number: 1,
  id: 'x' as ItemDefinition['id'],
  name: 'X',
  length: 4,
  type: 'digits',
  level: 'Tumor',
  recordTypes: 'AMCI',
  padLeftZero: false,
  section: '',
  allowed: '',
  format: '',
  collect: { npcr: '', coc: '', seer: '', cccr: '' },
  ...over,
});

describe('parseDate', () => {
  it.each([
    ['2024', '2024'],
    ['202403', '202403'],
    ['20240315', '20240315'],
    ['2024-3-5', '20240305'],
    ['03/2024', '202403'],
    ['3/15/24', '20240315'],
    ['3/15/60', '19600315'],
    ['11/24/26', '20261124'],
    ['15 Mar 2024', '20240315'],
    ['March 15, 2024', '20240315'],
    ['mar 2024', '202403'],
    ['t', '20261124'],
    ['today', '20261124'],
    ['t-24', '20261031'],
    ['2/29/2024', '20240229'],
  ])('reads %j as %s', (typed, value) => expect(parseDate(typed, TODAY)).toEqual({ ok: true, value }));

  it.each(['2/30/2024', '13/2024', '2/29/2023', '1799', 'soon', '3/15', '20241301', 'foo 2024'])(
    'refuses %j',
    (typed) => expect(parseDate(typed, TODAY).ok).toBe(false),
  );

  it('takes what it gave, in every precision', () => {
    const dates = fc.date({ min: new Date('1800-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, fc.constantFrom(4, 6, 8), (date, length) => {
        const value = date.toISOString().slice(0, 10).replaceAll('-', '').slice(0, length);
        expect(parseDate(value, TODAY)).toEqual({ ok: true, value });
      }),
    );
  });
});

describe('parseValue', () => {
  const site = item({ id: 'primarySite', type: 'text', length: 4 });
  it.each([
    [site, 'c50.4', 'C504'],
    [item({ length: 2 }), '10', '10'],
    [item({ length: 3, padLeftZero: true }), '18', '018'],
    [item({ type: 'mixed', length: 4 }), 'a300', 'A300'],
    [item({ type: 'text', length: 40 }), '  Quill ', 'Quill'],
    [item({ type: 'text', length: 1000 }), 'a\r\nb\u0000', 'a\nb'],
  ])('reads %#', (definition, typed, value) =>
    expect(parseValue(definition, typed, TODAY)).toEqual({ ok: true, value }),
  );

  it.each([
    [site, 'C5'],
    [item({ length: 2 }), '1'],
    [item({ length: 2 }), 'ab'],
    [item({ type: 'alpha', length: 2 }), '12'],
    [item({ type: 'numeric', length: 5 }), '1,5'],
    [item({ type: 'text', length: 3 }), 'long'],
  ])('refuses %# with a reason', (definition, typed) => {
    const result = parseValue(definition, typed, TODAY);
    expect(result.ok ? '' : result.why).toMatch(/\.$/);
  });

  it('removes an item whose field is empty', () => {
    for (const type of ['text', 'date', 'digits'] as const)
      expect(parseValue(item({ type }), '   ', TODAY)).toEqual({ ok: true, value: null });
  });

  it('never throws and never gives a value that the item cannot hold', () => {
    const definitions = fc.record({
      type: fc.constantFrom('text', 'date', 'digits', 'mixed', 'alpha', 'numeric'),
      length: fc.integer({ min: 1, max: 80 }),
      padLeftZero: fc.boolean(),
    }) as fc.Arbitrary<Partial<ItemDefinition>>;
    fc.assert(
      fc.property(definitions, fc.string({ unit: 'binary', maxLength: 90 }), (over, typed) => {
        const definition = item(over);
        const result = parseValue(definition, typed, TODAY);
        if (!result.ok || result.value === null || definition.type === 'date') return;
        expect(result.value.length).toBeLessThanOrEqual(definition.length);
      }),
    );
  });
});

describe('liveValue', () => {
  it.each([
    ['digits', '85', undefined],
    ['digits', '8500', '8500'],
    ['digits', '', null],
    ['date', '2024', undefined],
    ['date', '3/15/20', undefined],
    ['date', '3/15/2024', '20240315'],
    ['text', 'hal', 'hal'],
  ] as const)('of a %s item sees in %j the value %j', (type, typed, value) =>
    expect(liveValue(item({ type }), typed, TODAY)).toBe(value),
  );

  it('fills nothing up while it is typed', () => {
    expect(parseValue(item({ padLeftZero: true }), '85', TODAY)).toEqual({ ok: true, value: '0085' });
    expect(liveValue(item({ padLeftZero: true }), '85', TODAY)).toBeUndefined();
  });
});
