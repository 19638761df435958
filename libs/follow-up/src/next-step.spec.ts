import fc from 'fast-check';
import { plannedStep, STEPS } from './next-step.js';

describe('the next step', () => {
  it.each([
    ['0', 'chart'],
    ['1', 'physician'],
    ['2', 'contact'],
    ['3', 'telephone'],
    ['4', 'hospital'],
    ['5', 'other'],
    ['8', null],
    ['9', null],
    [undefined, 'chart'],
    ['x', 'chart'],
  ])('of source %s is %s', (source, step) => {
    expect(plannedStep(source, [])).toBe(step);
  });

  it('goes on with the cheapest source that was not asked', () => {
    expect(plannedStep('1', ['physician'])).toBe('chart');
    expect(plannedStep('1', ['physician', 'chart', 'contact'])).toBe('telephone');
    expect(plannedStep('0', ['chart', 'physician', 'contact', 'telephone', 'hospital'])).toBe('patient');
    expect(plannedStep('0', ['chart', 'physician', 'contact', 'telephone', 'hospital', 'letter'])).toBeNull();
  });

  it('is never one that was asked', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('0', '1', '2', '3', '4', '5', '8', '9', undefined),
        fc.subarray([...STEPS]),
        (source, tried) => {
          expect(tried).not.toContain(plannedStep(source, tried));
        },
      ),
    );
  });
});
