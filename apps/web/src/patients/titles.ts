import { useQuery } from '@tanstack/react-query';
import { facilitiesQuery } from '../abstract/queries.js';
import { useIcdo3 } from '../items/tables.js';
import { showSite } from '../ui/format.js';
import { type History } from './history.js';

/** What rows of a history are called. */
export interface Titles {
  /** The patient, a tumor by its site, an abstract by its facility. */
  readonly of: (id: string) => string;
  /** An abstract by its facility and site. */
  readonly abstract: (id: string) => string;
  /** A facility by its name. */
  readonly facility: (id: string | null | undefined) => string;
  /** A site with its words: `C50.4 Upper-outer quadrant of breast`. */
  readonly site: (code: string | null | undefined) => string;
}

export function useTitles(rows: readonly History[]): Titles {
  const icdo3 = useIcdo3();
  const { data: facilities } = useQuery(facilitiesQuery);
  const row = (id: string): History | undefined => rows.find((one) => one.id === id);
  const facility: Titles['facility'] = (id) => facilities?.find((one) => one.id === id)?.name ?? 'a facility';
  const site: Titles['site'] = (code) =>
    code === null || code === undefined
      ? 'no site'
      : `${showSite(code)} ${icdo3?.topography.get(code)?.label ?? ''}`.trim();
  const abstract = (id: string): string =>
    [facility(row(id)?.facilityId), showSite(row(id)?.items.primarySite)].filter(Boolean).join(', ');
  return {
    abstract,
    facility,
    site,
    of: (id) => {
      const one = row(id);
      if (one?.entity === 'patient') return 'Patient, consolidated';
      if (one?.entity === 'tumor')
        return `Tumor ${one.items.primarySite === undefined ? '' : site(one.items.primarySite)}${typeof one.mergedInto === 'string' ? ', merged into another' : ''}`.trim();
      return `Abstract of ${abstract(id)}`;
    },
  };
}
