import { DomainError, notFound, stale } from '@perennial/problem';
import { type Dictionary, type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { itemsInUse } from '../dictionaries/user-dictionaries.js';
import { recordCodeChanges } from '../intake/learning.js';
import { type ItemOrigin, type ItemPatch, recordCreation, saveWithLineage } from '../lineage.js';
import { patched, STAGING_ITEMS, stagingDeriver } from '../staging/derive.js';
import { type RegistryTables } from '../tables.js';

/** An abstract as the use-cases work on it. */
export interface AbstractRow {
  readonly id: string;
  readonly facilityId: string;
  readonly patientId: string;
  readonly tumorId: string | null;
  readonly state: 'draft' | 'complete' | 'withdrawn';
  readonly items: ItemValues;
  readonly revision: number;
}

const COLUMNS = `id, facility_id AS "facilityId", patient_id AS "patientId", tumor_id AS "tumorId", state, items, revision`;

/** Read an abstract of the principal's scope and hold it for this transaction. @throws DomainError 404, or 412 when it moved on. */
export async function lockAbstract(tx: EntityManager, id: string, expected: number): Promise<AbstractRow> {
  const [row] = await tx.query<AbstractRow[]>(`SELECT ${COLUMNS} FROM abstract WHERE id = $1 FOR UPDATE`, [id]);
  if (row === undefined) throw notFound('abstract');
  if (row.revision !== expected) throw stale(row.revision);
  return row;
}

/** Items that the platform gives and nobody types: numbers of the registry and dates of its own steps. */
const ASSIGNED = new Set([
  'accessionNumberHosp',
  'sequenceNumberHospital',
  'sequenceNumberCentral',
  'patientIdNumber',
  'reportingFacility',
  'abstractedBy',
  'dateCaseCompleted',
  'recordType',
  'naaccrRecordVersion',
]);

/** Codes of one length that the dictionary calls text. */
const ONE_LENGTH = new Set(['primarySite']);

const TYPES: Readonly<Record<string, RegExp>> = {
  digits: /^\d+$/,
  alpha: /^[A-Z]+$/,
  mixed: /^[A-Z\d]+$/,
  date: /^\d{4}(\d{2}(\d{2})?)?$/,
};

/**
 * Refuse what an item cannot hold. A draft may be incomplete or wrong in meaning (that is a finding), but a value must fit the
 * item's type and length so that it can be stored and sent.
 *
 * @throws DomainError 422 with a pointer to each refused item.
 */
export function judgeItems(dictionary: Dictionary, patch: ItemPatch): void {
  const errors: { pointer: string; detail: string; code: string }[] = [];
  const refuse = (id: string, code: string, detail: string): void => {
    errors.push({ pointer: `/items/${id.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail, code });
  };
  for (const [id, value] of Object.entries(patch)) {
    const item = dictionary.byId.get(id);
    if (item === undefined || item.level === 'NaaccrData')
      refuse(
        id,
        'item.unknown',
        'is not an item of a patient or tumor in NAACCR v26 or in a dictionary of the registry',
      );
    else if (ASSIGNED.has(id)) refuse(id, 'item.assigned', 'is given by the registry and cannot be typed');
    else if (value === null) continue;
    else if (typeof value !== 'string' || value === '') refuse(id, 'item.text', 'takes a text; null removes the item');
    else if (value !== value.trim()) refuse(id, 'item.spaces', 'must not begin or end with a space');
    else if (value.length > item.length && item.unlimitedText !== true)
      refuse(id, 'item.too-long', `takes at most ${item.length} characters`);
    else if ((['digits', 'alpha', 'mixed'].includes(item.type) || ONE_LENGTH.has(id)) && value.length < item.length)
      refuse(id, 'item.too-short', `takes exactly ${item.length} characters`);
    else if (TYPES[item.type]?.test(value) === false)
      refuse(
        id,
        'item.type',
        `takes ${item.type === 'date' ? 'a date as YYYY, YYYYMM or YYYYMMDD' : `only ${item.type}`}`,
      );
    else if (item.pattern !== undefined && !new RegExp(`^(?:${item.pattern})$`, 'u').test(value))
      refuse(id, 'item.pattern', 'is not of the form that its dictionary asks for');
    else if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(value))
      refuse(id, 'item.control', 'must not hold control characters');
  }
  const [first] = errors;
  if (first !== undefined) throw new DomainError(first.code, 422, 'Some items cannot hold these values.', { errors });
}

/** Words of a report that a person chose as the reason for an item. */
export interface Evidence {
  readonly reportVersionId: string;
  readonly spans: readonly { readonly start: number; readonly end: number }[];
}

/** What a person does to a draft in one save. */
export interface AbstractEdit {
  /** Items to set; `null` removes, an absent key keeps. */
  readonly items: ItemPatch;
  /** For each item the words that justify it. */
  readonly evidence?: Readonly<Record<string, Evidence>>;
  /** Items that the person confirms as they stand: from now on theirs, and no later report replaces them. */
  readonly accepted?: readonly string[];
}

/**
 * Change items of a draft, confirm others. What staging derives follows in the same save.
 *
 * @returns the new revision. @throws DomainError 404, 409 when it is not a draft, 412 when somebody saved since, 422 per item.
 */
export async function editAbstract(
  tx: EntityManager,
  id: string,
  expected: number,
  { items: patch, evidence = {}, accepted = [] }: AbstractEdit,
  actor: string,
  tables: RegistryTables,
): Promise<number> {
  const abstract = await lockAbstract(tx, id, expected);
  if (abstract.state !== 'draft')
    throw new DomainError('abstract.not-draft', 409, 'Only a draft can be changed. Reopen the abstract first.', {
      state: abstract.state,
    });
  refuseDerived(patch);
  judgeItems(await itemsInUse(tx, tables), patch);
  const confirmed = accepted.filter((item) => patch[item] === undefined);
  refuseAbsent(abstract.items, confirmed);
  const itemOrigins = await checkedEvidence(tx, abstract, evidence);
  const derived = (await stagingDeriver(tx, tables))(patched(abstract.items, patch));
  const revision = await saveWithLineage(
    tx,
    'abstract',
    { ...abstract, facilityIds: [abstract.facilityId] },
    { ...patch, ...derived.patch },
    {
      actor,
      origin: { kind: 'person' },
      itemOrigins: { ...itemOrigins, ...derived.origins },
      confirmed: [...confirmed, ...Object.keys(itemOrigins)],
    },
  );
  if (revision === null) throw stale(expected);
  await markSuggestions(tx, id, patch);
  await recordCodeChanges(tx, abstract, abstract.items, patch, actor);
  return revision;
}

/** Only what is there can be confirmed. @throws DomainError 422 naming the others. */
function refuseAbsent(items: ItemValues, confirmed: readonly string[]): void {
  const values = items as Readonly<Record<string, string | undefined>>;
  const errors = confirmed
    .filter((item) => values[item] === undefined)
    .map((item) => ({ pointer: `/accepted/${item}`, detail: 'has no value to accept', code: 'item.absent' }));
  if (errors.length > 0) throw new DomainError('item.absent', 422, 'Some items have no value to accept.', { errors });
}

async function checkedEvidence(
  tx: EntityManager,
  abstract: AbstractRow,
  evidence: Readonly<Record<string, Evidence>>,
): Promise<Record<string, ItemOrigin>> {
  const entries = Object.entries(evidence);
  if (entries.length === 0) return {};
  const known = await tx.query<{ id: string; length: number }[]>(
    `SELECT v.id, length(v.body) AS length FROM report_version v JOIN report r ON r.id = v.report_id WHERE v.id = ANY($1::uuid[]) AND r.patient_id = $2`,
    [entries.map(([, one]) => one.reportVersionId), abstract.patientId],
  );
  const lengths = new Map(known.map((row) => [row.id, row.length]));
  for (const [item, { reportVersionId, spans }] of entries) {
    const length = lengths.get(reportVersionId);
    const inside =
      length !== undefined &&
      spans.every(
        ({ start, end }) =>
          Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= length,
      );
    if (!inside)
      throw new DomainError('evidence.invalid', 422, 'Evidence must point into a report of this patient.', {
        errors: [{ pointer: `/evidence/${item}`, detail: 'is not a span of a report of this patient' }],
      });
  }
  return Object.fromEntries(entries.map(([item, { reportVersionId, spans }]) => [item, { reportVersionId, spans }]));
}

/** What became of proposals whose code a person just confirmed or replaced. Kept for learning which terms mislead. */
async function markSuggestions(tx: EntityManager, abstractId: string, patch: ItemPatch): Promise<void> {
  const coded: Readonly<Record<string, string>> = {
    primarySite: 'primarySite',
    histologicTypeIcdO3: 'histology',
    behaviorCodeIcdO3: 'behavior',
    laterality: 'laterality',
  };
  const changed = Object.entries(patch).filter(([item]) => coded[item] !== undefined);
  for (const [item, value] of changed) {
    await tx.query(
      `UPDATE code_suggestion SET state = 'changed' WHERE abstract_id = $1 AND proposal->>$2 IS DISTINCT FROM $3 AND state = 'proposed'`,
      [abstractId, coded[item], value],
    );
  }
}

/** What staging derives follows from the rest; typed, it would say something else than the values it rests on. */
function refuseDerived(patch: ItemPatch): void {
  const errors = Object.keys(patch)
    .filter((id) => STAGING_ITEMS.has(id))
    .map((id) => ({
      pointer: `/items/${id}`,
      detail: 'is derived by staging and cannot be typed',
      code: 'item.derived',
    }));
  if (errors.length > 0) {
    throw new DomainError('item.derived', 422, 'Some items cannot hold these values.', { errors });
  }
}

/**
 * Start an abstract by hand, for a known patient or a new one. Items that staging derives are derived anew, whatever is sent for them: an
 * abstract may be started from the items of another.
 *
 * @throws DomainError 422 per item.
 */
export async function createAbstract(
  tx: EntityManager,
  wanted: { readonly facilityId: string; readonly patientId: string; readonly items: ItemPatch },
  actor: string,
  today: string,
  tables: RegistryTables,
): Promise<{ id: string; revision: number }> {
  judgeItems(await itemsInUse(tx, tables), wanted.items);
  const given = Object.fromEntries(
    Object.entries(wanted.items).filter(
      (entry): entry is [string, string] => entry[1] !== null && !STAGING_ITEMS.has(entry[0]),
    ),
  );
  const entered = { ...given, dateCaseInitiated: given.dateCaseInitiated ?? today };
  const derived = (await stagingDeriver(tx, tables))(entered);
  const items = patched(entered, derived.patch);
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO abstract (facility_id, patient_id, items) VALUES ($1, $2, $3) RETURNING id`,
    [wanted.facilityId, wanted.patientId, JSON.stringify(items)],
  );
  if (row === undefined) throw new Error('abstract: insert returned no row');
  const save = { actor, origin: { kind: 'person' } as const, itemOrigins: derived.origins };
  await recordCreation(tx, 'abstract', row.id, [wanted.facilityId], save, items);
  return { id: row.id, revision: 1 };
}

/** Move an abstract to another state by a person's decision, with the reason in its lineage. */
export async function moveAbstract(
  tx: EntityManager,
  id: string,
  expected: number,
  to: 'draft' | 'withdrawn',
  reason: string,
  actor: string,
): Promise<number> {
  const abstract = await lockAbstract(tx, id, expected);
  const allowed = to === 'draft' ? ['complete', 'withdrawn'] : ['draft', 'complete'];
  if (!allowed.includes(abstract.state))
    throw new DomainError('abstract.state', 409, `An abstract that is ${abstract.state} cannot become ${to}.`, {
      state: abstract.state,
    });
  const revision = await saveWithLineage(
    tx,
    'abstract',
    { ...abstract, facilityIds: [abstract.facilityId] },
    {},
    { actor, origin: { kind: 'person', reason } },
    { state: { from: abstract.state, to } },
  );
  if (revision === null) throw stale(expected);
  // A draft is judged live; nothing of it is kept.
  await tx.query(`DELETE FROM edit_finding WHERE entity_id = $1`, [id]);
  return revision;
}
