import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { parseDate } from '../abstract/parse-value.js';
import { answer, api } from '../api/client.js';
import { SEXES, showDate, VITAL } from '../ui/format.js';
import { formText } from '../ui/form-text.js';
import { useKeys } from '../ui/keys.js';
import { Empty, Problem } from '../ui/problem.js';
import { today } from '../ui/today.js';
import css from './patient.module.css';

type Match = 'begins' | 'contains' | 'sounds';
const MATCHES: readonly { readonly value: Match; readonly label: string }[] = [
  { value: 'begins', label: 'begins with' },
  { value: 'contains', label: 'contains' },
  { value: 'sounds', label: 'sounds like' },
];

/** Find a person by the name (its beginning, a part, its sound), birth date or record number. What is typed goes in a body and stays on this page. */
export function PatientSearchPage() {
  const navigate = useNavigate();
  const [wrong, setWrong] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const [match, setMatch] = useState<Match>('begins');
  const search = useMutation({
    mutationFn: (body: { name?: string; match?: Match; dateOfBirth?: string; medicalRecordNumber?: string }) =>
      answer(api.POST('/api/v1/patients/search', { body })),
  });
  const found = search.data ?? [];

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const [name, birth, record] = ['name', 'birth', 'record'].map((field) => formText(form, field).trim());
    const date = birth === undefined || birth === '' ? null : parseDate(birth, today());
    setWrong(null);
    if (date !== null && (!date.ok || date.value?.length !== 8))
      return setWrong(date.ok ? 'A search needs the whole birth date.' : date.why);
    if (!name && date === null && !record) return setWrong('Type a name, a birth date or a record number.');
    setAt(0);
    search.mutate({
      ...(name ? { name, match } : {}),
      ...(date?.ok === true && date.value !== null ? { dateOfBirth: date.value } : {}),
      ...(record ? { medicalRecordNumber: record } : {}),
    });
  };
  const open = (id: string | undefined): void => {
    if (id !== undefined) void navigate({ to: '/patients/$id', params: { id } });
  };
  useKeys([
    {
      chord: 'ArrowDown',
      label: 'Next person',
      group: 'Found',
      run: () => setAt((now) => Math.min(found.length - 1, now + 1)),
    },
    { chord: 'ArrowUp', label: 'Previous person', group: 'Found', run: () => setAt((now) => Math.max(0, now - 1)) },
    { chord: 'Enter', label: 'Open', group: 'Found', run: () => open(found[at]?.id) },
  ]);

  return (
    <main className={css.page} id="main">
      <h1>Patients</h1>
      <form className={css.search} onSubmit={submit} aria-label="Find a patient">
        <NativeSelect
          label="Name that"
          data={[...MATCHES]}
          value={match}
          onChange={(event) =>
            setMatch(MATCHES.find(({ value }) => value === event.currentTarget.value)?.value ?? 'begins')
          }
        />
        <TextInput name="name" label="Name" placeholder="last, first" autoFocus autoComplete="off" />
        <TextInput name="birth" label="Birth date" placeholder="3/15/1962" autoComplete="off" />
        <TextInput name="record" label="Medical record number" autoComplete="off" />
        <Button type="submit" loading={search.isPending}>
          Find
        </Button>
      </form>
      {wrong !== null && (
        <p className={css.wrong} role="alert">
          {wrong}
        </p>
      )}
      {search.error !== null && <Problem error={search.error} />}
      {search.isSuccess && found.length === 0 && (
        <Empty title="Nobody is found">
          {search.variables.name !== undefined && match === 'begins'
            ? 'Names are found by their beginning, last name first: look for one that contains it or sounds like it, above.'
            : 'Last name first, a comma, then the first name.'}{' '}
          A facility finds the people it reported itself.
        </Empty>
      )}
      {found.length > 0 && (
        <p className={css.foundHead} aria-hidden="true">
          <span>{found.length === 1 ? 'One person' : `${found.length} people`}</span>
          <span>Sex</span>
          <span>Born</span>
          <span>Status</span>
        </p>
      )}
      {found.length > 0 && (
        <ul className={css.found} aria-label="Found">
          {found.map((one, index) => (
            <li key={one.id} data-current={index === at}>
              <Link to="/patients/$id" params={{ id: one.id }}>
                <bdi>{one.name}</bdi>
              </Link>
              <span>{SEXES[one.sex ?? ''] ?? ''}</span>
              <span>{showDate(one.dateOfBirth)}</span>
              <span>{VITAL[one.vitalStatus ?? ''] ?? ''}</span>
            </li>
          ))}
        </ul>
      )}
      {found.length >= 50 && <p className={css.faint}>The first 50. Type more of the name to see others.</p>}
    </main>
  );
}
