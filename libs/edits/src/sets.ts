import { CATALOG } from './catalog/index.js';
import { compileSet, type EditSet } from './plan.js';
import { type EditTables } from './tables.js';
import { DEFAULT_SETTINGS, type EditSettings, type Severity } from './types.js';

/** Edits of one version of a set. */
interface SetVersion {
  readonly version: string;
  /** Only these edits; all of the catalog when absent. */
  readonly only?: readonly string[];
  /** Without these. */
  readonly without?: readonly string[];
  readonly note: string;
}

/** A standard set of edits, for one moment or one receiver. A new year is a new version here, not new code. */
interface SetDefinition {
  readonly id: EditSetId;
  readonly title: string;
  readonly settings: Partial<EditSettings>;
  /** Oldest first; the last is the one in use where nothing else is said. */
  readonly versions: readonly SetVersion[];
}

export type EditSetId = 'full' | 'hospital' | 'central' | 'state' | 'naaccr-call' | 'npcr-12' | 'npcr-23';

/** Edits of the first edition of the sets. */
const FIRST = (
  'DT01 DT02 DT03 DT04 DT05 DT07 DT10 DT13 DT15 ' +
  'SF01 SF02 SF03 SF04 SF05 SF06 SF07 SF08 SF09 SF10 SF11 SF12 SF13 SF14 SF15 SF17 SF18 SF19 SF20 SF22 SF23 SF25 SF27 ' +
  'SX01 MO05 MO06 MO07 MO08 VS01 VS02 VS06 ST01'
).split(' ');

/** Edits on what only a facility knows: class, accession, first contact, treatment given there, text. */
const FACILITY_ONLY = ['SF08', 'DT09', 'DT10', 'ID01', 'ID02', 'RS01', 'TX14'];
/** Edits on what a central registry assigns: its patient and sequence numbers, geocodes, several sources of one person. */
const CENTRAL_ONLY = ['SF10', 'SF24', 'SF26', 'GE03', 'SQ01', 'SQ02', 'SQ03', 'SQ04', 'IR02', 'IR03', 'IR04'];
/** What a 12-month file is not yet judged by: review edits on late treatment, follow-up and consolidation of several reports. */
const LATE = [
  'DT08',
  'DT11',
  'TX11',
  'TX13',
  'SC05',
  'ST13',
  'ST14',
  'VS05',
  'AG05',
  'DE02',
  'GE02',
  'IR04',
  'IR06',
  'IR07',
];

const first = (note = 'First edits: dates, codes and the main conflicts.'): SetVersion => ({
  version: '25.1',
  only: FIRST,
  note,
});

/** Every set with its versions. @source reference catalog; which receiver judges what: reference on submissions. */
export const SETS: readonly SetDefinition[] = [
  {
    id: 'full',
    title: 'Every edit of the catalog',
    settings: {},
    versions: [{ version: '26.1', note: 'The whole catalog.' }],
  },
  {
    id: 'hospital',
    title: 'Abstract of a facility',
    settings: { submission: 'COC' },
    versions: [
      first(),
      {
        version: '26.1',
        without: CENTRAL_ONLY,
        note: 'The catalog without edits on numbers and geocodes of a central registry.',
      },
    ],
  },
  {
    id: 'central',
    title: 'Consolidated tumors and patients of a central registry',
    settings: {},
    versions: [
      first(),
      { version: '26.1', without: FACILITY_ONLY, note: 'The catalog without edits on what only a facility knows.' },
    ],
  },
  {
    id: 'state',
    title: 'Submission of a facility to its state registry',
    settings: { submission: 'NPCR' },
    versions: [
      first(),
      { version: '26.1', without: CENTRAL_ONLY, note: 'As the set of a facility, under the rules of NPCR.' },
    ],
  },
  {
    id: 'naaccr-call',
    title: 'NAACCR call for data',
    settings: { recordType: 'I' },
    versions: [
      first(),
      {
        version: '26.1',
        without: FACILITY_ONLY,
        note: 'Consolidated incidence records; nothing on identifiers and texts.',
      },
    ],
  },
  {
    id: 'npcr-12',
    title: 'NPCR, 12-month data',
    settings: { recordType: 'I', submission: 'NPCR' },
    versions: [
      first(),
      {
        version: '26.1',
        without: [...FACILITY_ONLY, ...LATE],
        note: 'Incidence records before consolidation is finished.',
      },
    ],
  },
  {
    id: 'npcr-23',
    title: 'NPCR, 23-month data',
    settings: { recordType: 'I', submission: 'NPCR' },
    versions: [first(), { version: '26.1', without: FACILITY_ONLY, note: 'Incidence records, consolidated.' }],
  },
];

/** What a registry changes of a set: edits switched off, other severities, other settings. */
export interface SetChanges {
  readonly off?: readonly string[];
  readonly severity?: Readonly<Record<string, Severity>>;
  readonly settings?: Partial<EditSettings>;
}

/** Thrown for a set, version or edit that does not exist; the message says which there are. */
export class UnknownEditError extends Error {}

export function findSet(id: string): SetDefinition {
  const found = SETS.find((set) => set.id === id);
  if (found === undefined)
    throw new UnknownEditError(`there is no edit set '${id}'; there are ${SETS.map((set) => set.id).join(', ')}`);
  return found;
}

/** A version of a set; the newest when none is named. @throws UnknownEditError */
export function findVersion(id: string, version?: string): SetVersion {
  const { versions } = findSet(id);
  const found = version === undefined ? versions[versions.length - 1] : versions.find((one) => one.version === version);
  if (found === undefined)
    throw new UnknownEditError(
      `set '${id}' has no version '${version ?? ''}'; it has ${versions.map((one) => one.version).join(', ')}`,
    );
  return found;
}

/** Ids of the edits of a version of a set. */
export function editsOfSet(id: string, version?: string): readonly string[] {
  const { only, without = [] } = findVersion(id, version);
  return CATALOG.map((edit) => edit.id).filter((edit) => (only?.includes(edit) ?? true) && !without.includes(edit));
}

/** Sets whose newest version has an edit. */
export const setsOfEdit = (edit: string): readonly EditSetId[] =>
  SETS.map((set) => set.id).filter((id) => editsOfSet(id).includes(edit));

/**
 * A compiled set.
 *
 * @param changes what the registry switched off or graded otherwise; a switched-off edit still judges whether values are valid.
 * @throws UnknownEditError for an unknown set, version or edit.
 */
export function editSet(id: EditSetId, tables: EditTables, version?: string, changes: SetChanges = {}): EditSet {
  const { off = [], severity = {}, settings = {} } = changes;
  for (const edit of [...off, ...Object.keys(severity)])
    if (!CATALOG.some((one) => one.id === edit)) throw new UnknownEditError(`there is no edit '${edit}'`);
  const chosen = editsOfSet(id, version);
  const set = compileSet(
    id,
    findVersion(id, version).version,
    CATALOG,
    chosen
      .filter((edit) => !off.includes(edit))
      .map((edit) => (severity[edit] === undefined ? { edit } : { edit, severity: severity[edit] })),
    { ...DEFAULT_SETTINGS, ...findSet(id).settings, ...settings },
    tables,
  );
  const switchedOff = chosen.filter((edit) => off.includes(edit));
  return {
    ...set,
    notRun: [
      ...set.notRun,
      ...switchedOff.map((edit) => ({ edit, reason: 'switched-off', detail: 'by the registry' }) as const),
    ],
  };
}
