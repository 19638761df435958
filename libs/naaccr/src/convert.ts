import { type ItemValues, type NaaccrVersion, type PatientRecord } from './items.js';

/** An item that another one replaced in an edition. */
export interface Replacement {
  /** Last edition with the old item, and the first with the new one. */
  readonly before: NaaccrVersion;
  readonly since: NaaccrVersion;
  readonly old: string;
  readonly new: string;
  /** Codes that mean the same in both; a value that is not here has no counterpart and needs a person. */
  readonly codes: Readonly<Record<string, string>>;
}

/**
 * Replacements between v25 and v26. The other differences (16 items removed, 7 added, 1 name changed) follow from the dictionaries.
 *
 * `sex` 3 to 6 say more, or something else, than sex at birth: whoever converts has to ask.
 *
 * @source NAACCR base dictionaries 250 and 260; code lists of Sex [220] and Sex Assigned at Birth [225].
 */
export const REPLACEMENTS: readonly Replacement[] = [
  { before: '250', since: '260', old: 'sex', new: 'sexAssignedAtBirth', codes: { '1': '1', '2': '2', '9': '9' } },
];

/** What a conversion did to one item. */
export interface ConversionNote {
  /** `replaced`: the value stands under the new id; `no-counterpart`: it stays under the old id, which the other edition does not have. */
  readonly kind: 'replaced' | 'no-counterpart';
  readonly from: string;
  readonly to: string;
}

/**
 * Bring the values of one element to an edition. Items that the edition does not have keep their id: storage keeps them, the writer
 * leaves them out and says so.
 *
 * @param note told of each item that was replaced or could not be.
 */
export function convertItems(items: ItemValues, to: NaaccrVersion, note?: (note: ConversionNote) => void): ItemValues {
  let values: Readonly<Record<string, string | undefined>> = items;
  for (const { since, old, new: now, codes } of REPLACEMENTS) {
    const forward = to >= since;
    const [source, target] = forward ? [old, now] : [now, old];
    const given = values[source];
    if (given === undefined) continue;
    const value = forward ? codes[given] : Object.keys(codes).find((code) => codes[code] === given);
    const present = values[target];
    if (value === undefined || (present !== undefined && present !== value)) {
      note?.({ kind: 'no-counterpart', from: source, to: target });
      continue;
    }
    const { [source]: _replaced, ...rest } = values;
    values = { ...rest, [target]: value };
    note?.({ kind: 'replaced', from: source, to: target });
  }
  return values;
}

/** Bring a patient and its tumors to an edition; see `convertItems`. */
export function convertRecord(
  record: PatientRecord,
  to: NaaccrVersion,
  note?: (note: ConversionNote) => void,
): PatientRecord {
  return {
    items: convertItems(record.items, to, note),
    tumors: record.tumors.map((tumor) => convertItems(tumor, to, note)),
  };
}
