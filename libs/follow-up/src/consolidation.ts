/** Item 1854 of a patient from what each facility reports: one request not to be contacted wins. */
export function consolidateNoContact(values: readonly (string | undefined)[]): '0' | '1' | undefined {
  if (values.includes('1')) return '1';
  return values.includes('0') ? '0' : undefined;
}

/** Restrictions of item 1856 as sets: 1 = out-of-state exchange only, 2 = VHA, 4 = DoD. */
const RESTRICTIONS: Readonly<Record<string, number>> = {
  '00': 0,
  '01': 1,
  '02': 2,
  '03': 4,
  '04': 3,
  '05': 5,
  '06': 6,
  '07': 7,
};

/**
 * Item 1856 of a tumor from what each facility reports: none as soon as one facility reports it without restriction, else all
 * restrictions together. An absent value is no restriction.
 */
export function consolidateRestriction(values: readonly (string | undefined)[]): string {
  const sets = values.map((value) => RESTRICTIONS[value ?? '00'] ?? 0);
  if (sets.length === 0 || sets.includes(0)) return '00';
  const together = sets.reduce((all, set) => all | set, 0);
  return Object.entries(RESTRICTIONS).find(([, set]) => set === together)?.[0] ?? '00';
}
