import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api } from '../api/client.js';
import { useAssigning } from '../assign/use-assigning.js';
import { useFacilities } from '../facilities/facilities.js';
import { FacilitySelect } from '../facilities/facility-select.js';
import { ActionsBar, type RowAction } from '../lists/actions-bar.js';
import { listAddress } from '../lists/list-address.js';
import { ListStates } from '../lists/list-states.js';
import { RowsGrid } from '../lists/rows-grid.js';
import { useListed } from '../lists/use-listed.js';
import { useRows } from '../lists/use-rows.js';
import { useMay } from '../session/session.js';
import { showDate, showSite } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { Empty } from '../ui/problem.js';
import { ForecastBar } from './forecast-bar.js';
import { keepChosen } from './letters/chosen.js';
import { Months } from './months.js';
import { Person } from './person.js';
import { Proposals } from './proposals.js';
import {
  assigneesQuery,
  type FollowUpSearch,
  type TaskLine,
  taskOfPatientQuery,
  tasksQuery,
  useToday,
} from './queries.js';
import { FollowUpTabs } from './tabs.js';
import { STAGE_WORDS, STEP_SHORT } from './words.js';
import css from './follow-up.module.css';

const HEAD = ['Last contact', 'Person', 'Tumors', 'Stage', 'Next step', 'Owner'];
const COLUMNS = HEAD.map((title) => ({ id: title, content: title }));
const WIDTHS = [
  '88px',
  'minmax(96px, 1.7fr)',
  'minmax(42px, 0.4fr)',
  '70px',
  'minmax(72px, 1.2fr)',
  'minmax(46px, 0.9fr)',
];

/** `20261124` as `11-24`: a plan is never far ahead, and the column is narrow. */
const monthAndDay = (day: string): string => showDate(day).slice(5);

/** What comes next, or for how long a letter may still be answered. */
const nextOf = ({ nextStep, nextStepOn, state }: TaskLine): string =>
  nextStep !== null
    ? [STEP_SHORT[nextStep] ?? nextStep, nextStepOn === null ? '' : monthAndDay(nextStepOn)].join(' ')
    : state === 'waiting' && nextStepOn !== null
      ? `letter ${monthAndDay(nextStepOn)}`
      : '';

const sitesOf = ({ tumors }: TaskLine): string => tumors.map(({ primarySite }) => showSite(primarySite)).join(' ');

const cellsOf = (row: TaskLine) =>
  [
    showDate(row.dateOfLastContact),
    <>
      <bdi>{row.name}</bdi> <span className={css.faint}>{showDate(row.dateOfBirth)}</span>
    </>,
    <span className="mono" title={sitesOf(row)}>
      {sitesOf(row)}
    </span>,
    <span data-stage={row.stage}>
      {STAGE_WORDS[row.stage]}
      {row.lost ? ', lost' : ''}
    </span>,
    <span key="next" title={showDate(row.nextStepOn)}>
      {nextOf(row)}
    </span>,
    row.assignedName ?? <span className={css.faint}>nobody</span>,
  ].map((content, at) => ({ id: HEAD[at] ?? '', content }));

type Change = Partial<Record<keyof FollowUpSearch, string | boolean | undefined>>;

/** Who is due, by month and stage; the person on the right with everything that helps to reach them; the year's target above. */
export function FollowUpPage() {
  const search: FollowUpSearch = useSearch({ from: '/shell/follow-up' });
  const navigate = useNavigate({ from: '/follow-up' });
  const go = useNavigate();
  const queries = useQueryClient();
  const may = useMay();
  const today = useToday();
  const source = useListed(tasksQuery(search, today));
  // A person who was asked for by name may stand far down in the list, or not in this view of it at all.
  const { data: wanted } = useQuery({
    ...taskOfPatientQuery(search.patient ?? ''),
    enabled: search.patient !== undefined,
  });
  const [logging, setLogging] = useState(false);
  const set = (change: Change): void => void navigate(listAddress<FollowUpSearch>(change));
  const list = useRows<TaskLine>(source, {
    wanted: search.at ?? wanted?.id,
    show: (at) => set({ at, patient: undefined }),
    group: 'Due list',
    noun: 'person',
  });
  const { at, targets, chosen } = list;
  const currentId =
    search.at === undefined && search.patient !== undefined ? (wanted?.id ?? null) : (list.current?.id ?? null);

  const refresh = (): void => void queries.invalidateQueries({ queryKey: ['follow-up'] });
  const assigning = useAssigning({
    people: assigneesQuery,
    mayAsk: may('follow-up.write'),
    send: async (ids, owner, heldBy) => {
      const body = { taskIds: [...ids], assignedTo: owner, ...(heldBy === undefined ? {} : { heldBy }) };
      return (await answer(api.POST('/api/v1/follow-up/tasks/assignments', { body }))).tasks.map(({ id }) => id);
    },
    rows: targets.map(({ id, assignedTo, facilityId }) => ({ id, owner: assignedTo, facilityId })),
    done: list.chooseNothing,
    refresh,
    undoLabel: 'Take the last assignment back',
  });
  const write = (): void => {
    keepChosen(targets.map(({ id, facilityId }) => ({ id, facilityId })));
    void go({ to: '/follow-up/letters' });
  };
  const actions: readonly RowAction[] = [
    ...assigning.actions,
    { chord: 'w', button: 'Write', label: 'Write letters about them', run: write },
    assigning.takeBack,
  ];
  useKeys([
    {
      chord: 'c',
      label: 'Log a contact',
      group: 'Due list',
      run: () => document.querySelector<HTMLElement>('[data-contact-form] input')?.focus(),
    },
  ]);

  return (
    <main className={css.screen} id="main">
      <h1 className="visually-hidden">Follow-up</h1>
      <FollowUpTabs />
      <div className={css.page}>
        <ForecastBar facilityId={search.facilityId} />
        <Months facilityId={search.facilityId} month={search.month} set={(month) => set({ month, at: undefined })} />
        <section className={css.middle} aria-label="People due">
          <Proposals facilityId={search.facilityId} look={(patient) => set({ patient, at: undefined })} />
          <Filters search={search} set={set} />
          {may('follow-up.write') && (
            <ActionsBar
              label="What to do with them"
              group="Due list"
              noun="person"
              marked={chosen.length}
              any={targets.length > 0}
              actions={actions}
            >
              {assigning.panel}
            </ActionsBar>
          )}
          <ListStates
            of={source}
            count={list.count}
            empty={
              <Empty title="Nobody is due">
                {isFiltered(search)
                  ? 'Nobody on the due list is as these filters ask.'
                  : 'Each night, people whose last contact is twelve months ago appear here.'}
              </Empty>
            }
          >
            <RowsGrid
              list={list}
              label="People due"
              widths={WIDTHS}
              head={COLUMNS}
              cells={cellsOf}
              nameOf={({ name }) => name}
            />
          </ListStates>
        </section>
        <aside className={css.person} aria-label="Person">
          {currentId !== null && (
            <Person
              key={currentId}
              id={currentId}
              logging={logging}
              logged={() => {
                setLogging(true);
                list.go(at + 1);
              }}
              stopLogging={() => setLogging(false)}
            />
          )}
          {search.patient !== undefined && search.at === undefined && wanted === null && (
            <Empty title="Nothing is due">Nobody has to be asked about this patient now.</Empty>
          )}
        </aside>
      </div>
    </main>
  );
}

const isFiltered = ({ month, stage, mine, planned }: FollowUpSearch): boolean =>
  [month, stage, mine, planned].some((one) => one !== undefined);

function Filters({ search, set }: { readonly search: FollowUpSearch; readonly set: (change: Change) => void }) {
  const facilities = useFacilities('follow-up.read') ?? [];
  return (
    <div className={css.filters} role="search" aria-label="Filters">
      <select
        aria-label="Stage"
        value={search.stage ?? ''}
        onChange={(event) => set({ stage: event.currentTarget.value })}
      >
        <option value="">All stages</option>
        <option value="due">Due</option>
        <option value="reminder">13 months and more</option>
        <option value="delinquent">Delinquent</option>
      </select>
      <FacilitySelect
        facilities={facilities}
        value={search.facilityId}
        set={(facilityId) => set({ facilityId, at: undefined })}
      />
      {(
        [
          ['mine', 'Mine only'],
          ['planned', 'Planned for today'],
        ] as const
      ).map(([key, label]) => (
        <label key={key} className={css.check}>
          <input
            type="checkbox"
            checked={search[key] === true}
            onChange={(event) => set({ [key]: event.currentTarget.checked ? true : undefined })}
          />
          {label}
        </label>
      ))}
      <DueListCsv search={search} />
    </div>
  );
}

/** The list as it is filtered, whole, for a spreadsheet. */
function DueListCsv({ search: { month, stage, mine, facilityId } }: { readonly search: FollowUpSearch }) {
  const query = new URLSearchParams({
    ...(month === undefined ? {} : { through: month }),
    ...(stage === undefined ? {} : { stage }),
    ...(mine === true ? { assignedTo: 'me' } : {}),
    ...(facilityId === undefined ? {} : { facilityId }),
  });
  return (
    <a className={css.csv} href={`/api/v1/follow-up/tasks.csv?${query.toString()}`} download>
      CSV
    </a>
  );
}
