import { type NaaccrId } from '@perennial/naaccr';
import { DATE_ITEMS } from './catalog/date-items.js';
import { type EditTables } from './tables.js';
import {
  type Edit,
  type EditSettings,
  type FieldEdit,
  itemsOf,
  type NotRun,
  type PatientEdit,
  type Severity,
  type TumorEdit,
} from './types.js';

export type Slots = readonly number[];

export interface CompiledField {
  readonly edit: FieldEdit;
  readonly slots: Slots;
}

export interface Compiled<E> {
  readonly edit: E;
  readonly needs: Slots;
  readonly presence: Slots;
  readonly anyOf: Slots;
  readonly override: number;
  readonly from: number;
  readonly to: number;
  readonly source: number;
}

/** A selection of edits compiled into an execution plan. Made once by `compileSet`, used by many records. */
export interface EditSet {
  readonly id: string;
  readonly version: string;
  readonly settings: EditSettings;
  readonly tables: EditTables;
  /** Edits that run, in run order: field, tumor, patient. */
  readonly edits: readonly Edit[];
  /** Edits of the set that do not run, and why. */
  readonly notRun: readonly NotRun[];
  /** @internal */
  readonly plan: Plan;
}

/** What each edit reads as places in an array, and which edits read each place. */
export interface Plan {
  readonly slotOf: ReadonlyMap<string, number>;
  /** Single-field edits of the catalog by slot: they judge validity whether or not the set reports them. */
  readonly judges: readonly (readonly FieldEdit[])[];
  readonly items: readonly NaaccrId[];
  /** As many blanks as there are items, to copy. */
  readonly blank: readonly string[];
  /** Slots of lists of items that edits ask about as a whole. */
  readonly lists: WeakMap<readonly NaaccrId[], Slots>;
  readonly isDate: readonly boolean[];
  readonly diagnosis: number;
  readonly fields: readonly CompiledField[];
  readonly tumors: readonly Compiled<TumorEdit>[];
  readonly patients: readonly Compiled<PatientEdit>[];
  /** By slot: indexes of the edits that read the item. */
  readonly readers: readonly { readonly fields: Slots; readonly tumors: Slots; readonly patients: Slots }[];
}

/**
 * Compile a set once: what each edit reads becomes places in an array, and each item knows the edits that read it.
 *
 * @param catalog all edits, so that a value is judged invalid by its own single-field edits even where a set does not report them.
 * @param chosen edits of the set with the severity that they have in it.
 */
export function compileSet(
  id: string,
  version: string,
  catalog: readonly Edit[],
  chosen: readonly { readonly edit: string; readonly severity?: Severity }[],
  settings: EditSettings,
  tables: EditTables,
): EditSet {
  const severities = new Map(chosen.map(({ edit, severity }) => [edit, severity]));
  const notRun: NotRun[] = [];
  const edits = catalog.flatMap((edit): Edit[] => {
    if (!severities.has(edit.id)) return [];
    const reason = whyNotRun(edit, settings, tables);
    if (reason !== null) {
      notRun.push({ edit: edit.id, ...reason });
      return [];
    }
    const severity = severities.get(edit.id);
    return [severity === undefined || severity === edit.severity ? edit : { ...edit, severity }];
  });
  return { id, version, settings, tables, edits, notRun, plan: createPlan(catalog, edits) };
}

function whyNotRun(edit: Edit, settings: EditSettings, tables: EditTables): Omit<NotRun, 'edit'> | null {
  if (edit.engine === 'staging' && tables.deriveSummaryStage === undefined)
    return { reason: 'not-available', detail: 'the staging engine is not loaded' };
  if (edit.engine === 'primaries' && tables.comparePrimaries === undefined)
    return { reason: 'not-available', detail: 'the multiple-primary engine is not loaded' };
  const needed = edit.level === 'field' ? edit.items : [...edit.needs, ...(edit.presence ?? [])];
  const missing = needed.find((item) => {
    const definition = tables.dictionary.byId.get(item);
    return definition !== undefined && !definition.recordTypes.includes(settings.recordType);
  });
  return missing === undefined
    ? null
    : { reason: 'record-type', detail: `record type ${settings.recordType} does not carry ${missing}` };
}

function createPlan(catalog: readonly Edit[], edits: readonly Edit[]): Plan {
  const slotOf = new Map<string, number>();
  const items: NaaccrId[] = [];
  const slot = (item: NaaccrId): number => {
    const known = slotOf.get(item);
    if (known !== undefined) return known;
    slotOf.set(item, items.length);
    items.push(item);
    return items.length - 1;
  };
  const slots = (list: readonly NaaccrId[] = []): Slots => list.map(slot);
  const diagnosis = slot('dateOfDiagnosis');
  const source = slot('typeOfReportingSource');
  const compiled = <E extends TumorEdit | PatientEdit>(edit: E): Compiled<E> => {
    slots(itemsOf(edit));
    return {
      edit,
      needs: slots(edit.needs),
      presence: slots(edit.presence),
      anyOf: slots(edit.anyOf),
      override: edit.override === undefined ? -1 : slot(edit.override.item),
      from: edit.appliesTo?.years === undefined ? Number.NaN : (edit.appliesTo.years.from ?? 0),
      to: edit.appliesTo?.years === undefined ? Number.NaN : (edit.appliesTo.years.to ?? 9999),
      source,
    };
  };
  const fields = edits.filter((edit) => edit.level === 'field').map((edit) => ({ edit, slots: slots(edit.items) }));
  const tumors = edits.filter((edit) => edit.level === 'tumor').map(compiled);
  const patients = edits.filter((edit) => edit.level === 'patient').map(compiled);
  const judges: FieldEdit[][] = items.map(() => []);
  for (const edit of catalog) {
    if (edit.level !== 'field') continue;
    for (const item of edit.items) {
      const at = slotOf.get(item);
      if (at !== undefined) judges[at]?.push(edit);
    }
  }
  const readersOf = (list: readonly { readonly edit: Edit }[], at: number): Slots =>
    list.flatMap(({ edit }, index) => (itemsOf(edit).some((item) => slotOf.get(item) === at) ? [index] : []));
  return {
    slotOf,
    judges,
    items,
    blank: items.map(() => ''),
    lists: new WeakMap(),
    isDate: items.map((item) => DATE_ITEMS.has(item)),
    diagnosis,
    fields,
    tumors,
    patients,
    readers: items.map((_, at) => ({
      fields: readersOf(fields, at),
      tumors: readersOf(tumors, at),
      patients: readersOf(patients, at),
    })),
  };
}
