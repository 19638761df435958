import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useFacilities } from '../../facilities/facilities.js';
import { listAddress } from '../../lists/list-address.js';
import { showDate } from '../../ui/format.js';
import { Empty, Problem, Skeleton } from '../../ui/problem.js';
import { FollowUpTabs } from '../tabs.js';
import { RECIPIENT_WORDS } from '../words.js';
import { BatchPanel, Progress } from './batch-panel.js';
import { chosenTasks } from './chosen.js';
import { Compose } from './compose.js';
import { type Batch, batchesQuery, type LettersSearch } from './queries.js';
import css from './letters.module.css';

/** Letters: whom to write to, what they will read, and what became of those that went out. */
export function LettersPage() {
  const search: LettersSearch = useSearch({ from: '/shell/follow-up/letters' });
  const navigate = useNavigate({ from: '/follow-up/letters' });
  const facilities = useFacilities('follow-up.write') ?? [];
  const batches = useQuery(batchesQuery);
  // Who was marked in the due list says the facility; else the first.
  const facilityId = search.facilityId ?? chosenTasks()[0]?.facilityId ?? facilities[0]?.id;
  const set = (change: Partial<Record<keyof LettersSearch, string | number | undefined>>): void =>
    void navigate(listAddress<LettersSearch>(change));
  const batch = batches.data?.find(({ id }) => id === search.batch);
  return (
    <main className={css.screen} id="main">
      <h1 className="visually-hidden">Letters</h1>
      <FollowUpTabs />
      <div className={css.page}>
        <nav className={css.batches} aria-label="Batches">
          <button
            type="button"
            className={css.new}
            aria-pressed={search.batch === undefined}
            onClick={() => set({ batch: undefined, state: undefined, at: undefined })}
          >
            New letters
          </button>
          <h2>Batches</h2>
          {batches.error !== null && <Problem error={batches.error} />}
          {batches.data?.length === 0 && <p className={css.faint}>None yet.</p>}
          {batches.data?.map((one) => (
            <BatchLine
              key={one.id}
              batch={one}
              chosen={one.id === search.batch}
              facility={facilities.length > 1 ? facilities.find(({ id }) => id === one.facilityId)?.name : undefined}
              choose={() => set({ batch: one.id, state: undefined, at: undefined })}
            />
          ))}
        </nav>
        {search.batch !== undefined ? (
          batch === undefined ? (
            batches.data === undefined ? (
              <Skeleton rows={10} />
            ) : (
              <Empty title="There is no such batch">It may belong to a facility that you do not work for.</Empty>
            )
          ) : (
            <BatchPanel key={batch.id} batch={batch} search={search} set={set} />
          )
        ) : (
          facilityId !== undefined && (
            <Compose
              key={facilityId}
              facilityId={facilityId}
              facilities={facilities}
              search={search}
              set={set}
              made={(id) => set({ batch: id, at: undefined })}
            />
          )
        )}
      </div>
    </main>
  );
}

function BatchLine({
  batch,
  chosen,
  facility,
  choose,
}: {
  readonly batch: Batch;
  readonly chosen: boolean;
  readonly facility: string | undefined;
  readonly choose: () => void;
}) {
  const { recipient, number, dated, letters, states } = batch;
  const answered = (states.answered ?? 0) + (states.returned ?? 0);
  return (
    <button type="button" className={css.batch} aria-pressed={chosen} onClick={choose}>
      <span>
        {RECIPIENT_WORDS[recipient as keyof typeof RECIPIENT_WORDS].many}
        {number === 2 ? ', second' : ''}
      </span>
      <span className={css.count}>{letters}</span>
      <span className={css.faint}>
        {showDate(dated)}
        {facility === undefined ? '' : ` · ${facility}`}
      </span>
      {batch.state === 'queued' ? (
        <Progress batch={batch} />
      ) : (
        <span className={css.faint}>{answered === 0 ? 'no answer yet' : `${answered} back`}</span>
      )}
    </button>
  );
}
