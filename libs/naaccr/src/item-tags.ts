import { type ByteWindow } from './byte-window.js';
import { countLines, GT } from './bytes.js';
import { createItemTable, type ItemTable, mayCarry } from './item-table.js';
import { type ItemDefinition, type RecordType } from './items.js';
import { type StartTag } from './xml-syntax.js';

/** What is to be known of a tag besides its item. */
export const SELF_CLOSED = 1;
/** The name has a prefix, so the end tag has too. */
export const PREFIXED = 2;
export const UNKNOWN_ID = 4;
export const WRONG_NUMBER = 8;
export const WRONG_RECORD_TYPE = 16;
export const UNKNOWN_ATTRIBUTE = 32;
/** The id is not known, but neither is the dictionary of the file. */
export const UNCHECKED = 64;

const MOST_TAGS = 8192;
const MOST_UNKNOWN = 20_000;
const LONGEST = 240;
const SLOTS = 32_768;

/** Distinct start tags of items as they stand in one file, byte for byte, each parsed once. Tag 0 is one that could not be kept. */
export class ItemTags {
  readonly size = new Int32Array(MOST_TAGS);
  /** Index of the item; those past the table are unknown ids. */
  readonly item = new Int32Array(MOST_TAGS);
  readonly flags = new Uint8Array(MOST_TAGS);
  readonly lines = new Int32Array(MOST_TAGS);
  readonly nameSize = new Int32Array(MOST_TAGS);
  readonly unknownAttributes = new Map<number, readonly string[]>();
  /** Element in which each item was last seen. */
  seen: Int32Array;
  private readonly next = new Int32Array(MOST_TAGS);
  private readonly first = new Int32Array(MOST_TAGS);
  private readonly hash = new Int32Array(MOST_TAGS);
  private readonly tail = new Float64Array(MOST_TAGS);
  private readonly slots = new Int32Array(SLOTS);
  private words = new Float64Array(8192);
  private used = 0;
  private count = 1;
  private readonly unknown = new Map<string, number>();
  private readonly unknownIds: string[] = [];

  constructor(
    private readonly table: ItemTable = createItemTable('260', [], []),
    private readonly recordType: RecordType = 'A',
  ) {
    this.seen = new Int32Array(table.items.length + 1024);
  }

  idOf(item: number): string {
    return this.table.items[item]?.id ?? this.unknownIds[item - this.table.items.length] ?? '';
  }

  /** The tag that last followed `tag`, or 0. */
  follower(tag: number): number {
    return this.next[tag] as number;
  }

  follow(tag: number, next: number): void {
    this.next[tag] = next;
  }

  /** Whether the bytes at `at` are the tag. */
  matches(tag: number, view: DataView, at: number, end: number): boolean {
    const size = this.size[tag] as number;
    if (at + size > end) return false;
    const { words } = this;
    let word = this.first[tag] as number;
    const last = at + size - 8;
    for (let from = at; from < last; from += 8) if (view.getFloat64(from, true) !== words[word++]) return false;
    return view.getFloat64(last, true) === this.tail[tag];
  }

  /** Look the tag at `at` up. @returns its index, 0 when it was not met before. */
  find(bytes: Uint8Array, view: DataView, at: number, end: number): number {
    const most = Math.min(end, at + LONGEST);
    let hash = 0;
    let to = at + 1;
    for (; to < most; to++) {
      const byte = bytes[to] as number;
      hash = (Math.imul(hash, 31) + byte) | 0;
      if (byte === GT) break;
    }
    if (to >= most) return 0;
    for (let slot = slotOf(hash); ; slot = (slot + 1) & (SLOTS - 1)) {
      const tag = this.slots[slot] as number;
      if (tag === 0) return 0;
      if (this.hash[tag] === hash && this.size[tag] === to + 1 - at && this.matches(tag, view, at, end)) return tag;
    }
  }

  /**
   * Judge an Item tag and keep it for the next time.
   *
   * @param keep false when the tag's meaning depends on more than its bytes.
   */
  add(window: ByteWindow, at: number, tag: StartTag, keep: boolean): number {
    const { bytes } = window;
    const { item, flags, unknownAttributes } = this.judge(window, at, tag);
    // With its naaccrId a tag is longer than eight bytes.
    const size = tag.end - at;
    const tail = window.view.getFloat64(tag.end - 8, true);
    const kept =
      keep &&
      this.count < MOST_TAGS &&
      this.firstGtIs(bytes, at, tag.end - 1) &&
      size <= LONGEST &&
      !Number.isNaN(tail);
    const index = kept ? this.count++ : 0;
    this.item[index] = item;
    this.flags[index] = flags;
    this.size[index] = size;
    this.lines[index] = countLines(bytes, at, tag.end);
    this.nameSize[index] = new TextEncoder().encode(tag.name).length;
    if (unknownAttributes.length > 0) this.unknownAttributes.set(index, unknownAttributes);
    if (!kept) return 0;
    this.first[index] = this.used;
    const words = Math.ceil((size - 8) / 8);
    if (this.used + words > this.words.length) {
      const larger = new Float64Array(this.words.length * 2);
      larger.set(this.words);
      this.words = larger;
    }
    for (let word = 0; word < words; word++) this.words[this.used++] = window.view.getFloat64(at + word * 8, true);
    this.tail[index] = tail;
    let hash = 0;
    for (let to = at + 1; to < tag.end; to++) hash = (Math.imul(hash, 31) + (bytes[to] as number)) | 0;
    this.hash[index] = hash;
    let slot = slotOf(hash);
    while (this.slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
    this.slots[slot] = index;
    return index;
  }

  private firstGtIs(bytes: Uint8Array, from: number, expected: number): boolean {
    let at = from;
    while (bytes[at] !== GT) at++;
    return at === expected;
  }

  private judge(
    window: ByteWindow,
    at: number,
    tag: StartTag,
  ): { readonly item: number; readonly flags: number; readonly unknownAttributes: readonly string[] } {
    let id: string | undefined;
    let number: string | undefined;
    const unknownAttributes: string[] = [];
    for (const { name, value } of tag.attributes) {
      if (name === 'naaccrId') id = value.trim();
      else if (name === 'naaccrNum') number = value.trim();
      else if (name !== 'xmlns' && !name.includes(':')) unknownAttributes.push(name);
    }
    if (id === undefined || id === '') window.fatal('naaccr.item', at, 'an Item without naaccrId');
    if (number !== undefined && number !== '' && !/^[+-]?\d+$/.test(number)) {
      window.fatal('naaccr.item', at, `the item ${id} has a naaccrNum that is not a number`);
    }
    let flags = (tag.empty ? SELF_CLOSED : 0) | (tag.name === 'Item' ? 0 : PREFIXED);
    if (unknownAttributes.length > 0) flags |= UNKNOWN_ATTRIBUTE;
    const item = this.table.indexOf.get(id);
    if (item === undefined) {
      flags |= this.table.complete ? UNKNOWN_ID : UNCHECKED;
      return { item: this.unknownIndex(window, at, id), flags, unknownAttributes };
    }
    const definition = this.table.items[item] as ItemDefinition;
    if (number !== undefined && number !== '' && Number(number) !== definition.number) flags |= WRONG_NUMBER;
    if (!mayCarry(definition, this.recordType)) flags |= WRONG_RECORD_TYPE;
    return { item, flags, unknownAttributes };
  }

  private unknownIndex(window: ByteWindow, at: number, id: string): number {
    const known = this.unknown.get(id);
    if (known !== undefined) return known;
    if (this.unknownIds.length >= MOST_UNKNOWN)
      window.fatal('limit', at, `more than ${MOST_UNKNOWN} different unknown items`);
    const index = this.table.items.length + this.unknownIds.length;
    this.unknownIds.push(id);
    this.unknown.set(id, index);
    if (index >= this.seen.length) {
      const larger = new Int32Array(this.seen.length * 2);
      larger.set(this.seen);
      this.seen = larger;
    }
    return index;
  }
}

const slotOf = (hash: number): number => (hash ^ (hash >>> 15)) & (SLOTS - 1);
