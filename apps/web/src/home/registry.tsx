import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode } from 'react';
import { dictionariesQuery } from '../dictionaries/dictionaries-page.js';
import { detailsQuery, upTo, waitingQuery } from '../facilities/queries.js';
import { peopleQuery } from '../people/people-page.js';
import { mayIn, useSession } from '../session/session.js';
import { algorithmName, runsQuery, type Version, versionsQuery } from '../staging/queries.js';
import { tokensQuery } from '../tokens/tokens-page.js';
import { standingOf } from '../tokens/standing.js';
import { daysSince, showCount } from '../ui/format.js';
import { Problem, Skeleton } from '../ui/problem.js';
import css from './home.module.css';

/** Rights of those who keep the registry running. */
export const REGISTRY_RIGHTS = ['facilities.manage', 'users.manage', 'settings.manage'];

interface Line {
  readonly to: string;
  readonly words: string;
  readonly detail?: string;
  readonly value: ReactNode;
}

/** What this person may know of the registry; what a role may not see is not asked for. */
function useRegistry() {
  const session = useSession();
  const may = (right: string): boolean => mayIn(session, right);
  const facilities = useQuery({ ...detailsQuery, enabled: may('facilities.manage') });
  const waiting = useQuery({ ...waitingQuery, enabled: may('facilities.manage') });
  const people = useQuery({ ...peopleQuery, enabled: may('users.manage') });
  const tokens = useQuery({ ...tokensQuery, enabled: may('users.manage') });
  const versions = useQuery({ ...versionsQuery, enabled: may('settings.manage') });
  const runs = useQuery({ ...runsQuery, enabled: may('settings.manage') });
  const dictionaries = useQuery({ ...dictionariesQuery, enabled: may('settings.manage') });
  const all = [facilities, waiting, people, tokens, versions, runs, dictionaries];
  return {
    facilities: facilities.data,
    waiting: waiting.data,
    people: people.data,
    tokens: tokens.data,
    versions: versions.data,
    runs: runs.data,
    dictionaries: dictionaries.data,
    loading: all.some(({ isLoading }) => isLoading),
    failed: all.find(({ error }) => error !== null),
  };
}

const since = (oldest: string | null): string => {
  if (oldest === null) return '';
  const days = daysSince(oldest);
  return days === 0 ? 'none older than today' : `oldest ${days === 1 ? '1 day' : `${showCount(days)} days`}`;
};

/** Versions that were installed after the one that stages, and do not. */
function unused(versions: readonly Version[]): readonly Version[] {
  return versions.filter((one) => {
    const now = versions.find(({ current, algorithm }) => current && algorithm === one.algorithm);
    return !one.current && one.installedAt !== null && (now?.installedAt ?? '') < one.installedAt;
  });
}

/** What somebody who runs the registry has to see to; nothing is listed that needs nobody. */
export function Attention() {
  const { facilities, waiting, people, tokens, versions, runs, loading, failed } = useRegistry();
  const lines: Line[] = [];
  const add = (count: number, line: Omit<Line, 'value'> & { readonly value?: ReactNode }): void => {
    if (count > 0) lines.push({ value: showCount(count), ...line });
  };
  if (waiting !== undefined) {
    const { unassigned } = waiting;
    add(unassigned.count, {
      to: '/facilities',
      words: 'Reports without a facility',
      detail: since(unassigned.oldest),
      value: upTo(unassigned.count),
    });
  }
  const unnamed = facilities?.filter(({ aliases, retiredAt }) => aliases.length === 0 && retiredAt === null) ?? [];
  add(unnamed.length, {
    to: '/facilities',
    words: 'Facilities that no message reaches',
    detail: unnamed.length === 1 ? (unnamed[0]?.name ?? '') : 'no sender’s name',
  });
  const ending = tokens?.filter((one) => standingOf(one).soon) ?? [];
  add(ending.length, {
    to: '/tokens',
    words: 'Tokens that end soon',
    detail: ending.length === 1 ? `${ending[0]?.name ?? ''}` : 'within 30 days',
  });
  const idle = people?.filter(({ grants, disabled }) => grants.length === 0 && !disabled) ?? [];
  add(idle.length, {
    to: '/people',
    words: 'People without a role',
    detail: idle.length === 1 ? (idle[0]?.name ?? '') : '',
  });
  for (const run of runs?.filter(({ state }) => state === 'running') ?? [])
    lines.push({
      to: '/staging',
      words: run.preview ? 'Report on a staging version' : 'Stored cases are staged again',
      detail: `${algorithmName(run.algorithm)} ${run.version}`,
      value: run.total === 0 ? 'begins' : `${Math.floor((run.lookedAt / run.total) * 100)} %`,
    });
  for (const one of unused(versions ?? []))
    lines.push({
      to: '/staging',
      words: 'Installed, but stages nothing',
      detail: algorithmName(one.algorithm),
      value: one.version,
    });
  return (
    <section className={css.card} aria-labelledby="attention">
      <h2 id="attention">Wants attention</h2>
      {failed !== undefined && <Problem error={failed.error} retry={() => void failed.refetch()} />}
      {loading && <Skeleton rows={4} />}
      {!loading && failed === undefined && lines.length === 0 && (waiting?.failed.count ?? 0) === 0 && (
        <p className={css.faint}>Nothing waits for you.</p>
      )}
      <ul className={css.rows}>
        {lines.map((line) => (
          <Row key={`${line.words} ${line.detail}`} line={line} />
        ))}
        {waiting !== undefined && waiting.failed.count > 0 && (
          <li>
            <span>Failed messages, for a registrar to run again</span>
            <span className={css.faint}>{since(waiting.failed.oldest)}</span>
            <strong>{upTo(waiting.failed.count)}</strong>
          </li>
        )}
      </ul>
    </section>
  );
}

function Row({ line: { to, words, detail, value } }: { readonly line: Line }) {
  return (
    <li>
      <Link to={to}>{words}</Link>
      <span className={css.faint}>{detail}</span>
      <strong>{value}</strong>
    </li>
  );
}

/** How the registry stands, each line with the screen that changes it. */
export function Registry() {
  const { facilities, people, tokens, versions, dictionaries } = useRegistry();
  const lines: Line[] = [];
  if (facilities !== undefined) {
    const used = facilities.filter(({ retiredAt }) => retiredAt === null).length;
    const retired = facilities.length - used;
    lines.push({
      to: '/facilities',
      words: 'Facilities',
      detail: retired === 0 ? '' : `and ${retired} out of use`,
      value: showCount(used),
    });
  }
  if (people !== undefined)
    lines.push({
      to: '/people',
      words: 'People who may sign in',
      value: showCount(people.filter(({ disabled }) => !disabled).length),
    });
  if (tokens !== undefined) {
    const working = tokens.filter((one) => !standingOf(one).over);
    const never = working.filter(({ lastUsedAt }) => lastUsedAt === null).length;
    lines.push({
      to: '/tokens',
      words: 'Tokens',
      detail: never === 0 ? '' : `${showCount(never)} never used`,
      value: showCount(working.length),
    });
  }
  for (const one of versions?.filter(({ current }) => current) ?? [])
    lines.push({
      to: '/staging',
      words: `Staged by ${algorithmName(one.algorithm)}`,
      detail: one.installedAt === null ? 'ships with the platform' : '',
      value: one.version,
    });
  if (dictionaries !== undefined)
    lines.push({
      to: '/dictionaries',
      words: 'Dictionaries in use',
      value: showCount(dictionaries.filter(({ current }) => current).length),
    });
  return (
    <section className={css.card} aria-labelledby="registry">
      <h2 id="registry">The registry</h2>
      <ul className={css.rows}>
        {lines.map((line) => (
          <Row key={line.words} line={line} />
        ))}
      </ul>
    </section>
  );
}
