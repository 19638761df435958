import { type ByteWindow } from './byte-window.js';
import { AMP, CLASS, countLines, GT, HIGH, LT, SLASH, STOP } from './bytes.js';
import { checkAttributeNames, type Namespaces, namespacesWithin, resolveName, RootError } from './root.js';
import {
  CDATA_OPEN,
  characterAllowed,
  endTag,
  miscellaneous,
  need,
  reference,
  startsWith,
  startTag,
} from './xml-syntax.js';

/** Passes over an element of another namespace, checking that it is well-formed. */
export class ExtensionScanner {
  private readonly stack: { readonly name: string; readonly namespaces: Namespaces }[] = [];

  constructor(
    private readonly window: ByteWindow,
    private readonly depth: number,
  ) {}

  open(name: string, namespaces: Namespaces): void {
    this.stack.push({ name, namespaces });
    if (this.stack.length > this.depth) {
      this.window.fatal('limit', this.window.pos, `more than ${this.depth} elements within each other`);
    }
  }

  /** @returns true when the extension is over, false when more bytes are needed. */
  run(): boolean {
    const { window, stack } = this;
    while (stack.length > 0) {
      if (!this.text()) return false;
      const at = window.pos;
      const next = at + 1 < window.end ? window.bytes[at + 1] : need(window);
      if (next === SLASH) {
        const { name, end } = endTag(window, at);
        const open = stack[stack.length - 1]?.name ?? '';
        if (name !== open) window.fatal('xml.syntax', at, `the end tag ${name} where that of ${open} was expected`);
        this.use(end);
        stack.pop();
      } else if (
        next === 0x21 &&
        (at + 2 < window.end ? window.bytes[at + 2] : need(window)) === 0x5b &&
        startsWith(window, at, CDATA_OPEN)
      ) {
        this.use(this.cdata(at + CDATA_OPEN.length));
      } else if (next === 0x21 || next === 0x3f) this.use(miscellaneous(window, at));
      else this.start(at);
    }
    return true;
  }

  private start(at: number): void {
    const { window, stack } = this;
    const tag = startTag(window, at);
    try {
      const outer = stack[stack.length - 1]?.namespaces ?? {};
      const inner = namespacesWithin(outer, tag.attributes);
      checkAttributeNames(tag.attributes, inner);
      resolveName(tag.name, inner);
      if (!tag.empty) this.open(tag.name, inner);
    } catch (error) {
      if (error instanceof RootError) window.fatal(error.code, error.at ?? at, error.message);
      throw error;
    }
    this.use(tag.end);
  }

  /** Pass over text up to the next `<`. @returns false when the bytes end first. */
  private text(): boolean {
    const { window } = this;
    const { bytes, end } = window;
    let at = window.pos;
    for (;;) {
      const byte = bytes[at] as number;
      if (at >= end) {
        this.use(at);
        return false;
      }
      if (byte === LT) {
        this.use(at);
        return true;
      }
      if (byte === AMP) {
        this.use(at);
        at = reference(window, at).end;
        continue;
      }
      if (byte === 0x5d) {
        this.use(at);
        if (at + 2 >= end) need(window);
        if (bytes[at + 1] === 0x5d && bytes[at + 2] === GT)
          window.fatal('xml.syntax', at, ']]> outside of a CDATA section');
      }
      if (((CLASS[byte] as number) & (STOP | HIGH)) !== 0) characterAllowed(window, at);
      at++;
    }
  }

  private cdata(from: number): number {
    const { window } = this;
    for (let at = from; ; at++) {
      if (at + 2 >= window.end) need(window);
      const byte = window.bytes[at] as number;
      if (byte === 0x5d && window.bytes[at + 1] === 0x5d && window.bytes[at + 2] === GT) return at + 3;
      if (((CLASS[byte] as number) & (STOP | HIGH)) !== 0) characterAllowed(window, at);
    }
  }

  private use(end: number): void {
    const { window } = this;
    window.line += countLines(window.bytes, window.pos, end);
    window.pos = end;
  }
}
