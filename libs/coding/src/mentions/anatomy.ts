import { CUE, LABEL, type Reading, WEIGHT } from '../reading.js';
import { type CodingTables, type SectionKind, type SiteEntry } from '../tables.js';
import { GAP } from '../text/tokens.js';
import { type Place, placeOf, wordOf } from './place.js';

/** What a word of anatomy is said to be. */
export type SiteRole = 'primary' | 'plain' | 'involved' | 'elsewhere' | 'negative';

export interface SiteMention extends Place {
  readonly entry: SiteEntry;
  readonly role: SiteRole;
  readonly weight: number;
}

/** Every word of anatomy with what is said of it. Parts are left to the choice of the site, which knows the organ. */
export function siteMentions(reading: Reading, tables: CodingTables): SiteMention[] {
  const mentions: SiteMention[] = [];
  for (const { from, to, entry: index } of reading.anatomy) {
    const entry = tables.anatomy[index];
    if (entry === undefined) continue;
    const place = placeOf(reading, from, to);
    const role = inList(place.kind, roleOf(reading, from, to, entry));
    let weight = WEIGHT[place.kind];
    const listed = place.kind === 'free' || place.kind === 'spread';
    if (listed) weight *= 0.3;
    else if (place.answer === LABEL.site) weight = Math.max(weight, 8) * 2.2;
    else if (place.answer === LABEL.specimen) weight = place.kind === 'synoptic' ? 4 : Math.max(weight, 4);
    else if (place.kind === 'specimen') weight = 4;
    else if (place.kind === 'gross') weight = 1.2;
    else if (place.kind === 'history') weight = 2.5;
    if (entry.operation) weight *= 0.6;
    mentions.push({
      from,
      to,
      kind: place.kind,
      specimen: place.specimen,
      answer: place.answer,
      entry,
      role,
      weight,
    });
  }
  return mentions;
}

/** What a list under one heading says of an organ that stands in it: free of tumor, or one that the tumor spread to. */
function inList(kind: SectionKind, role: SiteRole): SiteRole {
  if (role !== 'plain') return role;
  if (kind === 'free') return 'negative';
  return kind === 'spread' ? 'involved' : role;
}

/** What is said of an organ: where the tumor began, what it grew into, what is free of it. */
function roleOf(reading: Reading, from: number, to: number, entry: SiteEntry): SiteRole {
  const { tokens, cue } = reading;
  const node = entry.site.startsWith('C77');
  for (let at = to + 1; at <= Math.min(tokens.count - 1, to + 4); at += 1) {
    if (tokens.clause[at] === 1 || ((tokens.gap[at] ?? 0) & (GAP.COLON | GAP.COMMA)) !== 0) break;
    const kind = cue[at] ?? 0;
    if (kind === CUE.node && !node) return 'elsewhere';
    if (kind === CUE.margin && at <= to + 3) return 'elsewhere';
    if (kind === CUE.negatedAfter || kind === CUE.benign) return 'negative';
    // "Pleural invasion".
    if (at <= to + 2 && /^(invasion|extension|involvement|implants?|margin)$/i.test(wordOf(reading, at)))
      return 'involved';
    if (kind === CUE.primary && at <= to + 2) return 'primary';
  }
  for (let at = from - 1; at >= Math.max(0, from - 9); at -= 1) {
    if (tokens.clause[at + 1] === 1) break;
    const bits = tokens.gap[at + 1] ?? 0;
    if ((bits & GAP.COLON) !== 0) break;
    const kind = cue[at] ?? 0;
    if (kind === CUE.benign && from - at <= 3) return 'negative';
    if (kind === CUE.metastasisFrom) return 'primary';
    if (kind === CUE.primary && from - at <= 5) return 'primary';
    if (kind === CUE.away && from - at <= 4) return 'elsewhere';
    if (kind === CUE.invading && from - at <= 8) return 'involved';
    if (kind === CUE.negated && from - at <= 4) return 'negative';
    if (kind === CUE.node && !node && from - at <= 4) return 'elsewhere';
  }
  return 'plain';
}
