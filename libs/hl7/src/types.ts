import { type ItemValues } from '@perennial/naaccr';

/** Something about a message that is wrong or unusual. Names the place, never a value of a patient. */
export interface Hl7Problem {
  /** Stable, for example `pid.name-missing`. */
  readonly code: string;
  /** Segment, for example `PID`; empty when the problem is about the message as a whole. */
  readonly segment: string;
  readonly field: number | null;
  readonly message: string;
}

/** Part of a report's text; offsets are UTF-16 units into `Hl7Report.text`. */
export interface ReportSection {
  /** LOINC code of the section (`22637-3` final diagnosis), or `CAPECC` for question and answer pairs, or the sender's own code. */
  readonly code: string;
  readonly title: string;
  readonly start: number;
  readonly end: number;
}

/** Name and number of an organization, as far as the message gives them. */
export interface Organization {
  readonly name: string;
  readonly id: string;
}

/** A specimen, and the parts of the text that speak of it by their sub-id (OBX-4). */
export interface Hl7Specimen {
  /** Number of the specimen as the laboratory gives it (SPM-2), or its sub-id where there is no SPM. */
  readonly id: string;
  readonly type: string;
  readonly site: string;
  readonly parts: readonly { readonly start: number; readonly end: number }[];
}

/** A document inside a message (ED, RP, or RTF in a text value). */
export interface Hl7Document {
  /** Which OBX of the report, from 1. */
  readonly observation: number;
  /** `PDF`, `RTF`, `TEXT`, `POINTER` ... */
  readonly format: string;
  /** Its words are part of the report's text. When not, a person must open it. */
  readonly read: boolean;
}

/** Status of a report, OBR-25: preliminary, final, corrected, addendum (some results, more than before), cancelled. */
export type ReportStatus = 'P' | 'F' | 'C' | 'A' | 'X';

export interface Hl7Report {
  readonly filler: string;
  readonly status: ReportStatus;
  readonly orderCode: string;
  readonly orderName: string;
  /** When the specimen was taken, digits as sent (`YYYYMMDD` or longer), or `null`. */
  readonly collected: string | null;
  readonly orderingFacility: Organization;
  readonly text: string;
  readonly sections: readonly ReportSection[];
  readonly specimens: readonly Hl7Specimen[];
  readonly documents: readonly Hl7Document[];
  /** When this state of the report was made (OBR-22, else MSH-7), digits as sent, or `null`. */
  readonly reported: string | null;
  /** Items about the report and its specimen (7010, 7090, 7320, 7480 ...). */
  readonly items: ItemValues;
}

export interface Hl7Patient {
  readonly last: string;
  readonly first: string;
  readonly middle: string;
  readonly birthDate: string | null;
  /** As sent: M, F, U, O, A ... */
  readonly sex: string | null;
  readonly mrn: string | null;
  /** Who gave the medical record number: name and id joined with `^`. */
  readonly mrnAuthority: string | null;
  readonly ssn: string | null;
}

export interface Hl7Message {
  readonly controlId: string;
  /** For example `ORU^R01`. */
  readonly type: string;
  readonly version: string;
  /** MSH-11: P production, T training, D debugging. */
  readonly processing: string;
  readonly sendingApplication: string;
  readonly sendingFacility: Organization;
  readonly patient: Hl7Patient;
  readonly patientItems: ItemValues;
  readonly reports: readonly Hl7Report[];
  readonly warnings: readonly Hl7Problem[];
}

/** AA taken, AE taken but wrong in content, AR refused. */
export type AckCode = 'AA' | 'AE' | 'AR';

/** What came of one message. */
export interface Hl7Outcome {
  readonly ack: AckCode;
  /** MSH-10, also of a message that was refused; empty when it gives none. */
  readonly controlId: string;
  /** MSH-12, empty when it gives none. */
  readonly version: string;
  /** `null` when the message was refused. */
  readonly message: Hl7Message | null;
  readonly errors: readonly Hl7Problem[];
}

export interface Hl7Result {
  /** Of all messages together: AA when every one is, AR when none is better, else AE; `null` when it is not HL7 at all. */
  readonly ack: AckCode | null;
  readonly messages: readonly Hl7Message[];
  readonly errors: readonly Hl7Problem[];
  /** One for each message of the input, in order. */
  readonly outcomes: readonly Hl7Outcome[];
  /** The input is a batch (FHS or BHS). */
  readonly batch: boolean;
}
