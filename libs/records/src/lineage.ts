import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';

/** The tables whose every change is kept. */
export type LineageEntity = 'patient' | 'tumor' | 'abstract' | 'follow_up_task';

/** Where items of an entity are read and written: those of a patient in the view of all that is consolidated of them. */
const SOURCE: Readonly<Record<Exclude<LineageEntity, 'follow_up_task'>, string>> = {
  patient: 'consolidated_patient',
  tumor: 'tumor',
  abstract: 'abstract',
};

/** From where the values of one save came. */
export type Origin =
  | { readonly kind: 'person'; readonly reason?: string }
  | { readonly kind: 'report'; readonly reportVersionId: string }
  | { readonly kind: 'abstract'; readonly abstractId: string; readonly revision: number }
  | { readonly kind: 'contact'; readonly contactId: string }
  | { readonly kind: 'batch'; readonly batchId: string }
  | { readonly kind: 'rule'; readonly rule: string }
  /** A value that a person set on a consolidated patient or tumor, or took back. */
  | { readonly kind: 'value'; readonly decisionId: string; readonly reason: string; readonly takenBack?: true }
  /** A decision on a pair of abstracts, which merged tumors or took them apart. */
  | { readonly kind: 'primaries'; readonly comparisonId: string; readonly decision: string | null };

/** Where one item of a save came from when that differs from the save as a whole: words in a text, a rule, an abstract, a contact. */
export type ItemOrigin =
  | { readonly abstractId: string; readonly revision: number; readonly rule?: never }
  | { readonly contactId: string; readonly rule?: never }
  /** A value that a person set. */
  | { readonly decisionId: string; readonly reason: string; readonly rule?: never }
  | { readonly rule: string; readonly from?: string }
  | {
      readonly reportVersionId: string;
      readonly spans: readonly { readonly start: number; readonly end: number }[];
      readonly rule?: string;
    };

/** `[old, new]`, with a third element only where the item's origin differs; `null` means absent. */
export type ItemChange = readonly [old: string | null, next: string | null, origin?: ItemOrigin];
export type Changes = Readonly<Record<string, ItemChange>>;

/** What a save wants: `null` removes an item, an absent key keeps it. */
export type ItemPatch = Readonly<Record<string, string | null>>;

export interface Save {
  readonly actor: string;
  readonly origin: Origin;
  readonly itemOrigins?: Readonly<Record<string, ItemOrigin>>;
  /** Items that keep their value and from now on have the origin of this save: kept as a change from the value to itself. */
  readonly confirmed?: readonly string[];
}

/** A row under lineage as it is before a save. */
export interface Versioned {
  readonly id: string;
  readonly items: ItemValues;
  readonly revision: number;
}

/** Changes that lead from one state to the next; items that do not change are left out. */
export function diffItems(before: ItemValues, patch: ItemPatch, itemOrigins: Save['itemOrigins'] = {}): Changes {
  const changes: Record<string, ItemChange> = {};
  const old = before as Readonly<Record<string, string | undefined>>;
  for (const [id, next] of Object.entries(patch)) {
    const was = old[id] ?? null;
    const origin = itemOrigins[id];
    if (was !== next) changes[id] = origin === undefined ? [was, next] : [was, next, origin];
  }
  return changes;
}

/** Items that stay as they are and get a new origin. */
function confirmations(items: ItemValues, changes: Changes, { confirmed = [], itemOrigins = {} }: Save): Changes {
  const values = items as Readonly<Record<string, string | undefined>>;
  return Object.fromEntries(
    confirmed.flatMap((id): [string, ItemChange][] => {
      const value = values[id];
      const origin = itemOrigins[id];
      if (value === undefined || changes[id] !== undefined) return [];
      return [[id, origin === undefined ? [value, value] : [value, value, origin]]];
    }),
  );
}

/** The items before these changes: the fold that every look into the past uses. Keys with `@` are columns, not items. */
export function undo(items: ItemValues, changes: Changes): ItemValues {
  const earlier: Record<string, string> = { ...(items as Record<string, string>) };
  for (const [id, [was]] of Object.entries(changes)) {
    if (id.startsWith('@')) continue;
    if (was === null) delete earlier[id];
    else earlier[id] = was;
  }
  return earlier;
}

/**
 * Save items and columns of a row if nobody saved since `row` was read, with its lineage.
 *
 * @param columns column values to set beside the items; a change is kept in the lineage under `@column`.
 * @returns the new revision, or `null` when the row is no longer at `row.revision` (nothing is written then).
 */
export async function saveWithLineage(
  tx: EntityManager,
  entity: Exclude<LineageEntity, 'follow_up_task'>,
  row: Versioned & { readonly facilityIds: readonly string[] },
  patch: ItemPatch,
  save: Save,
  columns: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>> = {},
): Promise<number | null> {
  const changes = diffItems(row.items, patch, save.itemOrigins);
  const set = Object.fromEntries(
    Object.entries(changes).flatMap(([id, [, next]]) => (next === null ? [] : [[id, next]])),
  );
  const removed = Object.entries(changes).flatMap(([id, [, next]]) => (next === null ? [id] : []));
  const columnNames = Object.keys(columns);
  const assignments = columnNames.map((name, index) => `, ${name} = $${index + 5}`).join('');
  const touched = entity === 'abstract' ? ', changed_at = now()' : '';
  const [, count] = await tx.query<[unknown, number]>(
    `UPDATE ${SOURCE[entity]} SET items = (items - $3::text[]) || $4::jsonb, revision = revision + 1${touched}${assignments} WHERE id = $1 AND revision = $2`,
    [row.id, row.revision, removed, JSON.stringify(set), ...columnNames.map((name) => columns[name]?.to)],
  );
  if (count !== 1) return null;
  const columnChanges = Object.fromEntries(
    columnNames.map((name) => [`@${name}`, [columns[name]?.from ?? null, columns[name]?.to ?? null]]),
  );
  await insertRevision(tx, entity, row.id, row.revision + 1, row.facilityIds, save, {
    ...changes,
    ...confirmations(row.items, changes, save),
    ...columnChanges,
  });
  return row.revision + 1;
}

/** The first entry of a row's lineage. Values are not repeated: the current items folded back give them; item origins are kept. */
export async function recordCreation(
  tx: EntityManager,
  entity: LineageEntity,
  id: string,
  facilityIds: readonly string[],
  save: Save,
  items: ItemValues = {},
): Promise<void> {
  await insertRevision(tx, entity, id, 1, facilityIds, save, createdChanges(save, items));
}

/** The first entries of many rows' lineage, in one statement. */
export async function recordCreations(
  tx: EntityManager,
  entity: LineageEntity,
  rows: readonly {
    readonly id: string;
    readonly facilityIds: readonly string[];
    readonly save: Save;
    readonly items?: ItemValues;
  }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO revision (entity, entity_id, revision, facility_ids, actor, origin, changes)
     SELECT $1, id, 1, facilities, actor, origin, changes
       FROM json_to_recordset($2::json) AS w (id uuid, facilities uuid[], actor text, origin jsonb, changes jsonb)`,
    [
      entity,
      JSON.stringify(
        rows.map(({ id, facilityIds, save, items = {} }) => ({
          id,
          facilities: facilityIds,
          actor: save.actor,
          origin: save.origin,
          changes: createdChanges(save, items),
        })),
      ),
    ],
  );
}

/** Item origins of a creation: only what differs from the origin of the whole. */
function createdChanges(save: Save, items: ItemValues): Changes {
  const values = items as Readonly<Record<string, string | undefined>>;
  return Object.fromEntries(
    Object.entries(save.itemOrigins ?? {}).map(([item, origin]): [string, ItemChange] => [
      item,
      [null, values[item] ?? null, origin],
    ]),
  );
}

/** One entry of a row's lineage, for use-cases that change columns only. */
export async function insertRevision(
  tx: EntityManager,
  entity: LineageEntity,
  id: string,
  revision: number,
  facilityIds: readonly string[],
  save: Save,
  changes: Readonly<Record<string, unknown>>,
): Promise<void> {
  await tx.query(
    `INSERT INTO revision (entity, entity_id, revision, facility_ids, actor, origin, changes) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [entity, id, revision, facilityIds, save.actor, JSON.stringify(save.origin), JSON.stringify(changes)],
  );
}

/** One entry of a row's lineage, newest first. */
export interface LineageEntry {
  readonly revision: number;
  readonly actor: string;
  /** Name of the person or device, where it is one. */
  readonly actorName: string | null;
  readonly at: Date;
  readonly origin: Origin;
  readonly changes: Changes;
}

/** Columns of an entry, of `revision r`. */
export const LINEAGE_COLUMNS = `r.revision, r.actor, r.at, r.origin, r.changes,
  coalesce((SELECT u.name FROM app_user u WHERE r.actor = 'user:' || u.id), (SELECT t.name FROM api_token t WHERE r.actor = 'token:' || t.id)) AS "actorName"`;

/** The whole lineage of a row, newest first. Empty when there is no such row in scope. */
export async function lineageOf(tx: EntityManager, entity: LineageEntity, id: string): Promise<LineageEntry[]> {
  return tx.query<LineageEntry[]>(
    `SELECT ${LINEAGE_COLUMNS} FROM revision r WHERE r.entity = $1 AND r.entity_id = $2 ORDER BY r.revision DESC`,
    [entity, id],
  );
}

/**
 * The items of a row as they were at a moment, folded back from now.
 *
 * @returns `null` when the row did not exist then.
 */
export async function itemsAsOf(
  tx: EntityManager,
  entity: Exclude<LineageEntity, 'follow_up_task'>,
  id: string,
  at: Date,
): Promise<ItemValues | null> {
  const [row] = await tx.query<{ items: ItemValues }[]>(`SELECT items FROM ${SOURCE[entity]} WHERE id = $1`, [id]);
  const entries = await lineageOf(tx, entity, id);
  if (row === undefined || !entries.some((entry) => entry.revision === 1 && entry.at <= at)) return null;
  return entries.filter((entry) => entry.at > at).reduce((items, entry) => undo(items, entry.changes), row.items);
}

/** Items whose newest value a person gave: later proposals of the platform leave these alone. */
export async function itemsSetByPersons(
  tx: EntityManager,
  entity: LineageEntity,
  id: string,
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ item: string }[]>(
    `SELECT DISTINCT jsonb_object_keys(changes) AS item FROM revision WHERE entity = $1 AND entity_id = $2 AND origin->>'kind' = 'person'`,
    [entity, id],
  );
  return new Set(rows.map((row) => row.item));
}
