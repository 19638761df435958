import { type ItemValues, type NaaccrId, type PartialDate, type PatientRecord } from '@perennial/naaccr';
import { DATE_ITEMS } from './catalog/date-items.js';
import { createDateReader, type DateReader } from './dates.js';
import { type EditTables } from './tables.js';
import {
  type Edit,
  type EditContext,
  type EditSettings,
  type FieldEdit,
  type Finding,
  itemsOf,
  type NotRun,
  type PatientEdit,
  type Severity,
  type TumorEdit,
  type Violation,
} from './types.js';
import { type EditValues } from './values.js';

type Slots = readonly number[];

interface CompiledField {
  readonly edit: FieldEdit;
  readonly slots: Slots;
}

interface Compiled<E> {
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

interface Plan {
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

const NOTHING: readonly Finding[] = [];

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

/** One tumor with its patient's values in the places of a plan, each judged once. */
class TumorValues implements EditValues {
  /** As they came; blank = the empty text. */
  readonly raw: string[];
  /** Valid values; a blank or an invalid one = the empty text. */
  readonly text: string[];
  readonly dates = new Map<number, PartialDate>();
  diagnosisYear = Number.NaN;

  constructor(
    private readonly plan: Plan,
    private readonly context: RunContext,
    readonly index: number,
    patient: ItemValues,
    tumor: ItemValues,
  ) {
    this.raw = plan.blank.slice();
    this.text = plan.blank.slice();
    this.take(patient);
    this.take(tumor);
    for (let at = 0; at < this.raw.length; at += 1) if (this.raw[at] !== '') this.judge(at);
  }

  private take(items: ItemValues): void {
    const source = items as Readonly<Record<string, unknown>>;
    for (const id in source) {
      const at = this.plan.slotOf.get(id);
      if (at === undefined) continue;
      const value = source[id];
      if (typeof value === 'string') this.raw[at] = value;
    }
  }

  private judge(at: number): void {
    const { plan, context } = this;
    const value = this.raw[at] ?? '';
    let valid = value !== '';
    if (valid) {
      for (const edit of plan.judges[at] ?? []) {
        const item = plan.items[at];
        if (item !== undefined && !holds(edit, value, context, item)) valid = false;
      }
    }
    if (plan.isDate[at] === true) {
      const date = valid ? context.readDate(value) : null;
      valid = date !== null;
      if (date === null) this.dates.delete(at);
      else this.dates.set(at, date);
      if (at === plan.diagnosis) this.diagnosisYear = date?.year ?? Number.NaN;
    }
    this.text[at] = valid ? value : '';
  }

  /** Other values of patient and tumor. @returns places whose value changed. */
  change(patient: ItemValues, tumor: ItemValues): number[] {
    const before = this.raw.slice();
    this.raw.fill('');
    this.take(patient);
    this.take(tumor);
    const changed: number[] = [];
    for (let at = 0; at < before.length; at += 1) {
      if (before[at] === this.raw[at]) continue;
      changed.push(at);
      this.judge(at);
    }
    return changed;
  }

  get(item: NaaccrId): string {
    const at = this.plan.slotOf.get(item);
    return at === undefined ? '' : (this.text[at] ?? '');
  }

  date(item: NaaccrId): PartialDate | undefined {
    const at = this.plan.slotOf.get(item);
    return at === undefined ? undefined : this.dates.get(at);
  }

  filled(items: readonly NaaccrId[]): readonly NaaccrId[] {
    let slots = this.plan.lists.get(items);
    if (slots === undefined) {
      slots = items.map((item) => this.plan.slotOf.get(item) ?? -1);
      this.plan.lists.set(items, slots);
    }
    const filled: NaaccrId[] = [];
    for (const at of slots) {
      const item = this.plan.items[at];
      if (item !== undefined && this.text[at] !== '') filled.push(item);
    }
    return filled;
  }

  /** Values of items as they came, blank ones left out. */
  shown(items: readonly NaaccrId[]): ItemValues {
    const values: Record<string, string> = {};
    for (const item of items) {
      const at = this.plan.slotOf.get(item);
      const value = at === undefined ? '' : (this.raw[at] ?? '');
      if (value !== '') values[item] = value;
    }
    return values;
  }
}

/** A single-field edit that breaks judges nothing; its own run reports it. */
function holds(edit: FieldEdit, value: string, context: EditContext, item: NaaccrId): boolean {
  try {
    return edit.test(value, context, item);
  } catch {
    return true;
  }
}

/** Whether an edit has what it needs on this tumor, and is neither out of its years nor over-ridden. */
function applies(compiled: Compiled<TumorEdit | PatientEdit>, values: TumorValues): boolean {
  const { text, raw } = values;
  for (const at of compiled.needs) if (text[at] === '') return false;
  for (const at of compiled.presence) if (text[at] === '' && raw[at] !== '') return false;
  if (compiled.anyOf.length > 0 && compiled.anyOf.every((at) => text[at] === '')) return false;
  // Not a number = no limit of years.
  if (compiled.from === compiled.from) {
    const year = values.diagnosisYear;
    if (!(year >= compiled.from && year <= compiled.to)) return false;
  }
  const sources = compiled.edit.appliesTo?.sources;
  return sources === undefined || sources.includes(text[compiled.source] ?? '');
}

function runField({ edit, slots }: CompiledField, values: TumorValues, context: EditContext): readonly Finding[] {
  let found: Finding[] | null = null;
  try {
    for (let index = 0; index < slots.length; index += 1) {
      const value = values.raw[slots[index] ?? -1] ?? '';
      const item = edit.items[index];
      if (item === undefined || (value === '' ? edit.required !== true : edit.test(value, context, item))) continue;
      (found ??= []).push(toFinding(edit, { items: [item], allowed: edit.allowed }, values));
    }
  } catch {
    return [failedToRun(edit, values)];
  }
  return found ?? NOTHING;
}

function runTumor(compiled: Compiled<TumorEdit>, values: TumorValues, context: EditContext): readonly Finding[] {
  const { edit } = compiled;
  try {
    if (!applies(compiled, values)) return NOTHING;
    if (compiled.override >= 0 && edit.override?.values.includes(values.text[compiled.override] ?? '') === true)
      return NOTHING;
    const answer = edit.check(
      compiled.needs.map((at) => values.text[at] ?? ''),
      values,
      context,
    );
    if (answer === false) return NOTHING;
    const violations: readonly Violation[] = answer === true ? [{}] : 'length' in answer ? answer : [answer];
    return violations.length === 0 ? NOTHING : violations.map((violation) => toFinding(edit, violation, values));
  } catch {
    return [failedToRun(edit, values)];
  }
}

function runPatient(
  compiled: Compiled<PatientEdit>,
  tumors: readonly TumorValues[],
  context: EditContext,
): readonly Finding[] {
  const { edit } = compiled;
  const [first] = tumors;
  if (first === undefined) return NOTHING;
  try {
    const judged = tumors.filter((values) => applies(compiled, values));
    if (judged.length === 0) return NOTHING;
    return edit.check(judged, context).map((violation) => {
      const [main = judged[0]?.index ?? 0, ...others] = violation.tumors ?? judged.map(({ index }) => index);
      const items = violation.items ?? itemsOf(edit);
      const related = others.map((tumor) => ({ tumor, values: tumors[tumor]?.shown(items) ?? {} }));
      return { ...toFinding(edit, violation, tumors[main] ?? first), related };
    });
  } catch {
    return [failedToRun(edit, first)];
  }
}

function toFinding(edit: Edit, violation: Violation, values: TumorValues): Finding {
  const items = violation.items ?? itemsOf(edit);
  const { id, version, name, tag, severity, level, basis, message, override } = edit;
  return {
    edit: id,
    version,
    name,
    ...(tag === undefined ? {} : { tag }),
    severity,
    level,
    basis,
    tumor: values.index,
    items,
    values: values.shown(items),
    message,
    ...(violation.allowed === undefined ? {} : { allowed: violation.allowed }),
    ...(violation.fix === undefined ? {} : { fix: violation.fix }),
    ...(override === undefined ? {} : { override }),
  };
}

/** An edit that breaks is a finding of its own and never stops the others. */
const failedToRun = (edit: Edit, values: TumorValues): Finding => ({
  ...toFinding(edit, {}, values),
  edit: 'edit-failed-to-run',
  failed: edit.id,
  message: `Edit ${edit.id} failed to run on this record.`,
});

interface RunContext extends EditContext {
  readonly readDate: DateReader;
}

const contexts = new WeakMap<EditSet, RunContext>();

/** The context of a set on a day, kept for the next patient of the same day. */
function contextOf(set: EditSet, today: string): RunContext {
  const known = contexts.get(set);
  if (known?.today === today) return known;
  const made = { today, tables: set.tables, settings: set.settings, readDate: createDateReader(today) };
  contexts.set(set, made);
  return made;
}

/**
 * Run a set on one patient with all tumors.
 *
 * An edit is skipped when an item it needs is blank or invalid. No value makes it throw: an edit that fails to run is reported as
 * `edit-failed-to-run` with its id, and the others still run.
 *
 * @param patient a tumor's items win over the patient's, so that records which repeat the patient's items can be given as they came.
 * @param today `YYYYMMDD`.
 * @returns findings by tumor in run order, then those of inter-record edits.
 */
export function runEdits(set: EditSet, patient: PatientRecord, today: string): Finding[] {
  const context = contextOf(set, today);
  const { plan } = set;
  const findings: Finding[] = [];
  const keep = (found: readonly Finding[]): void => {
    if (found !== NOTHING) findings.push(...found);
  };
  const tumors = patient.tumors.map((tumor, index) => new TumorValues(plan, context, index, patient.items, tumor));
  for (const values of tumors) {
    for (const field of plan.fields) keep(runField(field, values, context));
    for (const edit of plan.tumors) keep(runTumor(edit, values, context));
  }
  for (const edit of plan.patients) keep(runPatient(edit, tumors, context));
  return findings;
}

/** A patient being edited: after a change only the edits that read the changed items run again. */
export interface EditRun {
  /** The same as `runEdits` on the record as it stands now. */
  findings(): Finding[];
  /**
   * Take the record after a change. Tumors are matched by position; when their number changed everything runs again.
   *
   * @returns ids of the edits that ran.
   */
  update(patient: PatientRecord): readonly string[];
}

/** Start a run that follows changes of one patient. */
export function startRun(set: EditSet, patient: PatientRecord, today: string): EditRun {
  const context = contextOf(set, today);
  const { plan } = set;
  let tumors: TumorValues[] = [];
  let byField: (readonly Finding[])[][] = [];
  let byTumor: (readonly Finding[])[][] = [];
  let byPatient: (readonly Finding[])[] = [];
  const runAll = (record: PatientRecord): void => {
    tumors = record.tumors.map((tumor, index) => new TumorValues(plan, context, index, record.items, tumor));
    byField = tumors.map((values) => plan.fields.map((field) => runField(field, values, context)));
    byTumor = tumors.map((values) => plan.tumors.map((edit) => runTumor(edit, values, context)));
    byPatient = plan.patients.map((edit) => runPatient(edit, tumors, context));
  };
  runAll(patient);
  return {
    findings: () => [
      ...tumors.flatMap((_, index) => [...(byField[index] ?? []), ...(byTumor[index] ?? [])].flat()),
      ...byPatient.flat(),
    ],
    update(record) {
      if (record.tumors.length !== tumors.length) {
        runAll(record);
        return set.edits.map(({ id }) => id);
      }
      const ran = new Set<string>();
      const inter = new Set<number>();
      tumors.forEach((values, index) => {
        const fields = new Set<number>();
        const edits = new Set<number>();
        for (const at of values.change(record.items, record.tumors[index] ?? {})) {
          const readers = plan.readers[at];
          readers?.fields.forEach((edit) => fields.add(edit));
          readers?.tumors.forEach((edit) => edits.add(edit));
          readers?.patients.forEach((edit) => inter.add(edit));
        }
        for (const [list, results, run] of [
          [fields, byField[index], (at: number) => plan.fields[at] && runField(plan.fields[at], values, context)],
          [edits, byTumor[index], (at: number) => plan.tumors[at] && runTumor(plan.tumors[at], values, context)],
        ] as const) {
          for (const at of list) {
            const found = run(at);
            if (results !== undefined && found !== undefined) results[at] = found;
          }
        }
        fields.forEach((at) => ran.add(plan.fields[at]?.edit.id ?? ''));
        edits.forEach((at) => ran.add(plan.tumors[at]?.edit.id ?? ''));
      });
      for (const at of inter) {
        const edit = plan.patients[at];
        if (edit === undefined) continue;
        byPatient[at] = runPatient(edit, tumors, context);
        ran.add(edit.edit.id);
      }
      return [...ran];
    },
  };
}
