import { type Principal, systemPrincipal } from '@perennial/persistence';
import { type EntityManager } from 'typeorm';

/** A sealed event as auditors read it: with the names of people and tokens, never of patients. */
export interface EventView {
  readonly position: number;
  readonly at: string;
  readonly requestId: string;
  readonly actor: string;
  readonly actorName: string | null;
  readonly action: string;
  readonly route: string;
  readonly status: number;
  readonly facilityIds: readonly string[];
  readonly allFacilities: boolean;
  readonly seen: readonly string[];
  readonly detail: unknown;
}

export interface EventFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly status?: number | undefined;
  /** Moments, ISO 8601. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Events before this position: the cursor of the next page. */
  readonly below?: number | undefined;
}

/** The platform reading the whole log, for the command line. */
export const auditorPrincipal = (part: string): Principal => ({
  ...systemPrincipal(part),
  allFacilities: false,
  auditReach: { facilityIds: [], allFacilities: true },
});

const VIEW = `e.position::float8 AS position, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, e.request_id AS "requestId", e.actor,
  coalesce((SELECT u.name FROM app_user u WHERE e.actor = 'user:' || u.id), (SELECT t.name FROM api_token t WHERE e.actor = 'token:' || t.id)) AS "actorName",
  e.action, e.route, e.status, e.facility_ids AS "facilityIds", e.all_facilities AS "allFacilities", e.seen, e.detail`;

/** Events, newest first. */
export const listEvents = (tx: EntityManager, filter: EventFilter, limit: number): Promise<EventView[]> =>
  tx.query<EventView[]>(
    `SELECT ${VIEW} FROM (
       SELECT * FROM audit_event
        WHERE ($1::text IS NULL OR actor = $1) AND ($2::text IS NULL OR action = $2) AND ($3::int IS NULL OR status = $3)
          AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5) AND ($6::bigint IS NULL OR position < $6)
        ORDER BY position DESC LIMIT $7) e ORDER BY e.position DESC`,
    [
      filter.actor ?? null,
      filter.action ?? null,
      filter.status ?? null,
      filter.from ?? null,
      filter.to ?? null,
      filter.below ?? null,
      limit,
    ],
  );

/** Who saw a patient, or tried to, newest first: under the patient's own id and every id of a row that names the patient. */
export const whoSaw = (
  tx: EntityManager,
  patientId: string,
  below: number | undefined,
  limit: number,
): Promise<EventView[]> =>
  tx.query<EventView[]>(`SELECT ${VIEW} FROM audit_of_patient($1, $2, $3) e ORDER BY e.position DESC`, [
    patientId,
    below ?? null,
    limit,
  ]);

const CSV_COLUMNS = [
  'position',
  'at',
  'actor',
  'actorName',
  'action',
  'route',
  'status',
  'allFacilities',
  'facilityIds',
  'seen',
  'requestId',
  'detail',
] as const;

/** A cell that a spreadsheet neither splits nor takes for a formula. */
function cell(value: EventView[keyof EventView]): string {
  const text =
    value === null || value === undefined
      ? ''
      : typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : Array.isArray(value)
          ? value.join(' ')
          : JSON.stringify(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Events as CSV, newest first, page by page, so that a log of any size takes the same memory. */
export async function* eventsCsv(tx: EntityManager, filter: EventFilter, page = 5_000): AsyncGenerator<string> {
  yield `${CSV_COLUMNS.join(',')}\r\n`;
  for (let below = filter.below; ;) {
    const rows = await listEvents(tx, { ...filter, below }, page);
    if (rows.length > 0)
      yield rows.map((row) => `${CSV_COLUMNS.map((name) => cell(row[name])).join(',')}\r\n`).join('');
    if (rows.length < page) return;
    below = rows[rows.length - 1]?.position;
  }
}
