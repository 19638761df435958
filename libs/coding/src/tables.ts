import { type Icdo3 } from '@perennial/icdo3';
import { type Primaries } from '@perennial/primaries';
import { createFamilies, type Families, type FamilyBundle } from './families.js';
import { Lexicon } from './text/lexicon.js';
import { stem, Vocabulary } from './text/vocabulary.js';

/** `libs/coding/data/terms.json`: terms of current practice by code, and benign names that are read so that nothing inside them is. */
export interface TermBundle {
  readonly terms: Readonly<Record<string, readonly string[]>>;
  readonly benign: Readonly<Record<string, readonly string[]>>;
  /**
   * Words that say a histology only as the answer to a question for it: `Histologic type: urothelial`. Behind the code may stand the organ whose
   * histologies alone are named so: `8310/3 C64` "conventional".
   */
  readonly answers: Readonly<Record<string, readonly string[]>>;
  /** Words of a kind that follow a general term in its statement, with `type`, `variant` or `subtype` behind: "carcinoma of the kidney, papillary type". */
  readonly fragments: Readonly<Record<string, readonly string[]>>;
}

/** `libs/coding/data/anatomy.json`: words by topography code; see its `source` for how the parts are read. */
export interface AnatomyBundle {
  readonly organs: Readonly<Record<string, readonly string[]>>;
  readonly parts: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly regions: readonly (Region & { readonly words: readonly string[] })[];
  readonly nodes: Readonly<Record<string, readonly string[]>>;
}

/** `libs/coding/data/structure.json`: headings of sections and questions of synoptic reports. */
export interface StructureBundle {
  readonly headings: Readonly<Record<string, readonly string[]>>;
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

/** `libs/coding/data/cues.json`: words that turn the meaning of a statement. */
export interface CueBundle {
  readonly cues: Readonly<Record<string, readonly string[]>>;
  /** How scans print short words of context, by kind: too short to be mended by rule, and no words of their own. */
  readonly misread: Readonly<Record<string, readonly string[]>>;
  /** Words passed over between the parts of a term. */
  readonly skipped: readonly string[];
  /** Words of plain language that resemble words of the lexicon. */
  readonly plain: readonly string[];
  /** Long words that are worth mending with two letters wrong. */
  readonly telling: readonly string[];
}

/** A part of the body by the tissue that a tumor of it belongs to. */
export interface Region {
  readonly skin: string;
  readonly soft: string;
  readonly node: string;
  readonly other: string;
}

/** A code of a term and the years of diagnosis that it is for. */
export interface Era {
  readonly code: string;
  readonly fromYear: number | null;
  readonly toYear: number | null;
}

export interface MorphologyEntry {
  /** Histology and behavior, `8500/3`; a term of several codes has them all. */
  readonly codes: readonly string[];
  /** Codes whose years the book limits for this term, where it names another for the other years; empty for most terms. */
  readonly eras: readonly Era[];
  /** Site that the book prints beside the term, undotted, four or three characters; empty when there is none. */
  readonly siteHint: string;
  readonly words: number;
  /** How far the words stand for the histology alone. */
  readonly use: 'term' | 'answer' | 'fragment';
  /** Organ (three characters) that must be spoken of; empty when the words are enough. */
  readonly organ: string;
}

export interface SiteEntry {
  /** Topography code; for a region the code where the tissue is not known. */
  readonly site: string;
  /** Organ (three characters) that must be spoken of too; empty when the words are enough. */
  readonly within: string;
  /** The words name an operation, which tells the organ less surely. */
  readonly operation: boolean;
  readonly region: Region | null;
}

export const CUES = [
  'none',
  'negated',
  'negatedAfter',
  'contrast',
  'shows',
  'history',
  'family',
  'metastatic',
  'primary',
  'metastasisFrom',
  'invading',
  'accepted',
  'refused',
  'refusedAfter',
  'node',
  'margin',
  'inSitu',
  'invasive',
  'malignant',
  'benign',
  'focal',
  'typed',
  'left',
  'right',
  'bilateral',
  'biopsy',
  'resection',
  'cytology',
  'treated',
  'tumorWord',
  'away',
  'surface',
  'midline',
] as const;
export type Cue = (typeof CUES)[number];

export const SECTION_KINDS = [
  'other',
  'diagnosis',
  'addendum',
  'synoptic',
  'comment',
  'microscopic',
  'frozen',
  'specimen',
  'gross',
  'history',
  'ancillary',
  // Lists under one statement: what is free of tumor, and what the tumor spread to.
  'free',
  'spread',
] as const;
export type SectionKind = (typeof SECTION_KINDS)[number];

export const LABELS = ['none', 'site', 'histology', 'laterality', 'grade', 'specimen', 'negative', 'size'] as const;
export type Label = (typeof LABELS)[number];

/** Everything the coder looks words up in. Made once; read only (mended words are remembered, which changes no answer). */
export interface CodingTables {
  readonly icdo3: Icdo3;
  readonly lexicon: Lexicon;
  readonly vocabulary: Vocabulary;
  readonly morphology: readonly MorphologyEntry[];
  readonly anatomy: readonly SiteEntry[];
  readonly families: Families;
  /** Rules that say whether tumors of both sides are one primary. */
  readonly primaries: Pick<Primaries, 'compareParts'>;
}

export interface CodingBundles {
  readonly terms: TermBundle;
  readonly anatomy: AnatomyBundle;
  readonly structure: StructureBundle;
  readonly cues: CueBundle;
  readonly families: FamilyBundle;
}

/** The orders in which a book term is spoken: as printed without NOS, and with its qualifiers before it. */
export function spokenForms(term: string): string[] {
  const bare = term
    .replace(/\[[^\]]*[\]}]/g, ' ')
    .replace(/\([^)]*\)/g, ' ')
    .replace(/\bNOS\b/g, ' ');
  const parts = bare
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const forms = new Set([parts.join(' ')]);
  if (parts.length > 1) {
    const [head = '', ...rest] = parts;
    forms.add([...rest, head].join(' '));
    forms.add([...rest.reverse(), head].join(' '));
  }
  return [...forms].filter((form) => form.trim() !== '');
}

/** Every form of a phrase with choices: `free of {tumor|carcinoma}`; a choice may be empty. */
export function written(phrase: string): string[] {
  const choice = /\{([^{}]*)\}/.exec(phrase);
  if (choice === null) return [phrase];
  const [whole, choices = ''] = choice;
  return choices.split('|').flatMap((one) => written(phrase.replace(whole, one)));
}

/** Terms that are spoken of many things that are no tumor, or that say too little to be found by. */
const TOO_PLAIN =
  /^(tumou?rs?|neoplasms?|mass|lesion|polyps?|cysts?|papilloma|metastasis|metastatic|secondary|mixed tumor|histiocytosis|adenomatosis|leukemia|dermoid|teratoma|mole|wart|ganglion|fibrosis|nodule|freckle|epulis|keloid|carcinomatosis|polyposis|ectopia|hamartoma|glomus|ulcer|neuroma|benign|malignant|serous|follicular|papillary|tubular|clear cell|blue|spindle cell|cell|giant cell|dysplasia|severe dysplasia|intraepithelial neoplasia|unclassified tumor|tumou?r cells?)$/i;

/**
 * Terms of late editions in which "poorly differentiated" is part of the name (8020, valid from 2021 and 2024): a report tells no edition, and the
 * words are a grade in all others.
 */
const GRADE_AS_NAME = /poorly differentiated/i;

const keyOf = (phrase: string): string => (phrase.toLowerCase().match(/[a-z0-9]+/g) ?? []).map(stem).join(' ');
const hintOf = (hint: string): string => (/C\d\d\.?[\d_]?/.exec(hint)?.[0] ?? '').replace('.', '').replace('_', '');

/** Build the coder's tables from the classification and the project's own words. */
export function createCodingTables(
  icdo3: Icdo3,
  primaries: CodingTables['primaries'],
  bundles: CodingBundles,
): CodingTables {
  const vocabulary = new Vocabulary();
  const lexicon = new Lexicon(vocabulary);
  const morphology = addMorphology(icdo3, lexicon, bundles.terms);
  const anatomy = addAnatomy(icdo3, lexicon, bundles.anatomy);
  for (const [part, mendable] of [
    ['cues', true],
    ['misread', false],
  ] as const)
    for (const [kind, phrases] of Object.entries(bundles.cues[part])) {
      const entry = CUES.indexOf(kind as Cue);
      if (entry < 0) throw new Error(`cues.json: unknown kind ${kind}`);
      for (const phrase of phrases) for (const form of written(phrase)) lexicon.add('cue', form, entry, mendable);
    }
  for (const [kind, phrases] of Object.entries(bundles.structure.headings)) {
    const entry = SECTION_KINDS.indexOf(kind as SectionKind);
    if (entry < 0) throw new Error(`structure.json: unknown section ${kind}`);
    for (const phrase of phrases) for (const form of written(phrase)) lexicon.add('heading', form, entry);
  }
  for (const [kind, phrases] of Object.entries(bundles.structure.labels)) {
    const entry = LABELS.indexOf(kind as Label);
    if (entry < 0) throw new Error(`structure.json: unknown label ${kind}`);
    for (const phrase of phrases) lexicon.add('label', phrase, entry);
  }
  for (const word of bundles.cues.skipped) vocabulary.add(word);
  vocabulary.leaveAlone(bundles.cues.plain);
  vocabulary.tell(bundles.cues.telling);
  vocabulary.prepare();
  lexicon.prepare(bundles.cues.skipped);
  return { icdo3, lexicon, vocabulary, morphology, anatomy, families: createFamilies(bundles.families), primaries };
}

/** Longest name that is like too many other words to be read where it is misread. */
const SHORT_NAME = 4;

function addMorphology(icdo3: Icdo3, lexicon: Lexicon, bundle: TermBundle): MorphologyEntry[] {
  const byPhrase = new Map<string, { codes: string[]; siteHint: string; own: boolean }>();
  const erasByPhrase = new Map<string, Era[]>();
  const practice = [...Object.entries(bundle.terms), ...Object.entries(bundle.benign)];
  for (const [code, phrases] of practice) {
    const siteHint = hintOf(icdo3.morphology.get(code)?.siteHint ?? '');
    for (const phrase of phrases) {
      const key = keyOf(phrase);
      if (!byPhrase.has(key)) byPhrase.set(key, { codes: [code], siteHint, own: true });
    }
  }
  for (const entry of icdo3.morphology.values()) {
    if (/\/[69]$/.test(entry.code)) continue;
    for (const { term, siteHint, fromYear, toYear } of entry.terms) {
      for (const form of spokenForms(term)) {
        if (TOO_PLAIN.test(form)) continue;
        if (entry.code === '8020/3' && GRADE_AS_NAME.test(form)) continue;
        const key = keyOf(form);
        const eras = erasByPhrase.get(key);
        if (eras === undefined) erasByPhrase.set(key, [{ code: entry.code, fromYear, toYear }]);
        else eras.push({ code: entry.code, fromYear, toYear });
        const known = byPhrase.get(key);
        if (known === undefined) {
          byPhrase.set(key, { codes: [entry.code], siteHint: hintOf(siteHint || entry.siteHint), own: false });
        } else if (!known.own && !known.codes.includes(entry.code)) known.codes.push(entry.code);
      }
    }
  }
  const entries: MorphologyEntry[] = [];
  for (const [key, { codes, siteHint, own }] of byPhrase) {
    // Rare words of the book and short names (`LCIS`) are read as printed; misread words are mended to the others only.
    lexicon.add('morphology', key, entries.length, own && key.length > SHORT_NAME);
    const eras = erasOf(codes, erasByPhrase.get(key) ?? []);
    entries.push({ codes, eras, siteHint, words: key.split(' ').length, use: 'term', organ: '' });
  }
  for (const [name, phrases] of Object.entries(bundle.answers)) {
    const [code = '', organ = ''] = name.split(' ');
    for (const phrase of phrases) {
      lexicon.add('morphology', keyOf(phrase), entries.length);
      entries.push({ codes: [code], eras: [], siteHint: '', words: 1, use: 'answer', organ });
    }
  }
  // A fragment may stand for several kinds; the term before it says which.
  const fragments = new Map<string, string[]>();
  for (const [code, phrases] of Object.entries(bundle.fragments)) {
    for (const phrase of phrases) {
      for (const word of ['type', 'variant', 'subtype']) {
        const key = keyOf(`${phrase} ${word}`);
        const codes = fragments.get(key);
        if (codes === undefined) fragments.set(key, [code]);
        else codes.push(code);
      }
    }
  }
  for (const [key, codes] of fragments) {
    lexicon.add('fragment', key, entries.length);
    entries.push({ codes, eras: [], siteHint: '', words: 1, use: 'fragment', organ: '' });
  }
  return entries;
}

/** The years of a term's codes, where one of them ends and another takes its place. */
function erasOf(codes: readonly string[], eras: readonly Era[]): Era[] {
  const ends = eras.filter(({ code, toYear }) => toYear !== null && codes.includes(code));
  const follows = eras.filter(({ code, fromYear }) =>
    ends.some((one) => one.code !== code && (one.toYear ?? 0) < (fromYear ?? 0)),
  );
  return follows.length === 0 ? [] : [...ends, ...follows];
}

/** Anatomy of the book that is spoken of everywhere and says nothing of where a tumor is. */
const BOOK_WORDS_LEFT_OUT =
  /^(C47|C49|C76|C80|C42[034]|C44|C40|C41)|^(.*\b(gland|wall|duct|tissue|blood|fat|vein|artery|muscle|cheek|nose|ear|temple|head|chest|neck|trunk|skin|valve|orifice|canal|septum|external|internal|epithelium|mucosa|adenoid|operculum|tapetum|olive|pyramid|axis|atlas|lid|concha|cartilage|joint|vein)s?)$/i;

function addAnatomy(icdo3: Icdo3, lexicon: Lexicon, bundle: AnatomyBundle): SiteEntry[] {
  const entries: SiteEntry[] = [];
  const add = (phrase: string, entry: SiteEntry, mendable = true): void => {
    lexicon.add('anatomy', phrase, entries.length, mendable);
    entries.push(entry);
  };
  const plain = { within: '', operation: false, region: null };
  for (const [site, phrases] of Object.entries(bundle.nodes))
    for (const phrase of phrases) {
      add(phrase, { ...plain, site });
      // "Lymph node, left neck".
      const part = /^lymph node (.+)$/.exec(phrase)?.[1];
      if (part !== undefined)
        for (const side of ['left', 'right']) add(`lymph node ${side} ${part}`, { ...plain, site });
    }
  for (const [site, phrases] of Object.entries(bundle.organs)) {
    for (const phrase of phrases) {
      const operation = phrase.endsWith('!');
      add(operation ? phrase.slice(0, -1) : phrase, { ...plain, site, operation });
    }
  }
  for (const [within, parts] of Object.entries(bundle.parts))
    for (const [site, phrases] of Object.entries(parts))
      for (const phrase of phrases) add(phrase, { ...plain, site, within });
  for (const { words, ...region } of bundle.regions)
    for (const phrase of words) add(phrase, { ...plain, site: region.other, region });
  for (const entry of icdo3.topography.values()) {
    for (const term of [entry.label, ...entry.terms]) {
      if (BOOK_WORDS_LEFT_OUT.test(entry.code) || BOOK_WORDS_LEFT_OUT.test(term)) continue;
      for (const form of spokenForms(term)) if (form.length > 4) add(form, { ...plain, site: entry.code }, false);
    }
  }
  return entries;
}
