import { Link } from '@tanstack/react-router';
import { ListStates } from '../../lists/list-states.js';
import { RowsGrid } from '../../lists/rows-grid.js';
import { useListed } from '../../lists/use-listed.js';
import { useRows } from '../../lists/use-rows.js';
import { showCount, showDate, showMoment } from '../../ui/format.js';
import { Empty } from '../../ui/problem.js';
import { CLOSED_WORDS, LETTER_STATES, RECIPIENT_WORDS, type Recipient } from '../words.js';
import { type Batch, type BatchLetter, batchLettersQuery, type LettersSearch, type LetterState } from './queries.js';
import css from './letters.module.css';

/** How far the printing of a batch is. */
export function Progress({ batch }: { readonly batch: Batch }) {
  const words =
    batch.printed === 0 ? 'waits for the printer' : `${showCount(batch.printed)} of ${showCount(batch.letters)}`;
  return (
    <span className={css.progress}>
      <progress max={batch.letters} value={batch.printed === 0 ? undefined : batch.printed} aria-label="Printing" />
      <span>{words}</span>
    </span>
  );
}

const STATES: readonly LetterState[] = ['printed', 'answered', 'returned', 'withdrawn', 'superseded', 'queued'];
const HEAD = ['Page', 'About', 'To', 'State', 'Code'];
const WIDTHS = ['36px', 'minmax(86px, 1fr)', 'minmax(86px, 1fr)', 'minmax(110px, 1.8fr)', '92px'];

const stateOf = (letter: BatchLetter): string => {
  const why =
    letter.closedReason === null
      ? ''
      : ` ${showDate(letter.closedOn)}: ${CLOSED_WORDS[letter.closedReason] ?? letter.closedReason}`;
  const when = letter.closedReason === null && letter.closedOn !== null ? ` ${showDate(letter.closedOn)}` : '';
  return `${LETTER_STATES[letter.state] ?? letter.state}${when}${why}`;
};

const cellsOf = (letter: BatchLetter) =>
  [
    letter.page ?? '',
    <bdi key="name">{letter.name}</bdi>,
    <bdi key="to">{letter.to}</bdi>,
    <span key="state" data-state={letter.state} title={stateOf(letter)}>
      {stateOf(letter)}
    </span>,
    <code key="code">{letter.code}</code>,
  ].map((content, at) => ({ id: HEAD[at] ?? '', content }));

/** One batch: its file, its mailing list, and what became of each letter. */
export function BatchPanel({
  batch,
  search,
  set,
}: {
  readonly batch: Batch;
  readonly search: LettersSearch;
  readonly set: (change: Partial<Record<keyof LettersSearch, string | undefined>>) => void;
}) {
  const source = useListed(batchLettersQuery(batch.id, search.state));
  const list = useRows<BatchLetter>(source, {
    wanted: search.at,
    show: (at) => set({ at }),
    group: 'Letters',
    noun: 'letter',
  });
  const { current } = list;
  const file = `/api/v1/follow-up/letters/batches/${batch.id}`;
  const counts = batch.states as Readonly<Record<string, number>>;
  const withdrawn = counts.withdrawn ?? 0;
  // A letter to the patient goes to whom it is about.
  const shown = HEAD.flatMap((title, at) => (title === 'To' && batch.recipient === 'patient' ? [] : [at]));
  return (
    <>
      <section className={css.middle} aria-label="Batch">
        <header className={css.batchHead}>
          <h2>
            {batch.number === 2 ? 'Second letters' : 'Letters'} to{' '}
            {RECIPIENT_WORDS[batch.recipient as Recipient].many.toLowerCase()}, {showDate(batch.dated)}
          </h2>
          {batch.state === 'queued' ? (
            <Progress batch={batch} />
          ) : (
            <p className={css.files}>
              <a className={css.main} href={`${file}/pdf?inline=true`} target="_blank" rel="noopener">
                Open to print
              </a>
              <a href={`${file}/pdf`} download>
                Download PDF
              </a>
              <a href={`${file}/mailing-list`} download>
                Mailing list CSV
              </a>
              <span className={css.faint}>
                {showCount(batch.letters)} letters, {showCount(batch.pages ?? 0)} pages, made{' '}
                {batch.readyAt === null ? '' : showMoment(batch.readyAt)}
              </span>
            </p>
          )}
          {withdrawn > 0 && batch.state === 'ready' && (
            <p className={css.pull} role="status">
              {withdrawn === 1 ? 'One letter was' : `${withdrawn} letters were`} withdrawn since: take the pages out
              before mailing. The mailing list says “pull”.
            </p>
          )}
        </header>
        <div className={css.states} role="group" aria-label="Letters by state">
          <button
            type="button"
            aria-pressed={search.state === undefined}
            onClick={() => set({ state: undefined, at: undefined })}
          >
            All <span className={css.count}>{showCount(batch.letters)}</span>
          </button>
          {STATES.filter((state) => (counts[state] ?? 0) > 0).map((state) => (
            <button
              key={state}
              type="button"
              aria-pressed={search.state === state}
              onClick={() => set({ state, at: undefined })}
            >
              {LETTER_STATES[state]} <span className={css.count}>{showCount(counts[state] ?? 0)}</span>
            </button>
          ))}
        </div>
        <ListStates of={source} count={list.count} empty={<Empty title="No letter is like this" />}>
          <RowsGrid
            list={list}
            label="Letters of the batch"
            widths={shown.map((at) => WIDTHS[at] ?? '')}
            head={shown.map((at) => ({ id: HEAD[at] ?? '', content: HEAD[at] }))}
            cells={(letter) => {
              const cells = cellsOf(letter);
              return shown.flatMap((at) => cells[at] ?? []);
            }}
            nameOf={({ name }) => name}
          />
        </ListStates>
      </section>
      <aside className={css.preview} aria-label="Letter">
        {current !== undefined && (
          <div className={css.about}>
            <h2>
              <Link to="/patients/$id" params={{ id: current.patientId }}>
                <bdi>{current.name}</bdi>
              </Link>
            </h2>
            <p>
              To <bdi>{current.to}</bdi>
            </p>
            <p>{stateOf(current)}</p>
            <p>
              <code>{current.code}</code>
            </p>
            {current.page !== null && batch.state === 'ready' && (
              <p>
                <a href={`${file}/pdf?inline=true#page=${current.page}`} target="_blank" rel="noopener">
                  Open at page {current.page}
                </a>
              </p>
            )}
            <p>
              <Link to="/follow-up" search={{ patient: current.patientId }}>
                In the due list
              </Link>
            </p>
          </div>
        )}
      </aside>
    </>
  );
}
