/**
 * The sex that a site belongs to, as item 225 writes it: `1` male, `2` female; `null` for sites of both.
 *
 * @source ICD-O-3 topography: C51 to C58 female genital organs and placenta, C60 to C63 male genital organs; SEER edit IF17.
 */
export function sexOfSite(site: string): '1' | '2' | null {
  if (site >= 'C510' && site <= 'C589') return '2';
  return site >= 'C600' && site <= 'C639' ? '1' : null;
}
