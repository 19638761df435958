import { type Finding } from './types.js';

/**
 * What a finding is about, as one text: the edit and every value that it involves. A recorded review holds as long as this stays the
 * same; when an involved value changes the question is asked again.
 *
 * Tumors are taken without their place, so that a new tumor of the patient does not open old questions.
 */
export function findingKey(finding: Finding): string {
  const one = (values: Finding['values']): string =>
    JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  const tumors = [finding.values, ...(finding.related ?? []).map(({ values }) => values)].map(one).sort();
  return [finding.failed ?? finding.edit, ...[...finding.items].sort(), ...tumors].join('\n');
}

/** Whether a recorded review may clear a finding: errors are corrected, warnings are corrected or reviewed. */
export const isReviewable = (finding: Finding): boolean =>
  finding.severity === 'warning' && finding.failed === undefined;

/** A finding with what became of it. */
export interface JudgedFinding extends Finding {
  readonly state: 'open' | 'reviewed';
}

/**
 * Mark the findings that a recorded review clears.
 *
 * @param reviewed keys of the reviews of this record, as `findingKey` gives them (or their hash, with `key` hashing alike).
 */
export function applyReviews(
  findings: readonly Finding[],
  reviewed: ReadonlySet<string>,
  key: (finding: Finding) => string = findingKey,
): JudgedFinding[] {
  return findings.map((finding) => ({
    ...finding,
    state: isReviewable(finding) && reviewed.has(key(finding)) ? 'reviewed' : 'open',
  }));
}
