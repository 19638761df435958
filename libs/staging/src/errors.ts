/** What may go wrong while a case is staged. None of these changes a STAGED result: callers look at both. */
export type StagingErrorType =
  | 'INVALID_REQUIRED_INPUT'
  | 'INVALID_NON_REQUIRED_INPUT'
  | 'UNKNOWN_INPUT'
  | 'UNKNOWN_INPUT_MAPPING'
  | 'UNKNOWN_TABLE'
  | 'MATCH_NOT_FOUND'
  | 'INFINITE_LOOP'
  | 'STAGING_ERROR'
  | 'INVALID_OUTPUT';

export interface StagingError {
  readonly type: StagingErrorType;
  readonly message: string;
  /** Key of the input or output it is about. */
  readonly key?: string;
  readonly table?: string;
  /** Keys of the table's columns that were not set. */
  readonly columns?: readonly string[];
}

/** `TYPE|key|table|columns`, the form in which errors are compared and printed. */
export const errorText = ({ type, key = '', table = '', columns = [] }: StagingError): string =>
  `${type}|${key}|${table}|${columns.join(';')}`;
