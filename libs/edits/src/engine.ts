import { type ItemValues, type NaaccrId, type PatientRecord } from '@perennial/naaccr';
import {
  type Edit,
  type EditContext,
  type EditSet,
  type EditTables,
  type EditValues,
  type Finding,
  type Violation,
} from './types.js';

/** Compile edits once: which single-field edits judge which item. */
export function compileSet(id: string, version: string, edits: readonly Edit[], tables: EditTables): EditSet {
  const fieldEdits = new Map<string, Edit[]>();
  for (const edit of edits) {
    if (edit.level !== 'field') continue;
    for (const item of [...edit.needs, ...(edit.also ?? [])])
      fieldEdits.set(item, [...(fieldEdits.get(item) ?? []), edit]);
  }
  return { id, version, edits, tables, fieldEdits };
}

/** Values in which an item that fails its own edits counts as blank. Judged once an item. */
function valuesOf(set: EditSet, record: ItemValues, context: EditContext): EditValues {
  const items = record as Readonly<Record<string, string | undefined>>;
  const judged = new Map<string, boolean>();
  const raw = (item: NaaccrId): string | undefined => items[item];
  const plain = asTheyAre(record);
  return {
    raw,
    get(item) {
      const value = items[item];
      if (value === undefined) return undefined;
      let valid = judged.get(item);
      if (valid === undefined) {
        valid = (set.fieldEdits.get(item) ?? []).every((edit) =>
          safely(edit, plain, context).every((violation) => !(violation.items ?? edit.needs).includes(item)),
        );
        judged.set(item, valid);
      }
      return valid ? value : undefined;
    },
  };
}

/** A single-field edit judges the value itself, so none counts as invalid for it. */
function asTheyAre(record: ItemValues): EditValues {
  const raw = (item: NaaccrId): string | undefined => record[item];
  return { get: raw, raw };
}

/** An edit that breaks is a finding of its own and never stops the others. */
const BROKEN: readonly Violation[] = [];

function safely(edit: Edit, values: EditValues, context: EditContext): readonly Violation[] {
  try {
    return edit.check(values, context);
  } catch {
    return BROKEN;
  }
}

/**
 * Run a set on one patient with all tumors.
 *
 * An edit is skipped when an item it needs is blank or invalid. No value makes it throw: an edit that fails to run is reported as
 * `edit-failed-to-run` with its id.
 *
 * @param today `YYYYMMDD`.
 */
export function runEdits(set: EditSet, patient: PatientRecord, today: string): Finding[] {
  const context: EditContext = { today, tables: set.tables };
  return patient.tumors.flatMap((tumor, index) => {
    const record: ItemValues = { ...patient.items, ...tumor };
    const values = valuesOf(set, record, context);
    return set.edits.flatMap((edit) => runOne(edit, values, record, index, context));
  });
}

function runOne(edit: Edit, values: EditValues, record: ItemValues, tumor: number, context: EditContext): Finding[] {
  if (edit.level !== 'field' && edit.needs.some((item) => values.get(item) === undefined)) return [];
  try {
    return edit
      .check(edit.level === 'field' ? asTheyAre(record) : values, context)
      .map((violation) => toFinding(edit, violation, record, tumor));
  } catch {
    return [
      { ...toFinding(edit, {}, record, tumor), edit: 'edit-failed-to-run', message: `edit ${edit.id} failed to run` },
    ];
  }
}

function toFinding(edit: Edit, violation: Violation, record: ItemValues, tumor: number): Finding {
  const items = violation.items ?? [...edit.needs, ...(edit.also ?? [])];
  const { id, version, severity, level, basis, message } = edit;
  const values = Object.fromEntries(
    items.flatMap((item) => (record[item] === undefined ? [] : [[item, record[item]]])),
  );
  return {
    edit: id,
    version,
    severity,
    level,
    basis,
    tumor,
    items,
    values,
    message,
    ...(violation.allowed === undefined ? {} : { allowed: violation.allowed }),
    ...(violation.fix === undefined ? {} : { fix: violation.fix }),
  };
}
