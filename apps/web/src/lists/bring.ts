import {
  extended,
  lightened,
  type Listed,
  type Page,
  PAGE,
  PAGE_AGAIN,
  PAGES_AGAIN,
  replaced,
  tidy,
  type View,
  wanted,
  type WithId,
} from './segments.js';

/** A part of a list as the API is asked for it. */
export interface Part {
  readonly limit: number;
  readonly cursor?: string;
  readonly until?: string;
}

/** Reads one page of a part. */
export type Read<Row> = (part: Part) => Promise<Page<Row>>;

const partOf = (limit: number, cursor: string | null, until: string | null = null): Part => ({
  limit,
  ...(cursor === null ? {} : { cursor }),
  ...(until === null ? {} : { until }),
});

/** Pages of a part as it is now. */
async function readAgain<Row>(
  read: Read<Row>,
  { from, to }: { readonly from: string | null; readonly to: string | null },
): Promise<readonly Page<Row>[]> {
  const pages: Page<Row>[] = [];
  // At the end of the list one page is enough: what follows it is read when it is scrolled to.
  for (let after = from, most = to === null ? 1 : PAGES_AGAIN; pages.length < most;) {
    const page = await read(partOf(PAGE_AGAIN, after, to));
    pages.push(page);
    if (page.next === null) break;
    after = page.next;
  }
  return pages;
}

/** The list with everything read that a view of it needs: parts in view that are old, and the next page when the view reaches its end. */
export async function brought<Row extends WithId>(
  listed: Listed<Row>,
  view: View,
  read: Read<Row>,
  isKept: (id: string) => boolean,
  staleMs: number,
): Promise<Listed<Row>> {
  const { again, next } = wanted(listed, view, Date.now(), staleMs);
  const end = listed.at(-1)?.to ?? null;
  const [page, ...parts] = await Promise.all([
    next ? read(partOf(PAGE, end)) : null,
    ...again.map(async (segment) => ({ segment, pages: await readAgain(read, segment) })),
  ]);
  const now = Date.now();
  let result = listed;
  for (const { segment, pages } of parts) result = replaced(result, segment, pages, now);
  // Unless the list ends somewhere else now.
  if (page !== null && (result.at(-1)?.to ?? null) === end) result = extended(result, page, now);
  return lightened(tidy(result), view, isKept);
}
