/** Lists and counts that are open are looked at again, so that what others take disappears and what arrives appears. */
export const LIVE_MS = 15_000;
const SELDOM_MS = 60_000;
const DEEP_PAGES = 5;

/** The same for a list that is read page by page: one that was read far down is asked for whole, so it is looked at less often. */
export const liveList = ({ state }: { readonly state: { readonly data?: unknown } }): number => {
  const { pages = [] } = (state.data ?? {}) as { readonly pages?: readonly unknown[] };
  return pages.length > DEEP_PAGES ? SELDOM_MS : LIVE_MS;
};
