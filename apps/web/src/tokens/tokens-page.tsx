import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { facilitiesQuery } from '../abstract/queries.js';
import { answer, api, type Schemas } from '../api/client.js';
import { roleWords } from '../people/words.js';
import { useSession } from '../session/session.js';
import { refusal, SmallForm } from '../ui/form.js';
import { showMoment } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { Empty, Problem, Skeleton } from '../ui/problem.js';
import { useToast } from '../ui/toast.js';
import { standingOf } from './standing.js';
import css from '../settings/settings.module.css';

type Token = Schemas['TokenView'];
type TokenRole = Schemas['CreateTokenDto']['role'];

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: () => answer(api.GET('/api/v1/tokens')),
});

/** What jobs and devices may do; none of them shows a record to whoever holds the token. */
const ROLES: readonly (readonly [TokenRole, string])[] = [
  ['facility_reporter', 'facility reporter: sends messages and reports'],
  ['submitter', 'submitter: builds submissions'],
  ['researcher', 'researcher: counts and survival'],
];
const DAYS: readonly (readonly [string, string])[] = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['180', '180 days'],
  ['366', 'a year'],
];

/** Keys of interfaces: who may send or fetch by machine, as what, for which facility, until when. */
export function TokensPage() {
  const session = useSession();
  const { data, error, refetch } = useQuery(tokensQuery);
  const { data: facilities = [] } = useQuery(facilitiesQuery);
  const [adding, setAdding] = useState(false);
  const [past, setPast] = useState(false);
  const [secret, setSecret] = useState<{ readonly name: string; readonly token: string } | null>(null);
  const [asked, setAsked] = useState<string | null>(null);
  const add = (): void => {
    setSecret(null);
    setAdding(true);
  };
  useKeys([{ chord: 'a', label: 'Make a token', group: 'Tokens', run: add }]);
  const reach = session.rights['users.manage'];
  const own = facilities.filter(
    ({ id, retiredAt }) => retiredAt === null && (reach?.allFacilities === true || reach?.facilityIds.includes(id)),
  );
  const places = [
    ...(reach?.allFacilities === true ? [['', 'whole registry'] as const] : []),
    ...own.map(({ id, name }): readonly [string, string] => [id, name]),
  ];
  const placeOf = (id: string | null): string =>
    id === null ? 'whole registry' : (facilities.find((one) => one.id === id)?.name ?? 'a facility');
  const over = data?.filter((one) => standingOf(one).over) ?? [];
  const shown = data?.filter((one) => past || !standingOf(one).over);
  return (
    <main className={css.page} id="main">
      <header className={css.head}>
        <div>
          <h1>Tokens</h1>
          <p>
            Keys by which laboratories, interfaces and jobs reach the registry. Each has one role, one facility or the
            whole registry, and an end. The registry keeps no copy: a lost token is revoked and made anew.
          </p>
        </div>
        <button type="button" className={css.action} onClick={add}>
          Make a token <kbd>a</kbd>
        </button>
      </header>
      {secret !== null && <Secret secret={secret} done={() => setSecret(null)} />}
      {adding && places.length > 0 && (
        <div className={css.card}>
          <MakeToken
            places={places}
            close={() => setAdding(false)}
            made={(one) => {
              setSecret(one);
              setAdding(false);
            }}
          />
        </div>
      )}
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={6} />}
      {data?.length === 0 && (
        <Empty title="No token yet">
          Make one for each system that sends reports, so that each can be revoked alone. It goes into the sender’s
          header as “Authorization: Bearer …”.
        </Empty>
      )}
      {shown !== undefined && data !== undefined && data.length > 0 && (
        <table className={css.table}>
          <caption>
            {shown.length === 1 ? 'One token' : `${shown.length} tokens`}
            {over.length > 0 && (
              <>
                {'; '}
                <button type="button" className={css.link} aria-pressed={past} onClick={() => setPast(!past)}>
                  {past ? 'hide those that are over' : `show ${over.length} that are over`}
                </button>
              </>
            )}
          </caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Role</th>
              <th scope="col">Where</th>
              <th scope="col">Last used</th>
              <th scope="col">Ends</th>
              <th scope="col">Made by</th>
              <th scope="col">
                <span className="visually-hidden">Revoke</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((token) => (
              <Line
                key={token.id}
                token={token}
                place={placeOf(token.facilityId)}
                asked={asked === token.id}
                ask={(on) => setAsked(on ? token.id : null)}
              />
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}

function Secret({
  secret: { name, token },
  done,
}: {
  readonly secret: { readonly name: string; readonly token: string };
  readonly done: () => void;
}) {
  const [copied, setCopied] = useState<boolean | null>(null);
  return (
    <section className={css.secret} aria-label={`Token ${name}`}>
      <p role="status">
        The token {name} is made. It is shown only now: keep it where the sender’s other secrets are, never in a mail.
      </p>
      <p>
        <code>{token}</code>
      </p>
      <p className={css.buttons}>
        <button
          type="button"
          className={css.action}
          onClick={() => {
            navigator.clipboard.writeText(token).then(
              () => setCopied(true),
              () => setCopied(false),
            );
          }}
        >
          Copy
        </button>
        <button type="button" className={css.action} onClick={done}>
          It is kept: hide it
        </button>
        <span role="status">
          {copied === true && 'Copied.'}
          {copied === false && 'The browser does not allow copying here: select it and copy by hand.'}
        </span>
      </p>
    </section>
  );
}

function Line({
  token,
  place,
  asked,
  ask,
}: {
  readonly token: Token;
  readonly place: string;
  readonly asked: boolean;
  readonly ask: (on: boolean) => void;
}) {
  const queries = useQueryClient();
  const toast = useToast();
  const { words, over, mark } = standingOf(token);
  const revoke = async (): Promise<void> => {
    try {
      await answer(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id: token.id } } }));
      toast({ text: `${token.name} is revoked.`, kind: 'done' });
    } catch (error) {
      toast({ text: refusal(error, []).told ?? '', kind: 'error' });
    }
    ask(false);
    await queries.invalidateQueries({ queryKey: ['tokens'] });
  };
  return (
    <>
      <tr>
        <th scope="row">
          <bdi>{token.name}</bdi>
        </th>
        <td>{roleWords(token.role)}</td>
        <td>{place}</td>
        <td>{token.lastUsedAt === null ? <span data-mark="none">never</span> : showMoment(token.lastUsedAt)}</td>
        <td>
          <span data-mark={mark}>{words}</span>
        </td>
        <td>
          {token.createdByName ?? 'the platform'}, {showMoment(token.createdAt)}
        </td>
        <td>
          {!over && (
            <button
              type="button"
              className={css.link}
              aria-expanded={asked}
              aria-label={`Revoke ${token.name}`}
              onClick={() => ask(!asked)}
            >
              Revoke
            </button>
          )}
        </td>
      </tr>
      {asked && (
        <tr>
          <td colSpan={7} className={css.opened}>
            <section className={css.confirm} aria-label={`Revoke ${token.name}`}>
              <p>
                Whoever uses it is refused from the next request on, and MLLP senders taken as it are held under Failed
                messages. This cannot be taken back: a new token has to be made and given to the sender.
                {token.lastUsedAt !== null && ` It was last used ${showMoment(token.lastUsedAt)}.`}
              </p>
              <p className={css.buttons}>
                <button type="button" className={css.action} autoFocus onClick={() => void revoke()}>
                  Revoke for good
                </button>
                <button type="button" className={css.action} onClick={() => ask(false)}>
                  Leave
                </button>
              </p>
            </section>
          </td>
        </tr>
      )}
    </>
  );
}

function MakeToken({
  places,
  close,
  made,
}: {
  readonly places: readonly (readonly [string, string])[];
  readonly close: () => void;
  readonly made: (secret: { readonly name: string; readonly token: string }) => void;
}) {
  const queries = useQueryClient();
  return (
    <SmallForm
      label="Make a token"
      keep="Make"
      prefix="token-"
      fields={[
        {
          name: 'name',
          label: 'Name: the system that will use it',
          length: 100,
          required: true,
          wide: true,
          placeholder: 'Laboratory interface',
        },
        { name: 'role', label: 'Role', options: ROLES },
        { name: 'facilityId', label: 'Where', options: places },
        { name: 'days', label: 'Ends after', options: DAYS },
      ]}
      initial={{ role: 'facility_reporter', facilityId: places[0]?.[0] ?? '', days: '366' }}
      check={({ name = '' }) => (name.trim().length === 1 ? { name: 'At least two letters.' } : {})}
      close={close}
      send={async ({ name = '', role = '', facilityId = '', days = '366' }) => {
        const { token } = await answer(
          api.POST('/api/v1/tokens', {
            body: {
              name: name.trim(),
              role: role as TokenRole,
              days: Number(days),
              ...(facilityId === '' ? {} : { facilityId }),
            },
          }),
        );
        await queries.invalidateQueries({ queryKey: ['tokens'] });
        made({ name: name.trim(), token });
      }}
    />
  );
}
