import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { facilitiesQuery } from '../abstract/queries.js';
import { meaningOf, showValue } from '../items/labels.js';
import { useIcdo3, useItemTables } from '../items/tables.js';
import { useMay } from '../session/session.js';
import { SEXES, showDate, showName, showSite, VITAL } from '../ui/format.js';
import { PageProblem, Problem, Skeleton } from '../ui/problem.js';
import { type History } from './history.js';
import { historyQuery, type Patient, patientQuery } from './queries.js';
import { Timeline } from './timeline.js';
import { useTitles } from './titles.js';
import { Correct, type Corrections, useCorrections } from '../tumors/correct.js';
import { OF_IDENTITY, OF_TUMOR, ValuesBeside } from './values-beside.js';
import css from './patient.module.css';

/** A person: who they are, their tumors with every facility's abstract beside the consolidated values, and what happened when. */
export function PatientPage() {
  const { id } = useParams({ from: '/shell/patients/$id' });
  const may = useMay();
  const { data, error, refetch } = useQuery(patientQuery(id));
  const history = useQuery({ ...historyQuery(id), enabled: may('abstracts.read') });
  if (error !== null) return <PageProblem error={error} retry={() => void refetch()} />;
  if (data === undefined)
    return (
      <main id="main">
        <Skeleton rows={12} />
      </main>
    );
  const { items } = data;
  return (
    <main className={css.page} id="main">
      <header>
        <h1 dir="auto">{[items.nameLast, items.nameFirst].filter(Boolean).join(', ') || 'Patient'}</h1>
        <p>
          {[
            SEXES[items.sexAssignedAtBirth ?? ''],
            items.dateOfBirth === undefined ? undefined : `born ${showDate(items.dateOfBirth)}`,
            items.vitalStatus === undefined ? undefined : VITAL[items.vitalStatus],
            items.dateOfLastContact === undefined ? undefined : `last contact ${showDate(items.dateOfLastContact)}`,
            items.causeOfDeath === undefined ? undefined : `cause of death ${items.causeOfDeath}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        {!data.consolidated && (
          <p className={css.faint}>
            Shown as your facility reported them. Vital status, last contact and cause of death are shared by all
            facilities that follow this person.
          </p>
        )}
      </header>
      <p className={css.links}>
        {may('abstracts.read') && (
          <Link className={css.button} to="/patients/$id/history" params={{ id }} search={{}}>
            History as of any date
          </Link>
        )}
        {may('follow-up.read') && (
          <Link className={css.button} to="/follow-up" search={{ patient: data.id }}>
            Follow-up of this person
          </Link>
        )}
      </p>
      {history.error !== null && <Problem error={history.error} retry={() => void history.refetch()} />}
      <Tumors patient={data} history={history.data} />
      <Identity patient={data} history={history.data ?? []} />
      <Timeline of={data} history={history.data ?? []} />
    </main>
  );
}

function Tumors({ patient, history }: { readonly patient: Patient; readonly history: readonly History[] | undefined }) {
  const groups = Object.groupBy(patient.abstracts, ({ tumorId }) => tumorId ?? 'none');
  const ids = [...new Set([...patient.tumors.map(({ id }) => id), ...Object.keys(groups)])];
  return (
    <section aria-label="Tumors">
      <h2>{ids.length === 1 ? 'Tumor' : 'Tumors'}</h2>
      {ids.map((tumorId) => (
        <TumorCard
          key={tumorId}
          id={tumorId === 'none' ? null : tumorId}
          whole={patient.tumors.find(({ id }) => id === tumorId)?.items}
          abstracts={groups[tumorId] ?? []}
          history={history ?? []}
        />
      ))}
      {patient.abstracts.length === 0 && <p className={css.faint}>No abstract of your facilities.</p>}
    </section>
  );
}

type Items = Readonly<Record<string, string | undefined>>;

/** A tumor in short: what tells it from others, which facilities reported it, and what they say differently. Its own page has the rest. */
function TumorCard({
  id,
  whole,
  abstracts,
  history,
}: {
  /** `null`: drafts that no completion has brought to a tumor yet. */
  readonly id: string | null;
  readonly whole: Items | undefined;
  readonly abstracts: Patient['abstracts'];
  readonly history: readonly History[];
}) {
  const tables = useItemTables();
  const icdo3 = useIcdo3();
  const rows = history.filter(
    ({ entity, id: row }) => entity === 'abstract' && abstracts.some((one) => one.id === row),
  );
  const items: Items | undefined = whole ?? (rows.length === 1 ? rows[0]?.items : undefined);
  const site = items?.primarySite ?? abstracts[0]?.primarySite;
  const title =
    id === null
      ? 'Not yet complete'
      : site === null || site === undefined
        ? 'No site'
        : `${icdo3?.topography.get(site)?.label ?? ''} ${showSite(site)}`.trim();
  const name = (item: string): string => showName(tables?.dictionary.byId.get(item)?.name ?? item);
  const said = (item: string): ReadonlySet<string> =>
    new Set(
      [items?.[item], ...rows.flatMap((row) => (row.state === 'withdrawn' ? [] : [row.items[item]]))].filter(
        (value) => value !== undefined,
      ),
    );
  const differing = OF_TUMOR.filter((item) => said(item).size > 1);
  return (
    <article className={css.tumor}>
      <h3>
        {id === null ? (
          title
        ) : (
          <Link to="/tumors/$id" params={{ id }} search={{}}>
            {title}
          </Link>
        )}
      </h3>
      {id !== null && items !== undefined && (
        <dl className={css.values}>
          {OF_TUMOR.flatMap((item) => {
            const value = items[item];
            return value === undefined
              ? []
              : [
                  <div key={item} data-differs={differing.includes(item)}>
                    <dt>{name(item)}</dt>
                    <dd>
                      <code>{showValue(item, value)}</code>{' '}
                      {tables !== undefined &&
                        meaningOf({ codes: tables.codes, icdo3 }, item, value, items.behaviorCodeIcdO3)}
                    </dd>
                  </div>,
                ];
          })}
        </dl>
      )}
      {id !== null && differing.length > 0 && (
        <p className={css.differs}>
          Facilities differ:{' '}
          <Link to="/tumors/$id" params={{ id }} search={{}}>
            {differing.map(name).join(', ')}
          </Link>
        </p>
      )}
      <Abstracts abstracts={abstracts} />
    </article>
  );
}

/** Who the person is, as all facilities together say and as each of them reported it. */
function Identity({ patient, history }: { readonly patient: Patient; readonly history: readonly History[] }) {
  const may = useMay();
  const corrections = useCorrections('patient', patient);
  const corrects = may('values.decide') && patient.consolidated;
  const whole = history.find(({ entity }) => entity === 'patient');
  const abstracts = history.filter(({ entity, state }) => entity === 'abstract' && state !== 'withdrawn');
  if (abstracts.length === 0) return null;
  return (
    <section aria-labelledby="identity">
      <h2 id="identity">Identity</h2>
      <article className={css.tumor}>
        <ValuesBeside
          label="Values of the person"
          whole={whole}
          abstracts={abstracts}
          items={OF_IDENTITY}
          corrections={corrects ? corrections : null}
        />
        {corrects && <CorrectPerson patient={patient} history={history} corrections={corrections} />}
      </article>
    </section>
  );
}

/** Corrections of the person's items that stand, and one of any item. */
function CorrectPerson({
  patient: { decisions, undecidable, items },
  history,
  corrections,
}: {
  readonly patient: Patient;
  readonly history: readonly History[];
  readonly corrections: Corrections;
}) {
  const tables = useItemTables();
  const titles = useTitles(history);
  const offered = [...OF_IDENTITY.keys, ...OF_IDENTITY.more].filter((item) => undecidable[item] === undefined);
  const [chosen, choose] = useState(offered[0] ?? '');
  const name = (item: string): string => showName(tables?.dictionary.byId.get(item)?.name ?? item);
  const one = (item: string) => (
    <Correct
      key={item}
      item={item}
      value={(items as Readonly<Record<string, string | undefined>>)[item]}
      corrections={corrections}
      abstractName={titles.abstract}
    />
  );
  return (
    <details className={css.correct} open={decisions.length > 0}>
      <summary>
        {decisions.length === 0
          ? 'Correct a value'
          : `${decisions.length === 1 ? 'One value is' : `${decisions.length} values are`} set by a person`}
      </summary>
      {decisions
        .filter(({ item }) => item !== chosen)
        .map(({ item }) => (
          <section key={item} aria-label={name(item)}>
            <h3>{name(item)}</h3>
            {one(item)}
          </section>
        ))}
      <label>
        Item{' '}
        <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
          {offered.map((item) => (
            <option key={item} value={item}>
              {name(item)}
            </option>
          ))}
        </select>
      </label>
      {one(chosen)}
    </details>
  );
}

/** The abstracts, each a line. */
function Abstracts({ abstracts }: { readonly abstracts: Patient['abstracts'] }) {
  const { data: facilities } = useQuery(facilitiesQuery);
  const facility = (id: string): string => facilities?.find((one) => one.id === id)?.name ?? '';
  return (
    <ul className={css.list}>
      {abstracts.map((one) => (
        <li key={one.id}>
          <Link to="/abstracts/$id" params={{ id: one.id }}>
            <code>{showSite(one.primarySite) || 'no site'}</code> <code>{one.histology ?? ''}</code>
          </Link>
          <span>{showDate(one.dateOfDiagnosis)}</span>
          <span>{facility(one.facilityId)}</span>
          <span data-state={one.state}>{one.state}</span>
        </li>
      ))}
    </ul>
  );
}
