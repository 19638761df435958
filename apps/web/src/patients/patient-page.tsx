import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { facilitiesQuery } from '../abstract/queries.js';
import { useIcdo3 } from '../items/tables.js';
import { useMay } from '../session/session.js';
import { SEXES, showDate, showSite, VITAL } from '../ui/format.js';
import { PageProblem, Problem, Skeleton } from '../ui/problem.js';
import { type History } from './history.js';
import { historyQuery, type Patient, patientQuery } from './queries.js';
import { Timeline } from './timeline.js';
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
      <Identity history={history.data ?? []} />
      <Timeline patient={data} history={history.data ?? []} />
    </main>
  );
}

function Tumors({ patient, history }: { readonly patient: Patient; readonly history: readonly History[] | undefined }) {
  const icdo3 = useIcdo3();
  const groups = Object.groupBy(patient.abstracts, ({ tumorId }) => tumorId ?? 'none');
  const ids = [...new Set([...patient.tumors.map(({ id }) => id), ...Object.keys(groups)])];
  const siteWords = (site: string | null | undefined): string =>
    site === null || site === undefined
      ? 'No site'
      : `${icdo3?.topography.get(site)?.label ?? ''} ${showSite(site)}`.trim();
  return (
    <section aria-label="Tumors">
      <h2>{ids.length === 1 ? 'Tumor' : 'Tumors'}</h2>
      {ids.map((tumorId) => {
        const abstracts = groups[tumorId] ?? [];
        const tumor = patient.tumors.find(({ id }) => id === tumorId);
        const rows = history?.filter(
          ({ entity, id }) => entity === 'abstract' && abstracts.some((one) => one.id === id),
        );
        return (
          <article key={tumorId} className={css.tumor} id={`tumor-${tumorId}`}>
            <h3>
              {tumorId === 'none'
                ? 'Not yet complete'
                : siteWords(tumor?.items.primarySite ?? abstracts[0]?.primarySite)}
            </h3>
            {rows === undefined || rows.length === 0 ? (
              <Abstracts abstracts={abstracts} />
            ) : (
              <ValuesBeside
                label="Values of the tumor"
                whole={history?.find(({ id }) => id === tumorId)}
                abstracts={rows}
                items={OF_TUMOR}
              />
            )}
          </article>
        );
      })}
      {patient.abstracts.length === 0 && <p className={css.faint}>No abstract of your facilities.</p>}
    </section>
  );
}

/** Who the person is, as all facilities together say and as each of them reported it. */
function Identity({ history }: { readonly history: readonly History[] }) {
  const whole = history.find(({ entity }) => entity === 'patient');
  const abstracts = history.filter(({ entity, state }) => entity === 'abstract' && state !== 'withdrawn');
  if (abstracts.length === 0) return null;
  return (
    <section aria-labelledby="identity">
      <h2 id="identity">Identity</h2>
      <article className={css.tumor}>
        <ValuesBeside label="Values of the person" whole={whole} abstracts={abstracts} items={OF_IDENTITY} />
      </article>
    </section>
  );
}

/** The abstracts in short, for those who may not read them whole. */
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
