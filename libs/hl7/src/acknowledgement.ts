import { type Hl7Result } from './types.js';

/** Text for a field of an answer: delimiters and line ends of the standard's default set escaped. */
const escapeText = (text: string): string =>
  text.replace(
    /[\\|^&~\r\n]/g,
    (character) => ({ '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '&': '\\T\\', '~': '\\R\\' })[character] ?? ' ',
  );

/**
 * The HL7 v2 answer to a message or batch: MSH, MSA and one ERR for each error, with CR at the end of each segment.
 *
 * @param now `YYYYMMDDHHMMSS`; @param id control id of the answer. Both are passed in: this library reads no clock.
 */
export function acknowledgement(result: Hl7Result, now: string, id: string): string {
  const code = result.ack ?? 'AR';
  const version = result.messages[0]?.version ?? '2.5.1';
  const lines = [
    `MSH|^~\\&|PERENNIAL||||${now}||ACK^R01^ACK|${id}|P|${version}`,
    `MSA|${code}|${escapeText(result.messages[0]?.controlId ?? '')}`,
    ...result.errors.map(
      (error) =>
        `ERR||${error.segment}^1${error.field === null ? '' : `^${error.field}`}|207^Application error^HL70357|E|||${escapeText(`${error.code}: ${error.message}`)}`,
    ),
  ];
  return lines.map((line) => `${line}\r`).join('');
}
