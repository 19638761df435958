import { replaceEqualDeep } from '@tanstack/react-query';

/** Rows that one request reads on the way down, and that a part holds when it is read first. */
export const PAGE = 100;
/** The same for a part that is read again: it may have grown. */
export const PAGE_AGAIN = 200;
/** Requests for one part that is read again; if it has grown beyond them, what follows is read anew while it is scrolled to. */
export const PAGES_AGAIN = 5;
/** Rows held; of a longer list those far from the screen are let go, and are read when they come near again. */
export const HELD = 4_000;

export interface WithId {
  readonly id: string;
}

/** A page as the API gives it: the rows, and the place after which the next page begins. */
export interface Page<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
}

/**
 * A part of a list between two places in its order, as cursors of the API say them. The places stay when rows come and go, so that a part can
 * be read again by itself.
 */
export interface Segment<Row> {
  /** Place after which it begins; null: the top of the list. */
  readonly from: string | null;
  /** Place with which it ends; null: the end of the list. */
  readonly to: string | null;
  readonly count: number;
  /** Null when they were let go. */
  readonly rows: readonly Row[] | null;
  /** When it was read, in ms; 0: it has to be read again. */
  readonly readAt: number;
}

/** A list as far as it was read: parts that follow each other without a gap. Nothing read yet: no parts. */
export type Listed<Row> = readonly Segment<Row>[];

/** A list that is here whole. */
export const wholeList = <Row>(rows: readonly Row[]): Listed<Row> => [
  { from: null, to: null, count: rows.length, rows, readAt: Infinity },
];

export const hasMore = <Row>(listed: Listed<Row>): boolean => listed.length === 0 || listed.at(-1)?.to !== null;

export const countOf = <Row>(listed: Listed<Row>): number => listed.reduce((sum, { count }) => sum + count, 0);

export const heldRows = <Row>(listed: Listed<Row>): readonly Row[] => listed.flatMap(({ rows }) => rows ?? []);

/** The row at a place of the list; undefined beyond its end, and where it was let go. */
export function rowAt<Row>(listed: Listed<Row>, index: number): Row | undefined {
  let first = 0;
  for (const { count, rows } of listed) {
    if (index < first + count) return rows?.[index - first];
    first += count;
  }
  return undefined;
}

/** The place of a row in the list; -1 when it is not held. */
export function indexOf<Row extends WithId>(listed: Listed<Row>, id: string | undefined): number {
  if (id === undefined) return -1;
  let first = 0;
  for (const { count, rows } of listed) {
    const at = rows?.findIndex((row) => row.id === id) ?? -1;
    if (at >= 0) return first + at;
    first += count;
  }
  return -1;
}

/** Rows from `first` to `last`, both with, as they are on the screen or near it. */
export interface View {
  readonly first: number;
  readonly last: number;
}

/** How far a part lies from the view, in rows; 0 when it is in it. */
const distance = ({ first, last }: View, begin: number, { count }: { readonly count: number }): number =>
  Math.max(0, begin - last, first - (begin + Math.max(count, 1) - 1));

/** Parts that have to be read for a view, and whether the next page has to be. */
export function wanted<Row>(
  listed: Listed<Row>,
  view: View,
  now: number,
  staleMs: number,
): { readonly again: readonly Segment<Row>[]; readonly next: boolean } {
  const again: Segment<Row>[] = [];
  let begin = 0;
  for (const segment of listed) {
    const near = distance(view, begin, segment) === 0;
    if (near && (segment.rows === null || now - segment.readAt >= staleMs)) again.push(segment);
    begin += segment.count;
  }
  return { again, next: hasMore(listed) && view.last >= begin };
}

/** The list with the page that follows its last one. */
export function extended<Row extends WithId>(listed: Listed<Row>, page: Page<Row>, now: number): Listed<Row> {
  const from = listed.at(-1)?.to ?? null;
  return [...withoutRows(listed, page.items), segmentOf(from, page, null, now)];
}

/** The list with a part as it was read again. Rows that are as they were stay the same objects. */
export function replaced<Row extends WithId>(
  listed: Listed<Row>,
  old: Segment<Row>,
  pages: readonly Page<Row>[],
  now: number,
): Listed<Row> {
  const at = listed.indexOf(old);
  const last = pages.at(-1);
  if (at < 0 || last === undefined) return listed;
  const known = new Map(old.rows?.map((row) => [row.id, row]));
  const fresh = pages.map(({ items, next }, n) => {
    const rows = items.map((row) => replaceEqualDeep(known.get(row.id), row));
    return segmentOf(pages[n - 1]?.next ?? old.from, { items: rows, next }, old.to, now);
  });
  const moved = pages.flatMap(({ items }) => items);
  const before = withoutRows(listed.slice(0, at), moved);
  // More came between the two places than is read at once: the list ends here for now.
  const after = last.next === null ? withoutRows(listed.slice(at + 1), moved) : [];
  return [...before, ...fresh, ...after];
}

const segmentOf = <Row>(
  from: string | null,
  { items, next }: Page<Row>,
  end: string | null,
  readAt: number,
): Segment<Row> => ({ from, to: next ?? end, count: items.length, rows: items, readAt });

/** Rows that are found elsewhere now have moved: where they were they are not any more. */
function withoutRows<Row extends WithId>(listed: Listed<Row>, moved: readonly Row[]): Listed<Row> {
  const gone = new Set(moved.map(({ id }) => id));
  return listed.map((segment) => {
    if (segment.rows === null || !segment.rows.some(({ id }) => gone.has(id))) return segment;
    const rows = segment.rows.filter(({ id }) => !gone.has(id));
    return { ...segment, rows, count: rows.length, readAt: 0 };
  });
}

/** Neighbors that together are no longer than a page are one part, so that a list that is worked off stays in few of them. */
export function tidy<Row>(listed: Listed<Row>): Listed<Row> {
  const all: Segment<Row>[] = [];
  for (const segment of listed) {
    const before = all.at(-1);
    const joined = before === undefined ? null : join(before, segment);
    if (joined === null) all.push(segment);
    else all[all.length - 1] = joined;
  }
  return all;
}

function join<Row>(one: Segment<Row>, two: Segment<Row>): Segment<Row> | null {
  const count = one.count + two.count;
  if (one.count > 0 && two.count > 0 && (count > PAGE || one.rows === null || two.rows === null)) return null;
  // One that is empty takes nothing away from another whose rows were let go.
  const rows =
    (one.rows === null && one.count > 0) || (two.rows === null && two.count > 0)
      ? null
      : [...(one.rows ?? []), ...(two.rows ?? [])];
  return { from: one.from, to: two.to, count, rows, readAt: Math.min(one.readAt, two.readAt) };
}

/** The list with everything to be read again as it comes into view. */
export const stale = <Row>(listed: Listed<Row>): Listed<Row> => listed.map((segment) => ({ ...segment, readAt: 0 }));

/** The list without the rows that lie farthest from the view, so that no more than `limit` are held; parts with a kept row stay. */
export function lightened<Row extends WithId>(
  listed: Listed<Row>,
  view: View,
  isKept: (id: string) => boolean,
  limit = HELD,
): Listed<Row> {
  let held = heldRows(listed).length;
  if (held <= limit) return listed;
  let begin = 0;
  const far = listed
    .map((segment) => {
      const away = distance(view, begin, segment);
      begin += segment.count;
      return { segment, away };
    })
    .filter(({ segment, away }) => away > 0 && segment.rows !== null)
    .sort((a, b) => b.away - a.away);
  const drop = new Set<Segment<Row>>();
  for (const { segment } of far) {
    if (held <= limit) break;
    if (segment.rows?.some(({ id }) => isKept(id)) === true) continue;
    drop.add(segment);
    held -= segment.count;
  }
  return listed.map((segment) => (drop.has(segment) ? { ...segment, rows: null } : segment));
}
