import { createHash } from 'node:crypto';
import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { withdrawBecauseOf } from '../abstracts/withdraw.js';
import { type RegistryTables } from '../tables.js';
import { codeVersion, type StoredVersion } from './code-version.js';
import { lockKeys, personKeys, resolveFacility } from './identity.js';
import { type IncomingReport, reportOfText, reportsOfHl7 } from './incoming.js';

/** What became of one report of a message; ids and words of the platform only. */
export interface ReportOutcome {
  readonly reportId: string;
  readonly version: number;
  readonly outcome: 'reportable' | 'not_reportable' | 'review' | 'duplicate' | 'withdrawn' | 'unassigned';
  readonly abstractIds: readonly string[];
}

const ACTOR = 'system:intake';

/**
 * Turn one stored message into reports with versions, codes with evidence, and drafts or places on the screening list.
 *
 * Everything happens in the caller's one transaction. Idempotent: a message that is already parsed is left alone, and a report that
 * came before with the same content is recognised.
 *
 * @returns `null` when there was nothing to do.
 */
export async function processStoredMessage(
  tx: EntityManager,
  messageId: string,
  tables: RegistryTables,
  today: string,
): Promise<ReportOutcome[] | null> {
  const [message] = await tx.query<{ kind: string; raw: Buffer; state: string; allowed: string[] }[]>(
    `SELECT kind, raw, state, facility_ids AS allowed FROM intake_message WHERE id = $1 FOR UPDATE`,
    [messageId],
  );
  if (message === undefined || message.state !== 'received') return null;
  const reports = message.kind === 'text' ? reportOfText(message.raw) : reportsOfHl7(message.raw);
  const outcomes: ReportOutcome[] = [];
  const facilities = new Set<string>();
  for (const report of reports) {
    const named =
      'facilityId' in report.facility ? report.facility.facilityId : await resolveFacility(tx, report.facility);
    // A sender that may report for some facilities only cannot place a report elsewhere: it waits in the unassigned queue.
    const facilityId = named === null || message.allowed.length === 0 || message.allowed.includes(named) ? named : null;
    if (facilityId !== null) facilities.add(facilityId);
    outcomes.push(await processReport(tx, messageId, report, facilityId, tables, today));
  }
  await tx.query(
    `UPDATE intake_message SET state = 'parsed', finished_at = now(), result = $2, facility_ids = ARRAY(SELECT DISTINCT unnest(facility_ids || $3::uuid[])) WHERE id = $1`,
    [messageId, JSON.stringify(outcomes), [...facilities]],
  );
  return outcomes;
}

interface KnownReport {
  readonly id: string;
  readonly facility_id: string | null;
  readonly latest_version: number;
  readonly state: string;
  readonly abstract_id: string | null;
  readonly latest_hash: string;
}

const hashOf = (report: IncomingReport): string => {
  const parts = [
    report.status,
    report.body,
    JSON.stringify(report.sections),
    JSON.stringify(report.patientItems),
    JSON.stringify(report.reportItems),
  ];
  return createHash('sha256').update(parts.join('\u0000')).digest('hex');
};

async function processReport(
  tx: EntityManager,
  messageId: string,
  report: IncomingReport,
  facilityId: string | null,
  tables: RegistryTables,
  today: string,
): Promise<ReportOutcome> {
  await lockKeys(tx, [report.identityKey, ...(facilityId === null ? [] : personKeys(facilityId, report.patientItems))]);
  const hash = hashOf(report);
  const [known] = await tx.query<KnownReport[]>(
    `SELECT r.id, r.facility_id, r.latest_version, r.state, r.abstract_id, v.content_hash AS latest_hash
       FROM report r JOIN report_version v ON v.report_id = r.id AND v.version = r.latest_version WHERE r.identity_key = $1`,
    [report.identityKey],
  );
  // The same content again is nothing new, unless the first time nobody knew whose report it was.
  if (known !== undefined && known.latest_hash === hash && (known.facility_id !== null || facilityId === null)) {
    return {
      reportId: known.id,
      version: known.latest_version,
      outcome: 'duplicate',
      abstractIds: known.abstract_id === null ? [] : [known.abstract_id],
    };
  }
  const version =
    known !== undefined && known.latest_hash === hash
      ? await assignFacility(tx, known, facilityId)
      : await storeVersion(tx, messageId, report, hash, facilityId, known);
  if (facilityId === null) {
    await tx.query(`INSERT INTO work_item (kind, entity, entity_id) VALUES ('unassigned_facility', 'report', $1)`, [
      version.reportId,
    ]);
    return { reportId: version.reportId, version: version.version, outcome: 'unassigned', abstractIds: [] };
  }
  if (report.status === 'X') {
    await tx.query(`UPDATE report SET state = 'withdrawn', changed_at = now() WHERE id = $1`, [version.reportId]);
    const abstractIds = await withdrawBecauseOf(tx, version, ACTOR);
    return { reportId: version.reportId, version: version.version, outcome: 'withdrawn', abstractIds };
  }
  const coded = await codeVersion(tx, { ...version, facilityId }, report, tables, ACTOR, today);
  return {
    reportId: version.reportId,
    version: version.version,
    outcome: coded.screening,
    abstractIds: coded.abstractIds,
  };
}

async function assignFacility(
  tx: EntityManager,
  known: KnownReport,
  facilityId: string | null,
): Promise<StoredVersion> {
  await tx.query(`UPDATE report SET facility_id = $2, changed_at = now() WHERE id = $1`, [known.id, facilityId]);
  await tx.query(
    `UPDATE work_item SET state = 'done', done_at = now() WHERE entity_id = $1 AND kind = 'unassigned_facility' AND state = 'open'`,
    [known.id],
  );
  const [row] = await tx.query<{ id: string }[]>(
    `SELECT id FROM report_version WHERE report_id = $1 AND version = $2`,
    [known.id, known.latest_version],
  );
  return {
    reportId: known.id,
    reportVersionId: row?.id ?? '',
    version: known.latest_version,
    previousAbstractId: known.abstract_id,
  };
}

async function storeVersion(
  tx: EntityManager,
  messageId: string,
  report: IncomingReport,
  hash: string,
  facilityId: string | null,
  known: KnownReport | undefined,
): Promise<StoredVersion> {
  const version = (known?.latest_version ?? 0) + 1;
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO report (identity_key, facility_id, latest_version) VALUES ($1, $2, $3)
     ON CONFLICT (identity_key) DO UPDATE SET latest_version = $3, facility_id = coalesce(report.facility_id, $2), state = 'current', changed_at = now() RETURNING id`,
    [report.identityKey, facilityId, version],
  );
  const reportId = row?.id ?? '';
  if (version > 1)
    await tx.query(`UPDATE report_version SET state = 'superseded' WHERE report_id = $1 AND state = 'current'`, [
      reportId,
    ]);
  const [stored] = await tx.query<{ id: string }[]>(
    `INSERT INTO report_version (report_id, version, intake_message_id, status, state, content_hash, body, sections, patient_items, report_items)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
    [
      reportId,
      version,
      messageId,
      report.status,
      report.status === 'X' ? 'withdrawn' : 'current',
      hash,
      report.body,
      JSON.stringify(report.sections),
      JSON.stringify(report.patientItems),
      JSON.stringify(
        report.collected === undefined
          ? report.reportItems
          : ({
              pathDateSpecCollect1: report.collected,
              ...(report.reportItems as Record<string, string>),
            } satisfies ItemValues),
      ),
    ],
  );
  return { reportId, reportVersionId: stored?.id ?? '', version, previousAbstractId: known?.abstract_id ?? null };
}
