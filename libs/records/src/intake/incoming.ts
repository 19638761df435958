import { parseHl7 } from '@perennial/hl7';
import { type ItemValues } from '@perennial/naaccr';
import { type FacilityHints } from './identity.js';
import { type TextReport } from './store-message.js';

/** A report as it came, whatever carried it. */
export interface IncomingReport {
  /** Sender, filler order number and study: the same key is the same report. */
  readonly identityKey: string;
  /** OBR-25: P preliminary, F final, C corrected, A addendum, X cancelled. */
  readonly status: string;
  readonly body: string;
  readonly sections: readonly {
    readonly code: string;
    readonly title: string;
    readonly start: number;
    readonly end: number;
  }[];
  readonly patientItems: ItemValues;
  readonly reportItems: ItemValues;
  /** Day the specimen was taken, `YYYYMMDD` or shorter. */
  readonly collected: string | undefined;
  readonly facility: FacilityHints | { readonly facilityId: string };
}

const present = (...values: (string | null | undefined)[]): string[] =>
  values.filter((value): value is string => typeof value === 'string' && value !== '');

/** Reports of an HL7 message or batch, in order. */
export function reportsOfHl7(raw: Uint8Array): IncomingReport[] {
  return parseHl7(raw).messages.flatMap((message) =>
    message.reports.map((report): IncomingReport => ({
      identityKey: [
        'hl7',
        message.sendingFacility.id || message.sendingFacility.name,
        report.filler,
        report.orderCode,
      ].join('|'),
      status: report.status,
      body: report.text,
      sections: report.sections,
      patientItems: message.patientItems,
      reportItems: report.items,
      collected: report.collected ?? undefined,
      facility: {
        orderingFacility: present(report.orderingFacility?.id, report.orderingFacility?.name),
        assigningAuthority: present(...(message.patient.mrnAuthority ?? '').split('^'), message.patient.mrnAuthority),
        sendingFacility: present(message.sendingFacility.id, message.sendingFacility.name),
      },
    })),
  );
}

/** The one report of a pasted text. */
export function reportOfText(raw: Uint8Array): IncomingReport[] {
  const report = JSON.parse(new TextDecoder().decode(raw)) as TextReport;
  return [
    {
      identityKey: ['text', report.facilityId, report.reportNumber].join('|'),
      status: 'F',
      body: report.text,
      sections: [],
      patientItems: report.patient,
      reportItems: {},
      collected: report.collected,
      facility: { facilityId: report.facilityId },
    },
  ];
}
