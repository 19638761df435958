import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { facilitiesQuery } from '../abstract/queries.js';
import { answer, api, type Schemas } from '../api/client.js';
import { useIcdo3, useItemTables } from '../items/tables.js';
import { SEXES, showDate, showName, showSite, VITAL } from '../ui/format.js';
import { PageProblem, Skeleton } from '../ui/problem.js';
import { Timeline } from './timeline.js';
import css from './patient.module.css';

type Patient = Schemas['PatientDetail'];

export const patientQuery = (id: string) => ({
  queryKey: ['patient', id],
  queryFn: () => answer(api.GET('/api/v1/patients/{id}', { params: { path: { id } } })),
});

/** A person: who they are, their tumors with every facility's abstract beside the consolidated values, and what happened when. */
export function PatientPage() {
  const { id } = useParams({ from: '/shell/patients/$id' });
  const { data, error, refetch } = useQuery(patientQuery(id));
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
      <Tumors patient={data} />
      <Timeline patient={data} />
      <p>
        <Link className={css.button} to="/follow-up" search={{ patient: data.id }}>
          Follow-up of this person
        </Link>
      </p>
    </main>
  );
}

/** Items that tell tumors apart and say how they stand. */
const COMPARED = [
  'primarySite',
  'histologicTypeIcdO3',
  'behaviorCodeIcdO3',
  'laterality',
  'dateOfDiagnosis',
  'gradePathological',
  'summaryStage2018',
  'cancerStatus',
];

function Tumors({ patient }: { readonly patient: Patient }) {
  const { data: facilities } = useQuery(facilitiesQuery);
  const groups = Object.groupBy(patient.abstracts, ({ tumorId }) => tumorId ?? 'none');
  const facility = (id: string): string => facilities?.find((one) => one.id === id)?.name ?? '';
  return (
    <section aria-label="Tumors">
      <h2>{Object.keys(groups).length === 1 ? 'Tumor' : 'Tumors'}</h2>
      {Object.entries(groups).map(([tumorId, abstracts = []]) => {
        const tumor = patient.tumors.find(({ id }) => id === tumorId);
        return (
          <article key={tumorId} className={css.tumor}>
            <h3>{tumorId === 'none' ? 'Not yet complete' : <SiteWords site={abstracts[0]?.primarySite ?? null} />}</h3>
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
            {tumor !== undefined && <Consolidated items={tumor.items} />}
          </article>
        );
      })}
      {patient.abstracts.length === 0 && <p className={css.faint}>No abstract of your facilities.</p>}
    </section>
  );
}

function SiteWords({ site }: { readonly site: string | null }) {
  const icdo3 = useIcdo3();
  return <>{site === null ? 'No site' : (icdo3?.topography.get(site)?.label ?? showSite(site))}</>;
}

/** The values that all facilities together stand for. */
function Consolidated({ items }: { readonly items: Readonly<Record<string, string>> }) {
  const tables = useItemTables();
  return (
    <dl className={css.values}>
      {COMPARED.filter((id) => items[id] !== undefined).map((id) => (
        <div key={id}>
          <dt>{showName(tables?.dictionary.byId.get(id)?.name ?? id)}</dt>
          <dd className="mono">{/^date/.test(id) ? showDate(items[id]) : items[id]}</dd>
        </div>
      ))}
    </dl>
  );
}
