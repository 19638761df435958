import { loadEditBundles, loadEditTables } from '@perennial/edits/node';
import { answersFor } from '../../demo/answers.mjs';
import { CLINICAL } from './hl7.js';

const { schemas, inputCodes } = loadEditBundles();
const tables = {
  tables: loadEditTables(),
  schemas: new Map(schemas.rows.map((row) => [row[0], row[4]])),
  codes: new Map(inputCodes.rows),
};

/** A registrar's answers that suit a case, so that it passes the edits; null takes an item away. */
export const clinicalAnswers = (
  items: Readonly<Record<string, string | undefined>>,
  base: Readonly<Record<string, string>> = CLINICAL,
): Record<string, string | null> => answersFor(items, base, tables);
