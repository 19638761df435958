import { type Icdo3 } from '@perennial/icdo3';
import { type CodeTables } from '@perennial/naaccr';
import { showDate, showSite } from '../ui/format.js';
import { labelOf } from './code-search.js';

/**
 * What a value means: by the classification for sites and histologies, by the item's own table otherwise; empty where nothing says.
 *
 * @param behavior chooses between the terms of a histology.
 */
export function meaningOf(
  tables: { readonly codes: CodeTables; readonly icdo3: Icdo3 | undefined },
  item: string,
  value: string,
  behavior?: string,
): string {
  if (item === 'primarySite') return tables.icdo3?.topography.get(value)?.label ?? '';
  if (item !== 'histologicTypeIcdO3') return labelOf(tables.codes, item, value) ?? '';
  for (const tried of [behavior, '3', '2', '1', '0']) {
    const label = tried === undefined ? undefined : tables.icdo3?.morphology.get(`${value}/${tried}`)?.label;
    if (label !== undefined) return label;
  }
  return '';
}

/** A value as people read it: dates with dashes, sites with their dot. */
export const showValue = (item: string, value: string): string =>
  item === 'primarySite'
    ? showSite(value)
    : /^date|Date/.test(item) && /^\d{4,8}$/.test(value)
      ? showDate(value)
      : value;
