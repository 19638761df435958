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

export interface Hl7Specimen {
  readonly id: string;
  readonly type: string;
  readonly site: string;
}

/** Status of a report, OBR-25: preliminary, final, corrected, addendum, cancelled. */
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
  readonly sendingFacility: Organization;
  readonly patient: Hl7Patient;
  readonly patientItems: ItemValues;
  readonly reports: readonly Hl7Report[];
  readonly warnings: readonly Hl7Problem[];
}

export interface Hl7Result {
  /** AA taken, AE taken but wrong in content, AR refused; `null` when it is not HL7 at all. */
  readonly ack: 'AA' | 'AE' | 'AR' | null;
  readonly messages: readonly Hl7Message[];
  readonly errors: readonly Hl7Problem[];
}
