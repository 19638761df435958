export const DIMENSIONS = ['diagnosisYear', 'site', 'class', 'physician'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What the address of the rates says. */
export interface RatesSearch {
  /** Day of the survey, `YYYYMMDD`. */
  readonly survey?: string;
  readonly facilityId?: string;
  readonly by?: Dimension;
}
