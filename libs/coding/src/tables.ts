import { type Icdo3 } from '@perennial/icdo3';
import { type Neighbors, neighborsOf, PhraseIndex } from './words.js';

/** Rows of `libs/coding/data/terms.json`. */
export interface TermBundle {
  readonly rows: readonly (readonly [term: string, code: string])[];
}

/** Rows of `libs/coding/data/anatomy.json`; a third cell names the organ that the words are a part of and never stand for alone. */
export interface AnatomyBundle {
  readonly rows: readonly (readonly string[])[];
  readonly skin: readonly (readonly [words: string, site: string])[];
}

/** A morphology term found in a text. */
export interface MorphologyEntry {
  readonly codes: readonly string[];
  readonly siteHint: string;
}

export interface SiteEntry {
  readonly site: string;
  /** Organ (three characters) that must be spoken of too; empty when the words are enough. */
  readonly within: string;
}

/** Everything the coder looks words up in. Made once; read only. */
export interface CodingTables {
  readonly icdo3: Icdo3;
  readonly morphology: PhraseIndex<MorphologyEntry>;
  readonly anatomy: PhraseIndex<SiteEntry>;
  readonly skin: PhraseIndex<string>;
  readonly vocabulary: ReadonlySet<string>;
  readonly neighbors: Neighbors;
}

/** Words of context that must be readable even in a bad scan. */
const CONTEXT_WORDS =
  'diagnosis final left right bilateral moderately poorly well differentiated grade invasive margin negative lobe upper lower node lymph specimen biopsy excision resection lobectomy';

/** The orders in which a book term is spoken: as printed without NOS, and with its qualifiers before it. */
export function spokenForms(term: string): string[] {
  const bare = term.replace(/\([^)]*\)/g, ' ').replace(/\bNOS\b/gi, ' ');
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

/** Terms that are spoken of many things that are no tumor. */
const TOO_PLAIN =
  /^(tumou?r|neoplasm|mass|lesion|polyp|cyst|nevus|papilloma|adenoma|lipoma|fibroma|hemangioma|metastasis|metastatic|secondary|mixed tumor|histiocytosis|adenomatosis|leukemia|sarcoma)$/i;

/** Build the coder's tables from the classification and the project's own words. */
export function createCodingTables(icdo3: Icdo3, terms: TermBundle, anatomy: AnatomyBundle): CodingTables {
  const morphology = new PhraseIndex<MorphologyEntry>();
  const own = new Set(terms.rows.map(([term]) => term));
  for (const [term, code] of terms.rows) morphology.add(term, { codes: [code], siteHint: hintOf(icdo3, code) });
  for (const entry of icdo3.morphology.values()) {
    if (/\/[69]$/.test(entry.code)) continue;
    for (const { term, siteHint } of entry.terms) {
      for (const form of spokenForms(term)) {
        if (TOO_PLAIN.test(form) && !/\/3$/.test(entry.code)) continue;
        // The project's own words come first; within the book a term of several codes keeps them all.
        morphology.add(form, { codes: [entry.code], siteHint: siteHint || entry.siteHint }, (old, next) =>
          own.has(form.toLowerCase())
            ? old
            : { codes: [...new Set([...old.codes, ...next.codes])], siteHint: old.siteHint || next.siteHint },
        );
      }
    }
  }
  const sites = new PhraseIndex<SiteEntry>();
  for (const [words = '', site = '', within = ''] of anatomy.rows) sites.add(words, { site, within });
  for (const entry of icdo3.topography.values()) {
    for (const term of [entry.label, ...entry.terms]) {
      for (const form of spokenForms(term)) if (form.length > 4) sites.add(form, { site: entry.code, within: '' });
    }
  }
  const skin = new PhraseIndex<string>();
  for (const [words, site] of anatomy.skin) skin.add(words, site);
  const vocabulary = new Set([
    ...morphology.vocabulary,
    ...sites.vocabulary,
    ...skin.vocabulary,
    ...CONTEXT_WORDS.split(' '),
  ]);
  return { icdo3, morphology, anatomy: sites, skin, vocabulary, neighbors: neighborsOf(vocabulary) };
}

const hintOf = (icdo3: Icdo3, code: string): string => icdo3.morphology.get(code)?.siteHint ?? '';
