/** One row of an estimate: the state at the end of a time at which somebody died. */
export interface KaplanMeierRow {
  /** Months since diagnosis. */
  readonly time: number;
  readonly atRisk: number;
  readonly deaths: number;
  /** Share alive, 0 to 1. */
  readonly survival: number;
  /** Greenwood's standard error of `survival`. */
  readonly standardError: number;
}

/**
 * Observed survival by the product-limit method.
 *
 * @param months time since diagnosis of each person, same length as `died`; a time is counted after deaths at that time.
 * @param died 1 where the person died at that time, 0 where they were last seen alive.
 * @returns one row for each time with a death, in order. Empty when nobody died or no time is known.
 * @source Kaplan and Meier 1958; variance by Greenwood 1926.
 */
export function kaplanMeier(months: Float64Array, died: Uint8Array): KaplanMeierRow[] {
  const order = Array.from(months.keys()).filter((index) => (months[index] ?? -1) >= 0);
  order.sort((a, b) => (months[a] ?? 0) - (months[b] ?? 0));
  const rows: KaplanMeierRow[] = [];
  let survival = 1;
  let greenwood = 0;
  for (let at = 0; at < order.length;) {
    const time = months[order[at] ?? 0] ?? 0;
    const atRisk = order.length - at;
    let deaths = 0;
    while (at < order.length && months[order[at] ?? 0] === time) {
      deaths += died[order[at] ?? 0] ?? 0;
      at += 1;
    }
    if (deaths === 0) continue;
    survival *= 1 - deaths / atRisk;
    greenwood += deaths / (atRisk * (atRisk - deaths));
    rows.push({ time, atRisk, deaths, survival, standardError: survival === 0 ? 0 : survival * Math.sqrt(greenwood) });
  }
  return rows;
}

/** The last row at or before a time; everybody alive when there is none. */
export function survivalAt(rows: readonly KaplanMeierRow[], time: number): { survival: number; standardError: number } {
  let last: KaplanMeierRow | undefined;
  for (const row of rows) if (row.time <= time) last = row;
  return { survival: last?.survival ?? 1, standardError: last?.standardError ?? 0 };
}
