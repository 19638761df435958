import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { abstractQuery, facilitiesQuery } from '../abstract/queries.js';
import { answer, api, ApiProblem, type Schemas } from '../api/client.js';
import { meaningOf, showValue } from '../items/labels.js';
import { actorWords } from '../items/origin.js';
import { useIcdo3, useItemTables } from '../items/tables.js';
import { useMay } from '../session/session.js';
import { showDate, showMoment, showName } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { Problem, Skeleton } from '../ui/problem.js';
import { useToast } from '../ui/toast.js';
import { Effects } from './effects.js';
import css from './primaries.module.css';
import { DECISIONS, type Pair, pairQuery, RESULTS, ruleWords } from './queries.js';

type Decision = 'same_primary' | 'separate_primaries' | null;
type Abstract = Schemas['AbstractDetail'];

/** Items that the rules read; the others help a person to see what the tumors are. */
const COMPARED = ['primarySite', 'laterality', 'histologicTypeIcdO3', 'behaviorCodeIcdO3', 'dateOfDiagnosis'];
const BESIDE = [
  'gradeClinical',
  'gradePathological',
  'tumorSizeSummary',
  'regionalNodesPositive',
  'summaryStage2018',
  'diagnosticConfirmation',
  'rxDateSurgery',
  'rxSummSurgPrimSite2023',
];

/** A decision that the rules contradict wants a reason. */
const AGAINST = { same_primary: 'MULTIPLE_PRIMARIES', separate_primaries: 'SINGLE_PRIMARY' } as const;

/** Two tumors side by side, what the rules say of them and why, and the decision. */
export function PairView({ id, next }: { readonly id: string; readonly next: () => void }) {
  const { data: pair, error, refetch } = useQuery(pairQuery(id));
  const abstracts = useQueries({
    queries: (pair?.abstracts ?? []).map((one) => ({ ...abstractQuery(one.id), refetchInterval: false as const })),
  });
  const failed = error ?? abstracts.find((one) => one.error !== null)?.error ?? null;
  if (failed !== null && pair === undefined) return <Problem error={failed} retry={() => void refetch()} />;
  if (pair === undefined) return <Skeleton rows={14} />;
  return (
    <article className={css.pair} aria-label="The pair">
      <Whose pair={pair} of={abstracts.find(({ data }) => data !== undefined)?.data} />
      <Verdict pair={pair} />
      {failed !== null && <Problem error={failed} />}
      <Tumors pair={pair} abstracts={abstracts.map(({ data }) => data)} />
      <Effects pair={pair} />
      <Decide pair={pair} next={next} />
      <Decisions pair={pair} />
    </article>
  );
}

/** Whose tumors they are. */
function Whose({ pair, of }: { readonly pair: Pair; readonly of: Abstract | undefined }) {
  const items = (of?.items ?? {}) as Readonly<Record<string, string>>;
  return (
    <p>
      <Link to="/patients/$id" params={{ id: pair.patientId }}>
        <bdi>{[items.nameLast, items.nameFirst].filter(Boolean).join(', ') || 'The patient'}</bdi>
      </Link>
      {items.dateOfBirth !== undefined && ` · born ${showDate(items.dateOfBirth)}`}
    </p>
  );
}

/** What the rules say now, by which rule, and what they lack. */
function Verdict({ pair: { verdict } }: { readonly pair: Pair }) {
  return (
    <section className={css.verdict} aria-label="What the rules say" data-result={verdict.result}>
      <h2>
        {RESULTS[verdict.result]}
        {verdict.group !== null && <small>{ruleWords(verdict.group, verdict.step)}</small>}
      </h2>
      <p>{verdict.reason}</p>
      {verdict.unknown.length > 0 && <p>Not known: {verdict.unknown.join(', ')}.</p>}
      <p className={css.faint}>SEER rules, version {verdict.version}</p>
    </section>
  );
}

function Tumors({ pair, abstracts }: { readonly pair: Pair; readonly abstracts: readonly (Abstract | undefined)[] }) {
  const tables = useItemTables();
  const icdo3 = useIcdo3();
  const { data: facilities } = useQuery(facilitiesQuery);
  const sides = pair.abstracts.map((short, index) => {
    const detail = abstracts[index];
    const all: Readonly<Record<string, string | undefined>> = {
      ...(short.items as Readonly<Record<string, string>>),
      ...detail?.items,
    };
    return { ...short, detail, all };
  });
  const items = [...COMPARED, ...BESIDE].filter((item) => sides.some(({ all }) => all[item] !== undefined));
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label="The two tumors">
      <table className={css.tumors}>
        <thead>
          <tr>
            <th scope="col">Item</th>
            {sides.map(({ id, detail }) => (
              <th scope="col" key={id}>
                <Link to="/abstracts/$id" params={{ id }}>
                  {facilities?.find((one) => one.id === detail?.facilityId)?.name ?? 'Abstract'}
                </Link>{' '}
                <span data-state={detail?.state}>{detail?.state}</span>
                {typeof detail?.tumorId === 'string' && (
                  <>
                    {' '}
                    <Link to="/tumors/$id" params={{ id: detail.tumorId }} search={{}}>
                      tumor
                    </Link>
                  </>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => {
            const values = sides.map(({ all }) => all[item]);
            const differs = values[0] !== values[1];
            return (
              <tr key={item} data-differs={differs} data-compared={COMPARED.includes(item)}>
                <th scope="row">
                  {showName(tables?.dictionary.byId.get(item)?.name ?? item)}
                  {COMPARED.includes(item) && <small title="The rules read this item">rules</small>}
                </th>
                {sides.map(({ id, all }, index) => {
                  const value = values[index];
                  return (
                    <td key={id}>
                      {value === undefined ? <em>empty</em> : <code>{showValue(item, value)}</code>}{' '}
                      {value !== undefined && tables !== undefined && (
                        <span>{meaningOf({ codes: tables.codes, icdo3 }, item, value, all.behaviorCodeIcdO3)}</span>
                      )}
                      {differs && index === 1 && <b>differs</b>}
                    </td>
                  );
                })}
              </tr>
            );
          })}
          <tr>
            <th scope="row">Text, pathology</th>
            {sides.map(({ id, all }) => (
              <td key={id} className={css.text} dir="auto">
                {all.textDxProcPath ?? <em>empty</em>}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

/** One primary, two, or unsure: each with one key. Who comes second is told who came first. */
function Decide({ pair, next }: { readonly pair: Pair; readonly next: () => void }) {
  const may = useMay();
  const queries = useQueryClient();
  const toast = useToast();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  /** What this person wanted when somebody else had decided first. */
  const [second, setSecond] = useState<{ readonly decision: Decision; readonly told: string } | null>(null);
  const note = useRef<HTMLTextAreaElement>(null);
  // A decision may have moved tumors and what a patient's page shows of them.
  const again = async (): Promise<void> => {
    await Promise.all(['primaries', 'tumor', 'patient'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };

  const send = async (decision: Decision, reason: string, seen: number): Promise<string | null> => {
    try {
      await answer(
        api.POST('/api/v1/primaries/comparisons/{id}/decision', {
          params: { path: { id: pair.id } },
          body: {
            decision,
            seen,
            revisions: Object.fromEntries(pair.abstracts.map(({ id, revision }) => [id, revision])),
            ...(reason === '' ? {} : { note: reason }),
          },
        }),
      );
      return null;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      // The pair as it is now is shown; what was written stays in the field.
      if (error.status === 409) {
        await again();
        if (error.code === 'primaries.decided') setSecond({ decision, told: error.message });
        else return `${error.message} The pair below is as it is now; your reason is kept.`;
        return '';
      }
      return error.message;
    }
  };

  const decide = async (decision: Decision, taking = false): Promise<void> => {
    if (busy) return;
    const reason = note.current?.value.trim() ?? '';
    const against = decision !== null && AGAINST[decision] === pair.verdict.result;
    if (!taking && reason === '' && (decision === null || against)) {
      setProblem(
        decision === null
          ? 'Say what is open: the pair stays on the list, and whoever looks next reads it.'
          : `Say why: ${ruleWords(pair.verdict.group, pair.verdict.step) || 'the rules'} says otherwise.`,
      );
      note.current?.focus();
      return;
    }
    setBusy(true);
    const seen = pair.decisions.length;
    const told = await send(decision, reason, seen);
    setBusy(false);
    setProblem(told);
    if (told !== null) return;
    setSecond(null);
    if (note.current !== null) note.current.value = '';
    const words = taking
      ? 'The decision was taken back.'
      : decision === null
        ? 'Left open with your note.'
        : `Decided: ${DECISIONS[decision].toLowerCase()}.`;
    toast({
      text: words,
      kind: 'done',
      ...(decision === null
        ? {}
        : {
            undo: () =>
              void send(null, 'taken back', seen + 1).then(async (failed) => {
                await again();
                toast(failed === null ? { text: 'The decision was taken back.' } : { text: failed, kind: 'error' });
              }),
          }),
    });
    if (!taking) next();
    await again();
  };

  const undoable = pair.decision !== null;
  useKeys([
    { chord: '1', label: 'One primary', group: 'Decide', run: () => void decide('same_primary') },
    { chord: '2', label: 'Two primaries', group: 'Decide', run: () => void decide('separate_primaries') },
    { chord: 'u', label: 'Unsure: leave it open with a note', group: 'Decide', run: () => void decide(null) },
    { chord: 'r', label: 'Write the reason', group: 'Decide', run: () => note.current?.focus() },
    ...(undoable
      ? [{ chord: 'z', label: 'Take the decision back', group: 'Decide', run: () => void decide(null, true) }]
      : []),
  ]);
  if (!may('abstracts.write')) return <p className={css.faint}>You may read this pair; registrars decide.</p>;
  return (
    <form className={css.decide} aria-label="Decision" onSubmit={(event: FormEvent) => event.preventDefault()}>
      <label htmlFor="decision-note">
        Reason <kbd>r</kbd>
      </label>
      <textarea
        id="decision-note"
        ref={note}
        rows={2}
        maxLength={1_000}
        aria-describedby="decision-problem"
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <p id="decision-problem" role="alert" className={css.problem}>
        {problem}
      </p>
      {second !== null && (
        <Second
          second={second}
          first={pair.decisions[0]}
          reason={note.current?.value.trim() ?? ''}
          keepTheirs={() => {
            setSecond(null);
            if (note.current !== null) note.current.value = '';
            next();
          }}
          keepMine={() => void decide(second.decision)}
        />
      )}
      <div className={css.buttons}>
        <button type="button" disabled={busy} onClick={() => void decide('same_primary')}>
          One primary <kbd>1</kbd>
        </button>
        <button type="button" disabled={busy} onClick={() => void decide('separate_primaries')}>
          Two primaries <kbd>2</kbd>
        </button>
        <button type="button" disabled={busy} onClick={() => void decide(null)}>
          Unsure <kbd>u</kbd>
        </button>
        {undoable && (
          <button type="button" disabled={busy} onClick={() => void decide(null, true)}>
            Take back <kbd>z</kbd>
          </button>
        )}
      </div>
    </form>
  );
}

const decisionWords = (decision: Decision): string =>
  decision === null ? 'left open' : DECISIONS[decision].toLowerCase();

/** Somebody else decided first: both decisions side by side, and whose is to hold. Nothing of the second is stored until then. */
function Second({
  second,
  first,
  reason,
  keepTheirs,
  keepMine,
}: {
  readonly second: { readonly decision: Decision; readonly told: string };
  readonly first: Pair['decisions'][number] | undefined;
  readonly reason: string;
  readonly keepTheirs: () => void;
  readonly keepMine: () => void;
}) {
  return (
    <div className={css.second} role="alert">
      <p>
        <strong>{second.told}</strong> Yours is not stored.
      </p>
      <dl>
        <dt>Theirs</dt>
        <dd>
          {first === undefined
            ? ''
            : `${decisionWords(first.decision)}, ${actorWords(first)}, ${showMoment(first.decidedAt)}${first.note === null ? '' : `. ${first.note}`}`}
        </dd>
        <dt>Yours</dt>
        <dd>
          {decisionWords(second.decision)}
          {reason === '' ? '' : `. ${reason}`}
        </dd>
      </dl>
      <div className={css.buttons}>
        <button type="button" onClick={keepTheirs}>
          Leave theirs
        </button>
        <button type="button" onClick={keepMine}>
          Decide as I did
        </button>
      </div>
    </div>
  );
}

/** What was decided before, newest first. */
function Decisions({ pair: { decisions } }: { readonly pair: Pair }) {
  if (decisions.length === 0) return null;
  return (
    <section aria-label="Earlier decisions" className={css.decisions}>
      <h2>Earlier decisions</h2>
      <ol>
        {decisions.map((one) => (
          <li key={`${one.decidedAt} ${one.actor}`}>
            <time dateTime={one.decidedAt}>{showMoment(one.decidedAt)}</time>
            <span>
              {actorWords(one)}: {one.decision === null ? 'left open' : DECISIONS[one.decision].toLowerCase()}
              {one.note === null ? '' : `. ${one.note}`}
            </span>
            <span className={css.faint}>
              the rules said {RESULTS[one.result as Pair['verdict']['result']].toLowerCase()} ({one.rulesVersion})
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
