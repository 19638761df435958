import { randomInt, randomUUID } from 'node:crypto';
import { type CodedReport } from '@perennial/coding';
import { type EntityManager } from 'typeorm';
import { withdrawBecauseOf } from '../abstracts/withdraw.js';
import { proposalFor, type RegistryTables } from '../tables.js';
import { type Screening, screeningOf, startAbstracts, storeProposals } from './code-version.js';
import { inWaves, lockKeys, personKeys, resolveFacilities } from './identity.js';
import { contentHash, type IncomingReport, reportOfText, reportsOfHl7, UnreadableMessage } from './incoming.js';
import { codingTablesOf } from './synonyms.js';
import { joinAddendum, type KnownReport, placeVersion } from './version-order.js';

/** What became of one report of a message; ids and words of the platform only. */
export interface ReportOutcome {
  readonly reportId: string;
  readonly version: number;
  readonly outcome: Screening | 'duplicate' | 'late' | 'withdrawn' | 'unassigned';
  readonly abstractIds: readonly string[];
}

const ACTOR = 'system:intake';
/** Share of the not-reportable reports that people look at, in a thousand, where no setting says otherwise. */
const QUALITY_SHARE = 50;

/** A time to the microsecond, so that texts compare as times do: messages of one batch differ by no more. */
const STAMP = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS')`;

interface MessageRow {
  readonly id: string;
  readonly kind: string;
  readonly raw: Buffer;
  readonly receivedAt: string;
  readonly allowed: readonly string[];
}

/** One report of one message on its way. */
interface Arrival {
  readonly messageId: string;
  readonly receivedAt: string;
  readonly report: IncomingReport;
  readonly hash: string;
  readonly facilityId: string | null;
}

/**
 * Turn stored messages into reports with versions, codes with evidence, and drafts or places on the screening list: many at once, in
 * the caller's one transaction, with statements that each serve all of them.
 *
 * Idempotent: a message that is already parsed is left alone, and a report that came before with the same content is recognised.
 * Reports that share a person or an identity are taken one after the other in the order in which they came.
 *
 * @returns for each message what became of its reports; messages for which there was nothing to do are absent.
 */
export async function processMessages(
  tx: EntityManager,
  messageIds: readonly string[],
  tables: RegistryTables,
  today: string,
): Promise<Map<string, ReportOutcome[]>> {
  const messages = await tx.query<MessageRow[]>(
    `SELECT id, kind, raw, ${STAMP('received_at')} AS "receivedAt", sender_facility_ids AS allowed FROM intake_message
      WHERE id = ANY($1::uuid[]) AND state = 'received' ORDER BY received_at, id FOR UPDATE`,
    [messageIds],
  );
  const outcomes = new Map<string, ReportOutcome[]>();
  const { arrivals, unreadable } = await readAll(tx, messages);
  for (const { id } of messages) if (!unreadable.has(id)) outcomes.set(id, []);
  await lockKeys(tx, [...new Set(arrivals.flatMap(keysOf))]);
  const run = { tables, today, share: await qualityShare(tx) };
  for (const wave of inWaves(arrivals, keysOf)) {
    const results = await processWave(tx, wave, run);
    wave.forEach((arrival, n) => {
      const outcome = results[n];
      if (outcome !== undefined) outcomes.get(arrival.messageId)?.push(outcome);
    });
  }
  await finish(tx, outcomes, arrivals, unreadable);
  return outcomes;
}

/** One message, as `processMessages` takes many. @returns `null` when there was nothing to do. */
export async function processStoredMessage(
  tx: EntityManager,
  messageId: string,
  tables: RegistryTables,
  today: string,
): Promise<ReportOutcome[] | null> {
  return (await processMessages(tx, [messageId], tables, today)).get(messageId) ?? null;
}

async function readAll(
  tx: EntityManager,
  messages: readonly MessageRow[],
): Promise<{ arrivals: Arrival[]; unreadable: Map<string, UnreadableMessage> }> {
  const unreadable = new Map<string, UnreadableMessage>();
  const read = messages.flatMap((message) => {
    try {
      const reports = message.kind === 'text' ? reportOfText(message.raw) : reportsOfHl7(message.raw);
      return reports.map((report) => ({ message, report }));
    } catch (error) {
      if (!(error instanceof UnreadableMessage)) throw error;
      unreadable.set(message.id, error);
      return [];
    }
  });
  const hints = await resolveFacilities(
    tx,
    read.map(({ report }) => ('facilityId' in report.facility ? {} : report.facility)),
  );
  const arrivals = read.map(({ message, report }, n): Arrival => {
    const named = 'facilityId' in report.facility ? report.facility.facilityId : (hints[n] ?? null);
    // A sender that may report for some facilities only cannot place a report elsewhere: it waits in the unassigned queue.
    const facilityId = named === null || message.allowed.length === 0 || message.allowed.includes(named) ? named : null;
    return { messageId: message.id, receivedAt: message.receivedAt, report, hash: contentHash(report), facilityId };
  });
  return { arrivals, unreadable };
}

const keysOf = ({ report, facilityId }: Arrival): string[] => [
  report.identityKey,
  ...(facilityId === null ? [] : personKeys(facilityId, report.patientItems)),
];

interface Run {
  readonly tables: RegistryTables;
  readonly today: string;
  readonly share: number;
}

/** An arrival that becomes a version. */
interface Placed {
  readonly arrival: Arrival;
  readonly report: IncomingReport;
  readonly known: KnownReport | undefined;
  readonly placement: 'new' | 'assign' | 'late';
  readonly reportId: string;
  readonly reportVersionId: string;
  readonly version: number;
  readonly coded: CodedReport | null;
  readonly screening: Screening | 'pending';
  readonly reason: string | null;
}

async function processWave(tx: EntityManager, wave: readonly Arrival[], run: Run): Promise<ReportOutcome[]> {
  const known = await knownReports(tx, wave);
  const coding = await codingTablesOf(
    tx,
    run.tables,
    wave.flatMap(({ facilityId }) => facilityId ?? []),
  );
  const placed = wave.map((arrival) => {
    const before = known.get(arrival.report.identityKey);
    const placement = placeVersion(before, { ...arrival, ...pick(arrival.report) });
    if (placement === 'duplicate' && before !== undefined) return duplicateOf(before);
    return place(arrival, before, placement === 'duplicate' ? 'new' : placement, coding);
  });
  const versions = placed.filter((one): one is Placed => 'arrival' in one);
  const wanted = versions.flatMap((one) => {
    const { facilityId } = one.arrival;
    if (one.coded === null || one.screening !== 'reportable' || facilityId === null) return [];
    return [{ ...one, facilityId, coded: one.coded, previousAbstractId: one.known?.abstractId ?? null }];
  });
  const started = await startAbstracts(tx, wanted, run.tables, ACTOR, run.today);
  const startOf = new Map(wanted.map((one, n) => [one.reportVersionId, started[n]]));
  await storeVersions(tx, versions, startOf, run.share);
  await storeProposals(
    tx,
    versions.flatMap(({ coded, reportVersionId }) =>
      coded === null ? [] : [{ reportVersionId, coded, abstractIds: startOf.get(reportVersionId)?.abstractIds ?? [] }],
    ),
  );
  const outcomes: ReportOutcome[] = [];
  for (const one of placed)
    outcomes.push(
      'outcome' in one ? one : await outcomeOf(tx, one, startOf.get(one.reportVersionId)?.abstractIds ?? []),
    );
  return outcomes;
}

const pick = ({ status, reported }: IncomingReport): { status: string; reported: string | null } => ({
  status,
  reported,
});

const duplicateOf = (known: KnownReport): ReportOutcome => ({
  reportId: known.id,
  version: known.currentVersion,
  outcome: 'duplicate',
  abstractIds: known.abstractId === null ? [] : [known.abstractId],
});

function place(
  arrival: Arrival,
  known: KnownReport | undefined,
  placement: Placed['placement'],
  coding: (facilityId: string) => RegistryTables,
): Placed {
  const { facilityId } = arrival;
  const report = joinAddendum(arrival.report, known);
  const codable = facilityId !== null && report.status !== 'X' && placement !== 'late';
  const coded = codable ? proposalFor(coding(facilityId), report) : null;
  const screened = coded === null ? null : screeningOf(coded, report);
  return {
    arrival,
    report,
    known,
    placement,
    reportId: known?.id ?? randomUUID(),
    reportVersionId: placement === 'assign' && known !== undefined ? known.versionId : randomUUID(),
    version: placement === 'assign' && known !== undefined ? known.currentVersion : (known?.lastVersion ?? 0) + 1,
    coded,
    screening: screened?.screening ?? 'pending',
    reason: screened?.reason ?? null,
  };
}

/** Reports of the same identities that are stored already. */
async function knownReports(tx: EntityManager, wave: readonly Arrival[]): Promise<Map<string, KnownReport>> {
  const rows = await tx.query<KnownReport[]>(
    `SELECT r.id, r.identity_key AS "identityKey", r.facility_id AS "facilityId", r.abstract_id AS "abstractId", r.patient_id AS "patientId",
            r.latest_version AS "currentVersion", (SELECT max(version) FROM report_version l WHERE l.report_id = r.id) AS "lastVersion",
            v.id AS "versionId", v.status, v.content_hash AS "contentHash", v.reported, ${STAMP('m.received_at')} AS "receivedAt", v.body, v.sections
       FROM report r JOIN report_version v ON v.report_id = r.id AND v.version = r.latest_version JOIN intake_message m ON m.id = v.intake_message_id
      WHERE r.identity_key = ANY($1::text[])`,
    [wave.map(({ report }) => report.identityKey)],
  );
  return new Map(rows.map((row) => [row.identityKey, row]));
}

/** Reports and versions, new ones and those that replace, in three statements. */
async function storeVersions(
  tx: EntityManager,
  versions: readonly Placed[],
  started: ReadonlyMap<string, { readonly patientId: string; readonly abstractIds: readonly string[] } | undefined>,
  share: number,
): Promise<void> {
  if (versions.length === 0) return;
  const current = versions.filter(({ placement }) => placement !== 'late');
  await tx.query(
    `INSERT INTO report (id, identity_key, source, facility_id, latest_version, state, screening, screening_reason, quality_sample, patient_id, abstract_id)
     SELECT id, key, source, facility, version, state, screening, reason, sample, patient, abstract
       FROM json_to_recordset($1::json) AS w (id uuid, key text, source text, facility uuid, version int, state text, screening text, reason text, sample boolean, patient uuid, abstract uuid)
     ON CONFLICT (identity_key) DO UPDATE SET latest_version = excluded.latest_version, facility_id = coalesce(report.facility_id, excluded.facility_id),
            state = excluded.state, screening = CASE WHEN excluded.state = 'withdrawn' THEN report.screening ELSE excluded.screening END,
            screening_reason = excluded.screening_reason, quality_sample = excluded.quality_sample, changed_at = now(),
            patient_id = coalesce(excluded.patient_id, report.patient_id), abstract_id = coalesce(excluded.abstract_id, report.abstract_id)`,
    [
      JSON.stringify(
        current.map((one) => ({
          id: one.reportId,
          key: one.report.identityKey,
          source: one.report.source,
          facility: one.arrival.facilityId,
          version: one.version,
          state: one.report.status === 'X' ? 'withdrawn' : 'current',
          screening: one.screening,
          reason: one.reason,
          sample: one.screening === 'not_reportable' && randomInt(1_000) < share,
          patient: started.get(one.reportVersionId)?.patientId ?? null,
          abstract: started.get(one.reportVersionId)?.abstractIds[0] ?? null,
        })),
      ),
    ],
  );
  const replaced = current.flatMap(({ known, placement }) =>
    known !== undefined && placement === 'new' ? [known.id] : [],
  );
  if (replaced.length > 0)
    await tx.query(
      `UPDATE report_version SET state = 'superseded' WHERE report_id = ANY($1::uuid[]) AND state = 'current'`,
      [replaced],
    );
  await insertVersions(
    tx,
    versions.filter(({ placement }) => placement !== 'assign'),
  );
  const assigned = versions.filter(({ placement }) => placement === 'assign').map(({ reportId }) => reportId);
  if (assigned.length > 0)
    await tx.query(
      `UPDATE work_item SET state = 'done', done_at = now() WHERE entity_id = ANY($1::uuid[]) AND kind = 'unassigned_facility' AND state = 'open'`,
      [assigned],
    );
}

async function insertVersions(tx: EntityManager, versions: readonly Placed[]): Promise<void> {
  if (versions.length === 0) return;
  await tx.query(
    `INSERT INTO report_version (id, report_id, version, intake_message_id, status, state, content_hash, body, sections, patient_items, report_items, reported, specimens, documents)
     SELECT id, report, version, message, status, state, hash, body, sections, patient, items, reported, specimens, documents
       FROM json_to_recordset($1::json) AS w (id uuid, report uuid, version int, message uuid, status text, state text, hash text, body text, sections jsonb,
            patient jsonb, items jsonb, reported text, specimens jsonb, documents jsonb)`,
    [
      JSON.stringify(
        versions.map(({ arrival, report, placement, ...one }) => ({
          id: one.reportVersionId,
          report: one.reportId,
          version: one.version,
          message: arrival.messageId,
          status: report.status,
          state: placement === 'late' ? 'superseded' : report.status === 'X' ? 'withdrawn' : 'current',
          hash: arrival.hash,
          body: report.body,
          sections: report.sections,
          patient: report.patientItems,
          items: report.reportItems,
          reported: report.reported,
          specimens: report.specimens,
          documents: report.documents,
        })),
      ),
    ],
  );
}

/** The rest of what a version brings about, and how it is told. */
async function outcomeOf(tx: EntityManager, one: Placed, abstractIds: readonly string[]): Promise<ReportOutcome> {
  const { reportId, reportVersionId, version } = one;
  if (one.placement === 'late') return { reportId, version, outcome: 'late', abstractIds: [] };
  if (one.arrival.facilityId === null) {
    // A report waits once, however often it comes.
    await tx.query(
      `INSERT INTO work_item (kind, entity, entity_id) SELECT 'unassigned_facility', 'report', $1
        WHERE NOT EXISTS (SELECT FROM work_item WHERE entity_id = $1 AND kind = 'unassigned_facility' AND state = 'open')`,
      [reportId],
    );
    return { reportId, version, outcome: 'unassigned', abstractIds: [] };
  }
  if (one.report.status === 'X') {
    const withdrawn = await withdrawBecauseOf(tx, { reportId, reportVersionId, version }, ACTOR);
    return { reportId, version, outcome: 'withdrawn', abstractIds: withdrawn };
  }
  const screening = one.screening === 'pending' ? 'review' : one.screening;
  // An amended report that is no longer a cancer takes back what its earlier version started.
  if (screening !== 'reportable' && (one.known?.abstractId ?? null) !== null)
    await withdrawBecauseOf(tx, { reportId, reportVersionId, version }, ACTOR);
  return { reportId, version, outcome: screening, abstractIds };
}

async function qualityShare(tx: EntityManager): Promise<number> {
  const [row] = await tx.query<{ value: unknown }[]>(
    `SELECT value FROM setting WHERE key = 'intake.quality-sample-per-thousand' AND valid_from <= current_date ORDER BY valid_from DESC LIMIT 1`,
  );
  return typeof row?.value === 'number' && row.value >= 0 && row.value <= 1_000 ? row.value : QUALITY_SHARE;
}

async function finish(
  tx: EntityManager,
  outcomes: ReadonlyMap<string, readonly ReportOutcome[]>,
  arrivals: readonly Arrival[],
  unreadable: ReadonlyMap<string, UnreadableMessage>,
): Promise<void> {
  const facilities = new Map<string, Set<string>>();
  const unplaced = new Set<string>();
  for (const { messageId, facilityId } of arrivals) {
    if (facilityId === null) unplaced.add(messageId);
    else facilities.set(messageId, (facilities.get(messageId) ?? new Set()).add(facilityId));
  }
  const rows = [
    ...[...outcomes].map(([id, result]) => ({
      id,
      state: 'parsed',
      result,
      problems: null,
      // Part of it may be another facility's: until that is known, only those who see all of them see the message.
      facilities: unplaced.has(id) ? [] : [...(facilities.get(id) ?? [])],
    })),
    ...[...unreadable].map(([id, { problems }]) => ({
      id,
      state: 'failed',
      result: null,
      problems: problems.map(({ code, segment, field }) => ({
        code,
        segment,
        field: field === null ? null : String(field),
      })),
      facilities: [] as string[],
    })),
  ];
  if (rows.length === 0) return;
  await tx.query(
    `UPDATE intake_message m SET state = w.state, finished_at = now(), result = w.result, problems = coalesce(w.problems, m.problems),
            facility_ids = ARRAY(SELECT DISTINCT unnest(m.sender_facility_ids || w.facilities))
       FROM json_to_recordset($1::json) AS w (id uuid, state text, result jsonb, problems jsonb, facilities uuid[]) WHERE m.id = w.id`,
    [JSON.stringify(rows)],
  );
}
