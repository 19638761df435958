import fc from 'fast-check';
import { todayIn } from '@perennial/config';
import { completedYears, daysBetween, monthsBetween, shiftDays, shiftMonths } from './dates.js';
import { dueDay, dueMonth, dueStage, followUpStatus } from './due.js';

/** Days of 1990 to 2090 as `YYYYMMDD`. */
const day = fc.integer({ min: 0, max: 36_000 }).map((offset) => shiftDays('19900101', offset));

describe('calendar months', () => {
  it.each([
    ['20231130', -9, '20230228'],
    ['20241130', -9, '20240229'],
    ['20240229', 12, '20250228'],
    ['20240131', 1, '20240229'],
    ['20241231', 2, '20250228'],
    ['20240115', 12, '20250115'],
  ])('moves %s by %i months to %s', (from, months, to) => expect(shiftMonths(from, months)).toBe(to));

  it('never leaves the target month, and keeps the day where that month has it', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -240, max: 240 }), (from, months) => {
        const to = shiftMonths(from, months);
        const index = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(4, 6));
        expect(index(to) - index(from)).toBe(months);
        expect(Number(to.slice(6))).toBeLessThanOrEqual(Number(from.slice(6)));
        if (Number(from.slice(6)) <= 28) expect(to.slice(6)).toBe(from.slice(6));
      }),
      { numRuns: 60 },
    );
  });

  it('counts completed months as the inverse of moving by them', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 600 }), (from, days) => {
        const to = shiftDays(from, days);
        const months = monthsBetween(from, to);
        expect(shiftMonths(from, months) <= to).toBe(true);
        expect(shiftMonths(from, months + 1) > to).toBe(true);
        expect(daysBetween(from, to)).toBe(days);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['19240615', '20250614', 100],
    ['19240615', '20250615', 101],
    ['20000229', '20250228', 24],
    ['20000229', '20250301', 25],
  ])('gives one born on %s on %s %i completed years', (birth, on, years) =>
    expect(completedYears(birth, on)).toBe(years),
  );
});

describe('due', () => {
  it.each([
    ['20240229', '20250228', '202502'],
    ['20240115', '20250115', '202501'],
    ['202406', '20250601', '202506'],
    ['2024', '20250101', '202501'],
  ])('last contact %s falls due on %s, month %s', (contact, on, month) => {
    expect(dueDay(contact)).toBe(on);
    expect(dueMonth(contact)).toBe(month);
  });

  it.each(['', '2024130', '20240230', '9999'])('has no due month for %j, which is no date', (contact) =>
    expect(dueMonth(contact)).toBeUndefined(),
  );

  it.each([
    ['20240401', '20250331', 'not-due'],
    ['20240430', '20250401', 'due'],
    ['20240430', '20250529', 'due'],
    ['20240430', '20250530', 'reminder'],
    ['20240430', '20250731', 'reminder'],
    ['20240430', '20250801', 'delinquent'],
    ['2024', '20241231', 'not-due'],
    ['2024', '20250101', 'due'],
  ])('last contact %s is on %s in stage %s', (dateOfLastContact, today, stage) =>
    expect(dueStage({ vitalStatus: '1', dateOfLastContact }, today)).toBe(stage),
  );

  it('calls exactly the fifteenth month current and the day after delinquent', () => {
    const items = { vitalStatus: '1', dateOfLastContact: '20250331' };
    expect(followUpStatus(items, '20260630')).toBe('current');
    expect(followUpStatus(items, '20260701')).toBe('delinquent');
    expect(followUpStatus({ ...items, vitalStatus: '0' }, '20300101')).toBe('dead');
  });

  it('loses nobody for want of a date: without a contact the diagnosis counts, without either the patient is delinquent', () => {
    expect(dueStage({ vitalStatus: '1', dateOfDiagnosis: '20240105' }, '20250101')).toBe('due');
    expect(dueStage({ vitalStatus: '1' }, '20250101')).toBe('delinquent');
    expect(followUpStatus({ vitalStatus: '1' }, '20250101')).toBe('delinquent');
  });

  it('never goes back to an earlier stage while time passes without contact, and agrees with the status', () => {
    const order = ['not-due', 'due', 'reminder', 'delinquent'];
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 700 }), fc.integer({ min: 0, max: 60 }), (contact, after, later) => {
        const items = { vitalStatus: '1', dateOfLastContact: contact };
        const [one, other] = [shiftDays(contact, after), shiftDays(contact, after + later)];
        expect(order.indexOf(dueStage(items, other))).toBeGreaterThanOrEqual(order.indexOf(dueStage(items, one)));
        expect(dueStage(items, one) === 'delinquent').toBe(followUpStatus(items, one) === 'delinquent');
      }),
      { numRuns: 80 },
    );
  });
});

/** A registry's calendar: the day in its time zone at 05:00 UTC of each day, as a nightly job would see it. */
const NIGHTS = ['America/New_York', 'Pacific/Auckland'].map((zone) => {
  const days = Array.from({ length: 3_653 }, (_, night) =>
    todayIn(zone, new Date(Date.UTC(2026, 0, 1 + night, 5, 30))),
  );
  return [zone, days] as const;
});

describe.each(NIGHTS)('ten simulated years of nights in %s', (_zone, days) => {
  it('sees every day of the calendar once, summer time or not', () => {
    days.forEach((today, at) => at > 0 && expect(today).toBe(shiftDays(days[at - 1] ?? '', 1)));
  });

  it('neither skips nor repeats a patient: one task a year of follow-up, on the first day of the due month', () => {
    // A patient is contacted some days after falling due; now and then the nightly job does not run.
    const patient = fc.record({
      contact: fc.integer({ min: 0, max: 364 }).map((offset) => shiftDays('20250101', offset)),
      delays: fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 3, maxLength: 6 }),
      missed: fc.integer({ min: 2, max: 40 }),
    });
    fc.assert(
      fc.property(patient, ({ contact, delays, missed }) => {
        let dateOfLastContact = contact;
        let contactOn: string | null = null;
        const opened: string[] = [];
        days.forEach((today, night) => {
          if (contactOn !== null && today >= contactOn) [dateOfLastContact, contactOn] = [today, null];
          // Every so many nights the worker is away; never the night after.
          if (contactOn !== null || night % missed === 1) return;
          if (dueStage({ vitalStatus: '1', dateOfLastContact }, today) === 'not-due') return;
          const month = dueMonth(dateOfLastContact) ?? '';
          opened.push(month);
          // Found on the first night of the month, or the night after where that one was missed.
          expect(today >= `${month}01` && (today <= `${month}02` || opened.length === 1)).toBe(true);
          contactOn = shiftDays(today, delays[opened.length % delays.length] ?? 0);
        });
        expect(new Set(opened).size).toBe(opened.length);
        // Months between tasks: twelve and those that the contact came late.
        opened.slice(1).forEach((month, at) => {
          const gap = monthsBetween(`${opened[at] ?? ''}01`, `${month}01`);
          expect(gap >= 12 && gap <= 19).toBe(true);
        });
        expect(opened.length).toBeGreaterThanOrEqual(6);
      }),
      { numRuns: 8 },
    );
  });
});
