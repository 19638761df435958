import { type CellTest, cellTest } from './cells.js';

/** Site and histology ranges, then cells of behavior, sex, year and the two discriminators; null = the schema does not ask. */
export type SelectionRow = readonly [
  sites: string,
  histologies: string,
  behavior?: string | null,
  sex?: string | null,
  year?: string | null,
  discriminator1?: string | null,
  discriminator2?: string | null,
];

/** What is known of a tumor, in the order of the columns; the empty text = not known, the column is then left out. */
export interface SelectionKeys {
  readonly site: string;
  readonly histology: string;
  readonly behavior: string;
  readonly sex: string;
  readonly year: string;
  readonly discriminator1: string;
  readonly discriminator2: string;
}

export interface SchemaSelection {
  /** Numbers of all schemas that the known keys leave. @param without true leaves the discriminators out. */
  select(keys: SelectionKeys, without?: boolean): readonly string[];
  /** Whether some value of a discriminator would leave some of these schemas and drop others. */
  tellsApart(keys: SelectionKeys, discriminator: 'discriminator1' | 'discriminator2'): boolean;
}

interface CompiledRow {
  readonly number: string;
  readonly order: number;
  readonly histologies: CellTest;
  readonly cells: readonly (CellTest | null)[];
}

const COLUMNS = ['behavior', 'sex', 'year', 'discriminator1', 'discriminator2'] as const;
const VALUES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
/** Answers kept; a registry meets few thousands of combinations again and again. */
const KEPT = 20_000;

/**
 * Compile the selection of schemas: an index from site to the rows that may match.
 *
 * @param histologies those that the algorithm knows; others select nothing.
 * @source EOD algorithm format, schema selection: only the columns whose keys are supplied are matched.
 */
export function createSelection(
  schemas: readonly { readonly number: string; readonly rows: readonly SelectionRow[] }[],
  histologies: ReadonlySet<string>,
): SchemaSelection {
  const bySite = new Map<string, CompiledRow[]>();
  schemas.forEach(({ number, rows }, order) => {
    for (const [sites, types, ...cells] of rows) {
      const compiled: CompiledRow = {
        number,
        order,
        histologies: cellTest(types),
        cells: COLUMNS.map((_, index) => {
          const cell = cells[index] ?? null;
          return cell === null || cell === '*' ? null : cellTest(cell);
        }),
      };
      for (const site of sitesOf(sites)) {
        const known = bySite.get(site);
        if (known === undefined) bySite.set(site, [compiled]);
        else known.push(compiled);
      }
    }
  });
  const kept = new Map<string, readonly string[]>();
  const find = (keys: SelectionKeys, without: boolean): readonly string[] => {
    if (!histologies.has(keys.histology)) return [];
    const known = COLUMNS.map((column, index) => (without && index >= 3 ? '' : keys[column]));
    const found: string[] = [];
    for (const row of bySite.get(keys.site) ?? []) {
      if (found.includes(row.number) || !row.histologies(keys.histology)) continue;
      const fits = known.every((value, index) => value === '' || (row.cells[index]?.(value) ?? true));
      if (fits) found.push(row.number);
    }
    return found;
  };
  const select = (keys: SelectionKeys, without = false): readonly string[] => {
    const { site, histology, behavior, sex, year, discriminator1, discriminator2 } = keys;
    const key = `${site} ${histology} ${behavior} ${sex} ${year} ${without ? '' : `${discriminator1} ${discriminator2}`}${without}`;
    const answer = kept.get(key) ?? find(keys, without);
    if (kept.size >= KEPT) kept.clear();
    kept.set(key, answer);
    return answer;
  };
  return {
    select,
    tellsApart(keys, discriminator) {
      const left = select(keys).length;
      return VALUES.some((value) => {
        const chosen = select({ ...keys, [discriminator]: value }).length;
        return chosen > 0 && chosen < left;
      });
    },
  };
}

function sitesOf(list: string): string[] {
  return list.split(',').flatMap((part) => {
    const [from = '', to = from] = part.split('-');
    const first = Number(from.slice(1));
    return Array.from(
      { length: Number(to.slice(1)) - first + 1 },
      (_, index) => `C${String(first + index).padStart(3, '0')}`,
    );
  });
}
