import { Button } from '@mantine/core';
import { planNextStep, type StepQuestion } from '@perennial/follow-up';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { parseDate } from '../abstract/parse-value.js';
import { answer, api, ApiProblem, type Schemas } from '../api/client.js';
import { showDate } from '../ui/format.js';
import { formText } from '../ui/form-text.js';
import { useToast } from '../ui/toast.js';
import {
  CancerStatusField,
  CauseField,
  type Choice,
  newsOf,
  type Outcome,
  Outcomes,
  Problems,
  refusedWords,
} from './news.js';
import { COUNTS } from './rates/queries.js';
import { registryDay, type TaskDetail, useToday } from './queries.js';
import { pointText } from './ways.js';
import { STEP_SHORT, STEP_WORDS, words } from './words.js';
import css from './follow-up.module.css';

type Contact = Schemas['ContactDto'];
type Channel = Contact['channel'];

/** What came of it, each by its letter. */
const OUTCOMES: readonly Choice[] = [
  { key: 'a', outcome: 'reached', label: 'Alive, reached' },
  { key: 'n', outcome: 'no_answer', label: 'No answer' },
  { key: 'w', outcome: 'wrong_number', label: 'Wrong number' },
  { key: 'b', outcome: 'returned_mail', label: 'Back by mail' },
  { key: 'd', outcome: 'told_of_death', label: 'Dead' },
  { key: 'm', outcome: 'moved', label: 'Moved' },
  { key: 'r', outcome: 'refused', label: 'Refused' },
  { key: 'u', outcome: 'nothing_known', label: 'Nothing known' },
];
const INFORMATIVE: ReadonlySet<Outcome> = new Set(['reached', 'told_of_death', 'moved']);

const CHANNELS: readonly Channel[] = [
  'telephone',
  'chart',
  'physician',
  'contact',
  'letter',
  'hospital',
  'linkage',
  'registry',
  'other',
];
/** How a planned step is made. */
const CHANNEL_OF: Readonly<Record<string, Channel>> = {
  chart: 'chart',
  physician: 'physician',
  telephone: 'telephone',
  contact: 'contact',
  hospital: 'hospital',
  patient: 'letter',
  other: 'other',
};
const STEPS = ['chart', 'physician', 'telephone', 'contact', 'hospital', 'patient', 'other'] as const;

/** Who spoke, as far as the way tells it: it decides the source that the standard wants. */
function personOf(channel: Channel, party: 'patient' | 'contact' | undefined): Contact['person'] {
  if (channel === 'telephone' || channel === 'letter') return party === 'contact' ? 'relative' : 'patient';
  const persons: Partial<Record<Channel, Contact['person']>> = {
    physician: 'physician',
    contact: 'relative',
    hospital: 'facility',
    registry: 'registry',
  };
  return persons[channel];
}

/** What the rules would plan once this attempt is in the log. */
function planAfter(
  task: TaskDetail,
  attempt: {
    readonly channel: Channel;
    readonly outcome: Outcome;
    readonly contactPointId: string | null;
    readonly on: string;
  },
  today: string,
): { readonly step: string; readonly on: string } | null {
  const spoils = attempt.outcome === 'wrong_number' || attempt.outcome === 'returned_mail';
  const question: StepQuestion = {
    attempts: [
      ...task.contacts
        .filter(({ taskId }) => taskId === task.id)
        .map(({ channel, person, outcome, contactPointId, contactedOn }) => ({
          channel,
          person,
          outcome,
          contactPointId,
          on: contactedOn.length === 8 ? contactedOn : today,
        })),
      { ...attempt, person: null },
    ],
    leads: task.contactPoints.filter(
      ({ id, badSince }) => badSince === null && !(spoils && id === attempt.contactPointId),
    ),
    physician: task.tumors.some(({ physicianFollowUp }) => physicianFollowUp !== null),
    registry: task.tumors.some(({ followingRegistry }) => followingRegistry !== null),
    nextSource: task.tumors.map(({ nextFollowUpSource }) => nextFollowUpSource).find((one) => one !== null) ?? null,
    blocked: task.blocked,
  };
  return planNextStep(question, today);
}

/**
 * The note of a call: what came of it by one letter, then Enter. Day, way and number are filled in as the next step planned them; what is to be
 * done next is planned by itself and can be changed. Once it is stored the next person comes up.
 */
export function ContactForm({
  task,
  focus,
  logged,
  leave,
}: {
  readonly task: TaskDetail;
  readonly focus: boolean;
  readonly logged: () => void;
  readonly leave: () => void;
}) {
  const queries = useQueryClient();
  const toast = useToast();
  const today = useToday();
  const form = useRef<HTMLFormElement>(null);
  const planned = task.nextStep ?? task.plan?.step ?? 'telephone';
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [channel, setChannel] = useState<Channel>(CHANNEL_OF[planned] ?? 'telephone');
  const leads = task.contactPoints.filter(
    ({ kind, party }) =>
      (channel === 'telephone' && kind === 'telephone') ||
      (channel === 'letter' && kind === 'address') ||
      (channel === 'contact' && party === 'contact'),
  );
  const firstLead = leads.find(({ id }) => id === task.plan?.leadId) ?? leads.find(({ badSince }) => badSince === null);
  const [leadId, setLeadId] = useState<string | null>(null);
  const lead = leads.find(({ id }) => id === leadId) ?? firstLead;
  const [step, setStep] = useState('');
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (focus) form.current?.querySelector('input')?.focus();
  }, [focus]);

  const news = outcome !== null && INFORMATIVE.has(outcome);
  const next =
    outcome === null || news
      ? null
      : planAfter(task, { channel, outcome, contactPointId: lead?.id ?? null, on: today }, today);

  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const typed = event.currentTarget;
    if (outcome === null) {
      typed.querySelector('input')?.focus();
      return setProblems(['Say what came of it: press its letter.']);
    }
    const day = await registryDay(queries);
    const date = parseDate(formText(typed, 'date'), day);
    if (!date.ok || date.value === null) return setProblems([date.ok ? 'Type the date of the contact.' : date.why]);
    const stepOn = step === '' ? null : parseDate(formText(typed, 'stepOn'), day);
    if (stepOn !== null && (!stepOn.ok || stepOn.value?.length !== 8))
      return setProblems([stepOn.ok ? 'The next step needs a whole day.' : stepOn.why]);
    const person = personOf(channel, lead?.party);
    setBusy(true);
    try {
      const { task: after } = await answer(
        api.POST('/api/v1/follow-up/contacts', {
          body: {
            patientId: task.patientId,
            facilityId: task.facilityId,
            taskId: task.id,
            taskRevision: task.revision,
            contactedOn: date.value,
            channel,
            outcome,
            ...(person === undefined ? {} : { person }),
            ...(lead === undefined ? {} : { contactPointId: lead.id }),
            ...newsOf(typed, outcome, task.tumors),
            ...(step === ''
              ? {}
              : {
                  nextStep: step as (typeof STEPS)[number],
                  nextStepOn: stepOn?.ok === true ? (stepOn.value ?? '') : '',
                }),
          },
        }),
      );
      const then =
        after === null || after.state === 'closed'
          ? ' Nothing more is due.'
          : after.nextStep === null
            ? ' No lead is left.'
            : ` Next: ${(STEP_WORDS[after.nextStep] ?? after.nextStep).toLowerCase()}, ${showDate(after.nextStepOn)}.`;
      toast({ text: `The contact is stored.${then}`, kind: 'done' });
      logged();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      return setProblems(refusedWords(error));
    } finally {
      setBusy(false);
      void queries.refetchQueries({ queryKey: [COUNTS], type: 'active', stale: true });
      await queries.invalidateQueries({ queryKey: ['follow-up'] });
    }
  };
  return (
    <form
      className={css.contact}
      data-contact-form
      aria-label="Log a contact"
      ref={form}
      onSubmit={(event) => void save(event)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        (document.activeElement as HTMLElement | null)?.blur();
        leave();
      }}
    >
      <Outcomes legend="What came of it" choices={OUTCOMES} chosen={outcome} choose={setOutcome} form={form} />
      <label>
        {outcome === 'told_of_death' ? 'Date of death' : 'Date'}
        <input name="date" defaultValue="t" aria-describedby="date-hint" autoComplete="off" required />
      </label>
      <label>
        How
        <select value={channel} onChange={(event) => setChannel(event.currentTarget.value as Channel)}>
          {CHANNELS.map((one) => (
            <option key={one} value={one}>
              {words(one)}
            </option>
          ))}
        </select>
      </label>
      {leads.length > 0 && (
        <label>
          {channel === 'telephone' ? 'Number' : 'Through'}
          <select value={lead?.id ?? ''} onChange={(event) => setLeadId(event.currentTarget.value)}>
            {leads.map((point) => (
              <option key={point.id} value={point.id}>
                {pointText(point)}
                {point.party === 'contact' ? ` (${point.name ?? 'contact'})` : ''}
                {point.badSince === null ? '' : ', bad'}
              </option>
            ))}
          </select>
        </label>
      )}
      {outcome === 'told_of_death' && <CauseField />}
      {(outcome === null || news) && <CancerStatusField />}
      {outcome !== null && !news && (
        <>
          <label>
            Next step
            <select value={step} onChange={(event) => setStep(event.currentTarget.value)}>
              <option value="">
                {next === null ? 'no lead is left' : `${STEP_SHORT[next.step] ?? next.step}, as planned`}
              </option>
              {STEPS.map((one) => (
                <option key={one} value={one}>
                  {STEP_WORDS[one]}
                </option>
              ))}
            </select>
          </label>
          {step === '' ? (
            <p className={css.planned}>{next === null ? '' : `from ${showDate(next.on)}`}</p>
          ) : (
            <label>
              On
              <input name="stepOn" defaultValue="t+7" autoComplete="off" />
            </label>
          )}
        </>
      )}
      <label className={css.wide}>
        Note
        <input name="note" maxLength={2000} autoComplete="off" />
      </label>
      <Button type="submit" size="compact-sm" disabled={busy}>
        Store
      </Button>
      <p id="date-hint" className={css.hint}>
        t is today, t-1 yesterday; 03/2024 where the day is unknown. Enter stores, Esc leaves.
      </p>
      <Problems problems={problems} />
    </form>
  );
}
