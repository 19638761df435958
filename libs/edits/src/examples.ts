import { type ItemValues } from '@perennial/naaccr';
import { runEdits } from './engine.js';
import { type EditSet } from './plan.js';

/** One example: the tumors of a patient as flat records, and whether an edit finds something. */
export interface EditExample {
  readonly edit: string;
  readonly expect: 'pass' | 'fail';
  readonly tumors: readonly ItemValues[];
}

/** What came of an example: `pass` and `fail` as expected of an edit, else why there is no answer. */
export type ExampleAnswer = 'pass' | 'fail' | 'edit-failed-to-run' | 'not-available' | 'unknown-edit';

/**
 * Run one example. It exercises its own edit only; what other edits say of the record does not matter.
 *
 * @param set a set that holds the edit, with the settings the example assumes.
 */
export function runExample(set: EditSet, { edit, tumors }: EditExample, today: string): ExampleAnswer {
  if (set.notRun.some((one) => one.edit === edit)) return 'not-available';
  if (!set.edits.some(({ id }) => id === edit)) return 'unknown-edit';
  const findings = runEdits(set, { items: {}, tumors }, today);
  if (findings.some(({ failed }) => failed === edit)) return 'edit-failed-to-run';
  return findings.some((finding) => finding.edit === edit) ? 'fail' : 'pass';
}

/** The day that the examples of the catalog assume. */
export const EXAMPLES_TODAY = '20260630';
