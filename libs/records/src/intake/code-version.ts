import { type CodedReport } from '@perennial/coding';
import { type EntityManager } from 'typeorm';
import { comparePatients } from '../primaries/compare-patients.js';
import { CODER, type RegistryTables } from '../tables.js';
import { type DraftWanted, draftsFrom, type ReportContent } from './draft.js';
import { findOrCreatePatients } from './patients.js';

export type Screening = 'reportable' | 'not_reportable' | 'review';

/** A version of a report as it is stored. */
export interface StoredVersion {
  readonly reportId: string;
  readonly reportVersionId: string;
  readonly version: number;
  /** The abstract that an earlier version of the report led to. */
  readonly previousAbstractId: string | null;
}

/** Screening that a proposal comes to, with its reason: words of the coder's rules. */
export function screeningOf(
  coded: CodedReport,
  report: { readonly documents: readonly { readonly format: string; readonly read: boolean }[] },
): { readonly screening: Screening; readonly reason: string | null } {
  const flags = coded.flags.join(' ') || null;
  // What nobody has read may be a cancer.
  const unread = report.documents.find(({ read }) => !read);
  if (unread !== undefined && coded.reportable !== true)
    return { screening: 'review', reason: `document-unread ${unread.format.toLowerCase()}` };
  if (coded.reportable === null) return { screening: 'review', reason: flags };
  return { screening: coded.reportable ? 'reportable' : 'not_reportable', reason: flags };
}

/** Every primary that a proposal speaks of, the report's first one first. */
export const primariesOf = (coded: CodedReport): CodedReport[] => [coded, ...(coded.primaries ?? [])];

/** A reportable version that wants its patient and abstracts. */
export interface StartWanted extends StoredVersion {
  readonly facilityId: string;
  readonly report: ReportContent;
  readonly coded: CodedReport;
}

/** What was started for one version. */
export interface Started {
  readonly patientId: string;
  /** One for each primary, in the order of `primariesOf`. */
  readonly abstractIds: readonly string[];
}

/**
 * Patient and draft for each primary of reportable proposals, all in a few statements. `lockKeys(personKeys(...))` must be held, and no
 * two versions may share such a key.
 */
export async function startAbstracts(
  tx: EntityManager,
  wanted: readonly StartWanted[],
  tables: RegistryTables,
  actor: string,
  today: string,
): Promise<Started[]> {
  if (wanted.length === 0) return [];
  const patients = await findOrCreatePatients(
    tx,
    wanted.map(({ facilityId, report, reportVersionId }) => ({
      facilityId,
      items: report.patientItems,
      save: { actor, origin: { kind: 'report', reportVersionId } },
    })),
    tables,
  );
  const drafts = wanted.flatMap((one, n): DraftWanted[] =>
    primariesOf(one.coded).map((primary, index) => ({
      ...one,
      patientId: patients[n]?.patientId ?? '',
      newPatient: patients[n]?.isNew ?? false,
      coded: primary,
      previousAbstractId: index === 0 ? one.previousAbstractId : null,
    })),
  );
  const ids = await draftsFrom(tx, drafts, tables, actor, today);
  // A new patient with one abstract has nothing to compare.
  const known = drafts.filter(
    ({ newPatient, patientId }, at) => !newPatient || drafts.findIndex((one) => one.patientId === patientId) !== at,
  );
  await comparePatients(tx, [...new Set(known.map(({ patientId }) => patientId))], tables, today);
  let at = 0;
  return wanted.map((one, n) => {
    const count = primariesOf(one.coded).length;
    const abstractIds = ids.slice(at, at + count);
    at += count;
    return { patientId: patients[n]?.patientId ?? '', abstractIds };
  });
}

/** Keep proposals with their evidence, each beside the abstract that came of it. */
export async function storeProposals(
  tx: EntityManager,
  all: readonly {
    readonly reportVersionId: string;
    readonly coded: CodedReport;
    readonly abstractIds: readonly string[];
  }[],
): Promise<void> {
  const rows = all.flatMap(({ reportVersionId, coded, abstractIds }) =>
    primariesOf(coded).map((primary, index) => {
      const { primaries: _further, ...own } = primary;
      return { version: reportVersionId, n: index, proposal: own, abstract: abstractIds[index] ?? null };
    }),
  );
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO code_suggestion (report_version_id, primary_index, coder, proposal, abstract_id)
     SELECT version, n, $2, proposal, abstract FROM json_to_recordset($1::json) AS w (version uuid, n int, proposal jsonb, abstract uuid)
     ON CONFLICT (report_version_id, primary_index) DO UPDATE SET coder = excluded.coder, proposal = excluded.proposal, abstract_id = excluded.abstract_id`,
    [JSON.stringify(rows), CODER],
  );
}
