import fc from 'fast-check';
import {
  addMonths,
  compareShared,
  daysInMonth,
  earliestDay,
  formatPartialDate,
  latestDay,
  parsePartialDate,
  type PartialDate,
} from './partial-date.js';

const value = (input: string): PartialDate => {
  const parsed = parsePartialDate(input);
  if (!parsed.ok) throw new Error(parsed.error.code);
  return parsed.value;
};
const anyDate = fc
  .record({
    year: fc.integer({ min: 1850, max: 2050 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 31 }),
    parts: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ year, month, day, parts }): PartialDate => {
    if (parts === 1) return { year };
    return parts === 2 ? { year, month } : { year, month, day: Math.min(day, daysInMonth(year, month)) };
  });

describe('parsePartialDate', () => {
  it.each(['2024', '202402', '20240229', '18000101', '20991231'])('reads %s back as itself', (input) => {
    expect(formatPartialDate(value(input))).toBe(input);
  });

  it.each([
    ['20230229', 'date.day'],
    ['20240431', 'date.day'],
    ['202413', 'date.month'],
    ['20240010', 'date.month'],
    ['1799', 'date.year'],
    ['2100', 'date.year'],
    ['99999999', 'date.year'],
    ['2024 02', 'date.syntax'],
    ['2024022', 'date.syntax'],
    ['', 'date.syntax'],
  ])('refuses %j with %s', (input, code) => {
    expect(parsePartialDate(input)).toEqual({ ok: false, error: { code, input } });
  });
});

describe('ranges and order', () => {
  it.each([
    ['2024', '20240101', '20241231'],
    ['202402', '20240201', '20240229'],
    ['20240229', '20240229', '20240229'],
  ])('%s lies between %s and %s', (input, first, last) => {
    expect(earliestDay(value(input))).toBe(first);
    expect(latestDay(value(input))).toBe(last);
  });

  it('compares only what both know', () => {
    expect(compareShared(value('2024'), value('20240229'))).toBe(0);
    expect(compareShared(value('202401'), value('20240229'))).toBeLessThan(0);
  });

  it('never calls a date earlier whose whole range is later', () => {
    fc.assert(
      fc.property(anyDate, anyDate, (a, b) => {
        const order = compareShared(a, b);
        if (order < 0) expect(latestDay(a) < earliestDay(b)).toBe(true);
        expect(Math.sign(compareShared(b, a))).toBe(-Math.sign(order) + 0);
      }),
    );
  });
});

describe('addMonths', () => {
  it.each([
    ['20231130', -9, '20230228'],
    ['20241130', -9, '20240229'],
    ['20240229', 12, '20250228'],
    ['20240131', 1, '20240229'],
    ['202411', 2, '202501'],
    ['2024', 12, '2025'],
  ])('%s moved by %i months is %s', (input, months, expected) => {
    expect(formatPartialDate(addMonths(value(input), months))).toBe(expected);
  });

  it('keeps the precision and the calendar', () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -500, max: 500 }), (date, months) => {
        const moved = addMonths(date, months);
        expect(formatPartialDate(moved)).toHaveLength(formatPartialDate(date).length);
        if (moved.month !== undefined && moved.day !== undefined)
          expect(moved.day).toBeLessThanOrEqual(daysInMonth(moved.year, moved.month));
      }),
    );
  });
});
