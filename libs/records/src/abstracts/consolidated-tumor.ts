import { consolidateRestriction } from '@perennial/follow-up';
import { type ItemValues } from '@perennial/naaccr';
import { type ItemOrigin, type ItemPatch } from '../lineage.js';

/** Items of the facility's own bookkeeping: they stay on the abstract and never describe the person or the tumor. */
export const OF_THE_FACILITY: ReadonlySet<string> = new Set([
  'accessionNumberHosp',
  'sequenceNumberHospital',
  'reportingFacility',
  'medicalRecordNumber',
  'abstractedBy',
  'classOfCase',
  'dateCaseInitiated',
  'dateCaseCompleted',
]);

/** Items of which all facilities' values together make the consolidated one, whoever reported first. */
export const OF_ALL_FACILITIES: ReadonlySet<string> = new Set([
  'noPatientContactFlag',
  'reportingFacilityRestrictionFlag',
]);

/** What one abstract reports of a tumor: the abstract as it last was complete. */
export interface Report {
  readonly abstractId: string;
  readonly revision: number;
  readonly facilityId: string;
  /** Items of the tumor; neither the facility's own nor what staging derives. */
  readonly items: ItemValues;
}

/** What the newest contact that spoke of an item of the tumor said; `null`: that there is none. */
export type Told = Readonly<Record<string, { readonly value: string | null; readonly contactId: string }>>;

/** What a person set, whatever is reported; `null`: that there is none. */
export type Decided = Readonly<
  Record<string, { readonly value: string | null; readonly decisionId: string; readonly reason: string }>
>;

export interface ConsolidatedValues {
  readonly items: Readonly<Record<string, string>>;
  /** For each item of which one source gave the value, that source. */
  readonly sources: Readonly<Record<string, ItemOrigin>>;
}

/**
 * A tumor's values from what was reported of it: the one rule of consolidation, whether an abstract is completed, two tumors are merged or
 * they are taken apart again.
 *
 * Of several facilities the one that joined first is kept, and what it does not say is filled in from the next, so that nothing is replaced on
 * weak evidence; what one facility's later abstract says replaces what its earlier one said. Item 1856 is made of all answers together, in whatever order. What a follow-up
 * contact said stands until the abstracts that it was written to say otherwise; what a person set stands until it is taken back.
 *
 * Stage and the registry's own number are not in it: they follow from the result.
 *
 * @param reports in the order in which the abstracts joined the tumor.
 * @source design section 5b; item 1856: libs/follow-up `consolidateRestriction`.
 */
export function consolidatedTumor(
  reports: readonly Report[],
  told: Told = {},
  decided: Decided = {},
): ConsolidatedValues {
  const items: Record<string, string> = {};
  const sources: Record<string, ItemOrigin> = {};
  const givers: Record<string, string> = {};
  const facilities = [...new Set(reports.map(({ facilityId }) => facilityId))];
  const inOrder = facilities.flatMap((facility) => reports.filter(({ facilityId }) => facilityId === facility));
  for (const { abstractId, revision, facilityId, items: reported } of inOrder) {
    for (const [item, value] of Object.entries(reported as Readonly<Record<string, string>>)) {
      if ((givers[item] ??= facilityId) !== facilityId) continue;
      items[item] = value;
      sources[item] = { abstractId, revision };
    }
  }
  const restrictions = reports.map(
    ({ items: { reportingFacilityRestrictionFlag } }) => reportingFacilityRestrictionFlag,
  );
  if (restrictions.some((value) => value !== undefined)) {
    items.reportingFacilityRestrictionFlag = consolidateRestriction(restrictions);
    delete sources.reportingFacilityRestrictionFlag;
  }
  for (const [item, { value, contactId }] of Object.entries(told)) {
    const said = reports.map((one) => (one.items as Readonly<Record<string, string | undefined>>)[item] ?? null);
    if (said.every((one) => one !== value) && said.some((one) => one !== null)) continue;
    sources[item] = { contactId };
    if (value === null) delete items[item];
    else items[item] = value;
  }
  for (const [item, { value, decisionId, reason }] of Object.entries(decided)) {
    sources[item] = { decisionId, reason };
    if (value === null) delete items[item];
    else items[item] = value;
  }
  return { items, sources };
}

/** What leads from a tumor's items to others; items that `kept` names are left as they are. */
export function patchTo(
  now: ItemValues,
  wanted: Readonly<Record<string, string>>,
  kept: (item: string) => boolean,
): ItemPatch {
  const current = now as Readonly<Record<string, string>>;
  const gone = Object.keys(current).filter((item) => wanted[item] === undefined && !kept(item));
  return {
    ...Object.fromEntries(gone.map((item) => [item, null])),
    ...Object.fromEntries(Object.entries(wanted).filter(([item, value]) => !kept(item) && current[item] !== value)),
  };
}
