import { Button, Menu } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { answer, api, ApiProblem } from '../api/client.js';
import { useMay } from '../session/session.js';
import { formText } from '../ui/form-text.js';
import { SEXES, showClock, showDate } from '../ui/format.js';
import { useToast } from '../ui/toast.js';
import css from './abstract.module.css';
import { useDraftView, useScreen } from './context.js';
import { facilitiesQuery } from './queries.js';
import { OF_PERSON } from './sections.js';
import { useComplete } from './use-case-keys.js';

/** A move that needs a reason, which stays with the case. */
interface Asked {
  readonly to: 'draft' | 'withdrawn';
  readonly ask: string;
  readonly verb: string;
}
const REOPEN: Asked = { to: 'draft', ask: 'Why is it opened again?', verb: 'Open again' };
const WITHDRAW: Asked = { to: 'withdrawn', ask: 'Why is it withdrawn?', verb: 'Withdraw' };

function useMoves() {
  const screen = useScreen();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  /** @returns what went wrong, `null` when nothing did. */
  const tried = async (work: () => Promise<unknown>): Promise<string | null> => {
    try {
      await work();
      return null;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      return [
        error.message,
        ...error.errors.map(({ pointer, detail }) => `${pointer.split('/').at(-1)} ${detail}.`),
      ].join(' ');
    }
  };
  return {
    move: (to: Asked['to'], reason: string): Promise<string | null> =>
      tried(async () => {
        await screen.draft.flush();
        const options = {
          params: { path: { id: screen.id }, header: { 'if-match': `"${screen.draft.view().revision}"` } },
          body: { reason },
        };
        await answer(
          to === 'draft'
            ? api.POST('/api/v1/abstracts/{id}/reopen', options)
            : api.POST('/api/v1/abstracts/{id}/withdraw', options),
        );
        await queries.invalidateQueries({ queryKey: ['abstract', screen.id] });
        toast({
          text:
            to === 'draft' ? 'The abstract is a draft again.' : 'The abstract was withdrawn. It can be opened again.',
        });
      }),
    copy: async (): Promise<void> => {
      const { items } = screen.draft.view();
      const told = await tried(async () => {
        const made = await answer(
          api.POST('/api/v1/abstracts', {
            body: {
              facilityId: screen.detail.facilityId,
              patientId: screen.detail.patientId,
              items: Object.fromEntries(
                OF_PERSON.flatMap((item) => (items[item] === undefined ? [] : [[item, items[item]]])),
              ),
            },
          }),
        );
        await navigate({ to: '/abstracts/$id', params: { id: made.id } });
        toast({ text: 'A new abstract of the same patient, with what is of the person.', kind: 'done' });
      });
      if (told !== null) toast({ text: told, kind: 'error' });
    },
  };
}

/** Asks for the reason in the page, beside the case; Enter does it, Esc leaves everything as it was. */
function Reason({ asked, close }: { readonly asked: Asked; readonly close: () => void }) {
  const moves = useMoves();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const told = await moves.move(asked.to, formText(event.currentTarget, 'reason').trim());
    setBusy(false);
    setProblem(told);
    if (told === null) close();
  };
  return (
    <form
      className={css.reason}
      aria-label={asked.ask}
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <label htmlFor="reason">{asked.ask}</label>
      <input
        id="reason"
        name="reason"
        autoFocus
        required
        minLength={3}
        maxLength={500}
        autoComplete="off"
        aria-describedby="reason-note"
      />
      <Button type="submit" size="compact-sm" loading={busy}>
        {asked.verb}
      </Button>
      <Button size="compact-sm" variant="default" onClick={close}>
        Leave it
      </Button>
      <span id="reason-note" role={problem === null ? undefined : 'alert'} data-wrong={problem !== null}>
        {problem ?? 'The reason is kept with the case.'}
      </span>
    </form>
  );
}

/** Whose case it is, how it stands, and whether it is saved. */
export function CaseHeader() {
  const screen = useScreen();
  const may = useMay();
  const { draft, detail, editable } = screen;
  const view = useDraftView(draft);
  const navigate = useNavigate();
  const complete = useComplete(screen, (to) => void navigate({ to }));
  const moves = useMoves();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { data: facilities } = useQuery(facilitiesQuery);
  const { items } = view;
  const name = [items.nameLast, items.nameFirst].filter(Boolean).join(', ') || 'No name yet';
  const age = items.ageAtDiagnosis;
  return (
    <>
      <header className={css.header}>
        <h1 dir="auto" title={name}>
          {name}
        </h1>
        <span className={css.facts}>
          {[
            SEXES[items.sexAssignedAtBirth ?? ''],
            age === undefined
              ? items.dateOfBirth === undefined
                ? undefined
                : `born ${showDate(items.dateOfBirth)}`
              : `age ${Number(age)}`,
            items.medicalRecordNumber === undefined ? undefined : `MRN ${items.medicalRecordNumber}`,
            facilities?.find(({ id }) => id === detail.facilityId)?.name,
            items.accessionNumberHosp === undefined
              ? undefined
              : `Acc. ${items.accessionNumberHosp}/${items.sequenceNumberHospital ?? ''}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <span className={css.state} data-state={detail.state}>
          {detail.state}
        </span>
        <Saved />
        {editable && may('abstracts.complete') && (
          <Button size="compact-sm" onClick={() => void complete()}>
            Complete abstract
          </Button>
        )}
        <Menu position="bottom-end" width={230} returnFocus={false}>
          <Menu.Target>
            <Button size="compact-sm" variant="default" aria-label="More for this case">
              …
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {may('abstracts.write') && (
              <Menu.Item onClick={() => void moves.copy()}>Next tumor of this patient</Menu.Item>
            )}
            {may('abstracts.complete') && detail.state !== 'draft' && (
              <Menu.Item onClick={() => setAsked(REOPEN)}>Open again…</Menu.Item>
            )}
            {may('abstracts.complete') && detail.state !== 'withdrawn' && (
              <Menu.Item onClick={() => setAsked(WITHDRAW)}>Withdraw…</Menu.Item>
            )}
            <Menu.Item onClick={() => window.print()}>Print</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      {asked !== null && <Reason asked={asked} close={() => setAsked(null)} />}
    </>
  );
}

const changes = (count: number): string => `${count} ${count === 1 ? 'change' : 'changes'}`;

function Saved() {
  const { draft, editable } = useScreen();
  const { status, savedAt, message, unsaved } = useDraftView(draft);
  if (!editable) return null;
  const words = {
    saved: savedAt === null ? 'saved' : `saved ${showClock(savedAt)}`,
    waiting: 'saving…',
    saving: 'saving…',
    offline: `not sent yet: ${changes(unsaved.size)} kept here`,
    'signed-out': `${changes(unsaved.size)} kept until you sign in`,
    conflict: 'choose between two values',
    gone: message ?? 'cannot be saved',
  }[status];
  return (
    <span className={css.saved} role="status" data-status={status}>
      {words}
    </span>
  );
}
