import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { itemsInUse } from '../dictionaries/user-dictionaries.js';
import { type Changes, type ItemOrigin, type Origin, undo } from '../lineage.js';
import { STAGING_ITEMS } from '../staging/derive.js';
import { type RegistryTables, splitLevels } from '../tables.js';
import { OF_THE_FACILITY, type Report, type Told } from './consolidated-tumor.js';

/** An abstract that was consolidated: where it is, where it came from, and what it reports, unless it was withdrawn. */
export interface PlacedAbstract {
  readonly id: string;
  readonly facilityId: string;
  readonly tumorId: string;
  /** The tumor that consolidation put it to, whatever decisions merged since. */
  readonly home: string;
  /** When it joined its own tumor, and when a merge took it along to another; ISO 8601. */
  readonly joinedAt: string;
  readonly movedAt: string | null;
  readonly report: Report | null;
}

/** A time to the microsecond, as it is stored, sortable as text. */
const stampOf = (time: string): string => `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

interface Row {
  readonly id: string;
  readonly facilityId: string;
  readonly tumorId: string;
  readonly home: string;
  readonly joinedAt: string;
  readonly movedAt: string | null;
  readonly state: 'draft' | 'complete' | 'withdrawn';
  readonly revision: number;
  readonly items: ItemValues;
  /** Changes of a draft since it was complete, newest first. */
  readonly later: readonly Changes[] | null;
}

/** The items of an abstract that it has to say of its tumor. */
export type ReportOf = (
  abstract: { readonly id: string; readonly facilityId: string; readonly items: ItemValues },
  revision: number,
) => Report;

/** How abstracts speak of their tumors under the dictionaries in use. */
export async function reporter(tx: EntityManager, tables: RegistryTables): Promise<ReportOf> {
  const dictionary = await itemsInUse(tx, tables);
  return ({ id, facilityId, items }, revision) => ({
    abstractId: id,
    revision,
    facilityId,
    items: Object.fromEntries(
      Object.entries(splitLevels(dictionary, items).tumor as Record<string, string>).filter(
        ([item]) => !OF_THE_FACILITY.has(item) && !STAGING_ITEMS.has(item),
      ),
    ),
  });
}

/**
 * The consolidated abstracts of a patient, or of one of the tumors, in the order in which they joined it: those that a merge took along joined
 * with the merge. One that was opened again counts as it was when it last was complete: what is half typed never moves a tumor.
 */
export async function placedAbstracts(
  tx: EntityManager,
  of: { readonly patientId: string; readonly tumorId?: string },
  reportOf: ReportOf,
): Promise<PlacedAbstract[]> {
  const rows = await tx.query<Row[]>(
    `WITH moved AS MATERIALIZED (
       SELECT h.id, (SELECT max(r.at) FROM revision r WHERE r.entity_id = h.id AND r.changes ? '@merged_into') AS at
         FROM tumor h WHERE h.patient_id = $1 AND h.merged_into IS NOT NULL)
     SELECT a.id, ${stampOf('m.at')} AS "movedAt", ${stampOf('coalesce(a.joined_at, a.completed_at, a.created_at)')} AS "joinedAt", a.facility_id AS "facilityId", a.tumor_id AS "tumorId", coalesce(a.home_tumor_id, a.tumor_id) AS home, a.state, a.revision, a.items,
            CASE WHEN a.state = 'draft' THEN (
              SELECT jsonb_agg(v.changes ORDER BY v.revision DESC) FROM revision v WHERE v.entity_id = a.id
                 AND v.revision >= (SELECT max(r.revision) FROM revision r WHERE r.entity_id = a.id AND r.changes->'@state' = '["complete", "draft"]')) END AS later
       FROM abstract a LEFT JOIN moved m ON m.id = a.home_tumor_id
      WHERE a.patient_id = $1 AND a.tumor_id IS NOT NULL AND ($2::uuid IS NULL OR a.tumor_id = $2)
      ORDER BY coalesce(m.at, a.joined_at, a.completed_at, a.created_at), coalesce(a.joined_at, a.completed_at, a.created_at), a.id`,
    [of.patientId, of.tumorId ?? null],
  );
  return rows.map(({ state, items, later, revision, ...row }) => {
    const counts = state === 'complete' || (state === 'draft' && later !== null);
    const then = (later ?? []).reduce<ItemValues>((known, changes) => undo(known, changes), items);
    return { ...row, report: counts ? reportOf({ ...row, items: then }, revision - (later?.length ?? 0)) : null };
  });
}

/** What follow-up contacts of facilities that report a tumor said of it and nobody changed on it since. */
export async function toldOf(
  tx: EntityManager,
  tumorIds: readonly string[],
  facilityIds: readonly string[],
): Promise<Told> {
  const rows = await tx.query<
    { item: string; value: string | null; origin: Origin; own: ItemOrigin | null; at: Date }[]
  >(
    `SELECT DISTINCT ON (c.key) c.key AS item, c.value->>1 AS value, r.origin, c.value->2 AS own
       FROM revision r, jsonb_each(r.changes) c
      WHERE r.entity = 'tumor' AND r.entity_id = ANY($1::uuid[]) AND left(c.key, 1) <> '@' ORDER BY c.key, r.id DESC`,
    [tumorIds],
  );
  const said = rows.flatMap(({ item, value, origin, own }) => {
    const contactId =
      own !== null && 'contactId' in own
        ? own.contactId
        : own === null && origin.kind === 'contact'
          ? origin.contactId
          : undefined;
    return contactId === undefined ? [] : [{ item, value, contactId }];
  });
  if (said.length === 0) return {};
  const known = await tx.query<{ id: string }[]>(
    `SELECT id FROM follow_up_contact WHERE id = ANY($1::uuid[]) AND facility_id = ANY($2::uuid[])`,
    [said.map(({ contactId }) => contactId), facilityIds],
  );
  const ids = new Set(known.map(({ id }) => id));
  return Object.fromEntries(
    said
      .filter(({ contactId }) => ids.has(contactId))
      .map(({ item, value, contactId }) => [item, { value, contactId }]),
  );
}
