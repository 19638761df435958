import { type Context, contextOf } from './context.js';
import { type TypedSection, WEIGHT } from './sections.js';
import { type CodingTables } from './tables.js';
import { type Word } from './words.js';

/** A morphology term in the text with its meaning there. */
export interface MorphologyMention extends Context {
  readonly codes: readonly string[];
  readonly siteHint: string;
  readonly start: number;
  readonly end: number;
  readonly words: number;
  readonly section: TypedSection;
}

export interface SiteMention {
  readonly site: string;
  readonly within: string;
  readonly start: number;
  readonly end: number;
  readonly section: TypedSection;
}

const sectionAt = (sections: readonly TypedSection[], at: number): TypedSection | undefined =>
  sections.find((section) => at >= section.start && at < section.end);

/** Every morphology term of the report, longest first at each place, with its context. History sections state nothing. */
export function morphologyMentions(
  text: string,
  words: readonly Word[],
  sections: readonly TypedSection[],
  tables: CodingTables,
): MorphologyMention[] {
  const mentions: MorphologyMention[] = [];
  for (let at = 0; at < words.length;) {
    const found = tables.morphology.longest(words, at, text);
    const first = words[at];
    if (found === null || first === undefined) {
      at += 1;
      continue;
    }
    const end = words[found.to]?.end ?? first.end;
    const section = sectionAt(sections, first.start);
    if (section !== undefined && WEIGHT[section.kind] > 0) {
      mentions.push({
        ...found.value,
        start: first.start,
        end,
        words: found.to - at + 1,
        section,
        ...contextOf(text, first.start, end),
      });
    }
    at = found.to + 1;
  }
  return mentions;
}

/** Every word of anatomy of the report. Skin is told by the part of the body when the statement speaks of skin. */
export function siteMentions(
  text: string,
  words: readonly Word[],
  sections: readonly TypedSection[],
  tables: CodingTables,
): SiteMention[] {
  const mentions: SiteMention[] = [];
  let lastSkin = -1_000;
  for (let at = 0; at < words.length;) {
    const first = words[at];
    if (first === undefined) break;
    const section = sectionAt(sections, first.start);
    const found = tables.anatomy.longest(words, at, text);
    if (first.key === 'skin') lastSkin = first.start;
    const part = first.start - lastSkin < 60 ? tables.skin.longest(words, at, text) : null;
    if (section !== undefined && part !== null) {
      mentions.push({
        site: part.value,
        within: '',
        start: first.start,
        end: words[part.to]?.end ?? first.end,
        section,
      });
      at = part.to + 1;
    } else if (section !== undefined && found !== null) {
      mentions.push({ ...found.value, start: first.start, end: words[found.to]?.end ?? first.end, section });
      at = found.to + 1;
    } else at += 1;
  }
  return mentions;
}
