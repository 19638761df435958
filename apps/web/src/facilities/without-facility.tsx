import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { refusal } from '../ui/form.js';
import { showAge } from '../ui/format.js';
import { useToast } from '../ui/toast.js';
import { type Detail, upTo, waitingQuery } from './queries.js';
import { useNaming } from './use-naming.js';
import css from '../settings/settings.module.css';

/** Names under which reports came that belong to no facility yet: each is given to one here. */
export function NamesWithoutFacility({ facilities }: { readonly facilities: readonly Detail[] }) {
  const { data } = useQuery(waitingQuery);
  const { name } = useNaming();
  const toast = useToast();
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({});
  if (data === undefined || data.names.length === 0) return null;
  const used = facilities.filter(({ retiredAt }) => retiredAt === null);
  return (
    <section className={css.card} aria-labelledby="without-facility">
      <h2 id="without-facility">Senders without a facility</h2>
      <p>
        {upTo(data.unassigned.count)} {data.unassigned.count === 1 ? 'report waits' : 'reports wait'} because no name in
        the message belongs to a facility. ORC-21 decides before PID-3, and PID-3 before MSH-4, which often names the
        laboratory. Mapping a name runs what waits with it again.
      </p>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Name</th>
            <th scope="col">Messages</th>
            <th scope="col">Oldest</th>
            <th scope="col">Means</th>
          </tr>
        </thead>
        <tbody>
          {data.names.slice(0, 30).map(({ field, value, messages, oldest, facilityId }) => {
            const key = `${field}|${value}`;
            const known = facilities.find(({ id }) => id === facilityId);
            const to = used.find(({ id }) => id === chosen[key]);
            return (
              <tr key={key}>
                <td>{field}</td>
                <th scope="row">
                  <code>{value}</code>
                </th>
                <td>{messages}</td>
                <td>{showAge(oldest)}</td>
                <td>
                  {known !== undefined ? (
                    <span data-mark="bad">
                      {known.name}
                      {known.retiredAt === null ? ', for which this sender may not report' : ', which is out of use'}
                    </span>
                  ) : (
                    <span className={css.choose}>
                      <select
                        aria-label={`What ${field} ${value} means`}
                        value={chosen[key] ?? ''}
                        onChange={(event) => setChosen({ ...chosen, [key]: event.currentTarget.value })}
                      >
                        <option value="">choose a facility</option>
                        {used.map(({ id, name: words }) => (
                          <option key={id} value={id}>
                            {words}
                          </option>
                        ))}
                      </select>
                      <button
                        type="button"
                        className={css.action}
                        aria-label={`Map ${field} ${value}`}
                        disabled={to === undefined}
                        onClick={() => {
                          if (to === undefined) return;
                          name(to, field, value, false).catch((error: unknown) =>
                            toast({ text: refusal(error, []).told ?? '', kind: 'error' }),
                          );
                        }}
                      >
                        Map
                      </button>
                    </span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {data.names.length > 30 && <p>The 30 most frequent of {data.names.length} names.</p>}
    </section>
  );
}
