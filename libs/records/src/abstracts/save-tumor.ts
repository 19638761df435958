import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { type ItemOrigin, type Save, saveWithLineage } from '../lineage.js';
import { patched, STAGING_ITEMS, type StagingDeriver } from '../staging/derive.js';
import { type ConsolidatedValues, patchTo } from './consolidated-tumor.js';

/** A consolidated tumor as it is before a save. */
export interface TumorRow {
  readonly id: string;
  readonly patientId: string;
  readonly items: ItemValues;
  readonly revision: number;
  readonly facilityIds: readonly string[];
}

/** Items that a tumor keeps whatever is reported of it: its stage, which follows by itself, and the number of the registry. */
const KEPT: ReadonlySet<string> = new Set([...STAGING_ITEMS, 'sequenceNumberCentral']);

/**
 * Bring a tumor to consolidated values and to its facilities, with its stage derived again and lineage that names the source of every value
 * that changed. Nothing is written where nothing changes.
 *
 * @param wanted `values: null` leaves the items as they are; `number` is the central sequence number, absent: as it is, or as reported.
 * @returns the revision.
 */
export async function saveTumorValues(
  tx: EntityManager,
  tumor: TumorRow,
  wanted: {
    readonly values: ConsolidatedValues | null;
    readonly facilityIds: readonly string[];
    readonly number?: string;
    /** Where the number comes from, if not from the save as a whole. */
    readonly numberOrigin?: ItemOrigin;
  },
  save: Save,
  stage: StagingDeriver,
): Promise<number> {
  const { values, facilityIds } = wanted;
  const number = wanted.number ?? tumor.items.sequenceNumberCentral ?? values?.items.sequenceNumberCentral;
  const patch = {
    ...(values === null ? {} : patchTo(tumor.items, values.items, (item) => KEPT.has(item))),
    ...(number === undefined || number === tumor.items.sequenceNumberCentral ? {} : { sequenceNumberCentral: number }),
  };
  const derived = stage(patched(tumor.items, patch));
  const all = { ...patch, ...derived.patch };
  const sameFacilities =
    facilityIds.length === tumor.facilityIds.length && facilityIds.every((one, at) => one === tumor.facilityIds[at]);
  if (Object.keys(all).length === 0 && sameFacilities && save.confirmed === undefined) return tumor.revision;
  const sources = Object.fromEntries(
    Object.entries(values?.sources ?? {}).filter(([, source]) => !isOfSave(source, save)),
  );
  const origins = {
    ...sources,
    ...(wanted.numberOrigin === undefined ? {} : { sequenceNumberCentral: wanted.numberOrigin }),
    ...derived.origins,
  };
  const columns = sameFacilities ? {} : { facility_ids: { from: tumor.facilityIds, to: facilityIds } };
  // What a tumor was with more facilities stays theirs together: the entry names values of all of them.
  const seenBy = [...new Set([...facilityIds, ...tumor.facilityIds])];
  const row = { ...tumor, facilityIds: seenBy };
  const revision = await saveWithLineage(tx, 'tumor', row, all, { ...save, itemOrigins: origins }, columns);
  if (revision === null) throw new Error('tumor moved while locked');
  return revision;
}

const isOfSave = (source: ItemOrigin, { origin }: Save): boolean =>
  ('abstractId' in source && origin.kind === 'abstract' && source.abstractId === origin.abstractId) ||
  ('decisionId' in source && origin.kind === 'value' && source.decisionId === origin.decisionId);
