import { ByteWindow } from './byte-window.js';
import { countLines, LT, SLASH } from './bytes.js';
import { type Dictionary, type ItemDefinition, type ItemId, type ItemLevel, type ItemType } from './items.js';
import { endTag, miscellaneous, startTag, type StartTag } from './xml-syntax.js';

/** Items that a registry or a vendor adds to a base dictionary. */
export interface UserDictionary {
  /** By which files name it. */
  readonly uri: string;
  /** Version of the base dictionary it was made for; null when it serves any. */
  readonly version: string | null;
  readonly items: readonly ItemDefinition[];
}

export interface DictionaryProblem {
  readonly line: number;
  readonly message: string;
}

const TYPES: readonly string[] = ['alpha', 'digits', 'mixed', 'numeric', 'text', 'date', 'dateTime'];
const LEVELS: readonly string[] = ['NaaccrData', 'Patient', 'Tumor'];
const NO_COLLECTION = { npcr: '.', coc: '.', seer: '.', cccr: '.' } as const;
const LENGTHS: Partial<Record<ItemType, number>> = { date: 8, dateTime: 25 };

/**
 * Read a NAACCR XML dictionary file.
 *
 * @param bytes the whole file, UTF-8.
 * @returns the dictionary, and what is wrong with items that were left out.
 * @throws NaaccrFatal when it is not well-formed or not a NAACCR dictionary.
 * @source NAACCR XML specification, dictionaries.
 */
export function parseUserDictionary(bytes: Uint8Array): {
  readonly dictionary: UserDictionary;
  readonly problems: readonly DictionaryProblem[];
} {
  const window = new ByteWindow(bytes.length + 16, () => false);
  window.last = true;
  window.reserve(bytes.length).set(bytes);
  window.commit(bytes.length);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) window.pos = 3;
  const open: string[] = [];
  const items: ItemDefinition[] = [];
  const problems: DictionaryProblem[] = [];
  let root: StartTag | null = null;
  for (let first = true; ; first = false) {
    const at = nextMarkup(window);
    if (at < 0) break;
    const next = window.bytes[at + 1];
    if (next === SLASH) {
      const { name, end } = endTag(window, at);
      if (open.pop() !== name) window.fatal('xml.syntax', at, `an end tag ${name} that closes nothing`);
      use(window, end);
    } else if (next === 0x3f && first) {
      const close = window.bytes.indexOf(0x3e, at);
      use(
        window,
        close < 0 || close >= window.end
          ? window.fatal('xml.syntax', at, 'the XML declaration is not closed')
          : close + 1,
      );
    } else if (next === 0x21 || next === 0x3f) use(window, miscellaneous(window, at));
    else {
      const tag = startTag(window, at);
      if (open.length === 0) {
        if (root !== null || tag.name !== 'NaaccrDictionary')
          window.fatal('naaccr.root', at, 'the root element is not NaaccrDictionary');
        root = tag;
      } else if (tag.name === 'ItemDef' && open[open.length - 1] === 'ItemDefs') {
        const read = itemOf(tag);
        if (typeof read === 'string') problems.push({ line: window.line, message: read });
        else if (items.some(({ id }) => id === read.id))
          problems.push({ line: window.line, message: `${read.id} stands twice` });
        else items.push(read);
      }
      if (!tag.empty) open.push(tag.name);
      use(window, tag.end);
    }
  }
  window.refuseInvalid();
  const top = root;
  if (top === null || open.length > 0)
    return window.fatal('xml.syntax', window.end, 'the file ends before its last end tag');
  const attributes = new Map(top.attributes.map(({ name, value }) => [name, value]));
  const uri = attributes.get('dictionaryUri')?.trim() ?? '';
  if (uri === '') window.fatal('naaccr.attribute', 0, 'dictionaryUri is missing');
  return { dictionary: { uri, version: attributes.get('naaccrVersion') ?? null, items }, problems };
}

function use(window: ByteWindow, end: number): void {
  window.line += countLines(window.bytes, window.pos, end);
  window.pos = end;
}

/** Text is not of interest in a dictionary. @returns offset of the next `<`, -1 at the end. */
function nextMarkup(window: ByteWindow): number {
  let at = window.pos;
  while (at < window.end && window.bytes[at] !== LT) at++;
  use(window, at);
  return at < window.end ? at : -1;
}

/** The item of an `ItemDef`, or what is wrong with it. */
function itemOf(tag: StartTag): ItemDefinition | string {
  const attributes = new Map(tag.attributes.map(({ name, value }) => [name, value.trim()]));
  const id = attributes.get('naaccrId') ?? '';
  const type = (attributes.get('dataType') ?? 'text') as ItemType;
  const level = attributes.get('parentXmlElement') ?? '';
  const number = Number(attributes.get('naaccrNum') ?? Number.NaN);
  const length = Number(attributes.get('length') ?? LENGTHS[type] ?? Number.NaN);
  const pattern = attributes.get('regexValidation') ?? '';
  const recordTypes = (attributes.get('recordTypes') ?? 'A,M,C,I').replaceAll(/[\s,]/g, '');
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(id)) return 'an item without a valid naaccrId';
  if (!Number.isSafeInteger(number) || number <= 0) return `${id} has no valid naaccrNum`;
  if (!Number.isSafeInteger(length) || length <= 0) return `${id} has no valid length`;
  if (!TYPES.includes(type)) return `${id} has an unknown dataType`;
  if (!LEVELS.includes(level)) return `${id} has no valid parentXmlElement`;
  if (!/^[AMCI]+$/.test(recordTypes)) return `${id} has no valid recordTypes`;
  try {
    if (pattern !== '') new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return `${id} has a regexValidation that is not a regular expression`;
  }
  return {
    number,
    id: id as ItemId,
    name: attributes.get('naaccrName') ?? id,
    length,
    type,
    level: level as ItemLevel,
    recordTypes,
    padLeftZero: attributes.get('padding') === 'leftZero',
    section: '',
    allowed: '',
    format: '',
    collect: NO_COLLECTION,
    ...(attributes.get('allowUnlimitedText') === 'true' ? { unlimitedText: true } : {}),
    ...(pattern === '' ? {} : { pattern }),
  };
}

/** An id or number that two dictionaries give to different things. The one named first counts. */
export interface DictionaryConflict {
  readonly id: string;
  readonly number: number;
  readonly first: string;
  readonly second: string;
  readonly message: string;
}

/** Lay user dictionaries over a base dictionary. Conflicts are named; what came first (the base, then in order) keeps its meaning. */
export function withUserDictionaries(
  base: Dictionary,
  users: readonly UserDictionary[],
): { readonly dictionary: Dictionary; readonly conflicts: readonly DictionaryConflict[] } {
  const items: ItemDefinition[] = [];
  const byId = new Map<string, ItemDefinition>();
  const byNumber = new Map<number, ItemDefinition>();
  const owner = new Map<ItemDefinition, string>();
  const conflicts: DictionaryConflict[] = [];
  const baseName = `base dictionary ${base.version}`;
  const lists = [
    { name: baseName, items: base.items },
    ...users.map(({ uri, items: own }) => ({ name: uri, items: own })),
  ];
  for (const list of lists) {
    for (const item of list.items) {
      const other = byId.get(item.id) ?? byNumber.get(item.number);
      if (other === undefined) {
        items.push(item);
        byId.set(item.id, item);
        byNumber.set(item.number, item);
        owner.set(item, list.name);
        continue;
      }
      const different = DIFFERENCES.filter((key) => other[key] !== item[key]);
      // Two users of the same shared item may both define it; the base dictionary's items are nobody else's to define.
      if (different.length === 0 && owner.get(other) !== baseName) continue;
      conflicts.push({
        id: item.id,
        number: item.number,
        first: owner.get(other) ?? '',
        second: list.name,
        message:
          other.id === item.id
            ? `${item.id} is defined twice${different.length > 0 ? `, with another ${different.join(', ')}` : ''}`
            : `number ${item.number} is ${other.id} and ${item.id}`,
      });
    }
  }
  return { dictionary: { version: base.version, items, byId, byNumber }, conflicts };
}

const DIFFERENCES = ['id', 'number', 'length', 'type', 'level', 'recordTypes', 'pattern'] as const;
