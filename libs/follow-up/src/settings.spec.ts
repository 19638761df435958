import fc from 'fast-check';
import { type SettingChange, DEFAULT_SETTINGS } from './settings.js';
import { judgeSetting, settingsOn } from './settings-history.js';

const change = (
  value: SettingChange['value'],
  from: string,
  name: SettingChange['name'] = 'dueMonths',
): SettingChange => ({ name, value, from });

describe('settings with the day from which they hold', () => {
  it('are the usual ones before anything was chosen', () =>
    expect(settingsOn([], '20260101')).toEqual(DEFAULT_SETTINGS));

  it('hold from their day on, the later made of two for one day', () => {
    const history = [change(10, '20250101'), change(11, '20260101'), change(13, '20260101')];
    expect(settingsOn(history, '20241231').dueMonths).toBe(12);
    expect(settingsOn(history, '20250101').dueMonths).toBe(10);
    expect(settingsOn(history, '20260101').dueMonths).toBe(13);
  });

  it('do not depend on the order in which changes for different days were made', () => {
    const histories = fc.uniqueArray(
      fc.record({ value: fc.integer({ min: 6, max: 13 }), from: fc.integer({ min: 1, max: 28 }) }),
      {
        selector: ({ from }) => from,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 28 }), (history, on) => {
        const changes = history.map(({ value, from }) => change(value, `202601${String(from).padStart(2, '0')}`));
        const today = `202601${String(on).padStart(2, '0')}`;
        expect(settingsOn([...changes].reverse(), today)).toEqual(settingsOn(changes, today));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a change of a setting', () => {
  const code = (one: SettingChange, history: readonly SettingChange[] = []): string => {
    const judged = judgeSetting(one, history);
    return judged.ok ? 'ok' : judged.error.code;
  };

  it.each<[SettingChange, string]>([
    [change(11, '20260101'), 'ok'],
    [change(5, '20260101'), 'setting.value'],
    [change(11.5, '20260101'), 'setting.value'],
    [change('12', '20260101'), 'setting.value'],
    [change(null, '20260101'), 'setting.value'],
    [change(null, '20260101', 'archivedBefore'), 'ok'],
    [change('20050230', '20260101', 'referenceDate'), 'setting.value'],
    [change(12, '202601'), 'setting.from'],
    [change(14, '20260101'), 'setting.order'],
    [change(23, '20260101', 'lowestClass'), 'setting.order'],
    [{ ...change(1, '20260101'), name: 'nextMonths' as 'dueMonths' }, 'setting.unknown'],
  ])('%j: %s', (one, expected) => expect(code(one)).toBe(expected));

  it('is refused when it would make most of the living due at once, and says how many', () => {
    const judged = judgeSetting(change(6, '20260101'), [], { living: 120, newlyDue: 60 });
    expect(judged).toMatchObject({
      ok: false,
      error: {
        code: 'setting.everyone-due',
        detail: expect.stringMatching(/^60 patients, 50 % of the living/) as string,
      },
    });
    expect(judgeSetting(change(11, '20260101'), [], { living: 120, newlyDue: 10 }).ok).toBe(true);
    expect(judgeSetting(change(6, '20260101'), [], { living: 0, newlyDue: 0 }).ok).toBe(true);
  });
});
