import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { facilitiesQuery } from '../abstract/queries.js';
import { type Schemas } from '../api/client.js';
import { showDate, showSite } from '../ui/format.js';
import css from './patient.module.css';

interface Event {
  /** Sortable: `YYYYMMDD` or a shorter date, which stands for its earliest day. */
  readonly at: string;
  readonly kind: 'diagnosis' | 'report' | 'contact' | 'last';
  readonly text: string;
  readonly to?: string;
}

const day = (iso: string): string => iso.slice(0, 10).replaceAll('-', '');

/** Diagnoses, reports and contacts in the order of time. */
export function Timeline({ patient }: { readonly patient: Schemas['PatientDetail'] }) {
  const { data: facilities } = useQuery(facilitiesQuery);
  const facility = (id: string): string => facilities?.find((one) => one.id === id)?.name ?? 'another facility';
  const events: Event[] = [
    ...patient.abstracts.flatMap((one): Event[] =>
      one.dateOfDiagnosis === null
        ? []
        : [
            {
              at: one.dateOfDiagnosis,
              kind: 'diagnosis',
              text: `Diagnosis ${showSite(one.primarySite)} ${one.histology ?? ''}, ${facility(one.facilityId)}`,
              to: `/abstracts/${one.id}`,
            },
          ],
    ),
    ...patient.reports.map((one): Event => ({
      at: day(one.createdAt),
      kind: 'report',
      text: `Report received, ${one.screening.replaceAll('_', ' ')}`,
    })),
    ...patient.contacts.map((one): Event => ({
      at: one.contactedOn,
      kind: 'contact',
      text: `Contact by ${one.channel.replaceAll('_', ' ')}: ${one.outcome.replaceAll('_', ' ')}, ${facility(one.facilityId)}`,
    })),
    ...(patient.items.dateOfLastContact === undefined
      ? []
      : [{ at: patient.items.dateOfLastContact, kind: 'last' as const, text: 'Last contact' }]),
  ];
  const sorted = events.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return (
    <section aria-label="Timeline">
      <h2>Timeline</h2>
      {sorted.length === 0 && <p className={css.faint}>Nothing is dated yet.</p>}
      <ol className={css.timeline}>
        {sorted.map((event, index) => (
          <li key={`${event.at} ${event.text} ${index}`} data-kind={event.kind}>
            <time>{showDate(event.at)}</time>
            {event.to === undefined ? <span>{event.text}</span> : <Link to={event.to}>{event.text}</Link>}
          </li>
        ))}
      </ol>
    </section>
  );
}
