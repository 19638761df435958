import { mayHold } from '@perennial/auth';
import { DomainError } from '@perennial/problem';
import { type EntityManager } from 'typeorm';

/** A task that was given to somebody, and who had it before. */
export interface GivenTask {
  readonly id: string;
  readonly was: string | null;
}

/** @throws DomainError 422 when the person cannot sign in, or does no follow-up at one of the facilities. */
export async function judgeAssignee(tx: EntityManager, userId: string, facilityIds: readonly string[]): Promise<void> {
  if (await mayHold(tx, userId, 'follow-up.write', facilityIds)) return;
  throw new DomainError('task.assignee', 422, 'The task cannot be given to this person.', {
    errors: [{ pointer: '/assignedTo', detail: 'is nobody who can sign in and record contacts at this facility' }],
  });
}

/**
 * Give open tasks to a person, or to nobody. Those that are closed or not there are left out, and so are those that have the wanted owner.
 *
 * @param heldBy only tasks that this person has (null: that nobody has); absent: whoever has them. So an undo takes nothing from a third.
 * @returns the tasks that moved, each with who had it before.
 * @throws DomainError 422 for a person who may not hold them.
 */
export async function assignTasks(
  tx: EntityManager,
  ids: readonly string[],
  to: string | null,
  heldBy: string | null | undefined,
  actor: string,
): Promise<GivenTask[]> {
  if (to !== null) {
    const facilities = await tx.query<{ facility_id: string }[]>(
      `SELECT DISTINCT facility_id FROM follow_up_task WHERE id = ANY($1) AND state <> 'closed'`,
      [ids],
    );
    await judgeAssignee(
      tx,
      to,
      facilities.map(({ facility_id }) => facility_id),
    );
  }
  return tx.query(
    `WITH was AS (
       SELECT id, assigned_to FROM follow_up_task
        WHERE id = ANY($1) AND state <> 'closed' AND assigned_to IS DISTINCT FROM $2::uuid AND (NOT $4::boolean OR assigned_to IS NOT DISTINCT FROM $5::uuid) ORDER BY id FOR UPDATE),
     moved AS (
       UPDATE follow_up_task t SET assigned_to = $2::uuid, revision = t.revision + 1 FROM was WHERE was.id = t.id
       RETURNING t.id, t.facility_id, t.revision, was.assigned_to AS was),
     kept AS (
       INSERT INTO revision (entity, entity_id, revision, facility_ids, actor, origin, changes)
       SELECT 'follow_up_task', id, revision, ARRAY[facility_id], $3, '{"kind":"person"}', jsonb_build_object('@assigned_to', jsonb_build_array(was, $2::uuid)) FROM moved)
     SELECT id, was FROM moved ORDER BY id`,
    [ids, to, actor, heldBy !== undefined, heldBy ?? null],
  );
}
