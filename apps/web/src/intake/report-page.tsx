import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { answer, api } from '../api/client.js';
import { sealed } from '../session/sealed.js';
import { useMay } from '../session/session.js';
import { Field, filled, Told, useForm, type Values } from '../ui/form.js';
import { useKeys } from '../ui/keys.js';
import { Problem } from '../ui/problem.js';
import { today } from '../ui/today.js';
import { dateOf, FacilityField, facilityOf, PERSON_FIELDS, PersonFields, personOf, useFacilitiesOf } from './fields.js';
import css from './intake.module.css';

/** Largest text and file, as the API takes them. */
const MOST_TEXT = 5_000_000;
const MOST_BYTES = 4_000_000;
const FIELDS = ['facilityId', 'reportNumber', 'text', 'file', 'collected', 'status', ...PERSON_FIELDS];
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

type Status = 'F' | 'C' | 'A' | 'X';
const STATUSES: readonly (readonly [Status, string])[] = [
  ['F', 'Final report'],
  ['C', 'Corrects the one under this number'],
  ['A', 'Adds to it'],
  ['X', 'Takes it back'],
];

/** A report that comes on paper or by mail: paste its words or give its file, with what is known of the patient. */
export function ReportPage() {
  const { facilities } = useFacilitiesOf('intake.submit');
  const [file, setFile] = useState<Uploaded | null>(null);
  const [sent, setSent] = useState<{ readonly id: string; readonly reportNumber: string } | null>(null);
  const form = useForm({
    fields: FIELDS,
    // What was pasted survives a reload, sealed.
    kept: (values) => safe.put(Object.values(values).some((value) => value !== '') ? JSON.stringify(values) : null),
    check: (values) => {
      const collected = dateOf(values.collected, today());
      return {
        ...(facilityOf(values, facilities) === '' ? { facilityId: 'Choose for which facility it is.' } : {}),
        ...(file === null && (values.text ?? '').trim() === '' && values.status !== 'X'
          ? { text: 'Paste the words of the report, or choose its file.' }
          : {}),
        ...(collected.why === null ? {} : { collected: collected.why }),
        ...personOf(values, today()).wrong,
      };
    },
    send: async (values) => {
      const collected = dateOf(values.collected, today()).value;
      const status = STATUSES.find(([code]) => code === values.status)?.[0];
      setSent(
        await answer(
          api.POST('/api/v1/intake/text', {
            body: {
              facilityId: facilityOf(values, facilities),
              patient: personOf(values, today()).items,
              ...(file === null ? { text: values.text ?? '' } : { file: file.base64 }),
              ...filled(values, ['reportNumber']),
              ...(collected === null ? {} : { collected }),
              ...(status === undefined ? {} : { status }),
            },
          }),
        ),
      );
      setFile(null);
      form.begin(values.facilityId === undefined ? {} : { facilityId: values.facilityId });
    },
  });
  const { begin } = form;
  useEffect(() => {
    void safe.get().then((kept) => {
      if (kept !== null) begin(JSON.parse(kept) as Values);
    });
  }, []);

  const take = async (chosen: File | undefined): Promise<void> => {
    form.refuse({});
    if (chosen === undefined) return setFile(null);
    if (chosen.size > MOST_BYTES)
      return form.refuse({ file: 'The file is larger than 4 MB. Paste its words instead.' });
    setFile({ name: chosen.name, base64: await toBase64(chosen) });
  };
  useKeys([{ chord: 'mod+Enter', label: 'Send the report', group: 'Report', run: () => void form.submit() }]);
  const { value: _none, onChange: _never, ...ofFile } = form.bound('file');

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
        className={css.form}
        aria-label="New report"
        noValidate
        onSubmit={(event) => void form.submit(event)}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void take(event.dataTransfer.files[0]);
        }}
      >
        <fieldset className={css.group}>
          <legend>Report</legend>
          <FacilityField form={form} facilities={facilities} />
          <Field form={form} name="reportNumber" label="Report number">
            <input {...form.bound('reportNumber')} maxLength={50} />
          </Field>
          <Field form={form} name="collected" label="Specimen taken">
            <input {...form.bound('collected')} placeholder="3/15/2024" />
          </Field>
          <Field form={form} name="status" label="What it is">
            <select {...form.bound('status')} value={form.values.status ?? 'F'}>
              {STATUSES.map(([code, label]) => (
                <option key={code} value={code}>
                  {label}
                </option>
              ))}
            </select>
          </Field>
        </fieldset>
        <PersonFields form={form} />
        <Field form={form} name="text" label="Words of the report" wide>
          <textarea
            {...form.bound('text')}
            dir="auto"
            rows={14}
            maxLength={MOST_TEXT}
            spellCheck={false}
            disabled={file !== null}
            placeholder="Paste the text here, or drop a file (plain text or RTF)."
            value={file === null ? (form.values.text ?? '') : `${file.name} is sent.`}
          />
        </Field>
        <Field form={form} name="file" label="or its file (plain text or RTF)" wide>
          <input
            {...ofFile}
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
        <Told form={form} />
        <Button type="submit" loading={form.busy}>
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
