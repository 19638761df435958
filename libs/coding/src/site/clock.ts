import { spansOf } from '../choice.js';
import { type HistologyChoice } from '../histology.js';
import { CUE, type Reading, WEIGHT } from '../reading.js';
import { type SiteChoice } from './choose.js';

/** Furthest that an hour stands behind a word for the breast, in words. */
const REACH = 12;
/** Quadrants from twelve to three, to six, to nine and to twelve o'clock: outward is toward three on the left breast and toward nine on the right. */
const QUADRANTS: Readonly<Record<string, readonly string[]>> = {
  '1': ['C502', 'C503', 'C505', 'C504'],
  '2': ['C504', 'C505', 'C503', 'C502'],
};

/**
 * The quadrant of a breast whose part is told by the clock only: `2 o'clock`, `10:30`. On the hours between two quadrants the tumor overlaps.
 *
 * @param side laterality code.
 * @source SEER Program Coding and Staging Manual, coding guidelines for breast: clock positions and quadrants.
 */
export function byClock(
  reading: Reading,
  site: SiteChoice,
  histology: HistologyChoice,
  side: string | null,
): SiteChoice {
  const quadrants = QUADRANTS[side ?? ''];
  if (site.value !== 'C509' || quadrants === undefined) return site;
  const holding = new Set<number>();
  for (const one of histology.main) holding.add(one.specimen);
  let best: { from: number; to: number; weight: number; hour: number } | null = null;
  for (const mention of site.mentions)
    for (let at = mention.to + 1; at < Math.min(reading.tokens.count - 1, mention.to + REACH); at += 1) {
      if (reading.specimen[at] !== reading.specimen[mention.to] || reading.head[at] === 1) break;
      const found = hourAt(reading, at);
      if (found === null) continue;
      if ((sideBefore(reading, at) ?? side) !== side) break;
      const section = WEIGHT[reading.sections[reading.section[at] ?? 0]?.kind ?? 'other'];
      const weight = (mention.weight + section) * (holding.has(reading.specimen[at] ?? 0) ? 2 : 1);
      if (best === null || weight > best.weight) best = { from: at, to: found.to, weight, hour: found.hour };
      break;
    }
  if (best === null) return site;
  const value = best.hour % 3 === 0 ? 'C508' : (quadrants[Math.floor((best.hour % 12) / 3)] ?? 'C509');
  const spans = [...spansOf(reading, [best]), ...site.spans];
  return { ...site, value, spans, rule: 'clock-position' };
}

/** Laterality code of the side that is spoken of before a word in its statement. */
function sideBefore({ cue, tokens }: Reading, from: number): string | null {
  for (let at = from - 1; at >= Math.max(0, from - 2 * REACH) && tokens.clause[at + 1] !== 1; at -= 1) {
    if (cue[at] === CUE.left) return '2';
    if (cue[at] === CUE.right) return '1';
  }
  return null;
}

/** The hour that a number tells: `2 o'clock`, `2:00`, `10:30` (ten and a half). */
function hourAt({ tokens }: Reading, at: number): { hour: number; to: number } | null {
  const { text, start, end, count } = tokens;
  const wordAt = (place: number): string => (place < count ? text.slice(start[place], end[place]) : '');
  const word = wordAt(at);
  if (!/^([1-9]|1[0-2])$/.test(word)) return null;
  const hour = Number(word);
  for (let next = at + 1; next <= at + 3; next += 1) {
    const said = wordAt(next).toLowerCase();
    if (/^o?clock$/.test(said)) return { hour, to: next };
    if (
      next === at + 1 &&
      /^(00|30)$/.test(said) &&
      text.charAt(end[at] ?? 0) === ':' &&
      start[next] === (end[at] ?? 0) + 1
    ) {
      // A time of day is no place.
      if (/^([ap]m|hrs?|hours)$/i.test(wordAt(next + 1))) return null;
      return { hour: said === '30' ? hour + 0.5 : hour, to: next };
    }
    if (!/^(o|00|30)$/.test(said)) return null;
  }
  return null;
}
