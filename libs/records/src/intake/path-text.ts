/** A report's text with its parts. */
export interface SectionedText {
  readonly body: string;
  readonly sections?: readonly {
    readonly code: string;
    readonly title: string;
    readonly start: number;
    readonly end: number;
  }[];
}

/** Longest text of item 2570, in characters. */
export const PATH_TEXT_LENGTH = 4_000;
export const CUT_MARK = ' [cut]';

/** What must not be lost when a text is too long comes first: what was found, before how it was found. */
const IMPORTANCE = ['22637-3', 'CAPECC', '22639-9', '35265-8', '22638-1', '22635-7', '22633-2', '33746-9'];
const rank = (code: string): number => {
  const at = IMPORTANCE.indexOf(code);
  return at < 0 ? IMPORTANCE.length : at;
};
/** History and the gross description come last. */
const LAST = new Set(['22634-0', '22636-5', '10219-4', '10218-6']);

/** The item holds no line ends: lines are joined by a space, paragraphs by a mark. */
const oneLine = (text: string): string =>
  text
    .trim()
    .replace(/[ \t]*\n([ \t]*\n)+\s*/g, ' / ')
    .replace(/\s+/g, ' ')
    .trim();

/** First characters of a text with a visible mark at its end when there was more; a character of two units is not torn apart. */
export function cutVisibly(text: string, length = PATH_TEXT_LENGTH): string {
  if (text.length <= length) return text;
  const kept = text.slice(0, length - CUT_MARK.length).replace(/[\ud800-\udbff]$/, '');
  return kept.trimEnd() + CUT_MARK;
}

/**
 * Text of a report for item 2570: at most 4,000 characters on one line, cut visibly. One that is too long has its diagnosis first and
 * its gross description and history last, each part under its title.
 *
 * @source NAACCR item 2570 (Text--DX Proc--Path): no carriage return or line feed.
 */
export function pathText(report: SectionedText): string {
  const whole = oneLine(report.body);
  const sections = report.sections ?? [];
  if (whole.length <= PATH_TEXT_LENGTH || sections.length < 2) return cutVisibly(whole);
  const parts = sections
    .map((section, index) => ({ ...section, index, rank: LAST.has(section.code) ? 100 : rank(section.code) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ title, start, end }) => {
      const text = oneLine(report.body.slice(start, end));
      return title === '' || text.toLowerCase().startsWith(title.toLowerCase()) ? text : `${title}: ${text}`;
    });
  return cutVisibly(parts.filter((part) => part !== '').join(' / '));
}

const BETWEEN = ' // ';

/** Texts of two reports of one tumor; one that is there already is not repeated. When both do not fit, each keeps at least half. */
export function joinPathTexts(before: string, next: string): string {
  if (before.includes(next.slice(0, 200))) return before;
  const room = PATH_TEXT_LENGTH - BETWEEN.length;
  const first = cutVisibly(before, Math.max(room / 2, room - next.length));
  return first + BETWEEN + cutVisibly(next, room - first.length);
}

/** A text of item 2570 with what an earlier version of a report gave replaced by what the newer one gives. */
export function replacePathText(current: string, earlier: string, next: string): string {
  const kept =
    current === earlier
      ? ''
      : current
          .split(BETWEEN)
          .filter((part) => part !== earlier)
          .join(BETWEEN);
  return kept === '' ? next : joinPathTexts(kept, next);
}
