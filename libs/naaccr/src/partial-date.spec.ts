import fc from 'fast-check';
import {
  addMonths,
  compareForSort,
  compareShared,
  completedMonths,
  dayNumber,
  daysInMonth,
  earliestDay,
  elapsedDays,
  formatPartialDate,
  latestDay,
  liesWithin,
  monthsAndDays,
  orderInTime,
  parsePartialDate,
  type PartialDate,
  rangeOf,
  sharedDays,
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

describe('every day from 1800 to 2099', () => {
  it('is read, is the day after the one before, and nothing else of eight digits is a day', () => {
    let before = dayNumber(1799, 12, 31);
    let wrong = 0;
    let days = 0;
    for (let year = 1800; year <= 2099; year++) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const text = `${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`;
          // The calendar of the platform is the judge: a day that does not exist comes out as another one.
          const real = new Date(Date.UTC(year, month - 1, day));
          const exists = month > 0 && real.getUTCMonth() === month - 1 && day > 0 && real.getUTCDate() === day;
          const parsed = parsePartialDate(text);
          if (parsed.ok !== exists) wrong++;
          if (!parsed.ok) continue;
          days++;
          const number = dayNumber(year, month, day);
          if (number !== before + 1 || formatPartialDate(parsed.value) !== text) wrong++;
          before = number;
        }
      }
    }
    expect({ wrong, days }).toEqual({ wrong: 0, days: 109_573 });
  });
});

/** Every day and month from December 2023 to March 2024 (a leap year), and both years. */
const WINDOW: readonly PartialDate[] = [
  ...[2023, 2024].map((year) => ({ year })),
  ...[
    [2023, 12],
    [2024, 1],
    [2024, 2],
    [2024, 3],
  ].flatMap(([year = 0, month = 0]) => [
    { year, month },
    ...Array.from({ length: daysInMonth(year, month) }, (_, index) => ({ year, month, day: index + 1 })),
  ]),
];
const WHOLE = WINDOW.filter(({ day }) => day !== undefined);
const NUMBERS = WHOLE.map(({ year, month = 0, day = 0 }) => dayNumber(year, month, day));
/** Places in `WHOLE` of the days that a date of the four months can mean. */
const placesOf = (date: PartialDate): readonly number[] =>
  WHOLE.flatMap((day, place) =>
    day.year === date.year && day.month === date.month && (date.day === undefined || day.day === date.day)
      ? [place]
      : [],
  );

/** The definition, by counting up. */
function monthsByCounting(from: PartialDate, to: PartialDate): number {
  let months = -5;
  while (earliestDay(addMonths(from, months + 1)) <= earliestDay(to)) months++;
  return months;
}

describe('differences and order, over every pair of dates of four months', () => {
  const narrow = WINDOW.filter(({ month }) => month !== undefined).map((date) => ({ date, places: placesOf(date) }));

  it('counts completed months as the most by which the first can be moved, over all that unknown days leave open', () => {
    const exact = WHOLE.map((from) => WHOLE.map((to) => monthsByCounting(from, to)));
    let wrong = 0;
    for (const from of narrow) {
      for (const to of narrow) {
        let [least, most] = [Infinity, -Infinity];
        for (const a of from.places) {
          for (const b of to.places) {
            const count = exact[a]?.[b] ?? Number.NaN;
            if (count < least) least = count;
            if (count > most) most = count;
          }
        }
        const span = completedMonths(from.date, to.date);
        if (span.least !== least || span.most !== most) wrong++;
      }
    }
    expect(wrong).toBe(0);
  });

  it('counts days, and orders only what every possible day agrees on', () => {
    let wrong = 0;
    for (const from of narrow) {
      for (const to of narrow) {
        const [a, b] = [from, to].map(({ places }) => places.map((place) => NUMBERS[place] ?? 0)) as [
          number[],
          number[],
        ];
        const { least, most } = elapsedDays(from.date, to.date);
        if (least !== Math.min(...b) - Math.max(...a) || most !== Math.max(...b) - Math.min(...a)) wrong++;
        const every = (test: (x: number, y: number) => boolean): boolean => a.every((x) => b.every((y) => test(x, y)));
        const order = every((x, y) => x < y)
          ? 'before'
          : every((x, y) => x > y)
            ? 'after'
            : every((x, y) => x === y)
              ? 'same'
              : 'unknown';
        if (orderInTime(from.date, to.date) !== order) wrong++;
        const within = a.every((x) => b.includes(x)) ? 'yes' : a.some((x) => b.includes(x)) ? 'unknown' : 'no';
        if (liesWithin(from.date, rangeOf(to.date)) !== within) wrong++;
        const shared = sharedDays(rangeOf(from.date), rangeOf(to.date));
        if ((shared !== null) !== a.some((x) => b.includes(x))) wrong++;
      }
    }
    expect(wrong).toBe(0);
  });

  it('sorts like the texts, which is by earliest day and then the less known first', () => {
    const sorted = [...WINDOW].sort(compareForSort).map(formatPartialDate);
    expect(sorted).toEqual([...WINDOW].map(formatPartialDate).sort());
    expect(sorted.slice(0, 4)).toEqual(['2023', '202312', '20231201', '20231202']);
    for (const a of WINDOW) {
      for (const b of WINDOW) {
        if (compareForSort(a, b) < 0 && earliestDay(a) > earliestDay(b)) throw new Error(formatPartialDate(a));
        if (orderInTime(a, b) === 'before' && compareForSort(a, b) >= 0) throw new Error(formatPartialDate(a));
      }
    }
  });

  it('gives months and days that lead from one day to the other again', () => {
    for (const from of WHOLE) {
      for (const to of WHOLE) {
        const difference = monthsAndDays(from, to);
        if (earliestDay(from) > earliestDay(to)) {
          if (difference !== null) throw new Error('a negative difference');
          continue;
        }
        const { months = -1, days = -1 } = difference ?? {};
        const moved = addMonths(from, months);
        const reached = dayNumber(moved.year, moved.month ?? 0, moved.day ?? 0) + days;
        if (reached !== dayNumber(to.year, to.month ?? 0, to.day ?? 0) || days < 0 || days > 30 || months < 0)
          throw new Error(`${formatPartialDate(from)} to ${formatPartialDate(to)}`);
      }
    }
    expect(monthsAndDays(value('2024'), value('20240301'))).toBeNull();
  });
});

describe('completedMonths', () => {
  it.each([
    ['20240131', '20240229', 1, 1],
    ['20240131', '20240228', 0, 0],
    ['20240229', '20250228', 12, 12],
    ['20240115', '20240214', 0, 0],
    ['20240301', '20240229', -1, -1],
    ['202401', '202402', 0, 1],
    ['2023', '2024', 0, 23],
    ['2024', '2024', -12, 11],
    ['202401', '20240131', 0, 0],
  ])('from %s to %s are %i to %i', (from, to, least, most) => {
    expect(completedMonths(value(from), value(to))).toEqual({ least, most });
  });
});
