import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { answer, api } from '../api/client.js';
import { sealed } from '../session/sealed.js';
import { useMay } from '../session/session.js';
import { useKeys } from '../ui/keys.js';
import { Problem } from '../ui/problem.js';
import { today } from '../ui/today.js';
import {
  dateOf,
  Field,
  focusFirst,
  linked,
  PersonFields,
  personOf,
  refusal,
  useFacilitiesOf,
  type Values,
  type Wrong,
} from './fields.js';
import css from './intake.module.css';

/** Largest text and file, as the API takes them. */
const MOST_TEXT = 5_000_000;
const MOST_BYTES = 4_000_000;
const FIELDS = [
  'facilityId',
  'reportNumber',
  'text',
  'file',
  'collected',
  'status',
  'nameLast',
  'nameFirst',
  'dateOfBirth',
  'medicalRecordNumber',
  'socialSecurityNumber',
  'sexAssignedAtBirth',
];
const safe = sealed('report');

interface Uploaded {
  readonly name: string;
  readonly base64: string;
}

const toBase64 = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? (reader.result.split(',')[1] ?? '') : '');
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'));
    reader.readAsDataURL(file);
  });

/** A report that comes on paper or by mail: paste its words or give its file, with what is known of the patient. */
export function ReportPage() {
  const { facilities } = useFacilitiesOf('intake.submit');
  const [values, setValues] = useState<Values>({});
  const [file, setFile] = useState<Uploaded | null>(null);
  const [wrong, setWrong] = useState<Wrong>({});
  const [told, setTold] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState<{ readonly id: string; readonly reportNumber: string } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const facilityId = values.facilityId ?? (facilities.length === 1 ? facilities[0]?.id : undefined) ?? '';

  // What was pasted survives a reload, sealed.
  useEffect(() => {
    void safe.get().then((kept) => {
      if (kept !== null) setValues(JSON.parse(kept) as Values);
    });
  }, []);
  const keep = (next: Values): void => {
    setValues(next);
    safe.put(Object.values(next).some((value) => value !== '') ? JSON.stringify(next) : null);
  };
  const set = (name: string, value: string): void => {
    keep({ ...values, [name]: value });
    const { [name]: _mended, ...others } = wrong;
    setWrong(others);
  };
  const take = async (chosen: File | undefined): Promise<void> => {
    setWrong({});
    if (chosen === undefined) return setFile(null);
    if (chosen.size > MOST_BYTES) return setWrong({ file: 'The file is larger than 4 MB. Paste its words instead.' });
    setFile({ name: chosen.name, base64: await toBase64(chosen) });
  };

  const send = async (): Promise<void> => {
    const person = personOf(values, today());
    const collected = dateOf(values.collected, today());
    const text = values.text ?? '';
    const missing: Record<string, string> = {
      ...(facilityId === '' ? { facilityId: 'Choose for which facility it is.' } : {}),
      ...(file === null && text.trim() === '' && values.status !== 'X'
        ? { text: 'Paste the words of the report, or choose its file.' }
        : {}),
      ...(collected.why === null ? {} : { collected: collected.why }),
      ...person.wrong,
    };
    setWrong(missing);
    setTold(null);
    if (Object.keys(missing).length > 0) return focusFirst(missing);
    setBusy(true);
    try {
      const number = (values.reportNumber ?? '').trim();
      const status = values.status;
      setSent(
        await answer(
          api.POST('/api/v1/intake/text', {
            body: {
              facilityId,
              patient: person.items,
              ...(file === null ? { text } : { file: file.base64 }),
              ...(number === '' ? {} : { reportNumber: number }),
              ...(collected.value === null ? {} : { collected: collected.value }),
              ...(status === 'F' || status === 'C' || status === 'A' || status === 'X' ? { status } : {}),
            },
          }),
        ),
      );
      setFile(null);
      keep(values.facilityId === undefined ? {} : { facilityId: values.facilityId });
    } catch (error) {
      const { wrong: fields, told: words } = refusal(error, FIELDS);
      setWrong(fields);
      setTold(words);
      focusFirst(fields);
    } finally {
      setBusy(false);
    }
  };
  useKeys([{ chord: 'mod+Enter', label: 'Send the report', group: 'Report', run: () => void send() }]);

  return (
    <main className={css.page} id="main">
      <header>
        <h1>New report</h1>
        <p>
          For a report that comes on paper or by mail. The same number, or without one the same text, is stored only
          once.
        </p>
      </header>
      {sent !== null && <Outcome key={sent.id} id={sent.id} reportNumber={sent.reportNumber} />}
      <form
        ref={form}
        className={css.form}
        aria-label="New report"
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void send();
        }}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void take(event.dataTransfer.files[0]);
        }}
      >
        <fieldset className={css.group}>
          <legend>Report</legend>
          <Field name="facilityId" label="Facility" wrong={wrong.facilityId}>
            <select
              {...linked('facilityId', wrong.facilityId)}
              value={facilityId}
              onChange={(event) => set('facilityId', event.currentTarget.value)}
            >
              {facilities.length !== 1 && <option value="">choose</option>}
              {facilities.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
          <Field name="reportNumber" label="Report number" wrong={wrong.reportNumber}>
            <input
              {...linked('reportNumber', wrong.reportNumber)}
              maxLength={50}
              value={values.reportNumber ?? ''}
              onChange={(event) => set('reportNumber', event.currentTarget.value)}
            />
          </Field>
          <Field name="collected" label="Specimen taken" wrong={wrong.collected}>
            <input
              {...linked('collected', wrong.collected)}
              placeholder="3/15/2024"
              value={values.collected ?? ''}
              onChange={(event) => set('collected', event.currentTarget.value)}
            />
          </Field>
          <Field name="status" label="What it is">
            <select
              {...linked('status')}
              value={values.status ?? 'F'}
              onChange={(event) => set('status', event.currentTarget.value)}
            >
              <option value="F">Final report</option>
              <option value="C">Corrects the one under this number</option>
              <option value="A">Adds to it</option>
              <option value="X">Takes it back</option>
            </select>
          </Field>
        </fieldset>
        <PersonFields values={values} wrong={wrong} set={set} />
        <Field name="text" label="Words of the report" wrong={wrong.text} wide>
          <textarea
            {...linked('text', wrong.text)}
            dir="auto"
            rows={14}
            maxLength={MOST_TEXT}
            spellCheck={false}
            disabled={file !== null}
            placeholder="Paste the text here, or drop a file (plain text or RTF)."
            value={file === null ? (values.text ?? '') : `${file.name} is sent.`}
            onChange={(event) => set('text', event.currentTarget.value)}
          />
        </Field>
        <Field name="file" label="or its file (plain text or RTF)" wrong={wrong.file} wide>
          <input
            {...linked('file', wrong.file)}
            type="file"
            accept=".txt,.rtf,text/plain,application/rtf"
            key={file === null ? 'none' : 'chosen'}
            onChange={(event) => void take(event.currentTarget.files?.[0])}
          />
          {file !== null && (
            <button type="button" className={css.link} onClick={() => setFile(null)}>
              Without {file.name}
            </button>
          )}
        </Field>
        {told !== null && (
          <p className={css.told} role="alert">
            {told}
          </p>
        )}
        <Button type="submit" loading={busy}>
          Send the report
        </Button>
      </form>
    </main>
  );
}

const OUTCOMES: Readonly<Record<string, string>> = {
  reportable: 'It is reportable.',
  not_reportable: 'It is not reportable; it can be drawn for quality control.',
  review: 'The coder is not sure: it waits under Screening.',
  pending: 'It waits under Screening.',
  duplicate: 'It is known already; nothing was changed.',
  late: 'A newer version is known already; this one is kept beside it.',
  withdrawn: 'It was taken back.',
};

interface Result {
  readonly outcome: string;
  readonly abstractIds: readonly string[];
}

/** What became of the report, as soon as it is known. */
function Outcome({ id, reportNumber }: { readonly id: string; readonly reportNumber: string }) {
  const may = useMay();
  const { data, error } = useQuery({
    queryKey: ['message', id],
    enabled: may('intake.read'),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.state === 'received' ? 1_000 : false),
    queryFn: () => answer(api.GET('/api/v1/intake/messages/{id}', { params: { path: { id } } })),
  });
  const results = Array.isArray(data?.result) ? (data.result as readonly Result[]) : [];
  return (
    <section className={css.outcome} role="status" data-state={data?.state}>
      <strong>Report {reportNumber} is stored.</strong> {error !== null && <Problem error={error} />}
      {may('intake.read') && (data === undefined || data.state === 'received') && 'It is being read…'}
      {data?.state === 'failed' &&
        `It could not be read: ${data.problems.map(({ code }) => code).join(', ')}. It is kept under Failed messages.`}
      {results.map(({ outcome, abstractIds }) => (
        <span key={outcome}>
          {OUTCOMES[outcome] ?? outcome}{' '}
          {may('abstracts.read') &&
            abstractIds.map((abstractId, index) => (
              <Link key={abstractId} to="/abstracts/$id" params={{ id: abstractId }}>
                {abstractIds.length === 1 ? 'Open the abstract' : `Open abstract ${index + 1}`}
              </Link>
            ))}
        </span>
      ))}
    </section>
  );
}
