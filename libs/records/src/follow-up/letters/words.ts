import {
  envelopeName,
  judgeTemplate,
  type LetterContent,
  type LetterNumber,
  namesTheDisease,
  type Recipient,
  TEMPLATES,
} from '@perennial/follow-up';
import { DomainError } from '@perennial/problem';
import { type EntityManager } from 'typeorm';

/** Words of a letter: the facility's own, else the registry's, else the usual ones. */
export async function templateOf(
  tx: EntityManager,
  facilityId: string,
  recipient: Recipient,
  number: LetterNumber,
): Promise<LetterContent> {
  const [row] = await tx.query<{ content: LetterContent }[]>(
    `SELECT content FROM letter_template WHERE (facility_id = $1 OR facility_id IS NULL) AND recipient = $2 AND number = $3 ORDER BY facility_id IS NULL, saved_at DESC LIMIT 1`,
    [facilityId, recipient, number],
  );
  return row?.content ?? TEMPLATES[recipient][number];
}

/** Keep a facility's own words. @throws DomainError 422 with every place that is wrong. */
export async function saveTemplate(
  tx: EntityManager,
  facilityId: string,
  recipient: Recipient,
  number: LetterNumber,
  content: LetterContent,
  actor: string,
): Promise<void> {
  const judged = judgeTemplate(recipient, content);
  if (!judged.ok) {
    throw new DomainError(judged.error[0]?.code ?? 'template.refused', 422, 'The letter cannot be written like this.', {
      errors: judged.error.map(({ pointer, detail }) => ({ pointer: `/content${pointer}`, detail })),
    });
  }
  await tx.query(
    `INSERT INTO letter_template (facility_id, recipient, number, content, saved_by) VALUES ($1, $2, $3, $4, $5)`,
    [facilityId, recipient, number, JSON.stringify(content), actor],
  );
}

/** Who writes. The envelope's name is what strangers read. */
export interface Sender {
  readonly letterhead: string;
  readonly envelope: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly telephone: string | null;
}

/** The sender of a facility's letters; where none was entered, its name, and on envelopes a name that does not tell what it treats. */
export async function senderOf(tx: EntityManager, facilityId: string): Promise<Sender> {
  const [row] = await tx.query<Sender[]>(
    `SELECT letterhead, envelope, line1, line2, city, state, postal_code AS "postalCode", telephone FROM letter_sender WHERE facility_id = $1`,
    [facilityId],
  );
  if (row !== undefined) return row;
  const [facility] = await tx.query<{ name: string }[]>(`SELECT name FROM facility WHERE id = $1`, [facilityId]);
  const name = facility?.name ?? '';
  return {
    letterhead: name,
    envelope: envelopeName(name),
    line1: '',
    line2: null,
    city: '',
    state: '',
    postalCode: '',
    telephone: null,
  };
}

/** Keep a facility's sender. @throws DomainError 422 when the envelope would name the disease. */
export async function saveSender(tx: EntityManager, facilityId: string, sender: Sender, actor: string): Promise<void> {
  for (const part of ['envelope', 'line1', 'line2'] as const) {
    const word = namesTheDisease(sender[part] ?? '');
    if (word === null) continue;
    throw new DomainError('sender.reveals', 422, 'An envelope does not say what the letter is about.', {
      errors: [{ pointer: `/${part}`, detail: `stands on the envelope and says "${word}"` }],
    });
  }
  await tx.query(
    `INSERT INTO letter_sender (facility_id, letterhead, envelope, line1, line2, city, state, postal_code, telephone, saved_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (facility_id) DO UPDATE SET letterhead = excluded.letterhead, envelope = excluded.envelope, line1 = excluded.line1, line2 = excluded.line2, city = excluded.city,
       state = excluded.state, postal_code = excluded.postal_code, telephone = excluded.telephone, saved_by = excluded.saved_by, saved_at = now()`,
    [
      facilityId,
      sender.letterhead,
      sender.envelope,
      sender.line1,
      sender.line2,
      sender.city,
      sender.state,
      sender.postalCode,
      sender.telephone,
      actor,
    ],
  );
}
