import { Button, Menu } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answer, api } from '../api/client.js';
import { useMay } from '../session/session.js';
import { SEXES, showClock, showDate } from '../ui/format.js';
import { useToast } from '../ui/toast.js';
import css from './abstract.module.css';
import { useDraftView, useScreen } from './context.js';
import { facilitiesQuery } from './queries.js';
import { useComplete } from './use-case-keys.js';

/** Items of the person that the next tumor of the same patient starts with. */
const OF_PERSON = [
  'nameLast',
  'nameFirst',
  'nameMiddle',
  'dateOfBirth',
  'sexAssignedAtBirth',
  'race1',
  'spanishHispanicOrigin',
  'medicalRecordNumber',
  'socialSecurityNumber',
  'maritalStatusAtDx',
  'addrAtDxNoStreet',
  'addrAtDxCity',
  'addrAtDxState',
  'addrAtDxPostalCode',
  'addrAtDxCountry',
  'countyAtDx',
  'primaryPayerAtDx',
  'dateOfLastContact',
  'vitalStatus',
];

function useMoves() {
  const screen = useScreen();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  const header = () => ({ 'if-match': `"${screen.draft.view().revision}"` });
  const path = { id: screen.id };
  const again = () => queries.invalidateQueries({ queryKey: ['abstract', screen.id] });
  return {
    reopen: async (): Promise<void> => {
      const reason = window.prompt('Why is it opened again? The reason is kept with the case.');
      if (reason === null) return;
      await answer(api.POST('/api/v1/abstracts/{id}/reopen', { params: { path, header: header() }, body: { reason } }));
      await again();
    },
    withdraw: async (): Promise<void> => {
      const reason = window.prompt('Why is it withdrawn? The reason is kept with the case.');
      if (reason === null) return;
      await screen.draft.flush();
      await answer(
        api.POST('/api/v1/abstracts/{id}/withdraw', { params: { path, header: header() }, body: { reason } }),
      );
      await again();
      toast({ text: 'The abstract was withdrawn. It can be opened again.' });
    },
    copy: async (): Promise<void> => {
      const { items } = screen.draft.view();
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
    },
  };
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
  const { data: facilities } = useQuery(facilitiesQuery);
  const { items } = view;
  const name = [items.nameLast, items.nameFirst].filter(Boolean).join(', ') || 'No name yet';
  const age = items.ageAtDiagnosis;
  return (
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
      <Menu position="bottom-end" width={230}>
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
            <Menu.Item onClick={() => void moves.reopen()}>Open again…</Menu.Item>
          )}
          {may('abstracts.complete') && detail.state !== 'withdrawn' && (
            <Menu.Item onClick={() => void moves.withdraw()}>Withdraw…</Menu.Item>
          )}
          <Menu.Item onClick={() => window.print()}>Print</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </header>
  );
}

function Saved() {
  const { draft, editable } = useScreen();
  const { status, savedAt, message, unsaved } = useDraftView(draft);
  if (!editable) return null;
  const words = {
    saved: savedAt === null ? 'saved' : `saved ${showClock(savedAt)}`,
    waiting: 'saving…',
    saving: 'saving…',
    offline: `offline: ${unsaved.size} changes kept here`,
    'signed-out': `${unsaved.size} changes wait for you to sign in`,
    conflict: 'choose between two values',
    gone: message ?? 'cannot be saved',
  }[status];
  return (
    <span className={css.saved} role="status" data-status={status}>
      {words}
    </span>
  );
}
