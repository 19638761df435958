import { randomUUID } from 'node:crypto';
import { type ItemValues } from '@perennial/naaccr';
import { type Principal, withRegistryScope } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { type Changes, saveWithLineage } from '../lineage.js';
import { endComparisons } from '../primaries/compare-patients.js';
import { CODER, proposalFor, type RegistryTables } from '../tables.js';
import { type Screening, type StartWanted, startAbstracts, storeProposals } from './code-version.js';
import { inWaves, lockKeys, personKeys } from './identity.js';
import { codingTablesOf } from './synonyms.js';

interface ReportRow {
  readonly reportId: string;
  readonly facilityId: string | null;
  readonly patientId: string | null;
  readonly abstractId: string | null;
  /** The abstract exists and is not withdrawn. */
  readonly abstractLives: boolean;
  readonly screening: Screening | 'pending';
  readonly reason: string | null;
  readonly versionId: string;
  readonly version: number;
  readonly body: string;
  readonly sections: { code: string; title: string; start: number; end: number }[];
  readonly patientItems: ItemValues;
  readonly reportItems: ItemValues;
  readonly proposals: readonly unknown[];
}

/** What a decision found, kept so that it can be undone. */
interface Before {
  readonly screening: string;
  readonly reason: string | null;
  readonly abstractId: string | null;
  readonly patientId: string | null;
  readonly reportVersionId: string;
  readonly proposals: readonly unknown[];
}

/** What became of one report of a decision. */
export type Decided =
  | { readonly reportId: string; readonly decisionId: string; readonly abstractIds: readonly string[] }
  | { readonly reportId: string; readonly refused: 'report.not-found' | 'report.has-abstract' | 'report.unassigned' };

const REASON = 'decided-by-person';

/**
 * A person's decision on reports of the screening lists, all in one transaction. Called reportable, a report gets its draft with the
 * coder's best guesses, whatever their confidence; they are proposals like any other.
 *
 * Reports that cannot be decided on are told apart and left as they are; the others are decided.
 *
 * @returns the id under which all of it can be undone, and what became of each report in the order asked.
 */
export async function decideScreening(
  tx: EntityManager,
  reportIds: readonly string[],
  decision: Screening,
  by: Principal,
  today: string,
  tables: RegistryTables,
): Promise<{ bulkId: string; results: Decided[] }> {
  const rows = await reportRows(tx, reportIds);
  const byId = new Map(rows.map((row) => [row.reportId, row]));
  const refused = new Map<string, Extract<Decided, { refused: string }>['refused']>();
  for (const id of reportIds) {
    const row = byId.get(id);
    if (row === undefined) refused.set(id, 'report.not-found');
    else if (row.abstractLives) refused.set(id, 'report.has-abstract');
    else if (row.facilityId === null) refused.set(id, 'report.unassigned');
  }
  const taken = rows.filter((row) => !refused.has(row.reportId));
  const started =
    decision === 'reportable' ? await startAll(tx, taken, by, today, tables) : new Map<string, string[]>();
  const bulkId = randomUUID();
  await keepDecisions(tx, taken, decision, started, bulkId, by.actor);
  await tx.query(
    `UPDATE report SET screening = $2, screening_reason = $3, quality_sample = false, changed_at = now() WHERE id = ANY($1::uuid[])`,
    [taken.map((row) => row.reportId), decision, decision === 'reportable' ? `${REASON} ${CODER}` : REASON],
  );
  const decisions = await tx.query<{ id: string; reportId: string }[]>(
    `SELECT id, report_id AS "reportId" FROM screening_decision WHERE bulk_id = $1`,
    [bulkId],
  );
  const decisionOf = new Map(decisions.map((row) => [row.reportId, row.id]));
  const results = reportIds.map((reportId): Decided => {
    const why = refused.get(reportId);
    if (why !== undefined) return { reportId, refused: why };
    return { reportId, decisionId: decisionOf.get(reportId) ?? '', abstractIds: started.get(reportId) ?? [] };
  });
  return { bulkId, results };
}

const reportRows = (tx: EntityManager, ids: readonly string[]): Promise<ReportRow[]> =>
  tx.query<ReportRow[]>(
    `SELECT r.id AS "reportId", r.facility_id AS "facilityId", r.patient_id AS "patientId", r.abstract_id AS "abstractId",
            coalesce((SELECT a.state <> 'withdrawn' FROM abstract a WHERE a.id = r.abstract_id), false) AS "abstractLives",
            r.screening, r.screening_reason AS reason, v.id AS "versionId", v.version, v.body, v.sections,
            v.patient_items AS "patientItems", v.report_items AS "reportItems",
            coalesce((SELECT jsonb_agg(jsonb_build_object('n', s.primary_index, 'proposal', s.proposal, 'abstractId', s.abstract_id) ORDER BY s.primary_index)
                        FROM code_suggestion s WHERE s.report_version_id = v.id), '[]') AS proposals
       FROM report r JOIN report_version v ON v.report_id = r.id AND v.version = r.latest_version
      WHERE r.id = ANY($1::uuid[]) AND r.state = 'current' ORDER BY r.created_at, r.id FOR UPDATE OF r`,
    [[...new Set(ids)]],
  );

/** Drafts of reports that a person called reportable. */
async function startAll(
  tx: EntityManager,
  rows: readonly ReportRow[],
  by: Principal,
  today: string,
  tables: RegistryTables,
): Promise<Map<string, string[]>> {
  const coding = await codingTablesOf(
    tx,
    tables,
    rows.flatMap(({ facilityId }) => facilityId ?? []),
  );
  const wanted = rows.flatMap((row): StartWanted[] => {
    if (row.facilityId === null) return [];
    const collected = row.reportItems.pathDateSpecCollect1?.slice(0, 10).replaceAll('-', '');
    const report = { ...row, collected };
    return [
      {
        reportId: row.reportId,
        reportVersionId: row.versionId,
        version: row.version,
        previousAbstractId: row.abstractId,
        facilityId: row.facilityId,
        report,
        coded: proposalFor(coding(row.facilityId), report, { force: true }),
      },
    ];
  });
  const keysOf = ({ facilityId, report }: StartWanted): string[] => personKeys(facilityId, report.patientItems);
  const started = new Map<string, string[]>();
  // The person may be known through another facility.
  await withRegistryScope(tx, by, async () => {
    await lockKeys(tx, [...new Set(wanted.flatMap(keysOf))]);
    for (const wave of inWaves(wanted, keysOf)) {
      const drafts = await startAbstracts(tx, wave, tables, by.actor, today);
      await storeProposals(
        tx,
        wave.map(({ reportVersionId, coded }, n) => ({
          reportVersionId,
          coded,
          abstractIds: drafts[n]?.abstractIds ?? [],
        })),
      );
      const links = wave.map(({ reportId }, n) => ({
        id: reportId,
        patient: drafts[n]?.patientId ?? null,
        abstract: drafts[n]?.abstractIds[0] ?? null,
      }));
      await tx.query(
        `UPDATE report r SET patient_id = w.patient, abstract_id = w.abstract
           FROM json_to_recordset($1::json) AS w (id uuid, patient uuid, abstract uuid) WHERE r.id = w.id`,
        [JSON.stringify(links)],
      );
      wave.forEach(({ reportId }, n) => started.set(reportId, [...(drafts[n]?.abstractIds ?? [])]));
    }
  });
  return started;
}

async function keepDecisions(
  tx: EntityManager,
  rows: readonly ReportRow[],
  decision: Screening,
  started: ReadonlyMap<string, readonly string[]>,
  bulkId: string,
  actor: string,
): Promise<void> {
  if (rows.length === 0) return;
  const kept = rows.map((row) => ({
    report: row.reportId,
    facility: row.facilityId,
    was: {
      screening: row.screening,
      reason: row.reason,
      abstractId: row.abstractId,
      patientId: row.patientId,
      reportVersionId: row.versionId,
      proposals: row.proposals,
    } satisfies Before,
    abstracts: started.get(row.reportId) ?? [],
  }));
  await tx.query(
    `INSERT INTO screening_decision (report_id, facility_id, decision, was, came, bulk_id, actor)
     SELECT report, facility, $2, was,
            coalesce((SELECT jsonb_agg(jsonb_build_object('abstractId', a.id, 'revision', a.revision)) FROM abstract a WHERE a.id = ANY(w.abstracts)), '[]'), $3, $4
       FROM json_to_recordset($1::json) AS w (report uuid, facility uuid, was jsonb, abstracts uuid[])`,
    [JSON.stringify(kept), decision, bulkId, actor],
  );
}

interface DecisionRow {
  readonly id: string;
  readonly reportId: string;
  readonly facilityId: string;
  readonly was: Before;
  readonly came: readonly { readonly abstractId: string; readonly revision: number }[];
  readonly isLast: boolean;
}

/**
 * Take decisions back: those of one bulk, or one of them. The reports stand where they stood; drafts that came of it are withdrawn, and
 * drafts that took something from a report give it back.
 *
 * @param id of a decision or of a bulk. @returns ids of the reports.
 * @throws DomainError 404; 409 when somebody went on from there (worked on a draft, decided again, or a newer version came): then
 * nothing is undone.
 */
export async function undoScreening(tx: EntityManager, id: string, by: Principal): Promise<string[]> {
  const rows = await tx.query<DecisionRow[]>(
    `SELECT d.id, d.report_id AS "reportId", d.facility_id AS "facilityId", d.was, d.came,
            NOT EXISTS (SELECT FROM screening_decision l WHERE l.report_id = d.report_id AND l.decided_at > d.decided_at AND l.undone_at IS NULL)
            AND r.screening = d.decision AND (d.was->>'reportVersionId')::uuid = v.id AS "isLast"
       FROM screening_decision d JOIN report r ON r.id = d.report_id JOIN report_version v ON v.report_id = r.id AND v.version = r.latest_version
      WHERE (d.id = $1 OR d.bulk_id = $1) AND d.undone_at IS NULL ORDER BY d.id FOR UPDATE OF d, r`,
    [id],
  );
  if (rows.length === 0) throw notFound('decision');
  const movedOn = rows.filter((row) => !row.isLast);
  if (movedOn.length > 0) throw movedOnError(movedOn.map((row) => row.reportId));
  for (const row of rows) {
    for (const { abstractId, revision } of row.came) {
      if (!(await giveBack(tx, abstractId, revision, row.facilityId, by))) throw movedOnError([row.reportId]);
    }
    await restore(tx, row);
  }
  await tx.query(`UPDATE screening_decision SET undone_by = $2, undone_at = now() WHERE id = ANY($1::uuid[])`, [
    rows.map((row) => row.id),
    by.actor,
  ]);
  return rows.map((row) => row.reportId);
}

const movedOnError = (reportIds: readonly string[]): DomainError =>
  new DomainError('decision.moved-on', 409, 'Somebody went on from this decision; it cannot be undone any more.', {
    reportIds,
  });

/** Take what a decision gave to an abstract back. @returns false when somebody saved it since. */
async function giveBack(
  tx: EntityManager,
  abstractId: string,
  revision: number,
  facilityId: string,
  by: Principal,
): Promise<boolean> {
  const [abstract] = await tx.query<
    { id: string; items: ItemValues; revision: number; state: string; changes: Changes }[]
  >(
    `SELECT a.id, a.items, a.revision, a.state, l.changes FROM abstract a
       JOIN revision l ON l.entity = 'abstract' AND l.entity_id = a.id AND l.revision = a.revision WHERE a.id = $1 FOR UPDATE OF a`,
    [abstractId],
  );
  if (abstract === undefined || abstract.revision !== revision) return false;
  const save = { actor: by.actor, origin: { kind: 'rule', rule: 'screening-undone' } as const };
  const row = { ...abstract, facilityIds: [facilityId] };
  if (abstract.state === 'complete') return true;
  if (revision === 1) {
    const columns = { state: { from: abstract.state, to: 'withdrawn' } };
    const withdrawn = (await saveWithLineage(tx, 'abstract', row, {}, save, columns)) !== null;
    if (withdrawn) await endComparisons(tx, [abstractId]);
    return withdrawn;
  }
  const entries = Object.entries(abstract.changes);
  const patch = Object.fromEntries(entries.flatMap(([item, [was]]) => (item.startsWith('@') ? [] : [[item, was]])));
  const state = abstract.changes['@state'];
  const columns = state === undefined ? {} : { state: { from: state[1], to: state[0] } };
  return (await saveWithLineage(tx, 'abstract', row, patch, save, columns)) !== null;
}

async function restore(tx: EntityManager, { reportId, was }: DecisionRow): Promise<void> {
  await tx.query(
    `UPDATE report SET screening = $2, screening_reason = $3, abstract_id = $4, patient_id = $5, changed_at = now() WHERE id = $1`,
    [reportId, was.screening, was.reason, was.abstractId, was.patientId],
  );
  await tx.query(
    `UPDATE code_suggestion s SET proposal = w.proposal, abstract_id = w."abstractId"
       FROM json_to_recordset($2::json) AS w (n int, proposal jsonb, "abstractId" uuid) WHERE s.report_version_id = $1 AND s.primary_index = w.n`,
    [was.reportVersionId, JSON.stringify(was.proposals)],
  );
}
