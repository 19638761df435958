/** Why reading a file ended: what is not XML, what is not NAACCR XML, and what is more than the limits allow. */
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
