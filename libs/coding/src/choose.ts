import { isPairedSite } from '@perennial/icdo3';
import { type MorphologyMention, type SiteMention } from './mentions.js';
import { WEIGHT } from './sections.js';

/** A choice with the places that carry it. */
export interface Choice<T> {
  readonly value: T;
  readonly spans: readonly { readonly start: number; readonly end: number; readonly section: string }[];
  readonly rule: string;
  readonly confidence: number;
}

const VAGUE = new Set(['8000', '8001', '8010', '8046', '9590', '8800', '9380']);
const spanOf = ({
  start,
  end,
  section,
}: {
  start: number;
  end: number;
  section: { code: string; title: string };
}): { start: number; end: number; section: string } => ({ start, end, section: section.code || section.title });

/** Behavior of a code; `/3` outranks `/2` outranks the others (ICD-O-3 rules: in situ with invasive is invasive). */
const RANK: Readonly<Record<string, number>> = { '3': 3, '2': 2, '1': 1, '0': 0 };

/** The one code of a mention: the most malignant, then the first of the book. */
export const codeOf = (mention: MorphologyMention): string =>
  [...mention.codes].sort((a, b) => (RANK[b.slice(5)] ?? 0) - (RANK[a.slice(5)] ?? 0))[0] ?? '';

/** Mentions that state a diagnosis of this report. */
export const stated = (mentions: readonly MorphologyMention[]): MorphologyMention[] =>
  mentions.filter((one) => !one.negated && !one.history && one.uncertainty !== 'refused');

/**
 * The histology of the report: invasive before in situ before borderline; the better section; the specific before the vague; the longer
 * term; the earlier place.
 */
export function chooseHistology(mentions: readonly MorphologyMention[]): Choice<string> | null {
  const scored = stated(mentions).map((one) => {
    const code = codeOf(one);
    const score =
      (RANK[code.slice(5)] ?? 0) * 100 +
      WEIGHT[one.section.kind] * 10 +
      (VAGUE.has(code.slice(0, 4)) ? -25 : 0) +
      (one.metastatic ? -3 : 0) +
      (one.uncertainty === 'accepted' ? -4 : 0) +
      Math.min(one.words, 5) * 3;
    return { one, code, score };
  });
  scored.sort((a, b) => b.score - a.score || a.one.start - b.one.start);
  const [best] = scored;
  if (best === undefined) return null;
  const agreeing = scored.filter(({ code }) => code === best.code).length;
  const rivals = new Set(
    scored.filter(({ code, score }) => code !== best.code && score > best.score - 12).map(({ code }) => code),
  ).size;
  const confidence = Math.max(
    0.3,
    Math.min(0.97, 0.72 + 0.06 * Math.min(agreeing, 4) - 0.14 * rivals - (VAGUE.has(best.code.slice(0, 4)) ? 0.15 : 0)),
  );
  return { value: best.code, spans: [spanOf(best.one)], rule: `term:${best.code}`, confidence };
}

/** Sites that a tumor spreads to: named beside a carcinoma they are seldom where it began. */
const SPREAD = /^(C77|C422|C48)/;
const LYMPHOID = /^(959|96|97|98|99)/;

/** Sites that belong to a histology when no words name one (the book prints them beside the term). */
function hinted(siteHint: string): string | null {
  const code = siteHint.replace('.', '').replace('_', '9');
  return /^C\d{3}$/.test(code) ? code : null;
}

/** Organs that are named in general, and the parts of them that say it exactly when they are named too. */
const EXACT_PARTS: Readonly<Record<string, readonly string[]>> = { C55: ['C54'], C26: ['C18', 'C16'] };

/**
 * The primary site: words of anatomy, nearest before the diagnosis and in good sections, where parts of an organ need the organ to be
 * spoken of; lymph nodes and serous linings only for tumors that begin there.
 */
export function chooseSite(
  sites: readonly SiteMention[],
  histology: string,
  main: readonly { start: number }[],
  siteHint: string,
): Choice<string> | null {
  const organs = new Set(sites.filter((one) => one.within === '').map((one) => one.site.slice(0, 3)));
  const at = main[0]?.start ?? 0;
  const lymphoid = LYMPHOID.test(histology);
  const fixed = hinted(siteHint);
  const votes = new Map<string, { score: number; mention: SiteMention }>();
  for (const one of sites) {
    if (one.within !== '' && !organs.has(one.within)) continue;
    if (SPREAD.test(one.site) && !lymphoid && !/^(8[89]|90)/.test(histology)) continue;
    const distance = at - one.start;
    const near = distance >= 0 ? Math.max(0, 12 - distance / 40) : Math.max(0, 5 + distance / 60);
    const agrees = fixed !== null && fixed.slice(0, 3) === one.site.slice(0, 3) ? 10 : 0;
    const score = WEIGHT[one.section.kind] + near + agrees;
    const key = one.site.slice(0, 3);
    const known = votes.get(key);
    if (known === undefined) votes.set(key, { score, mention: one });
    else votes.set(key, { score: Math.max(known.score, score) + 0.5, mention: better(known.mention, one, at) });
  }
  const ranked = [...votes.values()].sort((a, b) => b.score - a.score);
  const [best, second] = ranked;
  if (best === undefined)
    return fixed === null
      ? null
      : {
          value: fixed,
          spans: main.map((one) => ({
            start: one.start,
            end: (one as MorphologyMention).end,
            section: (one as MorphologyMention).section.code,
          })),
          rule: 'site-of-histology',
          confidence: 0.7,
        };
  const part = (EXACT_PARTS[best.mention.site.slice(0, 3)] ?? []).flatMap((organ) => votes.get(organ) ?? [])[0];
  if (part !== undefined)
    return { value: part.mention.site, spans: [spanOf(part.mention)], rule: 'part-of-organ', confidence: 0.85 };
  const confidence = Math.max(0.35, Math.min(0.97, 0.6 + (best.score - (second?.score ?? 0)) / 20));
  return { value: best.mention.site, spans: [spanOf(best.mention)], rule: 'words-of-anatomy', confidence };
}

/** Of two mentions of an organ the more exact one, then the nearer to the diagnosis. */
function better(a: SiteMention, b: SiteMention, at: number): SiteMention {
  const exact = (one: SiteMention): number =>
    (one.site.endsWith('9') ? 0 : 1) * (WEIGHT[one.section.kind] >= 3 || one.within === '' ? 2 : 1);
  if (exact(a) !== exact(b)) return exact(a) > exact(b) ? a : b;
  return Math.abs(at - a.start) <= Math.abs(at - b.start) ? a : b;
}

/** Right, left or both, from words near the site and the diagnosis; `0` where a site has no sides. */
export function chooseLaterality(
  text: string,
  site: string,
  near: readonly { start: number; end: number }[],
): Choice<string> | null {
  const spans = near.map(({ start, end }) => ({ start, end, section: '' }));
  if (!isPairedSite(site)) return { value: '0', spans, rule: 'site-has-no-sides', confidence: 0.98 };
  const counts = new Map<string, { weight: number; start: number; end: number }>();
  const pattern = /\b(right|left|[rl]t\.?|1eft|bilateral|rul|rll|rml|lul|lll)\b/gi;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const word = match[0].toLowerCase();
    const side = word === 'bilateral' ? '4' : word.startsWith('r') ? '1' : '2';
    const distance = Math.min(...near.map((one) => Math.abs(one.start - (match?.index ?? 0))), 100_000);
    const weight = 1 / (1 + distance / 60);
    const known = counts.get(side);
    counts.set(side, {
      weight: (known?.weight ?? 0) + weight,
      start: known === undefined || weight > known.weight ? match.index : known.start,
      end: known === undefined || weight > known.weight ? match.index + word.length : known.end,
    });
  }
  const ranked = [...counts].filter(([side]) => side !== '4').sort(([, a], [, b]) => b.weight - a.weight);
  const [best, second] = ranked;
  if (best === undefined) return null;
  const [side, { weight, start, end }] = best;
  return {
    value: side,
    spans: [{ start, end, section: '' }],
    rule: 'side-near-site',
    confidence: Math.min(0.98, 0.55 + 0.43 * (weight / (weight + (second?.[1].weight ?? 0)))),
  };
}
