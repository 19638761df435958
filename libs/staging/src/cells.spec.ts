import fc from 'fast-check';
import { cellMatches, compileCell, plainNumber, trimValue } from './cells.js';

const matches = (
  cell: string | null,
  value: string | null | undefined,
  context: Record<string, string> = {},
): boolean => cellMatches(compileCell(cell), value, (key) => context[key]);

describe('a cell', () => {
  it.each([
    ['*', 'anything', true],
    ['*', undefined, true],
    [null, undefined, true],
    ['', '', true],
    ['', undefined, true],
    ['', null, true],
    ['', ' ', false],
    ['10', '10', true],
    ['10', '010', false],
    ['00,,99', '', true],
    ['00,,99', '99', true],
    [' 00 , 99 ', '99', true],
    ['1*', '1*', true],
    ['1*', '12', false],
    ['N0(mol-)', 'N0(mol-)', true],
    ['N0(mol-)', 'N0', false],
    ['-5', '-5', true],
    ['5-', '5-', true],
    ['A-B-C', 'A-B-C', true],
    ['A-B-C', 'B', false],
  ])('%j against %j', (cell, value, expected) => {
    expect(matches(cell, value)).toBe(expected);
  });

  it.each([
    // Two different numbers: compared as numbers of single precision.
    ['001-020', '020', true],
    ['001-020', '20', true],
    ['001-020', '021', false],
    ['001-020', '1.0', false],
    ['0.1-9.9', '1', true],
    ['0.1-9.9', '9.90', true],
    ['0.1-9.9', '9.91', false],
    ['0.1-9.9', '.5', true],
    ['0.1-9.9', '5.', false],
    ['0.1-9.9', '+5', false],
    ['0.1-9.9', '1e0', false],
    ['0.1-9.9', '٥', false],
    ['0.1-9.9', '', false],
    ['0.1-9.9', undefined, false],
    ['1-9', '5', true],
    ['1-10', '007', true],
    ['16777216-16777218', '16777217', true],
    ['16777218-16777219', '16777217', false],
    // Anything else: as text of one length.
    ['C500-C509', 'C504', true],
    ['C500-C509', 'C51', false],
    ['C500-C509', 'C5045', false],
    ['C50-C509', 'C504', false],
    ['C50-C509', 'C50-C509', true],
    ['A-C', 'B', true],
    ['C-A', 'B', false],
  ])('range %j against %j', (cell, value, expected) => {
    expect(matches(cell, value)).toBe(expected);
  });

  it('replaces {{key}} by what the key holds, and by nothing when it is absent', () => {
    expect(matches('2018-{{year}},9999', '2026', { year: '2026' })).toBe(true);
    expect(matches('2018-{{year}},9999', '2027', { year: '2026' })).toBe(false);
    expect(matches('2018-{{year}},9999', '2020')).toBe(false);
    expect(matches('2018-{{year}},9999', '9999')).toBe(true);
    expect(matches('{{other}}', 'X', { other: 'X' })).toBe(true);
    expect(matches('{{other}}', '')).toBe(true);
    const cell = compileCell('2018-{{year}}');
    const at = (year: string): boolean => cellMatches(cell, '2026', () => year);
    expect([at('2025'), at('2026'), at('2025')]).toEqual([false, true, false]);
  });

  it('matches each of its own literals, and only them', () => {
    const code = fc.stringMatching(/^[A-Z0-9.]{1,4}$/);
    fc.assert(
      fc.property(fc.array(code, { minLength: 1, maxLength: 6 }), code, (codes, other) => {
        const cell = codes.join(',');
        expect(codes.every((one) => matches(cell, one))).toBe(true);
        expect(matches(cell, other)).toBe(codes.includes(other));
      }),
    );
  });

  it('holds both ends of a numeric range and what lies between, by value', () => {
    fc.assert(
      fc.property(fc.nat(9999), fc.nat(9999), fc.nat(9999), (one, two, value) => {
        fc.pre(one !== two);
        const [low, high] = [Math.min(one, two), Math.max(one, two)];
        expect(matches(`${low}-${high}`, String(value))).toBe(low <= value && value <= high);
      }),
    );
  });
});

describe('plainNumber', () => {
  it('reads what the language reads, and nothing else than plain numbers', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 6 }), fc.stringMatching(/^-?\d{0,4}\.?\d{0,4}$/)), (text) => {
        const plain = /^-?(\d+(\.\d+)?|\.\d+)$/.test(text);
        expect(plainNumber(text)).toBe(plain ? Math.fround(Number(text)) : NaN);
      }),
    );
  });
});

describe('trimValue', () => {
  it('takes blanks and control characters away at the ends only', () => {
    expect(trimValue(' \t a b\u0000\r\n')).toBe('a b');
    expect(trimValue('\u00a0x\u00a0')).toBe('\u00a0x\u00a0');
    expect(trimValue('   ')).toBe('');
  });
});
