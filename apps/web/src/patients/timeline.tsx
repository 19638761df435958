import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { facilitiesQuery } from '../abstract/queries.js';
import { useIcdo3 } from '../items/tables.js';
import { showDate, showSite } from '../ui/format.js';
import { type History } from './history.js';
import { type Patient } from './queries.js';
import css from './patient.module.css';

export interface Event {
  /** Sortable: `YYYYMMDD` or a shorter date, which stands for its earliest day. */
  readonly at: string;
  readonly kind: 'diagnosis' | 'treatment' | 'report' | 'contact' | 'last';
  readonly text: string;
  /** The abstract that tells it. */
  readonly abstractId?: string;
}

/** Dates of a tumor's course, with what happened on them. */
const COURSE: readonly (readonly [item: string, kind: Event['kind'], words: string])[] = [
  ['dateOf1stContact', 'diagnosis', 'First contact'],
  ['rxDateSurgery', 'treatment', 'Surgery'],
  ['rxDateRadiation', 'treatment', 'Radiation began'],
  ['rxDateChemo', 'treatment', 'Chemotherapy began'],
  ['rxDateHormone', 'treatment', 'Hormone therapy began'],
  ['rxDateBrm', 'treatment', 'Immunotherapy began'],
  ['rxDateSystemic', 'treatment', 'Systemic treatment began'],
  ['dateInitialRxSeer', 'treatment', 'First treatment'],
  ['date1stCrsRxCoc', 'treatment', 'First course of treatment'],
  ['recurrenceDate1st', 'diagnosis', 'First recurrence'],
  ['dateOfLastCancerStatus', 'contact', 'Cancer status known'],
];

/** What a timeline is made of beside the history of the abstracts: of a patient, or of one tumor. */
export interface Course {
  readonly items: { readonly vitalStatus?: string; readonly dateOfLastContact?: string };
  readonly abstracts: readonly Pick<
    Patient['abstracts'][number],
    'id' | 'facilityId' | 'primarySite' | 'histology' | 'dateOfDiagnosis'
  >[];
  readonly reports: readonly { readonly createdAt: string; readonly screening: string }[];
  readonly contacts: readonly Omit<Patient['contacts'][number], 'id'>[];
}

/**
 * What happened to a person, by time: diagnoses, treatment, reports, contacts. What several facilities tell of the same day is one event.
 *
 * @param wordsOf names of a facility and of a site.
 */
export function eventsOf(
  of: Course,
  history: readonly History[],
  wordsOf: { readonly facility: (id: string) => string; readonly site: (code: string | null) => string },
): readonly Event[] {
  const course = history
    .filter(({ entity, state }) => entity === 'abstract' && state !== 'withdrawn')
    .flatMap((row) =>
      COURSE.flatMap(([item, kind, words]): Event[] => {
        const at = row.items[item];
        return at === undefined || !/^\d{4,8}$/.test(at)
          ? []
          : [{ at, kind, text: `${words}, ${wordsOf.site(row.items.primarySite ?? null)}`, abstractId: row.id }];
      }),
    );
  const { vitalStatus, dateOfLastContact } = of.items;
  const events: Event[] = [
    ...of.abstracts.flatMap((one): Event[] =>
      one.dateOfDiagnosis === null
        ? []
        : [
            {
              at: one.dateOfDiagnosis,
              kind: 'diagnosis',
              text: `Diagnosis, ${wordsOf.site(one.primarySite)} ${one.histology ?? ''}, ${wordsOf.facility(one.facilityId)}`,
              abstractId: one.id,
            },
          ],
    ),
    ...course,
    ...of.reports.map((one): Event => ({
      at: one.createdAt.slice(0, 10).replaceAll('-', ''),
      kind: 'report',
      text: `Report received, ${one.screening.replaceAll('_', ' ')}`,
    })),
    ...of.contacts.map((one): Event => ({
      at: one.contactedOn,
      kind: 'contact',
      text: `Contact by ${one.channel.replaceAll('_', ' ')}: ${one.outcome.replaceAll('_', ' ')}, ${wordsOf.facility(one.facilityId)}`,
    })),
    ...(dateOfLastContact === undefined
      ? []
      : [{ at: dateOfLastContact, kind: 'last' as const, text: vitalStatus === '0' ? 'Death' : 'Last contact' }]),
  ];
  const once = new Map(events.map((event) => [`${event.at} ${event.text}`, event]));
  return [...once.values()].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Diagnoses, treatment, reports and contacts in the order of time. */
export function Timeline({ of, history }: { readonly of: Course; readonly history: readonly History[] }) {
  const { data: facilities } = useQuery(facilitiesQuery);
  const icdo3 = useIcdo3();
  const events = eventsOf(of, history, {
    facility: (id) => facilities?.find((one) => one.id === id)?.name ?? 'another facility',
    site: (code) =>
      code === null ? 'no site' : `${showSite(code)} ${icdo3?.topography.get(code)?.label ?? ''}`.trim(),
  });
  return (
    <section aria-label="Timeline">
      <h2>Timeline</h2>
      {events.length === 0 && <p className={css.faint}>Nothing is dated yet.</p>}
      <ol className={css.timeline}>
        {events.map((event) => (
          <li key={`${event.at} ${event.text}`} data-kind={event.kind}>
            <time>{showDate(event.at)}</time>
            {event.abstractId === undefined ? (
              <span>{event.text}</span>
            ) : (
              <Link to="/abstracts/$id" params={{ id: event.abstractId }}>
                {event.text}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
