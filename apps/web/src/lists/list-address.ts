/**
 * How the address of a page with a list follows a change of what it says: in place, without what is empty, and without the router putting
 * the list back to where it stood before, for the list scrolls itself.
 */
export const listAddress = <Search extends object>(change: Partial<Record<keyof Search, unknown>>) => ({
  search: (before: Search): Search =>
    Object.fromEntries(
      Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined && value !== ''),
    ) as Search,
  replace: true,
  resetScroll: false,
});
