import { type CodedReport } from '@perennial/coding';
import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { withdrawBecauseOf } from '../abstracts/withdraw.js';
import { CODER, proposalFor, type RegistryTables } from '../tables.js';
import { draftFrom } from './draft.js';
import { type IncomingReport } from './incoming.js';
import { findOrCreatePatient } from './patients.js';

/** A version of a report as it was stored. */
export interface StoredVersion {
  readonly reportId: string;
  readonly reportVersionId: string;
  readonly version: number;
  /** The abstract that an earlier version of the report led to. */
  readonly previousAbstractId: string | null;
}

export interface CodedVersion {
  readonly screening: 'reportable' | 'not_reportable' | 'review';
  readonly abstractIds: readonly string[];
}

const screeningOf = (coded: CodedReport): CodedVersion['screening'] => {
  if (coded.reportable === null) return 'review';
  return coded.reportable ? 'reportable' : 'not_reportable';
};

/** Every primary that a proposal speaks of, the report's first one first. */
export const primariesOf = (coded: CodedReport): CodedReport[] => [coded, ...(coded.primaries ?? [])];

/**
 * Code a stored version, keep the proposal with its evidence, and let a draft or a place on the screening list come of it.
 *
 * A report that is not reportable, or not surely, makes no patient: it waits on its list until a person decides.
 */
export async function codeVersion(
  tx: EntityManager,
  version: StoredVersion & { readonly facilityId: string },
  report: Pick<IncomingReport, 'body' | 'sections' | 'patientItems' | 'reportItems' | 'collected'>,
  tables: RegistryTables,
  actor: string,
  today: string,
): Promise<CodedVersion> {
  const coded = proposalFor(tables, report);
  const screening = screeningOf(coded);
  await tx.query(`UPDATE report SET screening = $2, screening_reason = $3, changed_at = now() WHERE id = $1`, [
    version.reportId,
    screening,
    coded.flags.join(' ') || null,
  ]);
  if (screening !== 'reportable') {
    await storeProposal(tx, version.reportVersionId, 0, coded, null);
    // An amended report that is no longer a cancer takes back what its earlier version started.
    if (version.previousAbstractId !== null) await withdrawBecauseOf(tx, version, actor);
    return { screening, abstractIds: [] };
  }
  return { screening, abstractIds: await startAbstracts(tx, version, report, coded, tables, actor, today) };
}

/** Patient and draft for each primary of a reportable proposal. */
export async function startAbstracts(
  tx: EntityManager,
  version: StoredVersion & { readonly facilityId: string },
  report: {
    readonly body: string;
    readonly patientItems: ItemValues;
    readonly reportItems: ItemValues;
    readonly collected?: string | undefined;
  },
  coded: CodedReport,
  tables: RegistryTables,
  actor: string,
  today: string,
): Promise<string[]> {
  const patientId = await findOrCreatePatient(
    tx,
    version.facilityId,
    report.patientItems,
    { actor, origin: { kind: 'report', reportVersionId: version.reportVersionId } },
    tables,
  );
  const abstractIds: string[] = [];
  for (const [index, primary] of primariesOf(coded).entries()) {
    const abstractId = await draftFrom(
      tx,
      { ...version, patientId },
      report,
      primary,
      index === 0 ? version.previousAbstractId : null,
      tables,
      actor,
      today,
    );
    await storeProposal(tx, version.reportVersionId, index, primary, abstractId);
    abstractIds.push(abstractId);
  }
  await tx.query(`UPDATE report SET patient_id = $2, abstract_id = $3 WHERE id = $1`, [
    version.reportId,
    patientId,
    abstractIds[0],
  ]);
  return abstractIds;
}

async function storeProposal(
  tx: EntityManager,
  reportVersionId: string,
  index: number,
  proposal: CodedReport,
  abstractId: string | null,
): Promise<void> {
  const { primaries: _further, ...own } = proposal;
  await tx.query(
    `INSERT INTO code_suggestion (report_version_id, primary_index, coder, proposal, abstract_id) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (report_version_id, primary_index) DO UPDATE SET coder = $3, proposal = $4, abstract_id = $5`,
    [reportVersionId, index, CODER, JSON.stringify(own), abstractId],
  );
}
