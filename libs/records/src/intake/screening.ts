import { type Principal, withRegistryScope } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import { codeReport } from '@perennial/coding';
import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { CODER, type RegistryTables } from '../tables.js';
import { startAbstracts } from './code-version.js';
import { lockKeys, personKeys } from './identity.js';

interface Row {
  readonly report_id: string;
  readonly facility_id: string | null;
  readonly abstract_id: string | null;
  readonly screening: string;
  readonly version_id: string;
  readonly version: number;
  readonly body: string;
  readonly sections: { code: string; title: string; start: number; end: number }[];
  readonly patient_items: ItemValues;
  readonly report_items: ItemValues;
}

/**
 * A person's decision on a report of the screening list or of the not-reportable list. Called reportable, it gets its draft with the
 * coder's best guesses, whatever their confidence; they are proposals like any other.
 *
 * @returns ids of the abstracts that came of it. @throws DomainError 404; 409 when it has an abstract or no facility.
 */
export async function decideScreening(
  tx: EntityManager,
  reportId: string,
  decision: 'reportable' | 'not_reportable',
  by: Principal,
  today: string,
  tables: RegistryTables,
): Promise<string[]> {
  const [row] = await tx.query<Row[]>(
    `SELECT r.id AS report_id, r.facility_id, r.abstract_id, r.screening, v.id AS version_id, v.version, v.body, v.sections, v.patient_items, v.report_items
       FROM report r JOIN report_version v ON v.report_id = r.id AND v.version = r.latest_version WHERE r.id = $1 FOR UPDATE OF r`,
    [reportId],
  );
  if (row === undefined) throw notFound('report');
  if (row.abstract_id !== null)
    throw new DomainError('report.has-abstract', 409, 'This report has an abstract; work on that.', {
      abstractId: row.abstract_id,
    });
  if (row.facility_id === null) throw new DomainError('report.unassigned', 409, 'Map the sender to a facility first.');
  if (decision === 'not_reportable') {
    await tx.query(
      `UPDATE report SET screening = 'not_reportable', screening_reason = 'decided-by-person', changed_at = now() WHERE id = $1`,
      [reportId],
    );
    return [];
  }
  const sex = row.patient_items.sexAssignedAtBirth;
  const coded = codeReport(
    { text: row.body, sections: row.sections, ...(sex === undefined ? {} : { sex }) },
    tables.coding,
    { force: true },
  );
  const version = {
    reportId,
    reportVersionId: row.version_id,
    version: row.version,
    previousAbstractId: null,
    facilityId: row.facility_id,
  };
  const report = {
    body: row.body,
    patientItems: row.patient_items,
    reportItems: row.report_items,
    collected: row.report_items.pathDateSpecCollect1?.slice(0, 10).replaceAll('-', ''),
  };
  // The person may be known through another facility.
  const abstractIds = await withRegistryScope(tx, by, async () => {
    await lockKeys(tx, personKeys(version.facilityId, row.patient_items));
    return startAbstracts(tx, version, report, coded, tables, by.actor, today);
  });
  await tx.query(
    `UPDATE report SET screening = 'reportable', screening_reason = $2, changed_at = now() WHERE id = $1`,
    [reportId, `decided-by-person ${CODER}`],
  );
  return abstractIds;
}
