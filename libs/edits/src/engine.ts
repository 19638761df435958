import { type PatientRecord } from '@perennial/naaccr';
import { createDateReader } from './dates.js';
import { type Compiled, type CompiledField, type EditSet } from './plan.js';
import { type RunContext, TumorValues } from './tumor-values.js';
import {
  type Edit,
  type EditContext,
  type Finding,
  itemsOf,
  type PatientEdit,
  type TumorEdit,
  type Violation,
} from './types.js';

const NOTHING: readonly Finding[] = [];

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
