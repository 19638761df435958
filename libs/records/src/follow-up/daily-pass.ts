import { type EntityManager } from 'typeorm';

/** What one pass did. */
export interface PassResult {
  readonly opened: number;
  readonly marked: number;
  readonly closed: number;
}

/** First day of the month, as text, that is some months before a day `YYYYMMDD`. */
export function monthsBefore(today: string, months: number): string {
  const index = Number(today.slice(0, 4)) * 12 + Number(today.slice(4, 6)) - 1 - months;
  return `${String(Math.floor(index / 12)).padStart(4, '0')}${String((index % 12) + 1).padStart(2, '0')}`;
}

/** A partial date as its earliest day, in SQL. Text order of these is date order. */
const EARLIEST = `rpad(left(p.date_of_last_contact, 4) || coalesce(nullif(substr(p.date_of_last_contact, 5, 2), ''), '01'), 6, '0') || coalesce(nullif(substr(p.date_of_last_contact, 7, 2), ''), '01')`;
/** Month of last contact and twelve months, in SQL. */
const DUE_MONTH = `(left(p.date_of_last_contact, 4)::int + 1)::text || coalesce(nullif(substr(p.date_of_last_contact, 5, 2), ''), '01')`;

/**
 * One day of follow-up work, as a few statements over all patients and never a job a patient: a task for every living patient who is due
 * (last contact and twelve months), one for each facility with a complete abstract; the mark `delinquent` after fifteen months; tasks
 * closed that contact or death made moot. Running a day twice changes nothing, and a missed day is caught up by the next.
 *
 * @param today `YYYYMMDD` in the registry's time zone.
 */
export async function dailyPass(tx: EntityManager, today: string, actor: string): Promise<PassResult> {
  const closed = await tx.query<{ id: string }[]>(
    `WITH moot AS (
       UPDATE follow_up_task t SET state = 'closed', closed_at = now(), revision = t.revision + 1,
              closed_reason = CASE WHEN p.vital_status = '0' THEN 'deceased' ELSE 'contact' END
         FROM patient p
        WHERE p.id = t.patient_id AND t.state <> 'closed' AND (p.vital_status = '0' OR ${DUE_MONTH} > t.due_month)
        RETURNING t.id, t.facility_id, t.revision, t.closed_reason)
     INSERT INTO revision (entity, entity_id, revision, facility_ids, actor, origin, changes)
     SELECT 'follow_up_task', id, revision, ARRAY[facility_id], $1, '{"kind":"rule","rule":"follow-up-moot"}', jsonb_build_object('@state', jsonb_build_array('open', 'closed'), '@closed_reason', jsonb_build_array(null, closed_reason))
       FROM moot RETURNING entity_id AS id`,
    [actor],
  );
  const opened = await tx.query<{ id: string }[]>(
    `WITH due AS (
       INSERT INTO follow_up_task (patient_id, facility_id, due_month, delinquent)
       SELECT p.id, f.facility_id, ${DUE_MONTH}, ${EARLIEST} < $2
         FROM patient p
         JOIN LATERAL (SELECT DISTINCT a.facility_id FROM abstract a WHERE a.patient_id = p.id AND a.state = 'complete') f ON true
        WHERE p.vital_status = '1' AND p.date_of_last_contact < $3
       ON CONFLICT (patient_id, facility_id) WHERE state <> 'closed' DO NOTHING
       RETURNING id, facility_id)
     INSERT INTO revision (entity, entity_id, revision, facility_ids, actor, origin, changes)
     SELECT 'follow_up_task', id, 1, ARRAY[facility_id], $1, '{"kind":"rule","rule":"follow-up-due"}', '{}' FROM due RETURNING entity_id AS id`,
    // A contact in the month twelve months ago falls due in this month; months before it are overdue.
    [actor, monthsBefore(today, 15) + today.slice(6, 8), monthsBefore(today, 11)],
  );
  const marked = await tx.query<{ id: string }[]>(
    `WITH late AS (
       UPDATE follow_up_task t SET delinquent = true, revision = t.revision + 1 FROM patient p
        WHERE p.id = t.patient_id AND t.state <> 'closed' AND NOT t.delinquent AND ${EARLIEST} < $2
        RETURNING t.id, t.facility_id, t.revision)
     INSERT INTO revision (entity, entity_id, revision, facility_ids, actor, origin, changes)
     SELECT 'follow_up_task', id, revision, ARRAY[facility_id], $1, '{"kind":"rule","rule":"follow-up-delinquent"}', '{"@delinquent":[false,true]}' FROM late RETURNING entity_id AS id`,
    [actor, monthsBefore(today, 15) + today.slice(6, 8)],
  );
  return { opened: opened.length, marked: marked.length, closed: closed.length };
}
