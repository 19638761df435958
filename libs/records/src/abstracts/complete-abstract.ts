import { type Finding } from '@perennial/edits';
import { type Principal, withRegistryScope } from '@perennial/persistence';
import { DomainError, notFound, stale } from '@perennial/problem';
import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { saveWithLineage } from '../lineage.js';
import { comparePatients } from '../primaries/compare-patients.js';
import { followDecisions } from '../primaries/regroup.js';
import { keyed, refreshFindings, reviewsOf, SET_OF_ABSTRACTS, setInUse } from '../edits/index.js';
import { patched, stagingDeriver } from '../staging/derive.js';
import { findingsOf, type RegistryTables } from '../tables.js';
import { consolidate } from './consolidate.js';
import { missingCore } from './core-items.js';
import { type AbstractRow, lockAbstract } from './edit-abstract.js';
import { accessionNumber, sequenceNumber } from './numbers.js';

export interface Completed {
  readonly revision: number;
  readonly tumorId: string;
  readonly accessionNumber: string;
  readonly sequenceNumber: string;
  readonly warnings: readonly Finding[];
}

/**
 * Complete a draft: the core set is there, no edit finds an error, the numbers are given, and patient and tumor follow.
 *
 * One transaction: either all of it happened or none.
 *
 * @param abstractedBy initials or code of the person, NAACCR item 570.
 * @throws DomainError 404; 409 when it is not a draft; 412 when somebody saved since; 422 `abstract.incomplete` with a pointer to each
 * missing item, or `abstract.edits` with the findings.
 */
export async function completeAbstract(
  tx: EntityManager,
  id: string,
  expected: number,
  by: { readonly principal: Principal; readonly abstractedBy: string },
  today: string,
  tables: RegistryTables,
): Promise<Completed> {
  const { actor } = by.principal;
  await holdPatientOf(tx, id, by.principal);
  const abstract = await lockAbstract(tx, id, expected);
  if (abstract.state !== 'draft')
    throw new DomainError('abstract.not-draft', 409, 'Only a draft can be completed.', { state: abstract.state });
  const missing = missingCore(abstract.items);
  if (missing.length > 0) {
    throw new DomainError('abstract.incomplete', 422, `${missing.length} item(s) of the core set are missing.`, {
      errors: missing.map((item) => ({ pointer: `/items/${item}`, detail: 'is required to complete an abstract' })),
    });
  }
  // Two abstracts of one patient being completed at once must not take the same numbers.
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7236))', [
    `numbers:${abstract.facilityId}:${abstract.patientId}`,
  ]);
  const { assigned, renumber } = await assignNumbers(tx, abstract, by.abstractedBy, today);
  const stage = await stagingDeriver(tx, tables);
  const derived = stage({ ...abstract.items, ...assigned });
  const items = patched({ ...abstract.items, ...assigned }, derived.patch);
  const set = await setInUse(tx, tables.edits, SET_OF_ABSTRACTS);
  const reviews = await reviewsOf(tx, [id]);
  const findings = keyed(findingsOf(tables, set, items, today), reviews.get(id) ?? new Set());
  const errors = findings.filter((finding) => finding.severity === 'error');
  if (errors.length > 0)
    throw new DomainError('abstract.edits', 422, `${errors.length} edit(s) found an error.`, { findings: errors });
  if (renumber !== null) await renumberOnly(tx, abstract, renumber, actor);
  // Patient and tumor may be shared with facilities that this person does not see.
  const consolidated = await withRegistryScope(tx, by.principal, () =>
    consolidate(tx, { ...abstract, items }, abstract.revision + 1, actor, tables),
  );
  const save = {
    actor,
    origin: { kind: 'person' } as const,
    itemOrigins: {
      ...Object.fromEntries(Object.keys(assigned).map((item) => [item, { rule: 'assigned-at-completion' }])),
      ...derived.origins,
    },
  };
  const columns = {
    state: { from: 'draft', to: 'complete' },
    tumor_id: { from: abstract.tumorId, to: consolidated.tumorId },
    completed_at: { from: null, to: new Date() },
  };
  const revision = await saveWithLineage(
    tx,
    'abstract',
    { ...abstract, facilityIds: [abstract.facilityId] },
    { ...(assigned as Record<string, string>), ...consolidated.central, ...derived.patch },
    save,
    columns,
  );
  if (revision === null) throw stale(expected);
  await withRegistryScope(tx, by.principal, async () => {
    await followDecisions(tx, abstract.patientId, actor, tables);
    await comparePatients(tx, [abstract.patientId], tables, today);
  });
  const [placed] = await tx.query<{ revision: number; tumorId: string }[]>(
    `SELECT revision, tumor_id AS "tumorId" FROM abstract WHERE id = $1`,
    [id],
  );
  await tx.query(`UPDATE code_suggestion SET state = 'accepted' WHERE abstract_id = $1 AND state = 'proposed'`, [id]);
  await tx.query(
    `UPDATE work_item SET state = 'done', done_at = now() WHERE entity_id = $1 AND kind IN ('new_information', 'report_withdrawn') AND state = 'open'`,
    [id],
  );
  await withRegistryScope(tx, by.principal, () => refreshFindings(tx, [abstract.patientId], today, tables));
  return {
    revision: placed?.revision ?? revision,
    tumorId: placed?.tumorId ?? consolidated.tumorId,
    accessionNumber: assigned.accessionNumberHosp ?? '',
    sequenceNumber: assigned.sequenceNumberHospital ?? '',
    warnings: findings.filter((finding) => finding.severity === 'warning'),
  };
}

/** The abstract's patient, held before the abstract is: whoever decides on the patient's tumors meanwhile goes first, or waits. */
export async function holdPatientOf(tx: EntityManager, id: string, principal: Principal): Promise<void> {
  const [row] = await tx.query<{ patientId: string }[]>(
    `SELECT patient_id AS "patientId" FROM abstract WHERE id = $1`,
    [id],
  );
  if (row === undefined) throw notFound('abstract');
  await withRegistryScope(tx, principal, () =>
    tx.query(`SELECT id FROM consolidated_patient WHERE id = $1 FOR UPDATE`, [row.patientId]),
  );
}

async function assignNumbers(
  tx: EntityManager,
  abstract: AbstractRow,
  abstractedBy: string,
  today: string,
): Promise<{ assigned: ItemValues; renumber: { from: string; to: string } | null }> {
  const { items, facilityId, patientId } = abstract;
  const [facility] = await tx.query<{ facility_number: string }[]>(
    `SELECT facility_number FROM facility WHERE id = $1`,
    [facilityId],
  );
  const taken = await tx.query<{ sequence_number: string }[]>(
    `SELECT sequence_number FROM abstract WHERE facility_id = $1 AND patient_id = $2 AND id <> $3 AND sequence_number IS NOT NULL AND state <> 'withdrawn'`,
    [facilityId, patientId, abstract.id],
  );
  const sequence =
    items.sequenceNumberHospital === undefined
      ? sequenceNumber(
          items,
          taken.map((row) => row.sequence_number),
        )
      : { number: items.sequenceNumberHospital, renumber: null };
  return {
    renumber: sequence.renumber,
    assigned: {
      accessionNumberHosp: items.accessionNumberHosp ?? (await accessionNumber(tx, facilityId, patientId, items)),
      sequenceNumberHospital: sequence.number,
      reportingFacility: facility?.facility_number ?? '',
      abstractedBy: items.abstractedBy ?? abstractedBy.slice(0, 3).toUpperCase(),
      dateCaseCompleted: today,
    },
  };
}

/** The patient's only primary becomes the first of several. */
async function renumberOnly(
  tx: EntityManager,
  abstract: AbstractRow,
  { from, to }: { from: string; to: string },
  actor: string,
): Promise<void> {
  const rows = await tx.query<{ id: string; items: ItemValues; revision: number }[]>(
    `SELECT id, items, revision FROM abstract WHERE facility_id = $1 AND patient_id = $2 AND id <> $3 AND sequence_number = $4 AND state <> 'withdrawn' FOR UPDATE`,
    [abstract.facilityId, abstract.patientId, abstract.id, from],
  );
  for (const row of rows) {
    await saveWithLineage(
      tx,
      'abstract',
      { ...row, facilityIds: [abstract.facilityId] },
      { sequenceNumberHospital: to },
      { actor, origin: { kind: 'rule', rule: 'sequence-number-first-of-several' } },
    );
  }
}
