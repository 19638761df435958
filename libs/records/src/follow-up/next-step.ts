import { type Attempt, type Lead, planNextStep, type PlannedStep, type Recipient } from '@perennial/follow-up';
import { type EntityManager } from 'typeorm';
import { syncContactPoints } from './contact-points.js';
import { BLOCKED } from './do-not-contact.js';

interface Known {
  readonly attempts: readonly Attempt[];
  readonly leads: readonly Lead[];
  readonly physician: boolean;
  readonly registry: boolean;
  readonly nextSource: string | null;
  readonly blocked: readonly Recipient[];
}

/** What is known of a patient at a facility that the next step depends on. */
const KNOWN = `
SELECT coalesce((SELECT jsonb_agg(jsonb_build_object('channel', c.channel, 'person', c.person, 'outcome', c.outcome, 'contactPointId', c.contact_point_id,
                          'on', CASE length(c.contacted_on) WHEN 8 THEN c.contacted_on ELSE to_char(c.recorded_at, 'YYYYMMDD') END))
                   FROM follow_up_contact c WHERE c.task_id = $3), '[]') AS attempts,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', cp.id, 'kind', cp.kind, 'party', cp.party) ORDER BY cp.added_at DESC, cp.id)
                   FROM contact_point cp WHERE cp.patient_id = $1 AND cp.facility_id = $2 AND cp.bad_since IS NULL), '[]') AS leads,
       coalesce(bool_or(coalesce(a.items->>'npiPhysicianFollowUp', a.items->>'physicianFollowUp') IS NOT NULL), false) AS physician,
       coalesce(bool_or(coalesce(a.items->>'npiFollowingRegistry', a.items->>'followingRegistry') IS NOT NULL), false) AS registry,
       (array_agg(a.items->>'nextFollowUpSource' ORDER BY a.date_of_diagnosis DESC, a.id) FILTER (WHERE a.items->>'nextFollowUpSource' IS NOT NULL))[1] AS "nextSource",
       (SELECT ${BLOCKED} FROM consolidated_patient p WHERE p.id = $1) AS blocked
  FROM abstract a WHERE a.patient_id = $1 AND a.facility_id = $2 AND a.state = 'complete'`;

/** Plan of a task, and whom nobody may ask about its patient. */
export interface StepPlan {
  readonly next: PlannedStep | null;
  readonly blocked: readonly Recipient[];
}

/**
 * Plan what to do next about a patient of a facility from everything that was tried in a task. Needs the registry's scope: a request not to
 * be contacted holds whichever facility was asked.
 */
export async function planStep(
  tx: EntityManager,
  task: { readonly id: string; readonly patientId: string; readonly facilityId: string },
  today: string,
): Promise<StepPlan> {
  // What the abstracts name is a lead as much as what somebody typed.
  await syncContactPoints(tx, task.facilityId, [task.patientId]);
  const [known] = await tx.query<Known[]>(KNOWN, [task.patientId, task.facilityId, task.id]);
  if (known === undefined) return { next: null, blocked: [] };
  const blocked = known.blocked ?? [];
  return { next: planNextStep({ ...known, blocked }, today), blocked };
}
