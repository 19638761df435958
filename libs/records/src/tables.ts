import { type CodedReport, type CodingTables, codeReport } from '@perennial/coding';
import { type EditSet, type EditTables, type Finding, runEdits } from '@perennial/edits';
import { type Dictionary, type ItemValues, type PatientRecord } from '@perennial/naaccr';
import { type Primaries } from '@perennial/primaries';
import { type Algorithm } from '@perennial/staging';

/** Everything the use-cases need beside the database: tables of the standards, read once at start-up, and the registry's settings. */
export interface RegistryTables {
  readonly dictionary: Dictionary;
  readonly coding: CodingTables;
  /** The coder's tables with words of a facility; absent where no facility has any. The same words give the same tables. */
  readonly withSynonyms?: (
    words: readonly { readonly kind: 'morphology' | 'topography'; readonly term: string; readonly code: string }[],
  ) => CodingTables;
  /** Tables of the edits; which sets are in use is a matter of the database (`setInUse`). */
  readonly edits: EditTables;
  /** Rules that say whether two tumors are one primary. */
  readonly primaries: Primaries;
  /** The staging algorithm that ships with the product; an installed version of it takes its place. */
  readonly staging: Algorithm;
  readonly registry: { readonly kind: 'hospital' | 'central'; readonly id: string };
}

/** Name and version of the coder, kept with each proposal. */
export const CODER = 'perennial-coding-1';

/** A report as the coder takes it. */
export interface CodableReport {
  readonly body: string;
  readonly sections: readonly {
    readonly code: string;
    readonly title: string;
    readonly start: number;
    readonly end: number;
  }[];
  readonly patientItems: ItemValues;
  /** Day the specimen was taken, `YYYYMMDD` or shorter: rules of reportability depend on the year. */
  readonly collected?: string | undefined;
}

/** Code one version of a report. */
export function proposalFor(
  tables: RegistryTables,
  report: CodableReport,
  options: { readonly force?: boolean } = {},
): CodedReport {
  const sex = report.patientItems.sexAssignedAtBirth;
  const year = Number(report.collected?.slice(0, 4));
  // Where a message names no section that is known, the coder looks for headings itself.
  const named = report.sections.some(({ code }) => /^(\d+-\d|CAPECC)$/.test(code));
  return codeReport(
    {
      text: report.body,
      ...(named ? { sections: report.sections } : {}),
      ...(sex === undefined ? {} : { sex }),
      ...(year >= 1_900 ? { diagnosisYear: year } : {}),
    },
    tables.coding,
    options,
  );
}

/** A tumor's items and its patient's apart, as the standard files them. */
export function splitLevels(dictionary: Dictionary, items: ItemValues): { patient: ItemValues; tumor: ItemValues } {
  const patient: Record<string, string> = {};
  const tumor: Record<string, string> = {};
  for (const [id, value] of Object.entries(items) as [string, string][]) {
    (dictionary.byId.get(id)?.level === 'Patient' ? patient : tumor)[id] = value;
  }
  return { patient, tumor };
}

/** One abstract as the patient record that edits judge. */
export function asPatientRecord(dictionary: Dictionary, items: ItemValues): PatientRecord {
  const { patient, tumor } = splitLevels(dictionary, items);
  return { items: patient, tumors: [tumor] };
}

/** Findings of one abstract. */
export const findingsOf = (
  tables: RegistryTables,
  set: EditSet,
  items: ItemValues,
  today: string,
): readonly Finding[] => runEdits(set, asPatientRecord(tables.dictionary, items), today);
