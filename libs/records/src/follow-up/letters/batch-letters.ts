import { type EntityManager } from 'typeorm';

/** A letter of a batch as it stands now. */
export interface BatchLetter {
  readonly id: string;
  readonly position: number;
  readonly code: string;
  /** Page of the file on which it begins; null before it is printed. */
  readonly page: number | null;
  readonly patientId: string;
  readonly taskId: string;
  readonly name: string;
  readonly to: string;
  readonly state: 'queued' | 'printed' | 'answered' | 'returned' | 'withdrawn' | 'superseded';
  readonly closedOn: string | null;
  /** Why it was withdrawn or followed by another. */
  readonly closedReason: string | null;
}

/**
 * A page of a batch's letters in the order of the file.
 *
 * @param state only letters in this state; null: all.
 * @param range positions after one, up to and with another; null: to the end.
 */
export const batchLetters = (
  tx: EntityManager,
  batchId: string,
  state: string | null,
  { after, until }: { readonly after: number; readonly until: number | null },
  limit: number,
): Promise<BatchLetter[]> =>
  tx.query(
    `SELECT l.id, l.position, l.code, l.page, l.patient_id AS "patientId", l.task_id AS "taskId", coalesce(c.name, '') AS name, coalesce(ph.name, cp.name, c.plain, '') AS "to",
            l.state, l.closed_on AS "closedOn", l.closed_reason AS "closedReason"
       FROM (SELECT * FROM letter WHERE batch_id = $1 AND position > $3 AND ($5::int IS NULL OR position <= $5) AND ($2::text IS NULL OR state = $2) ORDER BY position LIMIT $4) l
       LEFT JOIN physician ph ON ph.id = l.physician_id LEFT JOIN contact_point cp ON cp.id = l.contact_point_id
       LEFT JOIN LATERAL (
         SELECT max(concat_ws(', ', a.items->>'nameLast', a.items->>'nameFirst')) AS name, max(concat_ws(' ', a.items->>'nameFirst', a.items->>'nameLast')) AS plain
           FROM abstract a WHERE a.patient_id = l.patient_id AND a.facility_id = l.facility_id AND a.state = 'complete') c ON true
      ORDER BY l.position`,
    [batchId, state, after, limit, until],
  );
