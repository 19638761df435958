import { type EditTables } from '@perennial/edits';

/** Answers by item; `null` takes one away. */
export type Answers = Record<string, string | null>;

export interface AnswerTables {
  readonly tables: EditTables;
  /** Inputs of each schema by its number, and codes of each input table, as in the bundles of libs/edits. */
  readonly schemas: ReadonlyMap<string, readonly (readonly (string | undefined)[])[]>;
  readonly codes: ReadonlyMap<string, readonly string[]>;
}

export function answersFor(
  items: Readonly<Record<string, string | undefined>>,
  base: Readonly<Record<string, string>>,
  tables: AnswerTables,
): Answers;
