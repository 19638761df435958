/** `20240312` as `2024-03-12`, `202403` as `2024-03`, `2024` as it is; what is no date stays. */
export function showDate(value: string | null | undefined): string {
  if (value === null || value === undefined) return '';
  const match = /^(\d{4})(\d{2})?(\d{2})?$/.exec(value);
  return match === null ? value : match.slice(1).filter(Boolean).join('-');
}

/** `202504` as `Apr 2025`. */
export function showMonth(value: string): string {
  const month = Number(value.slice(4, 6));
  const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  return `${names[month - 1] ?? value.slice(4, 6)} ${value.slice(0, 4)}`;
}

const DAY = 86_400_000;
/** Whole days since a moment. */
export const daysSince = (iso: string, now = Date.now()): number =>
  Math.max(0, Math.floor((now - Date.parse(iso)) / DAY));

export const showAge = (iso: string): string => {
  const days = daysSince(iso);
  return days === 0 ? 'today' : days === 1 ? '1 day' : `${days} days`;
};

const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
export const showMoment = (iso: string): string => time.format(new Date(iso));
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
export const showClock = (at: Date): string => clock.format(at);

const number = new Intl.NumberFormat('en-US');
export const showCount = (value: number): string => number.format(value);

/** `C504` as `C50.4`. */
export const showSite = (code: string | null | undefined): string =>
  code === null || code === undefined ? '' : /^C\d{3}$/.test(code) ? `${code.slice(0, 3)}.${code.slice(3)}` : code;

export const SEXES: Readonly<Record<string, string>> = { '1': 'M', '2': 'F', '9': '?' };
export const VITAL: Readonly<Record<string, string>> = { '0': 'dead', '1': 'alive' };

/** An item's name as people read it: `Addr at DX--City` as `Addr at DX, City`. */
export const showName = (name: string): string => name.replaceAll('--', ', ');
