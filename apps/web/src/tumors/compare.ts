import { SECTIONS } from '../abstract/sections.js';
import { cameFrom, type Entry, type History, rowAt } from '../patients/history.js';

/** What a facility said of one item. */
export interface Told {
  readonly abstract: History;
  readonly value: string | undefined;
  /** Whether the consolidated value was taken from here. */
  readonly gave: boolean;
}

/** One item across the consolidated tumor and the abstracts. */
export interface Line {
  readonly item: string;
  /** The consolidated value; `undefined` where there is none, or where it is not in sight. */
  readonly value: string | undefined;
  readonly told: readonly Told[];
  /** Facilities say different things, or something else than the consolidated value. */
  readonly differs: boolean;
  /** The consolidated value is another one now. */
  readonly changedSince: boolean;
  readonly why: Why | null;
}

/** Why a consolidated value is what it is. */
export interface Why {
  readonly kind:
    /** One facility reported the tumor, or all of them alike. */
    | 'reported'
    /** Several facilities say different things: the one that said it first is kept. */
    | 'first'
    /** The abstract that gave it says something else now. */
    | 'changed'
    /** Of all facilities' answers together. */
    | 'shared'
    /** A rule or an algorithm derived it. */
    | 'derived'
    /** A person set it. */
    | 'decided'
    /** Somebody or something else: a contact, an import, a person. */
    | 'other';
  readonly entry: Entry;
  readonly abstractId: string | undefined;
  /** `staging:eod_public:3.3`, or the name of a rule. */
  readonly rule: string | undefined;
  /** Of a person who set it. */
  readonly reason: string | undefined;
}

export interface Group {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly Line[];
}

const REST = 'other';
const OWN = 'own';

/** Sections of the abstract that are about the tumor, in the order of the form. */
const TITLES: readonly (readonly [id: string, title: string])[] = [
  ...SECTIONS.filter(({ id }) => id !== 'identity').map(({ id, title }) => [id, title] as const),
  [REST, 'Site-specific and derived'],
  [OWN, 'Each facility’s own'],
];
const SECTION_OF = new Map(
  SECTIONS.flatMap(({ id, items, rest }) => [...items, ...rest].map((item) => [item, id] as const)),
);
const PLACE = new Map([...SECTION_OF.keys()].map((item, index) => [item, index]));

export interface Compared {
  /** Abstracts that were there at the moment. */
  readonly abstracts: readonly History[];
  readonly differing: readonly Line[];
  readonly groups: readonly Group[];
}

/**
 * Every item of a tumor as of a moment, differences apart from the rest, which is grouped as in the form.
 *
 * @param isOfTumor whether an item is of the tumor and not of the person. @param at milliseconds; `Infinity` is now.
 */
export function compare(
  rows: readonly History[],
  at: number,
  isOfTumor: (item: string) => boolean,
  {
    facilityItems,
    sharedItems,
  }: { readonly facilityItems: readonly string[]; readonly sharedItems: readonly string[] },
): Compared {
  const whole = rows.find(({ entity }) => entity === 'tumor');
  const then = whole === undefined ? null : rowAt(whole, at);
  const abstracts = rows.flatMap((row) => {
    const past = row.entity === 'abstract' ? rowAt(row, at) : null;
    return past === null ? [] : [{ row, ...past }];
  });
  const own = new Set(facilityItems);
  const items = new Set(
    [then?.items ?? {}, ...abstracts.map((one) => one.items)].flatMap((one) => Object.keys(one).filter(isOfTumor)),
  );
  const lines = [...items].map((item): Line => {
    const value = then?.items[item];
    const entry = whole === undefined || value === undefined ? undefined : cameFrom(whole, item, at);
    const giver = entry === undefined ? undefined : abstractOf(entry, item);
    const told = abstracts.map(({ row, items: said }) => ({
      abstract: row,
      value: said[item],
      gave: row.id === giver,
    }));
    // What was withdrawn, or is not complete yet, contradicts nobody.
    const counting = abstracts.flatMap((one) =>
      one.state === 'withdrawn' || one.items[item] === undefined ? [] : [one.items[item]],
    );
    const differs =
      !own.has(item) && new Set([...counting, ...(value === undefined ? [] : [value])]).size > 1 && counting.length > 0;
    return {
      item,
      value,
      told,
      differs,
      changedSince: whole !== undefined && then !== null && whole.items[item] !== value,
      why:
        entry === undefined
          ? null
          : whyOf(entry, item, { giver, told, value, shared: sharedItems.includes(item), differs }),
    };
  });
  const ordered = lines.toSorted(
    (a, b) => (PLACE.get(a.item) ?? PLACE.size) - (PLACE.get(b.item) ?? PLACE.size) || (a.item < b.item ? -1 : 1),
  );
  const rest = ordered.filter(({ differs }) => !differs);
  const groupOf = ({ item }: Line): string => (own.has(item) ? OWN : (SECTION_OF.get(item) ?? REST));
  return {
    abstracts: abstracts.map(({ row }) => row),
    differing: ordered.filter(({ differs }) => differs),
    groups: TITLES.map(([id, title]) => ({ id, title, lines: rest.filter((line) => groupOf(line) === id) })).filter(
      (group) => group.lines.length > 0,
    ),
  };
}

/** The abstract that a save took an item from; a rule of the item's own gave it otherwise. */
const abstractOf = (entry: Entry, item: string): string | undefined =>
  entry.changes[item]?.[2] !== undefined
    ? entry.changes[item][2].abstractId
    : entry.origin.kind === 'abstract'
      ? entry.origin.abstractId
      : undefined;

function whyOf(
  entry: Entry,
  item: string,
  {
    giver,
    told,
    value,
    shared,
    differs,
  }: {
    readonly giver: string | undefined;
    readonly told: readonly Told[];
    readonly value: string | undefined;
    readonly shared: boolean;
    readonly differs: boolean;
  },
): Why {
  const rule = entry.changes[item]?.[2]?.rule ?? (entry.origin.kind === 'rule' ? entry.origin.rule : undefined);
  const own = entry.changes[item]?.[2];
  const isSet = entry.origin.kind === 'value' && entry.origin.takenBack !== true;
  const reason = own === undefined && isSet ? entry.origin.reason : own?.reason;
  const of = (kind: Why['kind']): Why => ({ kind, entry, abstractId: giver, rule, reason });
  if (rule !== undefined) return of('derived');
  if (reason !== undefined) return of('decided');
  if (shared) return of('shared');
  if (giver === undefined) return of('other');
  const said = told.find(({ abstract }) => abstract.id === giver)?.value;
  if (said !== undefined && said !== value) return of('changed');
  return of(differs ? 'first' : 'reported');
}

/** `staging:eod_public:3.3` as the algorithm and its version; `null` for another rule. */
export function algorithmOf(rule: string | undefined): { readonly name: string; readonly version: string } | null {
  const [, name, version] = /^staging:([^:]+):(.+)$/.exec(rule ?? '') ?? [];
  return name === undefined || version === undefined ? null : { name: name.replaceAll('_', ' '), version };
}
