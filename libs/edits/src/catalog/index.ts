import { type Edit } from '../types.js';
import { CODES } from './codes.js';
import { CONFIRMATION } from './confirmation.js';
import { DATES } from './dates.js';
import { DEMOGRAPHIC } from './demographic.js';
import { IDENTIFICATION } from './identification.js';
import { INTER_RECORD } from './inter-record.js';
import { MORPHOLOGY } from './morphology.js';
import { SCHEMA } from './schema.js';
import { SEQUENCE } from './sequence.js';
import { SEX_AGE } from './sex-age.js';
import { SITE_LATERALITY } from './site-laterality.js';
import { SOURCE_DEATH } from './source-death.js';
import { STAGE } from './stage.js';
import { TREATMENT } from './treatment.js';

/** The catalog by chapter, as people read it. */
export const CHAPTERS: readonly { readonly title: string; readonly edits: readonly Edit[] }[] = [
  { title: 'Dates', edits: DATES },
  { title: 'Single-field codes', edits: CODES },
  { title: 'Site and laterality', edits: SITE_LATERALITY },
  { title: 'Site, sex, age', edits: SEX_AGE },
  { title: 'Site, histology, behavior', edits: MORPHOLOGY },
  { title: 'Unknown and ill-defined primary, sequence', edits: SEQUENCE },
  { title: 'Reporting source, death, follow-up', edits: SOURCE_DEATH },
  { title: 'Diagnostic confirmation', edits: CONFIRMATION },
  { title: 'Stage, nodes, metastases', edits: STAGE },
  { title: 'Schema, grade, site-specific items', edits: SCHEMA },
  { title: 'Treatment', edits: TREATMENT },
  { title: 'Demographic and geographic', edits: DEMOGRAPHIC },
  { title: 'Identification', edits: IDENTIFICATION },
  { title: 'Inter-record (all tumors of one patient)', edits: INTER_RECORD },
];

const all = CHAPTERS.flatMap(({ edits }) => edits);

/** Every edit, in run order: field, within a tumor, over the patient. */
export const CATALOG: readonly Edit[] = (['field', 'tumor', 'patient'] as const).flatMap((level) =>
  all.filter((edit) => edit.level === level),
);

export const EDITS_BY_ID: ReadonlyMap<string, Edit> = new Map(CATALOG.map((edit) => [edit.id, edit]));
