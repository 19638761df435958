import { type ContactNews, type FollowUpProblem, judgeContact, type JudgedContact } from '@perennial/follow-up';
import { earliestDay, type ItemValues, parsePartialDate } from '@perennial/naaccr';
import { DomainError } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { type SharedRow } from './apply-contact.js';
import { judgeDay, type Step } from './tasks.js';

export const CHANNELS = [
  'chart',
  'physician',
  'contact',
  'telephone',
  'letter',
  'hospital',
  'linkage',
  'registry',
  'other',
] as const;
export const PERSONS = ['patient', 'relative', 'physician', 'facility', 'registry', 'other'] as const;
export const OUTCOMES = [
  'reached',
  'no_answer',
  'wrong_number',
  'returned_mail',
  'refused',
  'told_of_death',
  'moved',
  'nothing_known',
] as const;

/** A contact as a person records it. */
export interface Contact {
  readonly patientId: string;
  readonly facilityId: string;
  /** The task that this is about and the revision at which it was read: whoever comes second is told. */
  readonly taskId?: string;
  readonly taskRevision?: number;
  /** Day of the contact or of death: `YYYY`, `YYYYMM` or `YYYYMMDD`. */
  readonly contactedOn: string;
  readonly channel: (typeof CHANNELS)[number];
  readonly person?: (typeof PERSONS)[number];
  readonly outcome: (typeof OUTCOMES)[number];
  /** What was learned about the patient: on death its cause and place, a new address, the central source. */
  readonly items: ItemValues;
  /** What was stated for single tumors, by tumor id: cancer status, recurrence, sources. */
  readonly tumors?: Readonly<Record<string, ItemValues>>;
  /** Why a known date or death changes. */
  readonly reason?: 'correction' | 'earlier-death';
  readonly note?: string;
  /** The address or telephone that was used. */
  readonly contactPointId?: string;
  readonly physicianId?: string;
  readonly letterId?: string;
  readonly nextStep?: Step;
  readonly nextStepOn?: string;
}

/** Outcomes that tell how the patient is. */
export const INFORMATIVE = new Set<string>(['reached', 'told_of_death', 'moved']);
/** Item 1791 where the channel alone says it. */
const CENTRAL_SOURCES: Readonly<Record<string, string>> = {
  chart: '30',
  physician: '49',
  hospital: '39',
  registry: '60',
};

const refused = (
  errors: readonly { readonly code: string; readonly pointer: string; readonly detail: string }[],
): DomainError =>
  new DomainError(
    errors[0]?.code ?? 'contact.refused',
    422,
    'The contact cannot be recorded like this. Nothing was changed.',
    {
      errors: errors.map(({ code, pointer, detail }) => ({ pointer, detail, code })),
    },
  );

/** What is wrong with a contact whatever the patient's record says. */
export function judgeAttempt(contact: Contact, today: string): void {
  const refuse = (code: string, pointer: string, detail: string): never => {
    throw refused([{ code, pointer, detail }]);
  };
  const on = parsePartialDate(contact.contactedOn);
  if (!on.ok) return refuse('contact.date', '/contactedOn', 'is no date (YYYY, YYYYMM or YYYYMMDD)');
  if (earliestDay(on.value) > today) return refuse('contact.future', '/contactedOn', 'lies in the future');
  judgeDay('/nextStepOn', contact.nextStepOn);
  const news = Object.keys(contact.items).length + Object.keys(contact.tumors ?? {}).length;
  if (!INFORMATIVE.has(contact.outcome) && news > 0) {
    return refuse(
      'contact.no-news',
      '/items',
      `an attempt that ended with ${contact.outcome} tells nothing of the patient`,
    );
  }
  const dead = contact.items.vitalStatus === '0';
  if (dead !== (contact.outcome === 'told_of_death') && (dead || contact.items.vitalStatus !== undefined)) {
    return refuse(
      'contact.death',
      '/outcome',
      'a death is recorded with outcome told_of_death and vitalStatus 0, and only then',
    );
  }
}

/** Points, letters and physicians must be those of this patient and facility. */
export async function judgeReferences(tx: EntityManager, contact: Contact): Promise<void> {
  for (const [key, table] of [
    ['contactPointId', 'contact_point'],
    ['letterId', 'letter'],
  ] as const) {
    const id = contact[key];
    if (id === undefined) continue;
    const [found] = await tx.query<unknown[]>(
      `SELECT FROM ${table} WHERE id = $1 AND patient_id = $2 AND facility_id = $3`,
      [id, contact.patientId, contact.facilityId],
    );
    if (found === undefined)
      throw refused([{ code: 'contact.reference', pointer: `/${key}`, detail: 'is none of this patient' }]);
  }
  if (contact.physicianId !== undefined) {
    const [found] = await tx.query<unknown[]>(`SELECT FROM physician WHERE id = $1`, [contact.physicianId]);
    if (found === undefined)
      throw refused([{ code: 'contact.reference', pointer: '/physicianId', detail: 'is no physician' }]);
  }
}

/**
 * What a contact with news changes, by the rules of follow-up.
 *
 * @throws DomainError 422 with every rule that it would break.
 */
export function judgeNews(
  contact: Contact,
  patient: SharedRow,
  tumors: readonly SharedRow[],
  today: string,
): JudgedContact {
  const strange = Object.keys(contact.tumors ?? {}).find(
    (id) => !tumors.some((tumor) => tumor.id === id && tumor.facilityIds.includes(contact.facilityId)),
  );
  if (strange !== undefined) {
    throw refused([
      {
        code: 'contact.tumor',
        pointer: `/tumors/${strange}`,
        detail: 'is no tumor that this facility reported for the patient',
      },
    ]);
  }
  const { vitalStatus: _, ...learned } = contact.items;
  const source = learned.followUpSourceCentral ?? centralSource(contact);
  const news: ContactNews = {
    contactedOn: contact.contactedOn,
    vitalStatus: contact.outcome === 'told_of_death' ? '0' : '1',
    items: { ...learned, ...(source === undefined ? {} : { followUpSourceCentral: source }) },
    tumors: Object.fromEntries(
      Object.entries(contact.tumors ?? {}).map(([id, items]) => [tumors.findIndex((tumor) => tumor.id === id), items]),
    ),
    ...(contact.reason === undefined ? {} : { reason: contact.reason }),
  };
  const judged = judgeContact(
    patient.items,
    tumors.map(({ items }) => items),
    news,
    today,
  );
  if (judged.ok) return judged.value;
  throw refused(judged.error.map((problem) => ({ ...problem, pointer: pointerOf(problem, tumors) })));
}

function centralSource({ channel, person }: Contact): string | undefined {
  if (person === 'patient') return '50';
  if (person === 'relative') return '51';
  return CENTRAL_SOURCES[channel] ?? (person === 'physician' ? '49' : undefined);
}

function pointerOf({ item, tumor }: FollowUpProblem, tumors: readonly SharedRow[]): string {
  if (tumor !== undefined) return `/tumors/${tumors[tumor]?.id ?? tumor}/${item}`;
  return item === 'dateOfLastContact' ? '/contactedOn' : `/items/${item}`;
}
