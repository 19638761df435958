import fc from 'fast-check';
import { shiftDays } from './dates.js';
import { type Attempt, planNextStep, type StepQuestion } from './next-step.js';

const TODAY = '20261124';
const question = (change: Partial<StepQuestion> = {}): StepQuestion => ({
  attempts: [],
  leads: [
    { id: 'phone', kind: 'telephone', party: 'patient' },
    { id: 'home', kind: 'address', party: 'patient' },
    { id: 'kin', kind: 'address', party: 'contact' },
  ],
  physician: true,
  registry: true,
  nextSource: null,
  blocked: [],
  ...change,
});
const attempt = (change: Partial<Attempt>): Attempt => ({
  channel: 'telephone',
  person: 'patient',
  outcome: 'no_answer',
  contactPointId: null,
  on: TODAY,
  ...change,
});
const step = (asked: StepQuestion): string | undefined => planNextStep(asked, TODAY)?.step;
const chart = attempt({ channel: 'chart', person: null });
const physician = attempt({ channel: 'physician', person: 'physician' });

describe('the next step', () => {
  it('begins with what costs least, or with the source that item 1800 names', () => {
    expect(planNextStep(question(), TODAY)).toEqual({ step: 'chart', on: TODAY, leadId: null, tried: 0 });
    expect(step(question({ nextSource: '3' }))).toBe('telephone');
    expect(step(question({ nextSource: '1' }))).toBe('physician');
  });

  it.each([
    ['0', 'chart'],
    ['1', 'physician'],
    ['2', 'contact'],
    ['3', 'telephone'],
    ['4', 'hospital'],
    ['5', 'other'],
    ['8', undefined],
    ['9', undefined],
    [null, 'chart'],
    ['x', 'chart'],
  ])('of source %s is %s, though the record names nobody', (nextSource, wanted) => {
    const empty = question({ nextSource, leads: [], physician: false, registry: false });
    expect(step(empty)).toBe(wanted);
    expect(step({ ...empty, blocked: ['physician', 'patient', 'contact', 'registry'] })).toBe(
      wanted === undefined || wanted === 'other' ? wanted : 'chart',
    );
  });

  it('goes on to the next source when one told nothing', () => {
    expect(step(question({ attempts: [chart] }))).toBe('physician');
    expect(planNextStep(question({ attempts: [chart, physician] }), TODAY)).toEqual({
      step: 'telephone',
      on: TODAY,
      leadId: 'phone',
      tried: 0,
    });
  });

  it('asks an untried source today before it calls the same number again', () => {
    const called = [chart, physician, attempt({ contactPointId: 'phone' })];
    expect(step(question({ attempts: called }))).toBe('contact');
    const alone = question({ attempts: called, leads: question().leads.slice(0, 1), registry: false });
    expect(planNextStep(alone, TODAY)).toEqual({
      step: 'telephone',
      on: shiftDays(TODAY, 3),
      leadId: 'phone',
      tried: 1,
    });
  });

  it('gives a number up after three calls, and has no lead left when all are spent', () => {
    const calls = [1, 2, 3].map((day) => attempt({ contactPointId: 'phone', on: shiftDays(TODAY, -day * 4) }));
    const spent = question({
      attempts: [chart, physician, ...calls],
      leads: question().leads.slice(0, 1),
      registry: false,
    });
    expect(planNextStep(spent, TODAY)).toBeNull();
    const second = { id: 'work', kind: 'telephone', party: 'patient' } as const;
    expect(planNextStep({ ...spent, leads: [...spent.leads, second] }, TODAY)).toMatchObject({
      step: 'telephone',
      leadId: 'work',
      on: TODAY,
    });
  });

  it('asks nobody who may not be asked, and does not call or write again to who refused', () => {
    const asked = question({ attempts: [chart], blocked: ['physician', 'patient', 'contact', 'registry'] });
    expect(planNextStep(asked, TODAY)).toBeNull();
    const refusal = [chart, physician, attempt({ outcome: 'refused' })];
    const steps = new Set<string | undefined>();
    let attempts: Attempt[] = refusal;
    for (let guard = 0; guard < 12; guard += 1) {
      const next = planNextStep(question({ attempts }), shiftDays(TODAY, guard * 60));
      if (next === null) break;
      steps.add(next.step);
      attempts = [...attempts, attempt({ channel: next.step, person: 'relative', contactPointId: next.leadId })];
    }
    expect([...steps].sort()).toEqual(['contact', 'hospital']);
  });

  it('counts a letter that is out as asking, and waits for its answer before the second', () => {
    const written = [chart, physician, attempt({ channel: 'letter', outcome: 'sent', contactPointId: 'home' })];
    const home = question({ attempts: written, leads: question().leads.slice(1, 2), registry: false });
    expect(planNextStep(home, TODAY)).toEqual({ step: 'patient', on: shiftDays(TODAY, 45), leadId: 'home', tried: 1 });
  });

  it('ends: whatever is tried, every source is spent after so many attempts, and no day lies in the past', () => {
    fc.assert(
      fc.property(
        fc.record({
          physician: fc.boolean(),
          registry: fc.boolean(),
          nextSource: fc.constantFrom(null, '0', '1', '2', '3', '4', '5', '8', '9'),
          phones: fc.integer({ min: 0, max: 3 }),
          addresses: fc.integer({ min: 0, max: 2 }),
        }),
        ({ phones, addresses, ...rest }) => {
          const leads = [
            ...Array.from({ length: phones }, (_, at) => ({
              id: `p${at}`,
              kind: 'telephone' as const,
              party: 'patient' as const,
            })),
            ...Array.from({ length: addresses }, (_, at) => ({
              id: `a${at}`,
              kind: 'address' as const,
              party: 'patient' as const,
            })),
          ];
          let attempts: Attempt[] = [];
          let day = TODAY;
          for (let guard = 0; guard < 60; guard += 1) {
            const next = planNextStep(question({ ...rest, leads, attempts }), day);
            if (next === null) return;
            expect(next.on >= day).toBe(true);
            day = next.on;
            const channel = next.step === 'patient' ? 'letter' : next.step;
            attempts = [...attempts, attempt({ channel, contactPointId: next.leadId, on: day })];
          }
          throw new Error('never ends');
        },
      ),
    );
  });
});
