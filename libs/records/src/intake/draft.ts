import { type CodedReport } from '@perennial/coding';
import { type ItemValues, type NaaccrId } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { type ItemOrigin, itemsSetByPersons, recordCreation, saveWithLineage } from '../lineage.js';
import { type RegistryTables } from '../tables.js';
import { lateralityCompatible } from './identity.js';
import { type StoredVersion } from './code-version.js';

/** Longest text of a text item (2570). */
const TEXT_LENGTH = 4_000;
const CUT_MARK = ' [cut]';

type CodedField = 'primarySite' | 'histology' | 'behavior' | 'laterality' | 'grade';
const ITEM_OF: Readonly<Record<CodedField, NaaccrId>> = {
  primarySite: 'primarySite',
  histology: 'histologicTypeIcdO3',
  behavior: 'behaviorCodeIcdO3',
  laterality: 'laterality',
  grade: 'gradePathological',
};

interface Proposed {
  readonly items: ItemValues;
  readonly origins: Readonly<Record<string, ItemOrigin>>;
}

/** Items that a report proposes, each with where it came from: the words of a code, or the rule that carried it over. */
export function proposedItems(
  report: {
    readonly body: string;
    readonly patientItems: ItemValues;
    readonly reportItems: ItemValues;
    readonly collected?: string | undefined;
  },
  coded: CodedReport,
  reportVersionId: string,
  today: string,
): Proposed {
  const items: Record<string, string> = {
    ...(report.patientItems as Record<string, string>),
    ...(report.reportItems as Record<string, string>),
  };
  const origins: Record<string, ItemOrigin> = {};
  const text = report.body.trim();
  if (text !== '')
    items.textDxProcPath =
      text.length > TEXT_LENGTH ? text.slice(0, TEXT_LENGTH - CUT_MARK.length).trimEnd() + CUT_MARK : text;
  for (const field of Object.keys(ITEM_OF) as CodedField[]) {
    const value = coded[field];
    if (value === null) continue;
    const item = field === 'grade' && coded.gradeItem !== undefined ? coded.gradeItem : ITEM_OF[field];
    const rule = coded.rules?.[field];
    items[item] = value;
    origins[item] = {
      reportVersionId,
      spans: (coded.evidence[field] ?? []).map(({ start, end }) => ({ start, end })),
      ...(rule === undefined ? {} : { rule }),
    };
  }
  const collected = report.collected?.slice(0, 8);
  if (collected !== undefined && /^\d{4,8}$/.test(collected) && collected <= today) {
    items.dateOfDiagnosis = collected;
    origins.dateOfDiagnosis = { rule: 'diagnosis-date-from-specimen', from: 'pathDateSpecCollect1' };
    items.diagnosticConfirmation = '1';
    origins.diagnosticConfirmation = { rule: 'pathology-report-confirms', from: 'textDxProcPath' };
  }
  items.dateCaseInitiated = today;
  origins.dateCaseInitiated = { rule: 'draft-opened' };
  return { items, origins };
}

interface ExistingAbstract {
  readonly id: string;
  readonly state: 'draft' | 'complete' | 'withdrawn';
  readonly items: ItemValues;
  readonly revision: number;
  readonly laterality: string | null;
}

/**
 * Let a report's primary join the abstract of the same tumor at the facility, or start one.
 *
 * Same tumor here means the same patient, facility, three-character site and no contradicting side: a biopsy, a resection and an
 * addendum make one abstract. A draft takes the new evidence; on a complete one a task "new information" is opened.
 *
 * @returns id of the abstract.
 */
export async function draftFrom(
  tx: EntityManager,
  version: StoredVersion & { readonly facilityId: string; readonly patientId: string },
  report: {
    readonly body: string;
    readonly patientItems: ItemValues;
    readonly reportItems: ItemValues;
    readonly collected?: string | undefined;
  },
  coded: CodedReport,
  previousAbstractId: string | null,
  tables: RegistryTables,
  actor: string,
  today: string,
): Promise<string> {
  const proposed = proposedItems(report, coded, version.reportVersionId, today);
  const known = await tx.query<ExistingAbstract[]>(
    `SELECT id, state, items, revision, laterality FROM abstract
      WHERE patient_id = $1 AND facility_id = $2 AND (id = $3 OR (state <> 'withdrawn' AND left(primary_site, 3) = left($4, 3)))
      ORDER BY (id = $3) DESC NULLS LAST, created_at FOR UPDATE`,
    [version.patientId, version.facilityId, previousAbstractId, coded.primarySite],
  );
  const existing = known.find(
    (one) => one.id === previousAbstractId || lateralityCompatible(one.laterality, coded.laterality),
  );
  if (existing === undefined) return createDraft(tx, version, proposed, actor);
  if (existing.state === 'complete') {
    await openNewInformation(tx, existing.id, version);
    return existing.id;
  }
  const replaceable =
    existing.id === previousAbstractId ? await proposedBefore(tx, version, existing.id) : new Map<string, string>();
  await updateDraft(tx, existing, version, proposed, actor, replaceable);
  return existing.id;
}

/** Codes that earlier versions of the same report proposed for an abstract: a newer version may replace these and no others. */
async function proposedBefore(
  tx: EntityManager,
  version: StoredVersion,
  abstractId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<{ proposal: CodedReport }[]>(
    `SELECT s.proposal FROM code_suggestion s JOIN report_version v ON v.id = s.report_version_id WHERE v.report_id = $1 AND v.version < $2 AND s.abstract_id = $3 ORDER BY v.version`,
    [version.reportId, version.version, abstractId],
  );
  return new Map(
    rows.flatMap(({ proposal }) =>
      (Object.keys(ITEM_OF) as CodedField[]).flatMap((field) =>
        proposal[field] === null ? [] : [[ITEM_OF[field] as string, proposal[field]] as const],
      ),
    ),
  );
}

async function createDraft(
  tx: EntityManager,
  version: StoredVersion & { readonly facilityId: string; readonly patientId: string },
  proposed: Proposed,
  actor: string,
): Promise<string> {
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO abstract (facility_id, patient_id, items) VALUES ($1, $2, $3) RETURNING id`,
    [version.facilityId, version.patientId, JSON.stringify(proposed.items)],
  );
  if (row === undefined) throw new Error('abstract: insert returned no row');
  const save = {
    actor,
    origin: { kind: 'report', reportVersionId: version.reportVersionId } as const,
    itemOrigins: proposed.origins,
  };
  await recordCreation(tx, 'abstract', row.id, [version.facilityId], save, proposed.items);
  return row.id;
}

/**
 * A draft takes what it lacks, and a newer version of the same report replaces what the older one proposed. What a person
 * entered is never touched. Texts are joined, so that each report's words stay readable beside the codes.
 */
async function updateDraft(
  tx: EntityManager,
  draft: ExistingAbstract,
  version: StoredVersion & { readonly facilityId: string },
  proposed: Proposed,
  actor: string,
  replaceable: ReadonlyMap<string, string>,
): Promise<void> {
  const byPersons = await itemsSetByPersons(tx, 'abstract', draft.id);
  const current = draft.items as Readonly<Record<string, string | undefined>>;
  const patch: Record<string, string> = {};
  for (const [item, value] of Object.entries(proposed.items) as [string, string][]) {
    if (byPersons.has(item) || current[item] === value) continue;
    const lessSpecific = item === 'primarySite' && current[item]?.endsWith('9') === true && !value.endsWith('9');
    if (current[item] === undefined || replaceable.get(item) === current[item] || lessSpecific) patch[item] = value;
    else if (item === 'textDxProcPath') patch[item] = joinTexts(current[item], value);
    else if (item === 'dateOfDiagnosis' && value < current[item]) patch[item] = value;
  }
  if (current.dateCaseInitiated !== undefined) delete patch.dateCaseInitiated;
  const columns = draft.state === 'withdrawn' ? { state: { from: 'withdrawn', to: 'draft' } } : {};
  const itemOrigins = Object.fromEntries(
    Object.keys(patch).flatMap((item) => (proposed.origins[item] ? [[item, proposed.origins[item]]] : [])),
  );
  const save = { actor, origin: { kind: 'report', reportVersionId: version.reportVersionId } as const, itemOrigins };
  await saveWithLineage(tx, 'abstract', { ...draft, facilityIds: [version.facilityId] }, patch, save, columns);
}

function joinTexts(before: string, next: string): string {
  if (before.includes(next.slice(0, 200))) return before;
  const joined = `${before} // ${next}`;
  return joined.length > TEXT_LENGTH ? joined.slice(0, TEXT_LENGTH - CUT_MARK.length).trimEnd() + CUT_MARK : joined;
}

async function openNewInformation(
  tx: EntityManager,
  abstractId: string,
  version: StoredVersion & { readonly facilityId: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO work_item (kind, entity, entity_id, facility_id, reason) VALUES ('new_information', 'abstract', $1, $2, $3)`,
    [abstractId, version.facilityId, JSON.stringify({ reportId: version.reportId, version: version.version })],
  );
}
