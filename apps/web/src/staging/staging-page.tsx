import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client.js';
import { useMay } from '../session/session.js';
import { refusal } from '../ui/form.js';
import { showCount, showMoment } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { Problem, Skeleton } from '../ui/problem.js';
import { useToast } from '../ui/toast.js';
import { chooseFile, FileButton } from '../ui/file-button.js';
import { FileErrors, type FileRefusal, refusalOf } from '../ui/file-errors.js';
import { Impact, Progress } from './impact.js';
import { algorithmName, type Run, runsQuery, type Version, versionsQuery } from './queries.js';
import css from '../settings/settings.module.css';

/** Versions of staging algorithms: what stages now, what could, what a change would do, and the runs that stage stored cases again. */
export function StagingPage() {
  const manages = useMay()('settings.manage');
  const { data, error, refetch } = useQuery(versionsQuery);
  const { data: runs = [] } = useQuery(runsQuery);
  const queries = useQueryClient();
  const toast = useToast();
  const [open, setOpen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<FileRefusal | null>(null);
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['staging'] });
  useKeys(
    manages
      ? [{ chord: 'a', label: 'Install an algorithm file', group: 'Staging', run: () => chooseFile('algorithm-file') }]
      : [],
  );

  const upload = async (file: File): Promise<void> => {
    setBusy(true);
    setWrong(null);
    try {
      const installed = await answer(
        api.POST('/api/v1/staging/algorithms', {
          params: { query: { preview: true } },
          headers: { 'Content-Type': 'application/zip' },
          body: file as unknown as string,
          bodySerializer: (body: unknown) => body as BodyInit,
        }),
      );
      toast({
        text: installed.known
          ? `${algorithmName(installed.algorithm)} ${installed.version} was here already.`
          : `${algorithmName(installed.algorithm)} ${installed.version} is installed and stages nothing yet.`,
        kind: 'done',
      });
      setOpen(installed.id);
    } catch (failure) {
      setWrong(refusalOf(failure, file.name));
    } finally {
      setBusy(false);
      await again();
    }
  };
  const running = runs.filter(({ state }) => state === 'running');
  return (
    <main className={css.page} id="main">
      <header className={css.head}>
        <div>
          <h1>Staging algorithms</h1>
          <p>
            One version of each algorithm stages. Another one is installed first, reports what it would change, and
            stages only once it is chosen; the way back is the same.
          </p>
        </div>
        {manages && (
          <FileButton
            id="algorithm-file"
            label="Algorithm file"
            accept=".zip,application/zip"
            words="Install an algorithm file"
            chord="a"
            busy={busy}
            take={(file) => void upload(file)}
          />
        )}
      </header>
      {wrong !== null && <FileErrors of={wrong} close={() => setWrong(null)} />}
      {running.map((run) => (
        <section key={run.id} className={css.card} aria-label={`Run of ${run.algorithm} ${run.version}`}>
          <strong>
            {algorithmName(run.algorithm)} {run.version}
          </strong>
          <Progress run={run} />
        </section>
      ))}
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={6} />}
      {data !== undefined && (
        <table className={css.table}>
          <caption>{data.length === 1 ? 'One version' : `${data.length} versions`}</caption>
          <thead>
            <tr>
              <th scope="col">Algorithm</th>
              <th scope="col">Version</th>
              <th scope="col">Stages now</th>
              <th scope="col">Schemas</th>
              <th scope="col">Tables</th>
              <th scope="col">Installed</th>
            </tr>
          </thead>
          <tbody>
            {data.map((version) => (
              <Line
                key={version.id}
                version={version}
                now={data.find((one) => one.current && one.algorithm === version.algorithm)}
                runs={runs.filter(
                  ({ algorithmId, algorithm, version: of }) =>
                    algorithmId === version.id && algorithm === version.algorithm && of === version.version,
                )}
                manages={manages}
                isOpen={open === version.id}
                toggle={() => setOpen(open === version.id ? null : version.id)}
              />
            ))}
          </tbody>
        </table>
      )}
      <section className={css.card} aria-labelledby="where-from">
        <h2 id="where-from">Where such files come from</h2>
        <p>
          SEER publishes each version of its algorithms as a zip with the folders “schemas” and “tables”. EOD Public and
          pediatric staging are free; the full EOD file, which also derives AJCC’s stage groups, is given under a
          licence of its own. The file is taken as it was downloaded, without unpacking. What ships with the platform
          stages by EOD Public, without the published notes and coding guidelines: these come with an installed file.
        </p>
      </section>
      <Runs runs={runs} />
    </main>
  );
}

function Line({
  version,
  now,
  runs,
  manages,
  isOpen,
  toggle,
}: {
  readonly version: Version;
  readonly now: Version | undefined;
  readonly runs: readonly Run[];
  readonly manages: boolean;
  readonly isOpen: boolean;
  readonly toggle: () => void;
}) {
  return (
    <>
      <tr>
        <th scope="row">
          <button type="button" className={css.link} aria-expanded={isOpen} onClick={toggle}>
            {algorithmName(version.algorithm)}
          </button>
        </th>
        <td>{version.version}</td>
        <td>{version.current ? <strong>yes</strong> : <span data-mark="none">no</span>}</td>
        <td>{showCount(version.schemas)}</td>
        <td>{showCount(version.tables)}</td>
        <td>{version.installedAt === null ? 'ships with the platform' : showMoment(version.installedAt)}</td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={6} className={css.opened}>
            <Opened version={version} now={now} runs={runs} manages={manages} />
          </td>
        </tr>
      )}
    </>
  );
}

const differs = (what: string, one: number, other: number): string =>
  one === other ? `as many ${what}` : `${showCount(Math.abs(one - other))} ${one > other ? 'more' : 'fewer'} ${what}`;

/** One version: how it differs from what stages now, its report, and staging by it. */
function Opened({
  version,
  now,
  runs,
  manages,
}: {
  readonly version: Version;
  readonly now: Version | undefined;
  readonly runs: readonly Run[];
  readonly manages: boolean;
}) {
  const queries = useQueryClient();
  const toast = useToast();
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const title = `${algorithmName(version.algorithm)} ${version.version}`;
  const report = runs.find(({ preview, state }) => preview && state === 'done');
  const under = runs.some(({ state }) => state === 'running');
  const staged = runs.find(({ preview, state }) => !preview && state === 'done');
  const start = async (preview: boolean): Promise<void> => {
    setBusy(true);
    try {
      await answer(
        api.POST('/api/v1/staging/algorithms/{id}/activate', {
          params: { path: { id: version.id }, query: { preview } },
        }),
      );
      if (!preview) toast({ text: `${title} stages from now on. Stored cases follow.`, kind: 'done' });
      setAsked(false);
    } catch (error) {
      toast({ text: refusal(error, []).told ?? '', kind: 'error' });
    } finally {
      setBusy(false);
      await queries.invalidateQueries({ queryKey: ['staging'] });
    }
  };
  return (
    <>
      {version.sha256 !== null && (
        <p className={css.note}>
          File <code>{version.sha256.slice(0, 16)}</code> (SHA-256, its beginning).
          {now !== undefined &&
            !version.current &&
            ` Beside ${now.version}, which stages now: ${differs('schemas', version.schemas, now.schemas)}, ${differs('tables', version.tables, now.tables)}.`}
        </p>
      )}
      {version.current ? (
        <>
          <p className={css.note}>It stages now. To leave it, choose another version of the same algorithm.</p>
          {staged !== undefined && <Impact run={staged} />}
        </>
      ) : (
        <>
          {report !== undefined && <Impact run={report} />}
          {report === undefined && !under && (
            <p className={css.note}>What it would change is not known yet. The report changes nothing.</p>
          )}
          {manages && (
            <p className={css.buttons}>
              <button type="button" className={css.action} disabled={busy || under} onClick={() => void start(true)}>
                {report === undefined ? 'Report what it would change' : 'Report again'}
              </button>
              <button
                type="button"
                className={css.action}
                disabled={busy || under || report === undefined}
                onClick={() => setAsked(true)}
              >
                Stage by it
              </button>
            </p>
          )}
          {asked && report !== undefined && (
            <section className={css.confirm} aria-label={`Stage by ${title}`}>
              <p>
                From now on everything that is saved is staged by {title}
                {now === undefined ? '' : ` instead of ${now.version}`}, and {showCount(report.total)} stored tumors and
                complete abstracts are staged again page by page. About {showCount(report.changedTumors)} tumors change,
                each with its lineage; drafts follow when they are next saved. The way back is to stage by{' '}
                {now?.version ?? 'the other version'} again.
              </p>
              <p className={css.buttons}>
                <button type="button" className={css.action} disabled={busy} onClick={() => void start(false)}>
                  Stage by {version.version} from now on
                </button>
                <button type="button" className={css.action} onClick={() => setAsked(false)}>
                  Leave
                </button>
              </p>
            </section>
          )}
        </>
      )}
    </>
  );
}

const STATES: Readonly<Record<Run['state'], string>> = {
  running: 'under way',
  done: 'done',
  replaced: 'ended: another version was chosen',
};

function Runs({ runs }: { readonly runs: readonly Run[] }) {
  if (runs.length === 0) return null;
  return (
    <details>
      <summary>{runs.length === 1 ? 'One run' : `${runs.length} runs`} so far</summary>
      <ul className={css.lines}>
        {runs.map((run) => (
          <li key={run.id}>
            <time dateTime={run.startedAt}>{showMoment(run.startedAt)}</time>
            <span>
              {run.preview ? 'report on' : 'staged by'} {algorithmName(run.algorithm)} {run.version}:{' '}
              {STATES[run.state]}
            </span>
            <span>
              {showCount(run.changedTumors)} of {showCount(run.total)} {run.preview ? 'would change' : 'changed'}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
