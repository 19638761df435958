import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { saveWithLineage } from '../lineage.js';
import { endComparisons } from '../primaries/compare-patients.js';

interface Row {
  readonly id: string;
  readonly state: 'draft' | 'complete';
  readonly items: ItemValues;
  readonly revision: number;
  readonly facility_id: string;
  readonly other_reports: number;
}

/**
 * A report was cancelled, or its newer version is no cancer any more: a draft that rests on no other report is withdrawn; a
 * complete abstract, or a draft with other reports, is opened for a person to look at, because people may rest on it.
 *
 * @returns ids of the abstracts that were touched.
 */
export async function withdrawBecauseOf(
  tx: EntityManager,
  version: { readonly reportId: string; readonly reportVersionId: string; readonly version: number },
  actor: string,
): Promise<string[]> {
  const rows = await tx.query<Row[]>(
    `SELECT a.id, a.state, a.items, a.revision, a.facility_id,
            (SELECT count(DISTINCT v.report_id)::int FROM code_suggestion s JOIN report_version v ON v.id = s.report_version_id JOIN report r ON r.id = v.report_id
              WHERE s.abstract_id = a.id AND v.report_id <> $1 AND r.state = 'current') AS other_reports
       FROM abstract a
      WHERE a.state <> 'withdrawn' AND a.id IN (SELECT s.abstract_id FROM code_suggestion s JOIN report_version v ON v.id = s.report_version_id WHERE v.report_id = $1)
      ORDER BY a.id FOR UPDATE OF a`,
    [version.reportId],
  );
  for (const row of rows) {
    const save = { actor, origin: { kind: 'report', reportVersionId: version.reportVersionId } as const };
    if (row.state === 'draft' && row.other_reports === 0) {
      await saveWithLineage(tx, 'abstract', { ...row, facilityIds: [row.facility_id] }, {}, save, {
        state: { from: 'draft', to: 'withdrawn' },
      });
      await endComparisons(tx, [row.id]);
      continue;
    }
    if (row.state === 'complete') {
      await saveWithLineage(tx, 'abstract', { ...row, facilityIds: [row.facility_id] }, {}, save, {
        state: { from: 'complete', to: 'draft' },
      });
    }
    await tx.query(
      `INSERT INTO work_item (kind, entity, entity_id, facility_id, reason) VALUES ('report_withdrawn', 'abstract', $1, $2, $3)`,
      [row.id, row.facility_id, JSON.stringify({ reportId: version.reportId, version: version.version })],
    );
  }
  return rows.map((row) => row.id);
}
