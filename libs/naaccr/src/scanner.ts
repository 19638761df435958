import { ByteWindow } from './byte-window.js';
import {
  BLANK,
  CLASS,
  countCharacters,
  countLines,
  DIGIT,
  GT,
  HIGH,
  LF,
  LT,
  NEWLINE,
  RARE,
  SLASH,
  STOP,
  TextCache,
  UPPER,
} from './bytes.js';
import { type CodeCheck } from './codes.js';
import { ExtensionScanner } from './extension-scanner.js';
import { type Issue, type IssueCode, issueMessage } from './issues.js';
import { ALPHA, createItemTable, DATE, DIGITS, type ItemTable, LEVELS, MIXED, NUMERIC, TEXT } from './item-table.js';
import { type Dictionary, type ItemDefinition } from './items.js';
import {
  ItemTags,
  SELF_CLOSED,
  PREFIXED,
  UNCHECKED,
  UNKNOWN_ATTRIBUTE,
  UNKNOWN_ID,
  WRONG_NUMBER,
  WRONG_RECORD_TYPE,
} from './item-tags.js';
import { daysInMonth } from './partial-date.js';
import {
  checkAttributeNames,
  NAACCR_NAMESPACE,
  type NaaccrHeader,
  type Namespaces,
  namespacesWithin,
  NO_NAMESPACES,
  readRoot,
  resolveName,
  RootError,
} from './root.js';
import { type UserDictionary } from './user-dictionary.js';
import { ValueReader } from './value-reader.js';
import { characterCount, valueProblems } from './values.js';
import { declaration, endTag, miscellaneous, NEED_MORE, need, startTag, type StartTag } from './xml-syntax.js';

export interface ScanLimits {
  /** Elements within each other in an extension. */
  readonly depth: number;
  /** Bytes of one item, tag, comment or processing instruction. */
  readonly itemBytes: number;
}
export const DEFAULT_LIMITS: ScanLimits = { depth: 100, itemBytes: 4 * 1024 * 1024 };

export interface ScanOptions {
  /** Base dictionaries at hand: 250 and 260. Their union serves for files of older versions. */
  readonly dictionaries: readonly Dictionary[];
  /** Used for files that name them. */
  readonly userDictionaries?: readonly UserDictionary[];
  /** Check membership of codes, by version of the file (null: no tables of it); without it values are checked by type and length only. */
  readonly codes?: (version: string) => CodeCheck | null;
  /** Report an item that stands twice, or do without a user dictionary that is not at hand, and go on instead of ending there. */
  readonly keepGoing?: boolean;
  readonly limits?: Partial<ScanLimits>;
  /** A faster judge of UTF-8 than the built-in one, for example that of `node:buffer`. */
  readonly validUtf8?: (bytes: Uint8Array) => boolean;
}

/** What is told while a file is scanned. `level` is an index into NaaccrData, Patient, Tumor. */
export interface ScanEvents {
  header?(header: Omit<NaaccrHeader, 'items'>): void;
  startPatient?(line: number): void;
  startTumor?(line: number): void;
  endPatient?(): void;
  item?(level: number, id: string, value: string): void;
  /** @returns false when no more findings are wanted; they are counted all the same. */
  issue?(issue: Issue): boolean;
}

type Mode = 'prolog' | 'content' | 'extension' | 'epilog';
const ITEMS = 0;
const EXTENSIONS = 1;
const CHILDREN = 2;

const EIGHT_SPACES = new Float64Array(new Uint8Array(8).fill(0x20).buffer)[0] as number;
const word32 = (text: string): number =>
  new DataView(Uint8Array.from(text, (c) => c.charCodeAt(0)).buffer).getInt32(0, true);
const START_TUMOR = [word32('<Tum'), word32('mor>')] as const;
const START_PATIENT = [word32('<Pat'), word32('ient')] as const;
const END_TUMOR = [word32('</Tu'), word32('mor>')] as const;
const END_PATIENT = [word32('</Pa'), word32('tien'), word32('ent>')] as const;
const END_ITEM_1 = word32('</It');
const END_ITEM_2 = word32('tem>');

/**
 * Scanner of NAACCR XML over bytes: structure, well-formedness and values in one pass, no text made unless somebody asks for it.
 *
 * Item tags repeat from patient to patient in nearly the same order. Each distinct tag is parsed once and kept with the tag that last
 * followed it; the next tag is first compared with that one, eight bytes at a time, then looked up by hash, and only then parsed.
 *
 * Feed it with `reserve`/`commit` (or `push`) and finish with `end`; all throw `NaaccrFatal` where the file cannot be read on.
 */
export class NaaccrScanner extends ByteWindow {
  patients = 0;
  tumors = 0;
  /** Items that carry a value. */
  items = 0;
  /** Items whose ids the known dictionaries lack, in files of versions older than those. */
  unchecked = 0;
  /** Elements of other namespaces that were passed over, not counting those within them. */
  extensions = 0;
  issues = 0;
  readonly byCode: Partial<Record<IssueCode, number>> = {};
  header: Omit<NaaccrHeader, 'items'> | null = null;

  private mode: Mode = 'prolog';
  private begun = false;
  private wanted = 0;
  private readonly limits: ScanLimits;
  private namespaces: Namespaces = NO_NAMESPACES;
  private table: ItemTable = createItemTable('260', [], []);
  private tags = new ItemTags();
  private readonly value = new ValueReader(this);
  private readonly extension: ExtensionScanner;
  private readonly texts = new TextCache();
  private codes: CodeCheck | null = null;
  private wantsIssues: boolean;
  private level = 0;
  /** NAACCR XML is the default namespace. */
  private unprefixed = false;
  private readonly openNames: string[] = ['', '', ''];
  private readonly stages: number[] = [ITEMS, ITEMS, ITEMS];
  private tumorOfPatient = 0;
  private stamp = 1;
  private lastTag = 0;

  constructor(
    private readonly options: ScanOptions,
    private readonly events: ScanEvents,
    capacity = 256 * 1024,
  ) {
    super(capacity, options.validUtf8 ?? (() => false));
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.extension = new ExtensionScanner(this, this.limits.depth);
    this.wantsIssues = events.issue !== undefined;
  }

  /** Take a chunk of any size; it is copied. */
  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length;) {
      const room = this.reserve(Math.min(chunk.length - from, 64 * 1024));
      const part = chunk.subarray(from, from + room.length);
      room.set(part);
      this.commit(part.length);
      from += part.length;
      this.scan();
    }
  }

  /** The input is complete. @throws NaaccrFatal also when it ends too early. */
  finish(): void {
    this.reserve(0);
    this.last = !this.broken;
    this.commit(0);
    this.wanted = 0;
    this.scan();
    if (this.mode !== 'epilog') need(this);
  }

  /** Use up what is in memory as far as possible. */
  scan(): void {
    if (this.pending < this.wanted && !this.broken) return;
    const before = this.pos;
    try {
      while (this.step());
    } catch (signal) {
      if (signal !== NEED_MORE) throw signal;
    }
    this.refuseInvalid();
    if (this.pending > this.limits.itemBytes) {
      this.fatal('limit', this.pos, `a single item, tag or comment is longer than ${this.limits.itemBytes} bytes`);
    }
    // No progress: only try again when there is much more, or a long piece that comes in crumbs would take quadratic time.
    this.wanted = this.pos === before ? this.pending * 2 : 0;
  }

  private step(): boolean {
    switch (this.mode) {
      case 'prolog':
        return this.prolog();
      case 'content':
        return this.content();
      case 'extension':
        if (!this.extension.run()) return false;
        this.mode = 'content';
        return true;
      case 'epilog':
        return this.outside('after the end of NaaccrData');
    }
  }

  private use(end: number): void {
    this.line += countLines(this.bytes, this.pos, end);
    this.pos = end;
  }

  /** Begin of the file up to the start tag of the root. */
  private prolog(): boolean {
    if (!this.begun) {
      if (this.end < 8 && !this.last) return false;
      const bom = this.bytes[0] === 0xef && this.bytes[1] === 0xbb && this.bytes[2] === 0xbf && this.end >= 3;
      if (bom) this.pos = 3;
      if (this.end === this.pos && this.last) this.fatal('xml.syntax', 0, 'the file is empty');
      if (this.bytes[this.pos] === 0 || (this.bytes[this.pos] === LT && this.bytes[this.pos + 1] === 0)) {
        this.fatal('xml.encoding', this.pos, 'the file is not UTF-8');
      }
      const read = declaration(this, this.pos);
      if (read !== null) {
        this.use(read.end);
        if (/^(ISO-8859-|WINDOWS-|CP\d|LATIN)/.test(read.encoding)) this.expectAscii(read.encoding);
        else if (!['UTF-8', 'UTF8', 'US-ASCII', 'ASCII'].includes(read.encoding)) {
          this.fatal('xml.encoding', this.pos, `the encoding ${read.encoding}; NAACCR XML is UTF-8`);
        }
      }
      this.begun = true;
    }
    if (this.pos < this.end && this.bytes[this.pos] === LT) {
      const next = this.bytes[this.pos + 1];
      if (this.pos + 1 < this.end && next !== 0x21 && next !== 0x3f && next !== SLASH) {
        this.root(startTag(this, this.pos));
        return true;
      }
    }
    if (this.outside('before the start of NaaccrData')) return true;
    if (this.last) this.fatal('xml.syntax', this.end, 'the file has no root element');
    return false;
  }

  /** White space, comments and processing instructions outside of the root. */
  private outside(where: string): boolean {
    let at = this.pos;
    while (at < this.end && ((CLASS[this.bytes[at] as number] as number) & (BLANK | NEWLINE)) !== 0) at++;
    if (at > this.pos) {
      this.use(at);
      return true;
    }
    if (at >= this.end) return false;
    if (this.bytes[at] !== LT) this.fatal('xml.syntax', at, `text ${where}`);
    if (at + 1 >= this.end) need(this);
    const next = this.bytes[at + 1];
    if (next !== 0x21 && next !== 0x3f) this.fatal('xml.syntax', at, `a tag ${where}`);
    this.use(miscellaneous(this, at));
    return true;
  }

  private orFatal<T>(at: number, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof RootError) this.fatal(error.code, error.at ?? at, error.message);
      throw error;
    }
  }

  private root(tag: StartTag): void {
    const at = this.pos;
    const badTime = this.orFatal(at, () => {
      this.namespaces = namespacesWithin(NO_NAMESPACES, tag.attributes);
      checkAttributeNames(tag.attributes, this.namespaces);
      const { namespace, local } = resolveName(tag.name, this.namespaces);
      if (local !== 'NaaccrData') throw new RootError('naaccr.root', 'the root element is not NaaccrData');
      if (namespace !== NAACCR_NAMESPACE) {
        throw new RootError('naaccr.root', `NaaccrData must be in the namespace ${NAACCR_NAMESPACE}`);
      }
      const { header, badTime } = readRoot(tag.attributes);
      this.header = header;
      return badTime;
    });
    const header = this.header as unknown as Omit<NaaccrHeader, 'items'>;
    const given = this.options.userDictionaries ?? [];
    const users = header.userDictionaryUris.flatMap((uri) => given.filter((dictionary) => dictionary.uri === uri));
    const missing = header.userDictionaryUris.find((uri) => !given.some((dictionary) => dictionary.uri === uri));
    if (missing !== undefined && this.options.keepGoing !== true) {
      const line = tag.attributes.find(({ name }) => name === 'userDictionaryUri')?.at ?? at;
      this.fatal('naaccr.dictionary', line, `the file uses the user dictionary ${missing}, which was not given`);
    }
    this.table = createItemTable(
      header.version,
      this.options.dictionaries,
      users.map(({ items }) => items),
    );
    this.tags = new ItemTags(this.table, header.recordType);
    this.codes = this.options.codes?.(header.version) ?? null;
    this.openNames[0] = tag.name;
    this.unprefixed = this.namespaces[''] === NAACCR_NAMESPACE;
    this.events.header?.(header);
    if (badTime) {
      const at = tag.attributes.find(({ name }) => name === 'timeGenerated')?.at ?? this.pos;
      this.report('bad-time-generated', {
        line: this.line + countLines(this.bytes, this.pos, at),
        item: null,
        id: null,
        path: '/NaaccrData',
        value: header.timeGenerated ?? '',
      });
    }
    this.use(tag.end);
    this.mode = tag.empty ? 'epilog' : 'content';
  }

  /** The body of the file. Everything in here is written for speed; what is rare is handed to the methods below. */
  private content(): boolean {
    const { bytes, view, end, tags, table } = this;
    const { kind: kinds, length: lengths, level: levels } = table;
    const known = table.items.length;
    const classes = CLASS;
    let at = this.pos;
    let line = this.line;
    for (;;) {
      for (;;) {
        const byte = bytes[at] as number;
        if (byte === 0x20) {
          if (view.getFloat64(at, true) === EIGHT_SPACES) at += 8;
          else at++;
        } else if (byte === LF) {
          line++;
          at++;
        } else if (byte === 0x0d || byte === 0x09) at++;
        else break;
      }
      this.pos = at;
      this.line = line;
      if (bytes[at] !== LT) this.fatal('naaccr.element', at, 'text outside of an item');
      if (at >= end) return false;

      // Which tag is it?
      let tag = tags.follower(this.lastTag);
      let after: number;
      if (tag !== 0 && tags.matches(tag, view, at, end)) after = at + (tags.size[tag] as number);
      else {
        if (at + 10 <= end && this.quickMarkup(at)) {
          at = this.pos;
          continue;
        }
        const next = bytes[at + 1] as number;
        if (next === SLASH || next === 0x21 || next === 0x3f || at + 1 >= end) {
          if (!this.markup(at)) return this.mode !== 'content' || this.pos > at;
          at = this.pos;
          line = this.line;
          continue;
        }
        tag = tags.find(bytes, view, at, end);
        if (tag !== 0) after = at + (tags.size[tag] as number);
        else {
          const parsed = startTag(this, at);
          tag = this.itemTag(at, parsed);
          if (tag < 0) {
            if (this.mode !== 'content') return true;
            at = this.pos;
            line = this.line;
            continue;
          }
          after = parsed.end;
        }
      }
      const { level } = this;
      if (this.stages[level] !== ITEMS)
        this.fatal(
          'naaccr.order',
          at,
          `Item after ${this.stages[level] === EXTENSIONS ? 'an extension' : LEVELS[level + 1]}`,
        );
      const flags = tags.flags[tag] as number;
      const item = tags.item[tag] as number;

      // The value.
      let source = bytes;
      let start = after;
      let stop = after;
      let all = 0;
      let lines = tags.lines[tag] as number;
      if ((flags & SELF_CLOSED) === 0) {
        let class_: number;
        while (((class_ = classes[bytes[stop] as number] as number) & STOP) === 0) {
          all |= class_;
          stop++;
        }
        if (
          view.getInt32(stop, true) === END_ITEM_1 &&
          view.getInt32(stop + 3, true) === END_ITEM_2 &&
          (all & RARE) === 0 &&
          (flags & PREFIXED) === 0 &&
          stop + 7 <= end
        ) {
          after = stop + 7;
          if ((all & NEWLINE) !== 0) lines += countLines(bytes, start, stop);
        } else {
          const { value } = this;
          value.read(at, tags.nameSize[tag] as number, after);
          ({ source, start, stop, all } = value);
          lines += countLines(bytes, after, value.after);
          after = value.after;
        }
      }

      const repeated = tags.seen[item] === this.stamp;
      if (repeated) this.duplicate(at, item);
      else tags.seen[item] = this.stamp;

      const size = stop - start;
      if (size !== 0) {
        this.items++;
        if ((flags & ~(SELF_CLOSED | PREFIXED)) !== 0 || (item < known && levels[item] !== level))
          this.itemProblems(tag, item);
        if (item < known) {
          const most = lengths[item] as number;
          const characters = (all & HIGH) === 0 ? size : countCharacters(source, start, stop);
          let fine: boolean;
          switch (kinds[item] as number) {
            case TEXT:
              fine =
                characters <= most &&
                (((classes[source[start] as number] as number) | (classes[source[stop - 1] as number] as number)) &
                  (BLANK | NEWLINE)) ===
                  0;
              break;
            case DIGITS:
              fine = all === DIGIT && characters === most;
              break;
            case MIXED:
              fine = (all & ~(UPPER | DIGIT)) === 0 && characters === most;
              break;
            case ALPHA:
              fine = all === UPPER && characters === most;
              break;
            case NUMERIC:
              fine = all === DIGIT && characters <= most;
              break;
            case DATE:
              fine = all === DIGIT && dateIsFine(source, start, size);
              break;
            default:
              fine = false;
          }
          if (!fine) this.judge(item, source, start, stop);
          if (
            this.codes !== null &&
            !this.codes.allows(
              (table.items[item] as ItemDefinition).id,
              this.texts.text(source, start, stop, (all & HIGH) === 0),
            )
          ) {
            this.reportItem('bad-code', item, this.texts.text(source, start, stop, false));
          }
          if (level === 0) this.contradiction(item, this.texts.text(source, start, stop, (all & HIGH) === 0));
        }
        if (this.events.item !== undefined && !repeated) {
          this.events.item(level, tags.idOf(item), this.texts.text(source, start, stop, (all & HIGH) === 0));
        }
      }
      tags.follow(this.lastTag, tag);
      this.lastTag = tag;
      at = after;
      line += lines;
    }
  }

  /** The four tags of patients and tumors in the form that nearly every file has; everything else is left to others. */
  private quickMarkup(at: number): boolean {
    const { view, level } = this;
    const first = view.getInt32(at, true);
    if (first === START_TUMOR[0]) {
      if (level !== 1 || !this.unprefixed || view.getInt32(at + 3, true) !== START_TUMOR[1]) return false;
      this.enter('Tumor', false);
      this.pos = at + 7;
      return true;
    }
    if (first === START_PATIENT[0]) {
      if (level !== 0 || !this.unprefixed || view.getInt32(at + 4, true) !== START_PATIENT[1]) return false;
      if (this.bytes[at + 8] !== GT) return false;
      this.enter('Patient', false);
      this.pos = at + 9;
      return true;
    }
    if (first === END_TUMOR[0]) {
      if (level !== 2 || this.openNames[2] !== 'Tumor' || view.getInt32(at + 4, true) !== END_TUMOR[1]) return false;
      this.pos = at + 8;
      this.leave();
      return true;
    }
    if (first === END_PATIENT[0]) {
      if (level !== 1 || this.openNames[1] !== 'Patient') return false;
      if (view.getInt32(at + 4, true) !== END_PATIENT[1] || view.getInt32(at + 6, true) !== END_PATIENT[2])
        return false;
      this.pos = at + 10;
      this.leave();
      return true;
    }
    return false;
  }

  private leave(): void {
    this.level--;
    if (this.level === 0) this.events.endPatient?.();
  }

  private enter(name: string, empty: boolean): void {
    const level = this.level + 1;
    this.stages[this.level] = CHILDREN;
    this.stamp++;
    if (level === 1) {
      this.patients++;
      this.tumorOfPatient = 0;
      this.events.startPatient?.(this.line);
    } else {
      this.tumors++;
      this.tumorOfPatient++;
      this.events.startTumor?.(this.line);
    }
    if (!empty) {
      this.level = level;
      this.stages[level] = ITEMS;
      this.openNames[level] = name;
    } else if (level === 1) this.events.endPatient?.();
  }

  /** End tags, comments and processing instructions. @returns false when the content is over. */
  private markup(at: number): boolean {
    if (at + 1 >= this.end) need(this);
    if (this.bytes[at + 1] !== SLASH) {
      this.use(miscellaneous(this, at));
      return true;
    }
    const { name, end } = endTag(this, at);
    if (name !== this.openNames[this.level]) {
      this.fatal('xml.syntax', at, `the end tag ${name} where that of ${this.openNames[this.level]} was expected`);
    }
    this.use(end);
    if (this.level === 0) {
      this.mode = 'epilog';
      return false;
    }
    this.leave();
    return true;
  }

  /**
   * A start tag that was not met before.
   *
   * @returns the tag's index when it is an Item; -1 when it was something else, which is then dealt with.
   */
  private itemTag(at: number, tag: StartTag): number {
    const { namespace, local, inner } = this.orFatal(at, () => {
      const within = namespacesWithin(this.namespaces, tag.attributes);
      checkAttributeNames(tag.attributes, within);
      return { ...resolveName(tag.name, within), inner: within };
    });
    const { level } = this;
    if (namespace !== NAACCR_NAMESPACE) {
      if (namespace === '')
        this.fatal('naaccr.element', at, `the element ${local} is not one of NAACCR XML and has no namespace`);
      if (this.stages[level] === CHILDREN) this.fatal('naaccr.order', at, `an extension after ${LEVELS[level + 1]}`);
      this.stages[level] = EXTENSIONS;
      this.extensions++;
      this.use(tag.end);
      if (!tag.empty) {
        this.extension.open(tag.name, inner);
        this.mode = 'extension';
      }
      return -1;
    }
    if (local === 'Item') {
      const index = this.tags.add(this, at, tag, inner === this.namespaces);
      return index;
    }
    const child = LEVELS[level + 1];
    if (local !== child) {
      this.fatal(
        (LEVELS as readonly string[]).includes(local) ? 'naaccr.order' : 'naaccr.element',
        at,
        `${local} within ${LEVELS[level]}`,
      );
    }
    if (tag.attributes.length > 0) this.fatal('naaccr.attribute', at, `${local} takes no attributes`);
    this.enter(tag.name, tag.empty);
    this.use(tag.end);
    return -1;
  }

  private duplicate(at: number, item: number): void {
    if (this.options.keepGoing !== true) {
      this.fatal('naaccr.duplicate', at, `the item ${this.tags.idOf(item)} stands twice in one ${LEVELS[this.level]}`);
    }
    this.reportItem('duplicate-item', item, null);
  }

  /** Problems of the tag, not of the value. */
  private itemProblems(tag: number, item: number): void {
    const flags = this.tags.flags[tag] as number;
    if ((flags & UNCHECKED) !== 0) this.unchecked++;
    if ((flags & UNKNOWN_ID) !== 0) this.reportItem('unknown-id', item, null);
    if ((flags & WRONG_NUMBER) !== 0) this.reportItem('wrong-number', item, null);
    if ((flags & UNKNOWN_ATTRIBUTE) !== 0) {
      for (const name of this.tags.unknownAttributes.get(tag) ?? [])
        this.reportItem('unknown-attribute', item, null, name);
    }
    if (item < this.table.items.length && this.table.level[item] !== this.level)
      this.reportItem('wrong-level', item, null);
    if ((flags & WRONG_RECORD_TYPE) !== 0) this.reportItem('wrong-record-type', item, null);
  }

  private judge(item: number, source: Uint8Array, start: number, stop: number): void {
    const value = this.texts.text(source, start, stop, false);
    for (const problem of valueProblems(this.table.items[item] as ItemDefinition, value))
      this.reportItem(problem, item, value);
  }

  /** Items of the file that say something else than its root. */
  private contradiction(item: number, value: string): void {
    const { header } = this;
    const { id } = this.table.items[item] as ItemDefinition;
    const said = id === 'recordType' ? header?.recordType : id === 'naaccrRecordVersion' ? header?.version : undefined;
    if (said !== undefined && said !== value) this.reportItem('contradicts-root', item, value, said);
  }

  private reportItem(code: IssueCode, item: number, value: string | null, other = ''): void {
    const id = this.tags.idOf(item);
    const patient = this.level > 0 ? `/Patient[${this.patients}]` : '';
    const tumor = this.level > 1 ? `/Tumor[${this.tumorOfPatient}]` : '';
    this.report(code, {
      line: this.line,
      item: this.table.items[item] ?? null,
      id,
      path: this.wantsIssues ? `/NaaccrData${patient}${tumor}/Item[@naaccrId="${id}"]` : '',
      value,
      other,
    });
  }

  private report(
    code: IssueCode,
    found: {
      readonly line: number;
      readonly item: ItemDefinition | null;
      readonly id: string | null;
      readonly path: string;
      readonly value: string | null;
      readonly other?: string;
    },
  ): void {
    this.issues++;
    this.byCode[code] = (this.byCode[code] ?? 0) + 1;
    if (!this.wantsIssues || this.header === null) return;
    const { line, item, id, path, value, other = '' } = found;
    const more = this.events.issue?.({
      code,
      line,
      path,
      id,
      number: item?.number ?? null,
      message: issueMessage(code, {
        item,
        id,
        element: LEVELS[this.level] ?? '',
        recordType: this.header.recordType,
        characters: value === null ? 0 : characterCount(value),
        other,
      }),
      value: value === null ? null : value.slice(0, 100),
    });
    if (more === false) this.wantsIssues = false;
  }
}

/** Quick judgement of a date of digits only; what it refuses is looked at again by `valueProblems`. */
function dateIsFine(bytes: Uint8Array, start: number, size: number): boolean {
  const digit = (at: number): number => (bytes[start + at] as number) - 0x30;
  const century = digit(0) * 10 + digit(1);
  if (century < 18 || century > 20) return false;
  if (size === 4) return true;
  if (size !== 6 && size !== 8) return false;
  const month = digit(4) * 10 + digit(5);
  if (month < 1 || month > 12) return false;
  if (size === 6) return true;
  const day = digit(6) * 10 + digit(7);
  return day >= 1 && (day <= 28 || day <= daysInMonth(century * 100 + digit(2) * 10 + digit(3), month));
}
