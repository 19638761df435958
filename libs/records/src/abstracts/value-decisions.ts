import { type EntityManager } from 'typeorm';
import { type Decided } from './consolidated-tumor.js';

/** A value that a person set and that stands. */
export interface ValueDecision {
  readonly id: string;
  readonly entity: 'patient' | 'tumor';
  /** The patient or tumor that it was set on: of a merged tumor, that one. */
  readonly entityId: string;
  readonly item: string;
  /** `null`: a person said that there is none. */
  readonly value: string | null;
  readonly reason: string;
  /** The abstract whose value was chosen. */
  readonly abstractId: string | null;
  readonly was: string | null;
  /** By abstract, what each said of the item when it was set. */
  readonly said: Readonly<Record<string, string | null>>;
  readonly actor: string;
  readonly actorName: string | null;
  readonly decidedAt: Date;
}

/** Decisions that stand on patients or tumors, oldest first. */
export async function standingDecisions(tx: EntityManager, ids: readonly string[]): Promise<ValueDecision[]> {
  const rows = await tx.query<(ValueDecision & { takenBack: boolean })[]>(
    `SELECT DISTINCT ON (d.entity_id, d.item) d.id, d.entity, d.entity_id AS "entityId", d.item, d.value, d.reason, d.abstract_id AS "abstractId", d.was, d.said,
            d.actor, d.decided_at AS "decidedAt", d.taken_back AS "takenBack",
            coalesce((SELECT u.name FROM app_user u WHERE d.actor = 'user:' || u.id), (SELECT t.name FROM api_token t WHERE d.actor = 'token:' || t.id)) AS "actorName"
       FROM value_decision d WHERE d.entity_id = ANY($1::uuid[]) ORDER BY d.entity_id, d.item, d.decided_at DESC, d.id`,
    [ids],
  );
  return rows
    .filter(({ takenBack }) => !takenBack)
    .map(({ takenBack: _, ...decision }) => decision)
    .toSorted((a, b) => a.decidedAt.getTime() - b.decidedAt.getTime());
}

/** Decisions as consolidation takes them: of merged tumors all that stand, and of two on one item the newer. */
export const decidedOf = (decisions: readonly ValueDecision[]): Decided =>
  Object.fromEntries(decisions.map(({ item, value, id, reason }) => [item, { value, decisionId: id, reason }]));
