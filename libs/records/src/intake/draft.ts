import { randomUUID } from 'node:crypto';
import { type CodedReport } from '@perennial/coding';
import { type ItemValues, type NaaccrId } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { type ItemOrigin, itemsSetByPersons, recordCreations, saveWithLineage } from '../lineage.js';
import { patched, type StagingDeriver, stagingDeriver } from '../staging/derive.js';
import { lateralityCompatible } from './identity.js';
import { verdictForTask, verdictOf } from '../primaries/compare-patients.js';
import { type RegistryTables } from '../tables.js';
import { joinPathTexts, pathText, replacePathText, type SectionedText } from './path-text.js';

export type CodedField = 'primarySite' | 'histology' | 'behavior' | 'laterality' | 'grade';
const FIELDS: readonly CodedField[] = ['primarySite', 'histology', 'behavior', 'laterality', 'grade'];
const ITEM_OF: Readonly<Record<CodedField, NaaccrId>> = {
  primarySite: 'primarySite',
  histology: 'histologicTypeIcdO3',
  behavior: 'behaviorCodeIcdO3',
  laterality: 'laterality',
  grade: 'gradePathological',
};

/** The item that a coded field fills: a grade has three. */
export const itemOf = (field: CodedField, coded: Pick<CodedReport, 'gradeItem'>): NaaccrId =>
  field === 'grade' && coded.gradeItem !== undefined ? coded.gradeItem : ITEM_OF[field];

/** What a report gives to an abstract beside its codes. */
export interface ReportContent extends SectionedText {
  readonly patientItems: ItemValues;
  readonly reportItems: ItemValues;
  /** `YYYYMMDD` or shorter. */
  readonly collected?: string | undefined;
}

interface Proposed {
  readonly items: ItemValues;
  readonly origins: Readonly<Record<string, ItemOrigin>>;
}

/** Items that a report proposes, each with where it came from: the words of a code, or the rule that carried it over. */
export function proposedItems(
  report: ReportContent,
  coded: CodedReport,
  reportVersionId: string,
  today: string,
): Proposed {
  const items: Record<string, string> = {
    ...(report.patientItems as Record<string, string>),
    ...(report.reportItems as Record<string, string>),
  };
  const origins: Record<string, ItemOrigin> = {};
  const text = pathText(report);
  if (text !== '') items.textDxProcPath = text;
  for (const field of FIELDS) {
    const value = coded[field];
    if (value === null) continue;
    const item = itemOf(field, coded);
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

/** One primary of one report that wants an abstract. */
export interface DraftWanted {
  readonly facilityId: string;
  readonly patientId: string;
  readonly reportId: string;
  readonly reportVersionId: string;
  readonly version: number;
  readonly report: ReportContent;
  readonly coded: CodedReport;
  /** The abstract that an earlier version of the report led to. */
  readonly previousAbstractId: string | null;
  /** The patient was made just now and has no abstracts. */
  readonly newPatient: boolean;
}

interface AbstractState {
  readonly id: string;
  readonly facilityId: string;
  readonly patientId: string;
  readonly state: 'draft' | 'complete' | 'withdrawn';
  readonly items: ItemValues;
  readonly revision: number;
  readonly laterality: string | null;
  readonly site: string | null;
  /** The report version that made it in this run; its other primaries are other tumors. */
  readonly madeBy: string | null;
}

const site3 = (site: string | null | undefined): string | null => site?.slice(0, 3) ?? null;

/**
 * Let primaries of reports join the abstracts of the same tumors at their facilities, or start new ones.
 *
 * Same tumor here means the same patient, facility, three-character site and no contradicting side: a biopsy, a resection and an
 * addendum make one abstract. A draft takes the new evidence; on a complete one a task "new information" is opened.
 *
 * @returns ids of the abstracts, in the order asked.
 */
export async function draftsFrom(
  tx: EntityManager,
  wanted: readonly DraftWanted[],
  tables: RegistryTables,
  actor: string,
  today: string,
): Promise<string[]> {
  const stage = await stagingDeriver(tx, tables);
  const known = await knownAbstracts(tx, wanted);
  const made: { id: string; wanted: DraftWanted; proposed: Proposed }[] = [];
  const ids: string[] = [];
  for (const one of wanted) {
    const proposed = proposedItems(one.report, one.coded, one.reportVersionId, today);
    const index = known.findIndex((abstract) => isSameTumor(abstract, one));
    const existing = known[index];
    if (existing === undefined) {
      const id = randomUUID();
      const derived = stage(proposed.items);
      made.push({
        id,
        wanted: one,
        proposed: {
          items: patched(proposed.items, derived.patch),
          origins: { ...proposed.origins, ...derived.origins },
        },
      });
      ids.push(id);
      continue;
    }
    ids.push(existing.id);
    if (existing.state === 'complete') {
      const verdict = verdictOf(tables, proposed.items, existing.items, today);
      await openNewInformation(tx, existing.id, one, verdictForTask(verdict));
    } else known[index] = await updateDraft(tx, existing, one, proposed, actor, stage);
  }
  await createDrafts(tx, made, actor);
  return ids;
}

function isSameTumor(abstract: AbstractState, one: DraftWanted): boolean {
  if (abstract.patientId !== one.patientId || abstract.facilityId !== one.facilityId) return false;
  if (abstract.id === one.previousAbstractId) return true;
  return (
    abstract.madeBy !== one.reportVersionId &&
    abstract.state !== 'withdrawn' &&
    one.coded.primarySite !== null &&
    site3(abstract.site) === site3(one.coded.primarySite) &&
    lateralityCompatible(abstract.laterality, one.coded.laterality)
  );
}

/** Abstracts of the patients, held for this transaction; the ones that earlier versions led to come first. */
async function knownAbstracts(tx: EntityManager, wanted: readonly DraftWanted[]): Promise<AbstractState[]> {
  const patients = [...new Set(wanted.flatMap((one) => (one.newPatient ? [] : [one.patientId])))];
  if (patients.length === 0) return [];
  const rows = await tx.query<AbstractState[]>(
    `SELECT id, facility_id AS "facilityId", patient_id AS "patientId", state, items, revision, laterality, primary_site AS site, NULL AS "madeBy"
       FROM abstract WHERE patient_id = ANY($1::uuid[]) ORDER BY created_at, id FOR UPDATE`,
    [patients],
  );
  const previous = new Set(wanted.map((one) => one.previousAbstractId));
  return rows.sort((a, b) => Number(previous.has(b.id)) - Number(previous.has(a.id)));
}

async function createDrafts(
  tx: EntityManager,
  made: readonly { readonly id: string; readonly wanted: DraftWanted; readonly proposed: Proposed }[],
  actor: string,
): Promise<void> {
  if (made.length === 0) return;
  await tx.query(
    `INSERT INTO abstract (id, facility_id, patient_id, items)
     SELECT id, facility_id, patient_id, items FROM json_to_recordset($1::json) AS w (id uuid, facility_id uuid, patient_id uuid, items jsonb)`,
    [
      JSON.stringify(
        made.map(({ id, wanted, proposed }) => ({
          id,
          facility_id: wanted.facilityId,
          patient_id: wanted.patientId,
          items: proposed.items,
        })),
      ),
    ],
  );
  await recordCreations(
    tx,
    'abstract',
    made.map(({ id, wanted, proposed }) => ({
      id,
      facilityIds: [wanted.facilityId],
      items: proposed.items,
      save: {
        actor,
        origin: { kind: 'report', reportVersionId: wanted.reportVersionId },
        itemOrigins: proposed.origins,
      },
    })),
  );
}

/** What earlier versions of a report gave to an abstract: a newer version may replace this and nothing else. */
interface Earlier {
  readonly codes: ReadonlyMap<string, string>;
  readonly text: string | null;
}
const NOTHING: Earlier = { codes: new Map(), text: null };

async function givenBefore(tx: EntityManager, one: DraftWanted, abstractId: string): Promise<Earlier> {
  const rows = await tx.query<(SectionedText & { proposal: CodedReport })[]>(
    `SELECT s.proposal, v.body, v.sections FROM code_suggestion s JOIN report_version v ON v.id = s.report_version_id
      WHERE v.report_id = $1 AND v.version < $2 AND s.abstract_id = $3 ORDER BY v.version`,
    [one.reportId, one.version, abstractId],
  );
  const last = rows[rows.length - 1];
  return {
    codes: new Map(
      rows.flatMap(({ proposal }) =>
        FIELDS.flatMap((field) => {
          const value = proposal[field];
          return value === null ? [] : [[itemOf(field, proposal), value] as const];
        }),
      ),
    ),
    text: last === undefined ? null : pathText(last),
  };
}

/**
 * A draft takes what it lacks, and a newer version of the same report replaces what the older one proposed. What a person
 * entered is never touched. Texts are joined, so that each report's words stay readable beside the codes.
 */
async function updateDraft(
  tx: EntityManager,
  draft: AbstractState,
  one: DraftWanted,
  proposed: Proposed,
  actor: string,
  stage: StagingDeriver,
): Promise<AbstractState> {
  const earlier = draft.id === one.previousAbstractId ? await givenBefore(tx, one, draft.id) : NOTHING;
  const byPersons = await itemsSetByPersons(tx, 'abstract', draft.id);
  const current = draft.items as Readonly<Record<string, string | undefined>>;
  const patch: Record<string, string> = {};
  for (const [item, value] of Object.entries(proposed.items) as [string, string][]) {
    if (byPersons.has(item) || current[item] === value) continue;
    const lessSpecific = item === 'primarySite' && current[item]?.endsWith('9') === true && !value.endsWith('9');
    if (current[item] === undefined || earlier.codes.get(item) === current[item] || lessSpecific) patch[item] = value;
    else if (item === 'textDxProcPath')
      patch[item] =
        earlier.text === null
          ? joinPathTexts(current[item], value)
          : replacePathText(current[item], earlier.text, value);
    else if (item === 'dateOfDiagnosis' && value < current[item]) patch[item] = value;
  }
  if (current.dateCaseInitiated !== undefined) delete patch.dateCaseInitiated;
  const columns = draft.state === 'withdrawn' ? { state: { from: 'withdrawn', to: 'draft' } } : {};
  const derived = stage(patched(draft.items, patch));
  const itemOrigins = {
    ...Object.fromEntries(
      Object.keys(patch).flatMap((item) => (proposed.origins[item] ? [[item, proposed.origins[item]]] : [])),
    ),
    ...derived.origins,
  };
  const all = { ...patch, ...derived.patch };
  const save = { actor, origin: { kind: 'report', reportVersionId: one.reportVersionId } as const, itemOrigins };
  const revision = await saveWithLineage(
    tx,
    'abstract',
    { ...draft, facilityIds: [draft.facilityId] },
    all,
    save,
    columns,
  );
  if (revision === null) throw new Error('abstract moved while locked');
  const items = patched(draft.items, all);
  return {
    ...draft,
    state: 'draft',
    items,
    revision,
    laterality: items.laterality ?? null,
    site: items.primarySite ?? null,
  };
}

async function openNewInformation(
  tx: EntityManager,
  abstractId: string,
  one: DraftWanted,
  primaries: object,
): Promise<void> {
  await tx.query(
    `INSERT INTO work_item (kind, entity, entity_id, facility_id, reason) VALUES ('new_information', 'abstract', $1, $2, $3)`,
    [abstractId, one.facilityId, JSON.stringify({ reportId: one.reportId, version: one.version, primaries })],
  );
}
