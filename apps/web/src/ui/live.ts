/** Lists and counts that are open are looked at again, so that what others take disappears and what arrives appears. */
export const LIVE_MS = 15_000;
