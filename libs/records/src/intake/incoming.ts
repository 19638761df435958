import { createHash } from 'node:crypto';
import {
  type Hl7Document,
  type Hl7Specimen,
  openEnvelope,
  plainText,
  readMessage,
  sectionsByHeading,
} from '@perennial/hl7';
import { type ItemValues } from '@perennial/naaccr';
import { type FacilityHints } from './identity.js';
import { type TextReport } from './store-message.js';

/** A report as it came, whatever carried it. */
export interface IncomingReport {
  readonly source: 'hl7' | 'text';
  /** Sender, filler order number and study: the same key is the same report. */
  readonly identityKey: string;
  /** OBR-25: P preliminary, F final, C corrected, A addendum, X cancelled. */
  readonly status: string;
  /** When this state was made, digits as sent (`YYYYMMDD[HHMM[SS]]`), where known. */
  readonly reported: string | null;
  readonly body: string;
  readonly sections: readonly {
    readonly code: string;
    readonly title: string;
    readonly start: number;
    readonly end: number;
  }[];
  readonly specimens: readonly Hl7Specimen[];
  readonly documents: readonly Hl7Document[];
  readonly patientItems: ItemValues;
  readonly reportItems: ItemValues;
  /** Day the specimen was taken, `YYYYMMDD` or shorter. */
  readonly collected: string | undefined;
  readonly facility: FacilityHints | { readonly facilityId: string };
}

/** A message that cannot be made into reports; its problems name segments and fields. */
export class UnreadableMessage extends Error {
  constructor(
    readonly problems: readonly { readonly code: string; readonly segment: string; readonly field: number | null }[],
  ) {
    super('the message cannot be read');
  }
}

const present = (...values: (string | null | undefined)[]): string[] =>
  values.filter((value): value is string => typeof value === 'string' && value !== '');

/**
 * Reports of an HL7 message, in order. Of several messages in one, those that are right are read.
 *
 * @throws UnreadableMessage when none is.
 */
export function reportsOfHl7(raw: Uint8Array): IncomingReport[] {
  const outcomes = openEnvelope(raw).messages.map(readMessage);
  if (!outcomes.some(({ ack }) => ack === 'AA')) throw new UnreadableMessage(outcomes.flatMap(({ errors }) => errors));
  return outcomes.flatMap(({ ack, message }) =>
    ack !== 'AA' || message === null
      ? []
      : message.reports.map((report): IncomingReport => ({
          source: 'hl7',
          identityKey: [
            'hl7',
            message.sendingFacility.id || message.sendingFacility.name,
            report.filler,
            report.orderCode,
          ].join('|'),
          status: report.status,
          reported: report.reported,
          body: report.text,
          sections: report.sections,
          specimens: report.specimens,
          documents: report.documents,
          patientItems: message.patientItems,
          reportItems: report.items,
          collected: report.collected ?? undefined,
          facility: {
            orderingFacility: present(report.orderingFacility.id, report.orderingFacility.name),
            assigningAuthority: present(
              ...(message.patient.mrnAuthority ?? '').split('^'),
              message.patient.mrnAuthority,
            ),
            sendingFacility: present(message.sendingFacility.id, message.sendingFacility.name),
          },
        })),
  );
}

/** A day of NAACCR's form in that of its dateTime items. */
const isoDay = (compact: string): string =>
  [compact.slice(0, 4), compact.slice(4, 6), compact.slice(6, 8)].filter((part) => part !== '').join('-');

/** The one report of a pasted or uploaded text. */
export function reportOfText(raw: Uint8Array): IncomingReport[] {
  const report = JSON.parse(new TextDecoder().decode(raw)) as TextReport;
  const body = plainText(report.text).replace(/\r\n?/g, '\n');
  return [
    {
      source: 'text',
      identityKey: ['text', report.facilityId, report.reportNumber].join('|'),
      status: report.status ?? 'F',
      reported: null,
      body,
      sections: sectionsByHeading(body),
      specimens: [],
      documents: [],
      patientItems: report.patient,
      reportItems: {
        pathReportNumber1: report.reportNumber.slice(0, 20),
        ...(report.collected === undefined ? {} : { pathDateSpecCollect1: isoDay(report.collected) }),
      },
      collected: report.collected,
      facility: { facilityId: report.facilityId },
    },
  ];
}

/** What two messages must share to be the same content: everything that a person would see of the report. */
export function contentHash(report: IncomingReport): string {
  const parts = [
    report.status,
    report.body,
    JSON.stringify(report.sections),
    JSON.stringify(report.patientItems),
    JSON.stringify(report.reportItems),
    ...(report.documents.length === 0 ? [] : [JSON.stringify(report.documents)]),
  ];
  return createHash('sha256').update(parts.join('\u0000')).digest('hex');
}
