/** Why reading a file ended: what is not XML, what is not NAACCR XML, what could not be decompressed, what is more than the limits allow. */
export type FatalCode =
  | 'xml.syntax'
  | 'xml.encoding'
  | 'xml.doctype'
  | 'xml.namespace'
  | 'naaccr.root'
  | 'naaccr.attribute'
  | 'naaccr.element'
  | 'naaccr.order'
  | 'naaccr.item'
  | 'naaccr.duplicate'
  | 'naaccr.dictionary'
  | 'input'
  | 'limit';

/** A file cannot be read on. The message names what is wrong without quoting values of items. */
export class NaaccrFatal extends Error {
  override readonly name = 'NaaccrFatal';

  constructor(
    readonly code: FatalCode,
    /** Counted from 1. */
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** The bytes themselves cannot be had, for example a compressed file that breaks off. Readers turn it into a `NaaccrFatal` with a line. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** A failure of the input as a fatal error at the line reached; anything unexpected is handed on as it is. */
export function asFatal(error: unknown, line: number): NaaccrFatal {
  if (error instanceof NaaccrFatal) return error;
  if (error instanceof InputError) return new NaaccrFatal('input', line, error.message);
  throw error;
}
