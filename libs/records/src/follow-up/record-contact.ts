import {
  apply,
  type ContactNews,
  dueMonth,
  dueStage,
  earliestOf,
  type FollowUpProblem,
  judgeContact,
  type JudgedContact,
} from '@perennial/follow-up';
import { DomainError, notFound, stale } from '@perennial/problem';
import { earliestDay, type ItemValues, parsePartialDate } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { requestFindings } from '../edits/refresh.js';
import { type ItemPatch, type Save, saveWithLineage } from '../lineage.js';
import { withdrawLetters } from './letter-states.js';
import { closeTask, moveTask, openTasks, TASK_COLUMNS, type TaskRow } from './move-task.js';
import { planStep } from './next-step.js';
import { proposeToOthers } from './proposals.js';
import { facilitySettings } from './settings.js';
import { judgeDay, type Step, taskClosed } from './tasks.js';

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

export interface RecordedContact {
  readonly contactId: string;
  readonly patientRevision: number;
  /** How the facility's task stands now; null when there was none. */
  readonly task: {
    readonly id: string;
    readonly state: string;
    readonly revision: number;
    /** What is planned next, and from which day on; null when the task is closed or no lead is left. */
    readonly nextStep: Step | null;
    readonly nextStepOn: string | null;
  } | null;
}

/** Outcomes that tell how the patient is. */
const INFORMATIVE = new Set<string>(['reached', 'told_of_death', 'moved']);
/** Outcomes after which the address or number that was used is bad. */
const SPOILS: Readonly<Record<string, string>> = {
  returned_mail: 'returned_mail',
  wrong_number: 'wrong_number',
  moved: 'moved',
};
/** Item 1791 where the channel alone says it. */
const CENTRAL_SOURCES: Readonly<Record<string, string>> = {
  chart: '30',
  physician: '49',
  hospital: '39',
  registry: '60',
};

export interface SharedRow {
  readonly id: string;
  readonly items: ItemValues;
  readonly revision: number;
  readonly facilityIds: readonly string[];
}

/** The patient, if this facility follows them, held for this transaction. Needs the registry's scope. @throws DomainError 404. */
export async function lockPatient(tx: EntityManager, patientId: string, facilityId: string): Promise<SharedRow> {
  const [patient] = await tx.query<SharedRow[]>(
    `SELECT id, items, revision, facility_ids AS "facilityIds" FROM consolidated_patient WHERE id = $1 AND facility_ids @> ARRAY[$2::uuid] FOR UPDATE`,
    [patientId, facilityId],
  );
  if (patient === undefined) throw notFound('patient');
  return patient;
}

/**
 * Record a contact. One that tells how the patient is moves last contact and vital status for all of the patient's tumors, and cancer
 * status and recurrence of those it was stated for, with lineage, in the consolidated record and in the complete abstracts of the facility.
 * It closes the facility's task when the patient is no longer due; a death closes every facility's and withdraws letters. To the other
 * facilities that follow the patient it is a proposal. An attempt without news is kept, marks a wrong number or address, and moves nothing.
 *
 * Needs the registry's scope: the caller has seen to it that the principal may act for the facility.
 *
 * @throws DomainError 404; 409 when the task was closed meanwhile and 412 when it moved on; 422 with every rule that the contact would
 * break. Nothing is applied then.
 */
export async function recordContact(
  tx: EntityManager,
  contact: Contact,
  actor: string,
  today: string,
): Promise<RecordedContact> {
  const patient = await lockPatient(tx, contact.patientId, contact.facilityId);
  const tasks = await openTasks(tx, patient.id);
  const task = await taskOf(tx, contact, tasks);
  judgeAttempt(contact, today);
  await judgeReferences(tx, contact);
  const moves = INFORMATIVE.has(contact.outcome);
  const tumors = moves ? await lockTumors(tx, patient.id) : [];
  const judged = moves ? judge(contact, patient, tumors, today) : null;
  const contactId = await insertContact(tx, contact, task, actor);
  await spoilPoint(tx, contact, today);
  if (judged === null) {
    return { contactId, patientRevision: patient.revision, task: await stepTask(tx, task, contact, actor, today) };
  }
  const save: Save = { actor, origin: { kind: 'contact', contactId } };
  const revision = await applyJudged(tx, contact.facilityId, patient, tumors, judged, save);
  await tx.query(`UPDATE follow_up_contact SET patient_revision = $2 WHERE id = $1`, [contactId, revision]);
  const after = apply(patient.items, judged.patient);
  if (judged.closes === 'deceased') {
    for (const open of tasks) await closeTask(tx, open, 'deceased', save);
    await withdrawLetters(tx, patient.id, 'deceased', today);
  }
  const moved = revision !== patient.revision;
  if (moved) await proposeToOthers(tx, { patientId: patient.id, facilityId: contact.facilityId, contactId }, tasks);
  return {
    contactId,
    patientRevision: revision,
    task:
      task === undefined
        ? null
        : judged.closes === 'deceased'
          ? closedView(task)
          : await settle(tx, task, after, contact, save, today),
  };
}

const closedView = (task: TaskRow): RecordedContact['task'] => ({
  id: task.id,
  state: 'closed',
  revision: task.revision + 1,
  nextStep: null,
  nextStepOn: null,
});

/** After news of a living patient: closed when the patient is no longer due, else counted from the new day. */
async function settle(
  tx: EntityManager,
  task: TaskRow,
  after: ItemValues,
  contact: Contact,
  save: Save,
  today: string,
): Promise<RecordedContact['task']> {
  const [own] = await facilitySettings(tx, today, [contact.facilityId]);
  if (own === undefined) throw new Error('task of a facility that is gone');
  const stage = dueStage(after, today, own.settings);
  if (stage === 'not-due') {
    if ((await closeTask(tx, task, 'contact', save)) === null) throw stale(task.revision);
    return closedView(task);
  }
  const counted = earliestOf(after.dateOfLastContact) ?? '';
  const [row] = await tx.query<{ stage: string; due_month: string; counted_from: string }[]>(
    `SELECT stage, due_month, counted_from FROM follow_up_task WHERE id = $1`,
    [task.id],
  );
  const next = await nextOf(tx, task, contact, today);
  const revision = await moveTask(
    tx,
    task,
    {
      stage: [row?.stage, stage],
      counted_from: [row?.counted_from, counted],
      due_month: [row?.due_month, dueMonth(counted, own.settings) ?? row?.due_month],
      lost: [task.lost, false],
      ...steps(task, next),
    },
    save,
  );
  if (revision === null) throw stale(task.revision);
  return { id: task.id, state: task.state, revision, ...next };
}

interface NextStep {
  readonly nextStep: Step | null;
  readonly nextStepOn: string | null;
}

/** What a person said is to be done next, else what the rules plan from everything that was tried, this contact included. */
async function nextOf(
  tx: EntityManager,
  task: TaskRow,
  { nextStep, nextStepOn }: Contact,
  today: string,
): Promise<NextStep> {
  if (nextStep !== undefined || nextStepOn !== undefined)
    return { nextStep: nextStep ?? (task.nextStep as Step | null), nextStepOn: nextStepOn ?? task.nextStepOn };
  const { next } = await planStep(tx, task, today);
  return { nextStep: next?.step ?? null, nextStepOn: next?.on ?? null };
}

const steps = (task: TaskRow, { nextStep, nextStepOn }: NextStep): Record<string, readonly [unknown, unknown]> => ({
  next_step: [task.nextStep, nextStep],
  next_step_on: [task.nextStepOn, nextStepOn],
});

async function stepTask(
  tx: EntityManager,
  task: TaskRow | undefined,
  contact: Contact,
  actor: string,
  today: string,
): Promise<RecordedContact['task']> {
  if (task === undefined) return null;
  const next = await nextOf(tx, task, contact, today);
  const state = next.nextStepOn !== null && next.nextStepOn > today ? 'waiting' : 'in_progress';
  const revision = await moveTask(
    tx,
    task,
    { state: [task.state, state], ...steps(task, next) },
    { actor, origin: { kind: 'person' } },
  );
  if (revision === null) throw stale(task.revision);
  return { id: task.id, state, revision, ...next };
}

/** The open task that the contact is about. */
async function taskOf(tx: EntityManager, contact: Contact, tasks: readonly TaskRow[]): Promise<TaskRow | undefined> {
  const own = tasks.find((task) => task.facilityId === contact.facilityId);
  if (contact.taskId !== undefined && own?.id !== contact.taskId) {
    const [named] = await tx.query<TaskRow[]>(
      `SELECT ${TASK_COLUMNS} FROM follow_up_task t WHERE t.id = $1 AND t.patient_id = $2 AND t.facility_id = $3`,
      [contact.taskId, contact.patientId, contact.facilityId],
    );
    if (named === undefined) throw notFound('task');
    throw taskClosed(named);
  }
  if (contact.taskRevision !== undefined && own !== undefined && own.revision !== contact.taskRevision)
    throw stale(own.revision);
  return own;
}

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
function judgeAttempt(contact: Contact, today: string): void {
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
async function judgeReferences(tx: EntityManager, contact: Contact): Promise<void> {
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

const lockTumors = (tx: EntityManager, patientId: string): Promise<SharedRow[]> =>
  tx.query(
    `SELECT id, items, revision, facility_ids AS "facilityIds" FROM tumor WHERE patient_id = $1 ORDER BY created_at, id FOR UPDATE`,
    [patientId],
  );

function judge(contact: Contact, patient: SharedRow, tumors: readonly SharedRow[], today: string): JudgedContact {
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

async function insertContact(
  tx: EntityManager,
  contact: Contact,
  task: TaskRow | undefined,
  actor: string,
): Promise<string> {
  const [row] = await tx.query<{ id: string }[]>(
    `INSERT INTO follow_up_contact (patient_id, facility_id, task_id, contacted_on, channel, person, outcome, contact_point_id, physician_id, letter_id, items, tumor_items, reason, note, next_step, next_step_on, recorded_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING id`,
    [
      contact.patientId,
      contact.facilityId,
      task?.id ?? null,
      contact.contactedOn,
      contact.channel,
      contact.person ?? null,
      contact.outcome,
      contact.contactPointId ?? null,
      contact.physicianId ?? null,
      contact.letterId ?? null,
      JSON.stringify(contact.items),
      JSON.stringify(contact.tumors ?? {}),
      contact.reason ?? null,
      contact.note ?? null,
      contact.nextStep ?? null,
      contact.nextStepOn ?? null,
      actor,
    ],
  );
  if (row === undefined) throw new Error('contact: insert returned no row');
  return row.id;
}

/** Mark the address or number that was used as bad, where the outcome says so. */
async function spoilPoint(tx: EntityManager, contact: Contact, today: string): Promise<void> {
  const reason = SPOILS[contact.outcome];
  if (reason === undefined) return;
  await tx.query(
    `UPDATE contact_point SET bad_since = $2, bad_reason = $3
      WHERE bad_since IS NULL AND id = coalesce($1::uuid, (SELECT contact_point_id FROM letter WHERE id = $4))`,
    [contact.contactPointId ?? null, today, reason, contact.letterId ?? null],
  );
  if (contact.letterId !== undefined && contact.outcome === 'returned_mail') {
    await tx.query(
      `UPDATE physician SET bad_since = $2 WHERE bad_since IS NULL AND id = (SELECT physician_id FROM letter WHERE id = $1)`,
      [contact.letterId, today],
    );
  }
}

/** Write what a contact changes into the consolidated record and the facility's complete abstracts. @returns the patient's revision. */
export async function applyJudged(
  tx: EntityManager,
  facilityId: string,
  patient: SharedRow,
  tumors: readonly SharedRow[],
  judged: Pick<JudgedContact, 'patient' | 'tumors'>,
  save: Save,
): Promise<number> {
  let revision = patient.revision;
  if (Object.keys(judged.patient).length > 0) {
    const saved = await saveWithLineage(tx, 'patient', patient, judged.patient as ItemPatch, save);
    if (saved === null) throw new Error('patient moved while locked');
    revision = saved;
  }
  for (const [at, tumor] of tumors.entries()) {
    const patch = (judged.tumors[at] ?? {}) as ItemPatch;
    if (Object.keys(patch).length === 0) continue;
    if ((await saveWithLineage(tx, 'tumor', tumor, patch, save)) === null) throw new Error('tumor moved while locked');
  }
  const ofTumors = new Map(tumors.map((tumor, at) => [tumor.id, (judged.tumors[at] ?? {}) as ItemPatch]));
  await patchAbstracts(tx, patient.id, facilityId, judged.patient as ItemPatch, ofTumors, save);
  await requestFindings(tx, patient.id);
  return revision;
}

/** Write patient items, and those of each tumor, into the complete abstracts of a facility, so that its submissions carry them. */
export async function patchAbstracts(
  tx: EntityManager,
  patientId: string,
  facilityId: string,
  patientPatch: ItemPatch,
  tumorPatches: ReadonlyMap<string, ItemPatch>,
  save: Save,
): Promise<void> {
  const abstracts = await tx.query<(SharedRow & { tumorId: string | null })[]>(
    `SELECT id, items, revision, ARRAY[facility_id] AS "facilityIds", tumor_id AS "tumorId" FROM abstract
      WHERE patient_id = $1 AND facility_id = $2 AND state = 'complete' ORDER BY id FOR UPDATE`,
    [patientId, facilityId],
  );
  for (const abstract of abstracts) {
    const known = abstract.items as Readonly<Record<string, string | undefined>>;
    const wanted = { ...patientPatch, ...(tumorPatches.get(abstract.tumorId ?? '') ?? {}) };
    const patch = Object.fromEntries(Object.entries(wanted).filter(([item, value]) => (known[item] ?? null) !== value));
    if (Object.keys(patch).length === 0) continue;
    if ((await saveWithLineage(tx, 'abstract', abstract, patch, save)) === null)
      throw new Error('abstract moved while locked');
  }
}
