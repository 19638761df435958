import { type Origin } from '../items/origin.js';

/** Where one item of a save came from when that differs from the save as a whole. */
export interface ItemSource {
  readonly rule?: string;
  readonly abstractId?: string;
  readonly contactId?: string;
  /** Of a person who set the value. */
  readonly decisionId?: string;
  readonly reason?: string;
}

/** One save of a row. `changes` is `item: [before, after, own origin]`; names with `@` are columns, for example the state. */
export interface Entry {
  readonly revision: number;
  readonly actor: string;
  readonly actorName: string | null;
  /** ISO 8601. */
  readonly at: string;
  readonly origin: Origin;
  readonly changes: Readonly<Record<string, readonly [string | null, string | null, ItemSource?]>>;
}

/** A patient, tumor or abstract as it is now with everything that led there, newest first. */
export interface History {
  readonly entity: 'patient' | 'tumor' | 'abstract';
  readonly id: string;
  readonly facilityId: string | null;
  readonly tumorId: string | null;
  readonly state: string | null;
  /** The tumor that stands for this one since a decision merged them. */
  readonly mergedInto?: string | null;
  readonly items: Readonly<Record<string, string>>;
  readonly entries: readonly Entry[];
}

export interface Then {
  readonly items: Readonly<Record<string, string>>;
  readonly state: string | null;
}

const ms = (at: string): number => Date.parse(at);

/** A row as it was at a moment, folded back from now; `null` before it was made. */
export function rowAt(row: History, at: number): Then | null {
  const first = row.entries.at(-1);
  if (first === undefined || ms(first.at) > at) return null;
  const items: Record<string, string> = { ...row.items };
  let { state } = row;
  for (const { changes, at: changed } of row.entries) {
    if (ms(changed) <= at) break;
    for (const [item, [was]] of Object.entries(changes)) {
      if (item === '@state') state = was;
      else if (item.startsWith('@')) continue;
      else if (was === null) delete items[item];
      else items[item] = was;
    }
  }
  return { items, state };
}

/** The save that an item's value at a moment comes from: its last change, or the row's making. */
export function cameFrom(row: History, item: string, at = Infinity): Entry | undefined {
  const past = row.entries.filter((entry) => ms(entry.at) <= at);
  return past.find(({ changes }) => Object.hasOwn(changes, item)) ?? past.at(-1);
}

export interface Line {
  readonly item: string;
  readonly then: string | null;
  readonly now: string | null;
  readonly differs: boolean;
  /** Where the value of then came from. */
  readonly from: Entry | undefined;
  /** The first save after then that changed it. */
  readonly since: Entry | undefined;
}

/** Every item that a row had at a moment or has now; those that differ from now first, in the order that is given. */
export function linesAt(row: History, at: number, order: readonly string[]): readonly Line[] {
  const then = rowAt(row, at)?.items ?? {};
  const place = new Map(order.map((item, index) => [item, index]));
  const rank = (item: string): number => place.get(item) ?? order.length;
  return [...new Set([...Object.keys(then), ...Object.keys(row.items)])]
    .map((item): Line => {
      const [was, is] = [then[item] ?? null, row.items[item] ?? null];
      return {
        item,
        then: was,
        now: is,
        differs: was !== is,
        from: was === null ? undefined : cameFrom(row, item, at),
        since: row.entries.findLast((entry) => ms(entry.at) > at && Object.hasOwn(entry.changes, item)),
      };
    })
    .toSorted(
      (a, b) => Number(b.differs) - Number(a.differs) || rank(a.item) - rank(b.item) || (a.item < b.item ? -1 : 1),
    );
}

/** What one moment changed: rows that one person saved together. */
export interface Moment {
  /** Of the last of the saves. */
  readonly at: number;
  readonly iso: string;
  readonly saves: readonly { readonly row: History; readonly entry: Entry }[];
}

/** Saves of one person that lie closer together are one act: completing an abstract saves patient, tumor and abstract. */
const TOGETHER_MS = 250;

/** Every moment at which something changed, oldest first. */
export function momentsOf(rows: readonly History[]): readonly Moment[] {
  const saves = rows
    .flatMap((row) => row.entries.map((entry) => ({ row, entry, at: ms(entry.at) })))
    .toSorted((a, b) => a.at - b.at);
  const groups: (typeof saves)[] = [];
  for (const save of saves) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const together =
      before !== undefined && before.entry.actor === save.entry.actor && save.at - before.at < TOGETHER_MS;
    if (together && group !== undefined) group.push(save);
    else groups.push([save]);
  }
  return groups.map((group) => {
    const at = group.at(-1)?.at ?? 0;
    return { at, iso: new Date(at).toISOString(), saves: group };
  });
}
