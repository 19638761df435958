import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { loadEditSet } from '../../node.js';
import { CATALOG, type EditExample, EXAMPLES_TODAY, readExample, runExample } from '../index.js';

const full = loadEditSet('full');
const SHARED = path.join(__dirname, '../../../../../shared/samples/edits/edit-examples.jsonl');

describe('the catalog', () => {
  it('has the 159 edits: 117 errors, 42 warnings', () => {
    expect(CATALOG).toHaveLength(159);
    expect(CATALOG.filter(({ severity }) => severity === 'error')).toHaveLength(117);
    expect(new Set(CATALOG.map(({ id }) => id)).size).toBe(159);
    expect(CATALOG.filter(({ basis }) => basis === 'D')).toHaveLength(91);
  });

  const examples = CATALOG.flatMap(({ id, examples: { pass, fail } }) => [
    ...pass.map((text) => [id, 'pass', text] as const),
    ...fail.map((text) => [id, 'fail', text] as const),
  ]);
  it.each(examples)('%s: %s with %s', (edit, expect_, text) => {
    const answer = runExample(full, { edit, expect: expect_, tumors: readExample(text) }, EXAMPLES_TODAY);
    const run = !full.notRun.some((one) => one.edit === edit);
    expect(answer).toBe(run ? expect_ : 'not-available');
  });
});

describe('the examples of the reference catalog', () => {
  const present = existsSync(SHARED);
  if (!present) console.warn(`SKIPPED: ${SHARED} is not here, so the reference examples were not compared`);
  (present ? it : it.skip)('agree', () => {
    const lines = readFileSync(SHARED, 'utf8').trim().split('\n');
    const disagree = lines
      .map((line) => JSON.parse(line) as EditExample)
      .map((example) => ({ ...example, got: runExample(full, example, EXAMPLES_TODAY) }))
      .filter(({ edit, expect: expected, got }) => got !== expected && !full.notRun.some((one) => one.edit === edit));
    expect(disagree).toEqual([]);
    expect(lines.length).toBeGreaterThanOrEqual(318);
  });
});
