import { convertRecord, type Issue, type ItemValues, parsePartialDate, type ReadPatient } from '@perennial/naaccr';
import { STAGING_ITEMS, type StagingDeriver } from '../staging/derive.js';

/** Why a record was not taken. */
export type RejectReason =
  /** Values that their items cannot hold. */
  | 'values'
  /** No reporting facility in the record and none given with the file. */
  | 'no-facility'
  | 'unknown-facility'
  /** Another facility's record in a file of a sender who does not see that facility. */
  | 'facility-out-of-scope'
  /** The facility has this abstract already and the file does not say that it is a change. */
  | 'already-there'
  /** The accession and sequence number are those of another abstract. */
  | 'number-taken'
  /** A change to an abstract that was withdrawn. */
  | 'withdrawn';

export interface Reject {
  readonly patient: number;
  readonly tumor: number;
  readonly line: number;
  readonly reason: RejectReason;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A record that may be taken. */
export interface PlannedTumor {
  readonly patient: number;
  readonly tumor: number;
  readonly line: number;
  readonly facilityId: string;
  /** Patient and Tumor items together, as this facility reported them, in the form of storage (v26). */
  readonly items: ItemValues;
  /** The items as JSON: made while the database takes the records before. */
  readonly json: string;
  /** The items of the tumor alone, some of which may not be taken over from an abstract. */
  readonly ofTumor: ItemValues;
  /** Stage by the registry's own algorithms, of a complete record; what the file said of it stays on the abstract. */
  readonly staged: Readonly<Record<string, string>>;
  /** It holds what consolidation stands on, so it counts as complete. */
  readonly complete: boolean;
}

/** One `Patient` element. */
export interface PlannedPatient {
  readonly patient: number;
  readonly items: ItemValues;
  readonly tumors: readonly PlannedTumor[];
}

export interface PlanResult {
  readonly patient: PlannedPatient;
  readonly rejects: readonly Reject[];
  /** Items that the dictionary does not have: left out, and counted by id. */
  readonly unknownItems: readonly string[];
}

export interface PlanContext {
  /** Facilities by their ten-digit number. */
  readonly facilities: ReadonlyMap<string, string>;
  readonly defaultFacilityId: string | null;
  /** Null: every facility. */
  readonly scope: ReadonlySet<string> | null;
  readonly asDraft: boolean;
  readonly stage: StagingDeriver;
}

/** Findings that make a value unfit to be stored. Others (a wrong number, an item of another record type) are counted and let pass. */
const UNFIT: ReadonlySet<Issue['code']> = new Set([
  'too-long',
  'too-short',
  'bad-type',
  'bad-date',
  'leading-space',
  'trailing-space',
  'wrong-level',
  'duplicate-item',
]);

/** What a consolidated tumor stands on, and the numbers by which a facility tells its abstracts apart. */
const NEEDED: readonly [keyof ItemValues, RegExp][] = [
  ['primarySite', /^C\d{3}$/],
  ['histologicTypeIcdO3', /^\d{4}$/],
  ['behaviorCodeIcdO3', /^\d$/],
  ['dateOfDiagnosis', /^\d{4}/],
  ['accessionNumberHosp', /^\d{9}$/],
  ['sequenceNumberHospital', /^\d{2}$/],
];

const PLACE = /\/Patient\[\d+\](?:\/Tumor\[(\d+)\])?/;

/** Findings of a patient by tumor (0: the patient itself), only those that make a value unfit. */
function unfitByTumor(issues: readonly Issue[]): ReadonlyMap<number, readonly Issue[]> {
  const found = new Map<number, Issue[]>();
  for (const issue of issues) {
    if (!UNFIT.has(issue.code)) continue;
    const tumor = Number(PLACE.exec(issue.path)?.[1] ?? 0);
    found.set(tumor, [...(found.get(tumor) ?? []), issue]);
  }
  return found;
}

/** Most findings told of one record. */
const TOLD = 20;

/**
 * Judge the records of one patient by themselves: what can be stored, for which facility, complete or not.
 *
 * @param position place of the patient in the file, from 1.
 */
export function planPatient(read: ReadPatient, position: number, context: PlanContext): PlanResult {
  const unfit = unfitByTumor(read.issues);
  const unknown = new Set(read.issues.flatMap(({ code, id }) => (code === 'unknown-id' && id !== null ? [id] : [])));
  const { items, tumors } = convertRecord(
    unknown.size === 0
      ? read
      : { items: without(read.items, unknown), tumors: read.tumors.map((tumor) => without(tumor, unknown)) },
    '260',
  );
  const rejects: Reject[] = [];
  const planned: PlannedTumor[] = [];
  tumors.forEach((own, index) => {
    const place = { patient: position, tumor: index + 1, line: read.tumorLines[index] ?? read.line };
    const problems = [...(unfit.get(0) ?? []), ...(unfit.get(index + 1) ?? [])];
    if (problems.length > 0) {
      const told = problems.slice(0, TOLD).map(({ code, id, line }) => ({ code, item: id, line }));
      rejects.push({ ...place, reason: 'values', detail: { errors: told, of: problems.length } });
      return;
    }
    const facility = facilityOf(own, context);
    if ('reason' in facility) {
      rejects.push({ ...place, reason: facility.reason, detail: {} });
      return;
    }
    const all = { ...items, ...own };
    const complete = !context.asDraft && isComplete(all);
    planned.push({
      ...place,
      facilityId: facility.id,
      items: all,
      json: JSON.stringify(all),
      ofTumor: own,
      staged: complete ? stageOf(own, context.stage) : {},
      complete,
    });
  });
  return { patient: { patient: position, items, tumors: planned }, rejects, unknownItems: [...unknown] };
}

/** Stage of a tumor made of an abstract, whatever the abstract says of it. */
export function stageOf(ofTumor: ItemValues, stage: StagingDeriver): Readonly<Record<string, string>> {
  const staged: Record<string, string> = {};
  for (const [id, value] of Object.entries(stage(without(ofTumor, STAGING_ITEMS)).patch)) {
    if (value !== null) staged[id] = value;
  }
  return staged;
}

function without(items: ItemValues, ids: ReadonlySet<string>): ItemValues {
  const record = items as Readonly<Record<string, string>>;
  const there = [...ids].filter((id) => record[id] !== undefined);
  if (there.length === 0) return items;
  const kept = { ...record };
  for (const id of there) delete kept[id];
  return kept;
}

function facilityOf(
  { reportingFacility }: ItemValues,
  { facilities, defaultFacilityId, scope }: PlanContext,
): { readonly id: string } | { readonly reason: RejectReason } {
  const named = reportingFacility === undefined || /^0*$/.test(reportingFacility) ? null : reportingFacility;
  const id = named === null ? defaultFacilityId : (facilities.get(named.padStart(10, '0')) ?? null);
  if (id === null) return { reason: named === null ? 'no-facility' : 'unknown-facility' };
  return scope === null || scope.has(id) ? { id } : { reason: 'facility-out-of-scope' };
}

function isComplete(items: ItemValues): boolean {
  const values = items as Readonly<Record<string, string | undefined>>;
  return (
    NEEDED.every(([id, pattern]) => pattern.test(values[id] ?? '')) && parsePartialDate(items.dateOfDiagnosis ?? '').ok
  );
}
