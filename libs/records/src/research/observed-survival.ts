import { suppress, type Suppressed } from '@perennial/disclosure';
import { dayNumber, parsePartialDate, type PartialDate } from '@perennial/naaccr';
import { kaplanMeier, survivalAt } from '@perennial/survival';
import { type EntityManager } from 'typeorm';

/** Observed survival of the tumors of one site. Shares are 0 to 1. */
export interface SiteSurvival {
  readonly site: string;
  readonly cases: number;
  readonly deaths: number;
  readonly oneYear: number;
  readonly threeYears: number;
  readonly fiveYears: number;
  readonly fiveYearStandardError: number;
}

/** Mean length of a month in days, as the survival interval of the registries counts it (365.24 / 12). */
const DAYS_OF_MONTH = 365.24 / 12;

interface Row {
  readonly site: string;
  readonly diagnosis: string;
  readonly contact: string;
  readonly vital: string;
}

/** A partial date in the middle of what it can mean. */
function middle({ year, month, day }: PartialDate): number {
  if (month === undefined) return dayNumber(year, 7, 1);
  return dayNumber(year, month, day ?? 15);
}

/**
 * Observed (all causes) survival by site, from invasive tumors with known dates, by Kaplan-Meier. Sites with fewer than 16 cases are
 * blank, and no total is given from which they could be worked out.
 */
export async function observedSurvival(tx: EntityManager): Promise<Suppressed<SiteSurvival>[]> {
  const rows = await tx.query<Row[]>(
    `SELECT left(t.primary_site, 3) AS site, t.date_of_diagnosis AS diagnosis, p.date_of_last_contact AS contact, p.vital_status AS vital
       FROM tumor t JOIN consolidated_patient p ON p.id = t.patient_id
      WHERE t.merged_into IS NULL AND t.behavior = '3' AND t.date_of_diagnosis IS NOT NULL AND p.date_of_last_contact IS NOT NULL AND p.vital_status IN ('0', '1')
        AND coalesce(t.items->>'typeOfReportingSource', '') NOT IN ('6', '7')
      ORDER BY 1`,
  );
  const bySite = new Map<string, { months: number[]; died: number[] }>();
  for (const row of rows) {
    const [diagnosis, contact] = [parsePartialDate(row.diagnosis), parsePartialDate(row.contact)];
    if (!diagnosis.ok || !contact.ok) continue;
    const days = middle(contact.value) - middle(diagnosis.value);
    const group = bySite.get(row.site) ?? { months: [], died: [] };
    group.months.push(Math.max(0, Math.floor(days / DAYS_OF_MONTH)));
    group.died.push(row.vital === '0' ? 1 : 0);
    bySite.set(row.site, group);
  }
  const table = [...bySite].map(([site, { months, died }]): SiteSurvival => {
    const estimate = kaplanMeier(Float64Array.from(months), Uint8Array.from(died));
    return {
      site,
      cases: months.length,
      deaths: died.reduce((sum, one) => sum + one, 0),
      oneYear: survivalAt(estimate, 12).survival,
      threeYears: survivalAt(estimate, 36).survival,
      fiveYears: survivalAt(estimate, 60).survival,
      fiveYearStandardError: survivalAt(estimate, 60).standardError,
    };
  });
  return suppress(table, (row) => row.cases, ['site'], false);
}
