import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { facilitiesQuery } from '../abstract/queries.js';
import { answer, api, ApiProblem } from '../api/client.js';
import { useMay } from '../session/session.js';
import { useKeys } from '../ui/keys.js';
import { Told } from '../ui/form.js';
import { Empty, Problem, Skeleton } from '../ui/problem.js';
import { useToast } from '../ui/toast.js';
import css from './intake.module.css';

/** A sender as it is edited. `as` is `facility:<id>` or `token:<id>`. */
interface Row {
  readonly key: number;
  readonly address: string;
  readonly application: string;
  readonly facility: string;
  readonly as: string;
}

let next = 0;
const EMPTY = { address: '', application: '', facility: '', as: '' };
const made = (row: Omit<Row, 'key'>): Row => ({ key: (next += 1), ...row });

/** What a line was refused for; without a field it is the line as a whole. */
interface Refused {
  readonly field: string | undefined;
  readonly why: string;
}

/** Who may send over MLLP, and as whom: the first line that fits a message holds. */
export function SendersPage() {
  const { data, error, refetch } = useQuery({
    queryKey: ['senders'],
    queryFn: async () =>
      (await answer(api.GET('/api/v1/intake/mllp-senders'))).senders.map((one) =>
        made({
          address: one.address ?? '',
          application: one.application ?? '',
          facility: one.facility ?? '',
          as:
            one.tokenId !== undefined
              ? `token:${one.tokenId}`
              : one.facilityId !== undefined
                ? `facility:${one.facilityId}`
                : '',
        }),
      ),
  });
  if (error !== null) return <Problem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton />;
  return <Senders stored={data} />;
}

function Senders({ stored }: { readonly stored: readonly Row[] }) {
  const may = useMay();
  const queries = useQueryClient();
  const toast = useToast();
  const { data: facilities = [] } = useQuery(facilitiesQuery);
  const { data: tokens = [] } = useQuery({
    queryKey: ['tokens'],
    enabled: may('users.manage'),
    queryFn: () => answer(api.GET('/api/v1/tokens')),
  });
  const [rows, setRows] = useState<readonly Row[]>(stored);
  const [wrong, setWrong] = useState<Readonly<Record<number, Refused>>>({});
  const [told, setTold] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const changed = rows !== stored;

  const set = (key: number, change: Partial<Row>): void => {
    setRows(rows.map((row) => (row.key === key ? { ...row, ...change } : row)));
    setWrong({});
  };
  const move = (index: number, by: -1 | 1): void => {
    const all = [...rows];
    const [row] = all.splice(index, 1);
    if (row === undefined) return;
    all.splice(index + by, 0, row);
    setRows(all);
  };
  const add = (): void => {
    const row = made(EMPTY);
    setRows([...rows, row]);
    requestAnimationFrame(() => document.getElementById(`address-${row.key}`)?.focus());
  };

  const save = async (): Promise<void> => {
    const missing = Object.fromEntries(
      rows.flatMap(({ key, as }) =>
        as === '' ? [[key, { field: 'as', why: 'Choose as whom its messages are taken.' }]] : [],
      ),
    );
    setWrong(missing);
    setTold(null);
    if (Object.keys(missing).length > 0) return;
    setBusy(true);
    try {
      await answer(
        api.PUT('/api/v1/intake/mllp-senders', {
          body: {
            senders: rows.map(({ address, application, facility, as }) => {
              const [kind, id = ''] = as.split(':');
              return {
                ...(address.trim() === '' ? {} : { address: address.trim() }),
                ...(application.trim() === '' ? {} : { application: application.trim() }),
                ...(facility.trim() === '' ? {} : { facility: facility.trim() }),
                ...(kind === 'token' ? { tokenId: id } : { facilityId: id }),
              };
            }),
          },
        }),
      );
      toast({ text: 'The senders hold from the next message on.', kind: 'done' });
      queries.setQueryData(['senders'], rows);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      const byRow: Record<number, Refused> = {};
      for (const { pointer, detail } of error.errors) {
        const [, index, field] = /^\/senders[/.](\d+)(?:[/.](\w+))?/.exec(pointer) ?? [];
        const row = index === undefined ? undefined : rows[Number(index)];
        if (row === undefined) continue;
        byRow[row.key] = {
          field: field === 'tokenId' || field === 'facilityId' ? 'as' : field,
          why: `${field ?? 'The line'} ${detail}.`,
        };
      }
      setWrong(byRow);
      setTold(error.message);
    } finally {
      setBusy(false);
    }
  };
  useKeys([
    { chord: 'mod+s', label: 'Save the senders', group: 'Senders', run: () => void save() },
    { chord: 'a', label: 'Add a sender', group: 'Senders', run: add },
  ]);

  return (
    <main className={css.page} id="main">
      <header>
        <h1>Senders over MLLP</h1>
        <p>
          MLLP has no sign-in: who a message is from is told by its address and its header. What is left empty fits
          everything; the first line that fits holds. Messages of others are kept under Failed messages.
        </p>
      </header>
      {rows.length === 0 && <Empty title="Nobody may send yet">Add a line for each system that sends over MLLP.</Empty>}
      {rows.length > 0 && (
        <table className={css.table} aria-label="Senders">
          <thead>
            <tr>
              <th scope="col">Address</th>
              <th scope="col">Application (MSH-3)</th>
              <th scope="col">Facility (MSH-4)</th>
              <th scope="col">is taken as</th>
              <th scope="col">
                <span className="visually-hidden">Order</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={row.key}>
                {(['address', 'application', 'facility'] as const).map((field) => (
                  <td key={field}>
                    <input
                      id={`${field}-${row.key}`}
                      aria-label={`${field} of line ${index + 1}`}
                      placeholder={field === 'address' ? '10.1.2.3' : 'any'}
                      maxLength={200}
                      autoComplete="off"
                      aria-invalid={wrong[row.key]?.field === field}
                      aria-describedby={`wrong-${row.key}`}
                      value={row[field]}
                      onChange={(event) => set(row.key, { [field]: event.currentTarget.value })}
                    />
                  </td>
                ))}
                <td>
                  <select
                    aria-label={`Line ${index + 1} is taken as`}
                    aria-invalid={wrong[row.key]?.field === 'as'}
                    value={row.as}
                    onChange={(event) => set(row.key, { as: event.currentTarget.value })}
                  >
                    <option value="">choose</option>
                    <optgroup label="A facility">
                      {facilities.map(({ id, name }) => (
                        <option key={id} value={`facility:${id}`}>
                          {name}
                        </option>
                      ))}
                    </optgroup>
                    <optgroup label="A device’s token">
                      {tokens
                        .filter(({ id, revokedAt }) => revokedAt === null || row.as === `token:${id}`)
                        .map(({ id, name }) => (
                          <option key={id} value={`token:${id}`}>
                            {name}
                          </option>
                        ))}
                    </optgroup>
                  </select>
                  <p
                    id={`wrong-${row.key}`}
                    className={css.wrong}
                    role={wrong[row.key] === undefined ? undefined : 'alert'}
                  >
                    {wrong[row.key]?.why}
                  </p>
                </td>
                <td className={css.moves}>
                  <button
                    type="button"
                    aria-label={`Line ${index + 1} up`}
                    disabled={index === 0}
                    onClick={() => move(index, -1)}
                  >
                    ↑
                  </button>
                  <button
                    type="button"
                    aria-label={`Line ${index + 1} down`}
                    disabled={index === rows.length - 1}
                    onClick={() => move(index, 1)}
                  >
                    ↓
                  </button>
                  <button
                    type="button"
                    aria-label={`Take line ${index + 1} out`}
                    onClick={() => setRows(rows.filter(({ key }) => key !== row.key))}
                  >
                    ×
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Told form={{ told }} />
      <p className={css.buttons}>
        <Button variant="default" onClick={add}>
          Add a sender
        </Button>
        <Button onClick={() => void save()} loading={busy} disabled={!changed}>
          Save
        </Button>
        {changed && (
          <Button variant="subtle" onClick={() => setRows(stored)}>
            Back to what is stored
          </Button>
        )}
      </p>
    </main>
  );
}
