import { shiftDays } from '@perennial/follow-up';
import { type Principal } from '@perennial/persistence';
import { type EntityManager } from 'typeorm';
import { facilitySettings } from './settings.js';
import { facilitiesOf } from './tasks.js';

/** What of follow-up waits for somebody today. */
export interface WorkToday {
  /** Today where the registry is, `YYYYMMDD`. */
  readonly day: string;
  /** Open tasks of the person who asks; none for a token. */
  readonly mine: number;
  /** Tasks whose next step was planned for today or earlier, and those of them that the person has. */
  readonly planned: number;
  readonly plannedMine: number;
  /** Letters without an answer for so long that a second one may go out. */
  readonly secondLetters: number;
  /** Letters that may still be answered, and the day of the oldest of them, `YYYYMMDD`. */
  readonly lettersOut: number;
  readonly oldestLetter: string | null;
  /** Contacts of other facilities that wait for a decision. */
  readonly proposals: number;
}

/** Count what waits at the facilities of a principal; each count reads an index of the few rows that it is about. */
export async function workToday(
  tx: EntityManager,
  principal: Principal,
  today: string,
  facilityId?: string,
): Promise<WorkToday> {
  const facilities = await facilitySettings(tx, today, await facilitiesOf(tx, principal, facilityId));
  const ids = facilities.map((one) => one.facilityId);
  const me = /^user:([0-9a-f-]{36})$/.exec(principal.actor)?.[1] ?? null;
  const [row] = await tx.query<Omit<WorkToday, 'day'>[]>(
    `SELECT (SELECT count(*)::int FROM follow_up_task t WHERE t.assigned_to IS NOT NULL AND t.assigned_to = $2::uuid AND t.state <> 'closed') AS mine,
            planned.of_all AS planned, planned.of_me AS "plannedMine", sent.second AS "secondLetters", sent.letters AS "lettersOut", sent.oldest AS "oldestLetter",
            (SELECT count(*)::int FROM work_item w WHERE w.kind = 'contact_proposed' AND w.state = 'open' AND w.facility_id = ANY($1)) AS proposals
       FROM (SELECT count(*)::int AS of_all, count(*) FILTER (WHERE t.assigned_to = $2::uuid)::int AS of_me FROM follow_up_task t
              WHERE t.facility_id = ANY($1) AND t.state IN ('in_progress', 'waiting') AND t.next_step_on <= $3) planned
      CROSS JOIN (
        SELECT count(*)::int AS letters, min(b.dated) AS oldest, count(*) FILTER (WHERE l.number = 1 AND b.dated <= f.second_before)::int AS second
          FROM letter l JOIN letter_batch b ON b.id = l.batch_id JOIN jsonb_to_recordset($4::jsonb) AS f(facility_id uuid, second_before text) ON f.facility_id = l.facility_id
         WHERE l.state = 'printed') sent`,
    [
      ids,
      me,
      today,
      JSON.stringify(
        facilities.map((one) => ({
          facility_id: one.facilityId,
          second_before: shiftDays(today, -one.settings.secondLetterDays),
        })),
      ),
    ],
  );
  if (row === undefined) throw new Error('counts without a row');
  return { day: today, ...row };
}
