import { type Hl7Problem } from './types.js';

/** The five delimiters of a message, read from its header. */
export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
}

/**
 * Delimiters of a header segment (MSH, FHS, BHS), or why they cannot be used.
 *
 * @source HL7 v2.5.1, 2.5.4: any characters will do that differ; the last ones may be absent where they are not used.
 */
export function readDelimiters(header: string): { ok: true; value: Delimiters } | { ok: false; error: Hl7Problem } {
  const segment = header.slice(0, 3);
  const field = header[3] ?? '';
  const end = header.indexOf(field, 4);
  const encoding = end < 0 ? header.slice(4) : header.slice(4, end);
  const all = [field, ...encoding];
  const problem = (code: string, number: number, message: string): { ok: false; error: Hl7Problem } => ({
    ok: false,
    error: { code, segment, field: number, message },
  });
  if (field === '' || /[A-Za-z0-9\s]/.test(field))
    return problem('msh.separator', 1, `${segment}-1 is not a usable field separator`);
  if (new Set(all).size !== all.length) return problem('msh.encoding-repeats', 2, `${segment}-2 repeats a delimiter`);
  // A fifth character marks truncated values since version 2.7.
  if (encoding.length < 3 || encoding.length > 5 || /[A-Za-z0-9\s]/.test(encoding))
    return problem('msh.encoding', 2, `${segment}-2 must hold four delimiters`);
  const [component = '^', repetition = '~', escape = '\\', subcomponent = '&'] = encoding;
  return { ok: true, value: { field, component, repetition, escape, subcomponent } };
}
