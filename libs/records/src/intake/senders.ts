import { type EntityManager } from 'typeorm';
import { namesOf, type NameField } from './identity.js';
import { reportsOfHl7, UnreadableMessage } from './incoming.js';
import { messagesWithoutFacility, worklistSize } from './worklists.js';

/** A name under which reports came that belong to no facility yet. */
export interface NameWithoutFacility {
  readonly field: NameField;
  readonly value: string;
  /** Messages that wait and bear it. */
  readonly messageIds: readonly string[];
  /** When the oldest of them came. */
  readonly oldest: Date;
}

/** Messages that are looked into for their names. */
const MOST = 500;

/**
 * How the senders of reports without a facility name it, most reports first. Read from the messages themselves, the oldest 500: nothing of a
 * patient is in it.
 */
export async function namesWithoutFacility(tx: EntityManager): Promise<NameWithoutFacility[]> {
  const ids = await messagesWithoutFacility(tx, MOST);
  const rows = await tx.query<{ id: string; raw: Buffer; at: Date }[]>(
    `SELECT id, raw, received_at AS at FROM intake_message WHERE id = ANY($1::uuid[]) AND kind <> 'text'`,
    [ids],
  );
  const found = new Map<string, { field: NameField; value: string; messageIds: Set<string>; oldest: Date }>();
  for (const { id, raw, at } of rows) {
    for (const [field, value] of namesIn(raw)) {
      const key = `${field}|${value}`;
      const one = found.get(key) ?? { field, value, messageIds: new Set<string>(), oldest: at };
      one.messageIds.add(id);
      if (at < one.oldest) one.oldest = at;
      found.set(key, one);
    }
  }
  return [...found.values()]
    .map(({ messageIds, ...name }) => ({ ...name, messageIds: [...messageIds] }))
    .sort((one, other) => other.messageIds.length - one.messageIds.length || (one.value < other.value ? -1 : 1));
}

function namesIn(raw: Buffer): (readonly [NameField, string])[] {
  try {
    return reportsOfHl7(raw).flatMap(({ facility }) => ('facilityId' in facility ? [] : namesOf(facility)));
  } catch (error) {
    if (error instanceof UnreadableMessage) return [];
    throw error;
  }
}

/** What intake waits with for an administrator: failed messages, and reports without a facility. Counts stop at 1,000. */
export async function intakeWaiting(
  tx: EntityManager,
): Promise<Readonly<Record<'failed' | 'unassigned', { readonly count: number; readonly oldest: Date | null }>>> {
  return { failed: await worklistSize(tx, 'failed'), unassigned: await worklistSize(tx, 'unassigned') };
}
