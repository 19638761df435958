import { decodePlain, plain } from './charset.js';
import { type Delimiters } from './delimiters.js';

/**
 * Resolve the escapes of a text: delimiters (F S T R E), highlighting (H N), formatting (.br .sp .in .ti .sk .ce .fi .nf), bytes
 * (Xhh..). Adjacent byte escapes are read together, because one character may be sent as several. An escape that does not end, or
 * that nobody knows (C, M, Z), stays as it is written: nothing is lost.
 *
 * Time grows with the length of the text.
 *
 * @source HL7 v2.5.1, 2.7 (use of escape sequences in text fields) and 2.7.6 (formatted text).
 */
export function unescape(raw: string, d: Delimiters): string {
  if (!raw.includes(d.escape)) return raw;
  const literal: Readonly<Record<string, string>> = {
    F: d.field,
    S: d.component,
    T: d.subcomponent,
    R: d.repetition,
    E: d.escape,
    P: '#',
    H: '',
    N: '',
  };
  const out = createPage();
  for (let at = 0; at < raw.length;) {
    const open = raw.indexOf(d.escape, at);
    const close = open < 0 ? -1 : raw.indexOf(d.escape, open + 1);
    if (close < 0) {
      out.write(raw.slice(at));
      break;
    }
    out.write(raw.slice(at, open));
    const body = raw.slice(open + 1, close);
    at = close + 1;
    if (Object.hasOwn(literal, body)) out.write(literal[body] ?? '');
    else if (/^X([0-9A-F]{2})+$/i.test(body)) out.bytes(body.slice(1));
    else if (!out.format(body)) {
      // Not an escape after all: keep the opening mark and look again from the next character.
      out.write(d.escape);
      at = open + 1;
    }
  }
  return out.text();
}

/** Text in the making: margins of formatted text, and bytes waiting for the rest of their character. */
function createPage(): {
  write(text: string): void;
  bytes(hex: string): void;
  format(command: string): boolean;
  text(): string;
} {
  let out = '';
  let hex = '';
  let margin = 0;
  let once: number | null = null;
  let lineStart = true;
  const flush = (): void => {
    if (hex === '') return;
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    hex = '';
    write(plain(decodePlain(bytes)));
  };
  const write = (text: string): void => {
    if (text === '') return;
    flush();
    if (lineStart) out += ' '.repeat(Math.max(0, Math.min(200, once ?? margin)));
    out += text;
    once = null;
    lineStart = text.endsWith('\n');
  };
  const lines = (count: number): void => {
    flush();
    out += '\n'.repeat(Math.min(count, 100));
    lineStart = true;
    once = null;
  };
  return {
    write,
    bytes(pairs) {
      hex += pairs;
    },
    format(command) {
      const match = /^\.(br|sp|in|ti|fi|nf|ce|sk)\s*([+-]?\d{0,3})$/i.exec(command);
      if (match === null) return false;
      const count = match[2] === '' ? null : Number(match[2]);
      switch ((match[1] ?? '').toLowerCase()) {
        case 'in':
          flush();
          margin = /^[+-]/.test(match[2] ?? '') ? margin + (count ?? 0) : (count ?? 0);
          break;
        case 'ti':
          flush();
          once = /^[+-]/.test(match[2] ?? '') ? margin + (count ?? 0) : (count ?? 0);
          break;
        case 'sk':
          write(' '.repeat(Math.max(1, count ?? 1)));
          break;
        // The number may be absent: then .sp is one line, as .br.
        case 'sp':
          lines(Math.max(1, count ?? 1));
          break;
        // Word wrap on or off says nothing about lines, but words on its two sides must not grow together.
        case 'fi':
        case 'nf':
          if (!lineStart) lines(1);
          break;
        default:
          lines(1);
      }
      return true;
    },
    text() {
      flush();
      return out.replace(/\r\n?/g, '\n');
    },
  };
}
