import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { facilitiesQuery } from '../abstract/queries.js';
import { answer, api } from '../api/client.js';
import { SEXES, showDate, showSite, VITAL } from '../ui/format.js';
import { PageProblem, Skeleton } from '../ui/problem.js';
import css from './patient.module.css';

export function PatientPage() {
  const { id } = useParams({ from: '/shell/patients/$id' });
  const { data, error, refetch } = useQuery({
    queryKey: ['patient', id],
    queryFn: () => answer(api.GET('/api/v1/patients/{id}', { params: { path: { id } } })),
  });
  const { data: facilities } = useQuery(facilitiesQuery);
  if (error !== null) return <PageProblem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton />;
  const { items } = data;
  const facility = (facilityId: string): string => facilities?.find((one) => one.id === facilityId)?.name ?? '';
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
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </header>
      <section>
        <h2>Abstracts</h2>
        <ul className={css.list}>
          {data.abstracts.map((one) => (
            <li key={one.id}>
              <Link to="/abstracts/$id" params={{ id: one.id }}>
                <code>{showSite(one.primarySite)}</code> <code>{one.histology}</code>
              </Link>
              <span>{showDate(one.dateOfDiagnosis)}</span>
              <span>{facility(one.facilityId)}</span>
              <span>{one.state}</span>
            </li>
          ))}
        </ul>
      </section>
    </main>
  );
}
