import { type Choice, clamp, lazily, pooled, round, spansOf } from './choice.js';
import { type MorphologyMention } from './mentions/morphology.js';
import { type Reading } from './reading.js';
import { type EvidenceSpan } from './types.js';
import { type Combination, type Families } from './families.js';

/** A histology with its behavior, and what it was chosen from. */
export interface HistologyChoice extends Choice {
  /** Histology and behavior, `8500/3`. */
  readonly code: string;
  readonly behavior: string;
  readonly behaviorConfidence: number;
  /** Every term that states the behavior, the chosen ones first. */
  readonly behaviorSpans: readonly EvidenceSpan[];
  /** Mentions that state the chosen code. */
  readonly main: readonly MorphologyMention[];
  /** The same, to ask whether a mention is one of them. */
  readonly chosen: ReadonlySet<MorphologyMention>;
  /** Only words that do not state a diagnosis (ambiguous and not accepted, history) led here. */
  readonly weak: 'no' | 'refused' | 'history';
}

/** Mentions that state a diagnosis of this report. */
export function stated(mentions: readonly MorphologyMention[]): MorphologyMention[] {
  const found: MorphologyMention[] = [];
  for (const one of mentions) if (!one.negated && !one.history && one.uncertainty !== 'refused') found.push(one);
  return found;
}

/** Weights from which a mention is a statement of the diagnosis, and from which it may say what kind a general term is. */
const STATES = 3;
const REFINES = 2.2;

/** Intraepithelial neoplasia: in situ by its code, but never called carcinoma. */
const NEOPLASIA = /^(8148|8077)/;

interface Candidate {
  readonly code: string;
  readonly mentions: readonly MorphologyMention[];
  readonly own: number;
  readonly best: number;
  /** Place of its first strong mention: of two equal tumors the first named is the main one. */
  readonly first: number;
  total: number;
}

/**
 * The histology: invasive before in situ; the best sections; a kind before the general term it is a kind of; two kinds that have a code
 * together as that code.
 *
 * @source ICD-O-3 rules E to H (behavior, "in situ with invasive", multiple terms); SEER solid tumor rules, NOS and subtype.
 */
export function chooseHistology(
  reading: Reading,
  all: readonly MorphologyMention[],
  families: Families,
  site: string | null,
): HistologyChoice | null {
  const { pool, weak } = poolOf(all);
  if (pool.length === 0) return null;
  const behavior = behaviorOf(pool, families);
  const ranked = rankedOf(candidatesOf(pool, behavior, families, site));
  const [first] = ranked;
  if (first === undefined) return null;
  const combined = combine(first, ranked, families, site);
  const value = combined?.code ?? first.code;
  const main = mainOf(first, combined);
  const chosen = new Set(main);
  const says = (code: string): boolean => code === first.code || families.partsOf(value).has(code);
  const spans = lazily(() =>
    spansOf(reading, [...main, ...slightly(all, (one) => !chosen.has(one) && says(codeAt(one, families, site)))]),
  );
  const behaviorSpans = lazily(() =>
    spansOf(reading, [...main, ...slightly(all, (one) => !chosen.has(one) && one.code.charAt(5) === behavior)]),
  );
  return {
    value,
    code: `${value}/${behavior}`,
    behavior,
    behaviorConfidence: behaviorConfidence(pool, behavior, main),
    get behaviorSpans() {
      return behaviorSpans();
    },
    main,
    chosen,
    weak,
    get spans() {
      return spans();
    },
    rule: combined?.rule ?? (families.isVague(value) ? 'term-general' : 'term'),
    confidence: confidenceOf({
      value,
      first,
      rival: ranked.find((one) => isRival(one, first, combined, families)),
      main,
      families,
      combined: combined !== null,
      weak,
      hinted: hints(all, value, families),
      site,
    }),
  };
}

/** Terms that state the diagnosis; where none does, those that are ambiguous, and those of history. */
function poolOf(all: readonly MorphologyMention[]): { pool: MorphologyMention[]; weak: HistologyChoice['weak'] } {
  const pool = stated(all);
  for (const one of pool) if (one.weight >= 0.9) return { pool, weak: 'no' };
  const refused: MorphologyMention[] = [];
  const history: MorphologyMention[] = [];
  for (const one of all) {
    if (one.negated) continue;
    if (one.uncertainty !== 'refused') {
      if (one.history || one.kind === 'history') history.push(one);
    } else if (!one.history && one.kind !== 'history') refused.push(one);
  }
  if (pool.length === 0 && refused.length > 0) return { pool: refused, weak: 'refused' };
  return history.length > 0 ? { pool: [...pool, ...history], weak: 'history' } : { pool, weak: 'no' };
}

/** The strongest first; of two as strong the one named first. */
function rankedOf(candidates: ReadonlyMap<string, Candidate>): Candidate[] {
  const ranked: Candidate[] = [];
  for (const one of candidates.values()) ranked.push(one);
  return ranked.sort((a, b) =>
    Math.abs(a.total - b.total) < 0.05 * (a.total + b.total) ? a.first - b.first : b.total - a.total,
  );
}

/** Mentions that state the chosen code, the heaviest first. */
function mainOf(first: Candidate, combined: Combined | null): MorphologyMention[] {
  const main: MorphologyMention[] = [];
  for (const one of first.mentions) main.push(one);
  for (const { mentions } of combined?.uses ?? []) for (const one of mentions) main.push(one);
  return main.sort((a, b) => b.weight - a.weight || a.from - b.from);
}

/** A candidate that says something else than the chosen one and what it counts with. */
const isRival = (one: Candidate, first: Candidate, combined: Combined | null, families: Families): boolean =>
  one !== first &&
  one.code !== combined?.code &&
  !families.partsOf(first.code).has(one.code) &&
  !families.parentsOf(first.code).has(one.code) &&
  !(families.parentsOf(one.code).has(first.code) && one.best < REFINES) &&
  !(combined?.uses.includes(one) ?? false);

/** Other places that say the same, as evidence behind the main ones. */
function slightly(
  all: readonly MorphologyMention[],
  says: (one: MorphologyMention) => boolean,
): { from: number; to: number; weight: number }[] {
  const places: { from: number; to: number; weight: number }[] = [];
  for (const one of all)
    if (!one.negated && says(one)) places.push({ from: one.from, to: one.to, weight: one.weight / 100 });
  return places;
}

const codeAt = (one: MorphologyMention, families: Families, site: string | null): string => {
  const histology = one.code.slice(0, 4);
  return site === null ? histology : families.atSite(histology, site);
};

/** The most malignant behavior that is soundly stated; a bare "carcinoma" beside a stated in situ term does not make it invasive. */
function behaviorOf(pool: readonly MorphologyMention[], families: Families): string {
  const best = [0, 0, 0, 0];
  let vagueInvasive = 0;
  for (const one of pool) {
    const behavior = Number(one.code.charAt(5));
    if (behavior === 3 && families.isVague(one.code.slice(0, 4))) vagueInvasive = Math.max(vagueInvasive, one.weight);
    else best[behavior] = Math.max(best[behavior] ?? 0, one.weight);
  }
  const [benign = 0, borderline = 0, inSitu = 0, invasive = 0] = best;
  const highest = Math.max(inSitu, invasive, vagueInvasive, borderline, benign);
  if (invasive > 0 && invasive >= highest * 0.2) return '3';
  if (inSitu > 0 && inSitu >= highest * 0.2) {
    // `Invasive carcinoma` stated as strongly as the in situ term; or a carcinoma beside a neoplasia that is not called one.
    const onlyNeoplasia = pool.every((one) => one.code.slice(5) !== '2' || NEOPLASIA.test(one.code));
    const invasiveStated = pool.some(
      (one) =>
        one.code === '8010/3' &&
        (one.entry.words > 1 || onlyNeoplasia) &&
        one.weight >= Math.max(inSitu * 0.9, STATES) &&
        !one.partial,
    );
    return invasiveStated ? '3' : '2';
  }
  if (vagueInvasive > 0) return '3';
  return borderline > 0 && borderline >= benign ? '1' : '0';
}

function candidatesOf(
  pool: readonly MorphologyMention[],
  behavior: string,
  families: Families,
  site: string | null,
): Map<string, Candidate> {
  const byCode = new Map<string, MorphologyMention[]>();
  for (const one of pool) {
    if (one.code.slice(5) !== behavior) continue;
    const code = codeAt(one, families, site);
    const known = byCode.get(code);
    if (known === undefined) byCode.set(code, [one]);
    else known.push(one);
  }
  const candidates = new Map<string, Candidate>();
  for (const [code, mentions] of byCode) candidates.set(code, candidateOf(code, mentions, families, site));
  for (const one of candidates.values()) {
    if (one.best < REFINES) continue;
    for (const parent of families.parentsOf(one.code)) one.total += candidates.get(parent)?.own ?? 0;
  }
  return candidates;
}

function candidateOf(
  code: string,
  mentions: readonly MorphologyMention[],
  families: Families,
  site: string | null,
): Candidate {
  const weights: number[] = [];
  let best = 0;
  for (const one of mentions) {
    weights.push(one.weight);
    if (!one.partial && one.weight > best) best = one.weight;
  }
  const fit = site === null ? 1 : Math.max(0.1, families.usual(code, site));
  const own = pooled(weights, 0.3, 1.5) * fit;
  // A code of components only has no best mention, so that all count.
  let first = Infinity;
  for (const one of mentions) if (one.weight >= best * 0.7 && one.from < first) first = one.from;
  return { code, mentions, own, best: best * fit, first, total: own };
}

/** The code that two kinds have together, and the other kind. */
interface Combined {
  readonly code: string;
  readonly rule: string;
  readonly uses: readonly Candidate[];
}

function combine(
  first: Candidate,
  ranked: readonly Candidate[],
  families: Families,
  site: string | null,
): Combined | null {
  const strong = ranked.filter((one) => one.best >= STATES && one.best >= first.best * 0.45);
  for (const rule of families.combinations) {
    if (rule.code === first.code) continue;
    if (rule.sites.length > 0 && (site === null || !rule.sites.includes(site.slice(0, 3)))) continue;
    const part = rule.parts.find((codes) => codes.includes(first.code));
    if (part === undefined) continue;
    const other = strong.find(
      (one) => one !== first && rule.parts.some((codes) => codes !== part && codes.includes(one.code)),
    );
    if (other === undefined || families.parentsOf(first.code).has(other.code)) continue;
    if (together(first, other, rule)) return { code: rule.code, rule: rule.rule, uses: [other] };
  }
  return null;
}

/** Named in one statement, or at least of one specimen. */
function together(a: Candidate, b: Candidate, rule: Combination): boolean {
  for (const one of a.mentions) {
    for (const two of b.mentions) {
      if (one.partial || two.partial || one.metastatic || two.metastatic) continue;
      const gap = Math.max(one.from, two.from) - Math.min(one.to, two.to);
      if (rule.joined === true ? gap <= 3 : one.specimen === two.specimen || gap < 12) return true;
    }
  }
  return false;
}

/** Whether a kind of the chosen general term is hinted at (features, a component, a focus) without being stated. */
const hints = (all: readonly MorphologyMention[], value: string, families: Families): boolean =>
  all.some((one) => !one.negated && one.kind !== 'history' && families.parentsOf(one.code.slice(0, 4)).has(value));

/** Confidence by what carries the choice; the figures are set by hand and checked by `npm run score -- coding`. */
function confidenceOf({
  value,
  first,
  rival,
  main,
  families,
  combined,
  weak,
  hinted,
  site,
}: {
  value: string;
  first: Candidate;
  rival: Candidate | undefined;
  main: readonly MorphologyMention[];
  families: Families;
  combined: boolean;
  weak: HistologyChoice['weak'];
  /** A kind of the chosen general term is hinted at. */
  hinted: boolean;
  site: string | null;
}): number {
  const top = main[0]?.weight ?? 0;
  const share = first.total / (first.total + (rival?.total ?? 0) + 0.5);
  let confidence = 0.5 + 0.49 * share;
  if (top < 1.2) confidence -= 0.25;
  else if (top < STATES) confidence -= 0.12;
  else if (top < 5) confidence -= 0.04;
  if (main.length === 1) confidence -= 0.02;
  if (families.isVague(value)) confidence -= 0.45;
  else if (site !== null && families.isUnspecific(value, site)) confidence -= value === '8312' ? 0.5 : 0.25;
  if (hinted) confidence -= 0.1;
  if (combined) confidence -= 0.25;
  if (weak !== 'no') confidence -= 0.15;
  return round(clamp(confidence, 0.12, 0.98));
}

function behaviorConfidence(
  pool: readonly MorphologyMention[],
  behavior: string,
  main: readonly MorphologyMention[],
): number {
  const top = main[0]?.weight ?? 0;
  const others = pool.filter((one) => one.code.slice(5) !== behavior && Number(one.code.slice(5)) > Number(behavior));
  if (behavior === '3') return top >= 1 ? 0.99 : 0.9;
  return others.length > 0 ? 0.7 : 0.9;
}
