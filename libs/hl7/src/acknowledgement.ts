import { type AckCode, type Hl7Outcome, type Hl7Problem, type Hl7Result } from './types.js';

/** Text for a field of an answer: delimiters and line ends of the standard's default set escaped. */
const escapeText = (text: string): string =>
  text.replace(
    /[\\|^&~\r\n]/g,
    (character) => ({ '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '&': '\\T\\', '~': '\\R\\' })[character] ?? ' ',
  );

const MAX_CONTROL_ID = 199;

function answer(
  of: {
    readonly code: AckCode;
    readonly controlId: string;
    readonly version: string;
    readonly errors: readonly Hl7Problem[];
  },
  now: string,
  id: string,
): string[] {
  const version = /^2\.[\d.]{1,4}$/.test(of.version) ? of.version : '2.5.1';
  return [
    `MSH|^~\\&|PERENNIAL||||${now}||ACK^R01^ACK|${id}|P|${version}`,
    `MSA|${of.code}|${escapeText(of.controlId.slice(0, MAX_CONTROL_ID))}`,
    ...of.errors.map(
      (error) =>
        `ERR||${error.segment}^1${error.field === null ? '' : `^${error.field}`}|207^Application error^HL70357|E|||${escapeText(`${error.code}: ${error.message}`)}`,
    ),
  ];
}

/**
 * The HL7 v2 answer to a message, or to a batch: MSH, MSA and one ERR for each error, with CR at the end of each segment. A batch
 * with its headers is answered by a batch with one answer for each of its messages.
 *
 * @param now `YYYYMMDDHHMMSS`; @param id control id of the answer. Both are passed in: this library reads no clock.
 * @source HL7 v2.5.1, 2.9.2 (original acknowledgement mode) and 2.10.3.3 (acknowledging batches).
 */
export function acknowledgement(
  result: Pick<Hl7Result, 'ack' | 'errors'> & Partial<Pick<Hl7Result, 'outcomes' | 'batch'>>,
  now: string,
  id: string,
): string {
  const outcomes: readonly Hl7Outcome[] = result.outcomes ?? [];
  const lines =
    result.batch === true && outcomes.length > 0
      ? [
          `BHS|^~\\&|PERENNIAL||||${now}||||${id}`,
          ...outcomes.flatMap((one, index) =>
            answer({ ...one, code: one.ack }, now, `${id.slice(0, 14)}-${index + 1}`),
          ),
          `BTS|${outcomes.length}`,
        ]
      : answer(
          {
            code: result.ack ?? 'AR',
            controlId: outcomes[0]?.controlId ?? '',
            version: outcomes[0]?.version ?? '',
            errors: result.errors,
          },
          now,
          id,
        );
  return lines.map((line) => `${line}\r`).join('');
}
