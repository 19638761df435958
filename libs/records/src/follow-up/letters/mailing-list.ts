import { type EntityManager } from 'typeorm';

/** A line of a mailing list: where a letter goes. It says nothing of the patient unless the letter is to the patient. */
export interface MailingLine {
  readonly code: string;
  readonly page: number;
  readonly name: string;
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
  /** `mail`, or `pull`: withdrawn since it was printed. */
  readonly action: 'mail' | 'pull';
}

const LINES = `
SELECT l.code, l.page, coalesce(ph.name, cp.name, c.name, '') AS name, coalesce(ph.line1, cp.line1, '') AS line1, coalesce(ph.line2, cp.line2, '') AS line2, coalesce(ph.city, cp.city, '') AS city,
       coalesce(ph.state, cp.state, '') AS state, coalesce(ph.postal_code, cp.postal_code, '') AS "postalCode", coalesce(ph.country, cp.country, '') AS country,
       CASE l.state WHEN 'withdrawn' THEN 'pull' ELSE 'mail' END AS action, l.position
  FROM (SELECT * FROM letter WHERE batch_id = $1 AND page IS NOT NULL AND position > $2 ORDER BY position LIMIT $3) l LEFT JOIN physician ph ON ph.id = l.physician_id LEFT JOIN contact_point cp ON cp.id = l.contact_point_id
  LEFT JOIN LATERAL (
    SELECT concat_ws(' ', a.items->>'nameFirst', a.items->>'nameLast') AS name FROM abstract a
     WHERE a.patient_id = l.patient_id AND a.facility_id = l.facility_id AND a.state = 'complete' ORDER BY a.date_of_diagnosis, a.id LIMIT 1) c ON true
 ORDER BY l.position`;

/** Lines of the mailing list after a position, in the order of the pages. */
export const mailingLines = (
  tx: EntityManager,
  batchId: string,
  after: number,
  limit: number,
): Promise<(MailingLine & { position: number })[]> => tx.query(LINES, [batchId, after, limit]);
