import { type IncomingReport } from './incoming.js';

/** What is stored of a report that a message speaks of again. */
export interface KnownReport {
  readonly id: string;
  readonly identityKey: string;
  readonly facilityId: string | null;
  readonly abstractId: string | null;
  readonly patientId: string | null;
  /** Number of the version that holds now, and the highest number given. */
  readonly currentVersion: number;
  readonly lastVersion: number;
  readonly versionId: string;
  readonly status: string;
  readonly contentHash: string;
  readonly reported: string | null;
  /** When the message of the current version came, to the microsecond; texts compare as times do. */
  readonly receivedAt: string;
  readonly body: string;
  readonly sections: IncomingReport['sections'];
}

export type Placement =
  /** The first version, or one that replaces what holds now. */
  | 'new'
  /** The same content again. */
  | 'duplicate'
  /** Known content whose facility was not known before. */
  | 'assign'
  /** An older state that came late: kept, and nothing comes of it. */
  | 'late';

/**
 * What an arriving state of a report is to the one that holds: newer states replace, older ones are kept aside. A preliminary never
 * replaces what is final. States are ordered by when the laboratory made them, and where it does not say, by when they came.
 */
export function placeVersion(
  known: KnownReport | undefined,
  arriving: {
    readonly status: string;
    readonly hash: string;
    readonly reported: string | null;
    readonly receivedAt: string;
    readonly facilityId: string | null;
  },
): Placement {
  if (known === undefined) return 'new';
  if (known.contentHash === arriving.hash)
    return known.facilityId === null && arriving.facilityId !== null ? 'assign' : 'duplicate';
  if (arriving.status === 'P' && !['P', 'X'].includes(known.status)) return 'late';
  const length = Math.min(arriving.reported?.length ?? 0, known.reported?.length ?? 0);
  const [now, then] = [arriving.reported?.slice(0, length) ?? '', known.reported?.slice(0, length) ?? ''];
  if (length > 0 && now !== then) return now < then ? 'late' : 'new';
  return arriving.receivedAt < known.receivedAt ? 'late' : 'new';
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line.length > 3);

/** Share of an earlier text's lines that a newer one must repeat to be the whole report again. */
const REPEATED = 0.5;

/**
 * Body of an addendum: laboratories send the whole report with it, or the addendum alone. Alone it is put under the report that it
 * adds to, so that the version is whole.
 *
 * @returns the report as it is to be stored; the same one where nothing had to be joined.
 */
export function joinAddendum(report: IncomingReport, known: KnownReport | undefined): IncomingReport {
  if (report.status !== 'A' || known === undefined || known.body.trim() === '' || known.status === 'X') return report;
  const before = lines(known.body);
  const now = new Set(lines(report.body));
  const repeated = before.filter((line) => now.has(line)).length;
  if (before.length === 0 || repeated / before.length >= REPEATED) return report;
  const gap = `${known.body}\n\n`;
  const own =
    report.sections.length > 0 ? report.sections : [{ code: '', title: '', start: 0, end: report.body.length }];
  return {
    ...report,
    body: gap + report.body,
    sections: [
      ...(known.sections.length > 0
        ? known.sections
        : [{ code: '', title: 'Report', start: 0, end: known.body.length }]),
      ...own.map((section) => ({
        // Whatever an addendum calls its parts, they come after the report and speak last.
        code: '22639-9',
        title: section.title === '' || section.title === 'Final diagnosis' ? 'Addendum' : section.title,
        start: section.start + gap.length,
        end: section.end + gap.length,
      })),
    ],
    specimens: report.specimens.map((one) => ({
      ...one,
      parts: one.parts.map(({ start, end }) => ({ start: start + gap.length, end: end + gap.length })),
    })),
  };
}
