import { mayHold } from '@perennial/auth';
import { type ItemValues } from '@perennial/naaccr';
import { inScope, type Principal } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { missingCore } from '../abstracts/core-items.js';

/** The lists that a registrar works from. */
export const WORKLISTS = ['drafts', 'screening', 'not-reportable', 'failed', 'unassigned'] as const;
export type Worklist = (typeof WORKLISTS)[number];

/** Counts are exact to here, then "1,000+". */
export const COUNT_LIMIT = 1_000;

export interface WorklistFilter {
  readonly facilityId?: string | undefined;
  /** Id of a person, or `none` for what nobody has taken. */
  readonly owner?: string | undefined;
  /** First word of a reason, for example `ambiguous-not-accepted` or `obr.missing`. */
  readonly reason?: string | undefined;
  readonly source?: 'hl7' | 'text' | undefined;
  /** First characters of the site of a draft, for example `C50`. */
  readonly site?: string | undefined;
  readonly minAgeDays?: number | undefined;
  readonly maxAgeDays?: number | undefined;
  /** Not-reportable ones: only those drawn for quality control (the usual), or all. */
  readonly sample?: 'only' | 'all' | undefined;
  readonly sort?: 'oldest' | 'newest' | undefined;
}

/** Place in a list: time with microseconds, and id. */
export interface WorklistCursor {
  readonly at: string;
  readonly id: string;
}

/** A part of a list in its order: what comes after one place, up to and with another. */
export interface WorklistRange {
  readonly after: WorklistCursor | null;
  readonly until: WorklistCursor | null;
}

const WHOLE: WorklistRange = { after: null, until: null };

export interface WorklistRow {
  readonly id: string;
  readonly entity: 'abstract' | 'report' | 'message';
  /** Why it is here, the most telling first: words of the coder's rules, kinds of tasks, or codes of problems with their place. */
  readonly reasons: readonly string[];
  readonly at: string;
  readonly ageDays: number;
  readonly facility: { readonly id: string; readonly name: string } | null;
  readonly owner: { readonly id: string; readonly name: string } | null;
  readonly source: string;
  readonly patient: {
    readonly last: string | null;
    readonly first: string | null;
    readonly birthDate: string | null;
    readonly sex: string | null;
  } | null;
  readonly reportNumber: string | null;
  readonly site: string | null;
  readonly histology: string | null;
  readonly confidence: number | null;
  /** Versions of a report; revision of an abstract. */
  readonly version: number;
  /** Core items that a draft lacks. */
  readonly missing: number | null;
  /** Place of the row in its list. */
  readonly cursor: WorklistCursor;
}

/** How a list is found: everything about it that the statements need. */
interface Definition {
  readonly entity: WorklistRow['entity'];
  readonly table: 'abstract' | 'report' | 'intake_message';
  /** Column of age; each list has an index that ends in it and the id. */
  readonly age: string;
  readonly condition: (filter: WorklistFilter) => string;
  /** Column of the facility, where rows belong to one. */
  readonly facility: string | null;
  readonly reason: string | null;
  readonly source: string | null;
  readonly site: string | null;
}

const REPORT = {
  entity: 'report',
  table: 'report',
  age: 'created_at',
  facility: 'facility_id',
  reason: `split_part(t.screening_reason, ' ', 1) = `,
  source: 't.source = ',
  site: null,
} as const;

const DEFINITIONS: Readonly<Record<Worklist, Definition>> = {
  drafts: {
    entity: 'abstract',
    table: 'abstract',
    age: 'created_at',
    condition: () => `t.state = 'draft'`,
    facility: 'facility_id',
    reason: null,
    source: null,
    site: `t.primary_site`,
  },
  screening: { ...REPORT, condition: () => `t.screening = 'review' AND t.state = 'current'` },
  'not-reportable': {
    ...REPORT,
    condition: ({ sample = 'only' }) =>
      `t.screening = 'not_reportable' AND t.state = 'current'${sample === 'only' ? ' AND t.quality_sample' : ''}`,
  },
  failed: {
    entity: 'message',
    table: 'intake_message',
    age: 'received_at',
    condition: () => `t.state = 'failed'`,
    facility: null,
    reason: `t.problems->0->>'code' = `,
    source: 't.kind = ',
    site: null,
  },
  unassigned: {
    ...REPORT,
    condition: () => `t.screening = 'pending' AND t.state = 'current' AND t.facility_id IS NULL`,
    facility: null,
  },
};

/** Conditions of a list and their parameters, numbered on from those given. */
function where(list: Worklist, filter: WorklistFilter, { after, until }: WorklistRange, parameters: unknown[]): string {
  const definition = DEFINITIONS[list];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = [definition.condition(filter)];
  if (filter.owner === 'none') conditions.push('t.assigned_to IS NULL');
  else if (filter.owner !== undefined) conditions.push(`t.assigned_to = ${bind(filter.owner)}::uuid`);
  if (filter.reason !== undefined && definition.reason !== null)
    conditions.push(definition.reason + bind(filter.reason));
  if (filter.source !== undefined && definition.source !== null)
    conditions.push(definition.source + bind(filter.source));
  if (filter.site !== undefined && definition.site !== null)
    conditions.push(`left(${definition.site}, ${filter.site.length}) = ${bind(filter.site)}`);
  if (filter.minAgeDays !== undefined)
    conditions.push(`t.${definition.age} <= now() - make_interval(days => ${bind(filter.minAgeDays)})`);
  if (filter.maxAgeDays !== undefined)
    conditions.push(`t.${definition.age} >= now() - make_interval(days => ${bind(filter.maxAgeDays)})`);
  const [later, earlier] = filter.sort === 'newest' ? ['<', '>='] : ['>', '<='];
  for (const [place, sign] of [
    [after, later],
    [until, earlier],
  ] as const)
    if (place !== null)
      conditions.push(`(t.${definition.age}, t.id) ${sign} (${bind(place.at)}::timestamptz, ${bind(place.id)}::uuid)`);
  return conditions.join(' AND ');
}

/**
 * Ids of a page in order. A facility's rows are found by an index that begins with the facility and ends in age and id; of several
 * facilities each gives its own first rows, so that no list is ever sorted as a whole.
 */
function pageOf(
  list: Worklist,
  principal: Principal,
  filter: WorklistFilter,
  range: WorklistRange,
  limit: number,
  parameters: unknown[],
): string {
  const { table, age, facility } = DEFINITIONS[list];
  const direction = filter.sort === 'newest' ? 'DESC' : 'ASC';
  const order = `ORDER BY at ${direction}, id ${direction} LIMIT ${limit}`;
  const conditions = where(list, filter, range, parameters);
  const rows = (own: string): string =>
    `SELECT t.id, t.${age} AS at FROM ${table} t WHERE ${own === '' ? '' : `${own} AND `}${conditions} ORDER BY t.${age} ${direction}, t.id ${direction} LIMIT ${limit}`;
  if (facility === null) return rows('');
  if (filter.facilityId !== undefined) return rows(`t.${facility} = $${parameters.push(filter.facilityId)}::uuid`);
  if (principal.allFacilities || principal.facilityIds.length === 1) {
    const own = inScope(principal, `t.${facility}`);
    return rows(own === 'true' ? '' : own);
  }
  return `SELECT id, at FROM unnest((SELECT nullif(current_setting('perennial.facilities', true), '')::uuid[])) AS f (facility)
           CROSS JOIN LATERAL (${rows(`t.${facility} = f.facility`)}) AS own ${order}`;
}

const OWNER = `LEFT JOIN app_user u ON u.id = t.assigned_to`;
const STAMP = `to_char(page.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS stamp, greatest(0, floor(extract(epoch FROM now() - page.at) / 86400))::int AS "ageDays"`;

/** What is shown of each row of a page, by table. */
const DETAILS: Readonly<Record<Definition['table'], string>> = {
  report: `SELECT t.id, ${STAMP}, t.facility_id AS "facilityId", f.name AS "facilityName", u.id AS "ownerId", u.name AS "ownerName", t.source,
                  t.screening_reason AS reason, t.quality_sample AS sample, v.patient_items->>'nameLast' AS last, v.patient_items->>'nameFirst' AS first,
                  v.patient_items->>'dateOfBirth' AS birth, v.patient_items->>'sexAssignedAtBirth' AS sex, v.report_items->>'pathReportNumber1' AS number,
                  s.proposal->>'primarySite' AS site, s.proposal->>'histology' AS histology, (s.proposal->'confidence'->>'reportable')::float AS confidence,
                  t.latest_version AS version
             FROM page JOIN report t ON t.id = page.id JOIN report_version v ON v.report_id = t.id AND v.version = t.latest_version
             LEFT JOIN code_suggestion s ON s.report_version_id = v.id AND s.primary_index = 0 LEFT JOIN facility f ON f.id = t.facility_id ${OWNER}`,
  abstract: `SELECT t.id, ${STAMP}, t.facility_id AS "facilityId", f.name AS "facilityName", u.id AS "ownerId", u.name AS "ownerName", 'abstract' AS source,
                  (SELECT string_agg(w.kind, ' ' ORDER BY w.created_at) FROM work_item w WHERE w.entity_id = t.id AND w.state = 'open') AS reason,
                  t.items->>'nameLast' AS last, t.items->>'nameFirst' AS first, t.items->>'dateOfBirth' AS birth, t.items->>'sexAssignedAtBirth' AS sex,
                  t.items->>'pathReportNumber1' AS number, t.primary_site AS site, t.histology, NULL::float AS confidence, t.revision AS version, t.items - 'textDxProcPath' AS items,
                  t.completed_at IS NOT NULL AS reopened
             FROM page JOIN abstract t ON t.id = page.id LEFT JOIN facility f ON f.id = t.facility_id ${OWNER}`,
  intake_message: `SELECT t.id, ${STAMP}, NULL AS "facilityId", NULL AS "facilityName", u.id AS "ownerId", u.name AS "ownerName", t.kind AS source,
                  (SELECT string_agg(p->>'code' || coalesce('@' || nullif(p->>'segment', '') || coalesce('-' || (p->>'field'), ''), ''), ' ') FROM jsonb_array_elements(t.problems) p) AS reason,
                  NULL AS last, t.control_id AS number, 1 AS version
             FROM page JOIN intake_message t ON t.id = page.id ${OWNER}`,
};

interface Row {
  readonly id: string;
  readonly stamp: string;
  readonly ageDays: number;
  readonly facilityId: string | null;
  readonly facilityName: string | null;
  readonly ownerId: string | null;
  readonly ownerName: string | null;
  readonly source: string;
  readonly reason: string | null;
  readonly sample?: boolean;
  readonly last: string | null;
  readonly first?: string | null;
  readonly birth?: string | null;
  readonly sex?: string | null;
  readonly number: string | null;
  readonly site?: string | null;
  readonly histology?: string | null;
  readonly confidence?: number | null;
  readonly version: number;
  readonly items?: ItemValues;
  readonly reopened?: boolean;
}

/** A page of a list. @param limit rows wanted; one more is given where there are more. */
export async function worklistPage(
  tx: EntityManager,
  list: Worklist,
  principal: Principal,
  filter: WorklistFilter,
  range: WorklistRange,
  limit: number,
): Promise<WorklistRow[]> {
  const { entity, table } = DEFINITIONS[list];
  const parameters: unknown[] = [];
  const page = pageOf(list, principal, filter, range, limit + 1, parameters);
  const direction = filter.sort === 'newest' ? 'DESC' : 'ASC';
  const rows = await tx.query<Row[]>(
    `WITH page AS MATERIALIZED (${page}) ${DETAILS[table]} ORDER BY page.at ${direction}, page.id ${direction}`,
    parameters,
  );
  return rows.map((row) => ({
    id: row.id,
    entity,
    reasons: reasonsOf(entity, row),
    at: row.stamp,
    ageDays: row.ageDays,
    facility: row.facilityId === null ? null : { id: row.facilityId, name: row.facilityName ?? '' },
    owner: row.ownerId === null ? null : { id: row.ownerId, name: row.ownerName ?? '' },
    source: row.source,
    patient:
      entity === 'message'
        ? null
        : { last: row.last, first: row.first ?? null, birthDate: row.birth ?? null, sex: row.sex ?? null },
    reportNumber: row.number,
    site: row.site ?? null,
    histology: row.histology ?? null,
    confidence: row.confidence ?? null,
    version: row.version,
    missing: row.items === undefined ? null : missingCore(row.items).filter((item) => item !== 'textDxProcPath').length,
    cursor: { at: row.stamp, id: row.id },
  }));
}

function reasonsOf(entity: WorklistRow['entity'], row: Row): string[] {
  const given = (row.reason ?? '').split(' ').filter((word) => word !== '');
  if (entity === 'abstract') return [...new Set([...given, row.reopened === true ? 'reopened' : 'to-complete'])];
  if (row.sample === true) return ['quality-sample', ...given];
  return given;
}

/** How many rows a list has, exact to `COUNT_LIMIT`, and how many whole days the oldest has waited. */
export async function worklistCount(
  tx: EntityManager,
  list: Worklist,
  principal: Principal,
  filter: WorklistFilter = {},
): Promise<{ count: number; more: boolean; oldestDays: number | null }> {
  const { table, facility } = DEFINITIONS[list];
  const parameters: unknown[] = [];
  const conditions = where(list, filter, WHOLE, parameters);
  const own =
    facility === null
      ? 'true'
      : filter.facilityId === undefined
        ? inScope(principal, `t.${facility}`)
        : `t.${facility} = $${parameters.push(filter.facilityId)}::uuid`;
  const [row] = await tx.query<{ count: number }[]>(
    `SELECT count(*)::int AS count FROM (SELECT FROM ${table} t WHERE ${own} AND ${conditions} LIMIT ${COUNT_LIMIT + 1}) AS counted`,
    parameters,
  );
  const count = row?.count ?? 0;
  const first: unknown[] = [];
  const page = count === 0 ? null : pageOf(list, principal, { ...filter, sort: 'oldest' }, WHOLE, 1, first);
  const [oldest] =
    page === null
      ? []
      : await tx.query<{ days: number }[]>(
          `SELECT greatest(0, floor(extract(epoch FROM now() - page.at) / 86400))::int AS days FROM (${page}) AS page`,
          first,
        );
  return { count: Math.min(count, COUNT_LIMIT), more: count > COUNT_LIMIT, oldestDays: oldest?.days ?? null };
}

/**
 * Give rows of a list to a person, or to nobody.
 *
 * @param heldBy only rows that this person has (null: that nobody has); absent: whoever has them. So an undo takes nothing from a third.
 * @returns ids of the rows that were there to be given.
 * @throws DomainError 404 when there is no such person; 422 when the person may not do this work at one of the facilities.
 */
export async function assignWork(
  tx: EntityManager,
  list: Worklist,
  ids: readonly string[],
  ownerId: string | null,
  heldBy?: string | null,
): Promise<string[]> {
  const { table, condition, facility } = DEFINITIONS[list];
  const wanted = `t.id = ANY($1::uuid[]) AND ${condition({ sample: 'all' })}`;
  if (ownerId !== null) {
    const [owner] = await tx.query<unknown[]>(`SELECT 1 FROM app_user WHERE id = $1 AND disabled_at IS NULL`, [
      ownerId,
    ]);
    if (owner === undefined) throw notFound('person');
    const facilities =
      facility === null
        ? []
        : await tx.query<{ id: string }[]>(`SELECT DISTINCT t.${facility} AS id FROM ${table} t WHERE ${wanted}`, [
            ids,
          ]);
    const named = facilities.map(({ id }) => id);
    if (!(await mayHold(tx, ownerId, 'reports.screen', named))) {
      throw new DomainError('owner.may-not', 422, 'These rows cannot be given to this person.', {
        errors: [{ pointer: '/owner', detail: 'has no role that decides on reports at this facility' }],
      });
    }
  }
  const [rows] = await tx.query<[{ id: string }[], number]>(
    `UPDATE ${table} t SET assigned_to = $2 WHERE ${wanted} AND (NOT $3::boolean OR t.assigned_to IS NOT DISTINCT FROM $4::uuid) RETURNING t.id`,
    [ids, ownerId, heldBy !== undefined, heldBy ?? null],
  );
  return rows.map(({ id }) => id);
}

/** Messages of reports that wait for their facility, oldest first: to be run again after senders were mapped. */
export async function messagesWithoutFacility(tx: EntityManager, limit: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }[]>(
    `SELECT DISTINCT v.intake_message_id AS id FROM (
       SELECT t.id, t.latest_version FROM report t WHERE ${DEFINITIONS.unassigned.condition({})} ORDER BY t.created_at, t.id LIMIT $1) AS r
       JOIN report_version v ON v.report_id = r.id AND v.version = r.latest_version`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** The person behind a principal. @throws DomainError 422 for a token: work belongs to people. */
export function personOf(principal: Principal): string {
  const id = /^user:([0-9a-f-]{36})$/.exec(principal.actor)?.[1];
  if (id === undefined) throw new DomainError('owner.no-person', 422, 'Only a person can take work; name one.');
  return id;
}

/** Rows of a list over the whole registry, counted to {@link COUNT_LIMIT} and one more, and when the oldest came. */
export async function worklistSize(
  tx: EntityManager,
  list: Worklist,
): Promise<{ readonly count: number; readonly oldest: Date | null }> {
  const { table, age, condition } = DEFINITIONS[list];
  const [row] = await tx.query<{ count: number; oldest: Date | null }[]>(
    `SELECT count(*)::int AS count, min(at) AS oldest FROM (
       SELECT t.${age} AS at FROM ${table} t WHERE ${condition({})} ORDER BY t.${age}, t.id LIMIT ${COUNT_LIMIT + 1}) AS waiting`,
  );
  return row ?? { count: 0, oldest: null };
}
