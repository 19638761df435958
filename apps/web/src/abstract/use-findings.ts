import { type EditRun, type EditSet, type Finding as EngineFinding, findingKey, startRun } from '@perennial/edits';
import { type Dictionary, type PatientRecord } from '@perennial/naaccr';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { editSetQuery } from '../items/edit-set.js';
import { type AbstractDetail, useDraftView } from './context.js';
import { type DraftStore } from './draft-store.js';
import { type Finding } from './findings-bar.js';
import { liveValue } from './parse-value.js';

/** One abstract as the patient record that edits judge. */
function asRecord(dictionary: Dictionary, items: Readonly<Record<string, string>>): PatientRecord {
  const patient: Record<string, string> = {};
  const tumor: Record<string, string> = {};
  for (const [id, value] of Object.entries(items))
    (dictionary.byId.get(id)?.level === 'Patient' ? patient : tumor)[id] = value;
  return { items: patient, tumors: [tumor] };
}

/**
 * What the edits say of the draft as it stands on the screen, with every key typed, and what completion still needs. The server says the same
 * when it is saved; it alone decides on completion.
 */
export function useFindings(
  draft: DraftStore,
  detail: AbstractDetail,
  dictionary: Dictionary,
  today: string,
): { readonly findings: readonly Finding[]; readonly missing: readonly string[] } {
  const { items: stored, unsaved, typed } = useDraftView(draft);
  // A whole code or date counts while it still stands in its field.
  const items = useMemo(() => {
    const live = Object.entries(typed).flatMap(([id, text]) => {
      const item = dictionary.byId.get(id);
      const value = item === undefined ? undefined : liveValue(item, text, today);
      return value === undefined ? [] : [[id, value] as const];
    });
    if (live.length === 0) return stored;
    const changed: Record<string, string> = { ...stored };
    for (const [id, value] of live) {
      if (value === null) delete changed[id];
      else changed[id] = value;
    }
    return changed;
  }, [stored, typed, dictionary, today]);
  const asStored = unsaved.size === 0 && items === stored;
  const queries = useQueryClient();
  const { data: set } = useQuery(editSetQuery(queries, detail.editSet));
  const run = useRef<{ readonly set: EditSet; readonly run: EditRun } | null>(null);
  const local = useMemo((): readonly EngineFinding[] | null => {
    if (set === undefined) return null;
    const record = asRecord(dictionary, items);
    if (run.current?.set === set) run.current.run.update(record);
    else run.current = { set, run: startRun(set, record, today) };
    return run.current.run.findings();
  }, [set, items, dictionary, today]);
  const findings = useMemo((): readonly Finding[] => {
    if (asStored || local === null) return detail.findings;
    // A review holds for a finding as long as every value that it involves stays; the server gave it its key.
    const known = new Map(detail.findings.map((one) => [findingKey(one as unknown as EngineFinding), one]));
    return local.map((one) => known.get(findingKey(one)) ?? { ...(one as unknown as Finding), key: '', state: 'open' });
  }, [local, asStored, detail.findings]);
  return { findings, missing: detail.missing.filter((item) => items[item] === undefined) };
}
