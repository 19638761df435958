import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.js';
import { type Dimension } from './search.js';

export { type Dimension, DIMENSIONS, type RatesSearch } from './search.js';

export const MEASURES = ['since-reference-date', 'last-five-years'] as const;
export type Measure = (typeof MEASURES)[number];
export const MEASURE_WORDS: Readonly<Record<Measure, string>> = {
  'since-reference-date': 'Since the reference date',
  'last-five-years': 'Last five years',
};

export interface Rate {
  readonly eligible: number;
  readonly dead: number;
  readonly current: number;
  readonly delinquent: number;
  readonly allPercent: number | null;
  readonly livingPercent: number | null;
  readonly goalPercent: number;
  readonly meets: boolean;
}

export interface ListedContact {
  readonly patientId: string;
  readonly taskId: string | null;
  readonly name: string;
  readonly assignedName: string | null;
  readonly source: string;
  readonly monthsSinceContact: number;
  readonly cases: number;
  readonly expected: {
    readonly probability: number;
    readonly overall: number;
    readonly factors: { readonly source: number; readonly months: number; readonly earlier: number };
  };
  readonly percent: { readonly all: number; readonly recent: number };
}

/** The forecast as the API gives it; it may also be asked for as CSV, so its description leaves the shape open. */
export interface Forecast {
  readonly surveyDate: string;
  readonly rates: readonly {
    readonly measure: Measure;
    readonly now: Rate;
    readonly nothingMore: Rate;
    readonly allDueReached: Rate;
  }[];
  readonly missing: { readonly all: number; readonly recent: number };
  readonly reaches: boolean;
  readonly listed: number;
  readonly contacts: readonly ListedContact[];
  readonly experience: { readonly attempts: number; readonly overall: number };
}

export type CurvePoint = Schemas['CurvePoint'];

export const DIMENSION_WORDS: Readonly<Record<Dimension, string>> = {
  diagnosisYear: 'Diagnosis year',
  site: 'Site',
  class: 'Class of case',
  physician: 'Physician',
};

/** The last day of the year, as a day of survey to begin with. */
export const yearEnd = (): string => `${new Date().getFullYear()}1231`;

const facility = (facilityId: string | undefined): { facilityId?: string } =>
  facilityId === undefined ? {} : { facilityId };

/** Contacts of the list that are asked for. */
export const LISTED = 500;

/** Counts over all patients cost seconds of a large registry: a contact that is logged asks again after a minute at the earliest. */
const STALE_MS = 60_000;
/** Apart from what a logged contact changes at once. */
export const COUNTS = 'follow-up-counts';

export const forecastQuery = (surveyDate: string, facilityId?: string) =>
  queryOptions({
    queryKey: [COUNTS, 'forecast', surveyDate, facilityId],
    staleTime: STALE_MS,
    queryFn: async () =>
      (await answer(
        api.GET('/api/v1/follow-up/forecast', {
          params: { query: { surveyDate, limit: LISTED, ...facility(facilityId) } },
        }),
      )) as unknown as Forecast,
  });

export const curveQuery = (surveyDate: string, facilityId?: string) =>
  queryOptions({
    queryKey: [COUNTS, 'curve', surveyDate, facilityId],
    staleTime: STALE_MS,
    queryFn: async () =>
      (
        await answer(
          api.GET('/api/v1/follow-up/forecast/curve', { params: { query: { surveyDate, ...facility(facilityId) } } }),
        )
      ).points,
  });

export interface RateRow extends Rate {
  readonly key: string;
  readonly measure: Measure;
}

export const ratesByQuery = (by: Dimension, facilityId?: string) =>
  queryOptions({
    queryKey: [COUNTS, 'rates', by, facilityId],
    staleTime: STALE_MS,
    queryFn: async () =>
      (
        (await answer(
          api.GET('/api/v1/follow-up/rates', { params: { query: { by, ...facility(facilityId) } } }),
        )) as unknown as { readonly items: readonly RateRow[] }
      ).items,
  });
