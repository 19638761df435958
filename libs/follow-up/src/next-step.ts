/** Steps that can come next for a patient who is due. */
export const STEPS = ['chart', 'physician', 'contact', 'telephone', 'hospital', 'patient', 'other'] as const;
export type Step = (typeof STEPS)[number];

/** What item 1800 (next follow-up source) asks for. 8 (foreign resident) and 9 (not followed) ask for nothing. */
const OF_SOURCE: Readonly<Record<string, Step>> = {
  '0': 'chart',
  '1': 'physician',
  '2': 'contact',
  '3': 'telephone',
  '4': 'hospital',
  '5': 'other',
};

/** Cheap sources first; the patient last. */
const CASCADE: readonly Step[] = ['chart', 'physician', 'contact', 'telephone', 'hospital', 'patient'];

/**
 * The step to take next where no person planned one: what item 1800 of the facility's latest case names, then each cheaper-first source
 * that was not asked yet in this round.
 *
 * @param source item 1800; absent or unknown begins with the chart.
 * @param tried channels of the contacts that were already made for this task.
 * @returns null when the case is not to be followed (8, 9) or everything was tried.
 * @source NAACCR item 1800; STORE, Follow-Up Source; order of the cascade: a registry's year of follow-up work.
 */
export function plannedStep(source: string | null | undefined, tried: readonly string[]): Step | null {
  if (source === '8' || source === '9') return null;
  const named = OF_SOURCE[source ?? ''];
  const order = named === undefined ? CASCADE : [named, ...CASCADE.filter((step) => step !== named)];
  // A letter that named nobody went to the patient.
  const asked = new Set(tried.map((channel) => (channel === 'letter' ? 'patient' : channel)));
  return order.find((step) => !asked.has(step)) ?? null;
}
