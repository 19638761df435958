import { type FatalCode } from './fatal.js';
import { type ItemValues, type RecordType } from './items.js';
import { type Attribute } from './xml-syntax.js';
import { isIsoDateTime } from './values.js';

/** Namespace of NAACCR XML. */
export const NAACCR_NAMESPACE = 'http://naaccr.org/naaccrxml';
const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

/** Versions of the standard that have a base dictionary. */
export const BASE_VERSIONS = ['140', '150', '160', '180', '210', '220', '230', '240', '250', '260'] as const;
export type BaseVersion = (typeof BASE_VERSIONS)[number];
const SPECIFICATIONS = ['1.0', '1.1', '1.2', '1.3', '1.4', '1.5', '1.6', '1.7', '1.8'];
const RECORD_TYPES = ['A', 'M', 'C', 'I'];
const URI = /^http:\/\/naaccr\.org\/naaccrxml\/naaccr-dictionary-(\d{3})\.xml$/;

/** What a file says about itself. */
export interface NaaccrHeader {
  readonly baseDictionaryUri: string;
  /** Of the base dictionary; older ones than 250 are read too. */
  readonly version: BaseVersion;
  readonly userDictionaryUris: readonly string[];
  readonly recordType: RecordType;
  /** As written; null when absent. */
  readonly timeGenerated: string | null;
  readonly specificationVersion: string;
  /** Items of the file itself. */
  readonly items: ItemValues;
}

/** Prefixes in force and what they stand for; the empty prefix is the default namespace, an absent one is undeclared. */
export type Namespaces = Readonly<Record<string, string>>;
export const NO_NAMESPACES: Namespaces = Object.freeze(
  Object.assign(Object.create(null) as Record<string, string>, { xml: XML_NAMESPACE }),
);

/** A tag whose attributes or name cannot be right. */
export class RootError extends Error {
  constructor(
    readonly code: FatalCode,
    message: string,
    /** Offset of the attribute to blame; null for the tag as a whole. */
    readonly at: number | null = null,
  ) {
    super(message);
  }
}

/** Namespaces within an element: those around it and those its attributes declare. @throws RootError for what the standard forbids. */
export function namespacesWithin(outer: Namespaces, attributes: readonly Attribute[]): Namespaces {
  let inner: Record<string, string> | null = null;
  for (const { at, name, value } of attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
    const prefix = name.slice(6);
    const reserved = value === XML_NAMESPACE || value === XMLNS_NAMESPACE || prefix === 'xmlns';
    if ((reserved || prefix === 'xml') && !(prefix === 'xml' && value === XML_NAMESPACE)) {
      throw new RootError('xml.namespace', `the namespace declaration ${name} is reserved`, at);
    }
    if (prefix !== '' && value === '')
      throw new RootError('xml.namespace', `the prefix ${prefix} is declared as nothing`, at);
    inner ??= Object.assign(Object.create(null) as Record<string, string>, outer);
    inner[prefix] = value;
  }
  return inner ?? outer;
}

/** Namespace and local part of an element's name. @throws RootError when the prefix is not declared. */
export function resolveName(
  name: string,
  namespaces: Namespaces,
  at: number | null = null,
): { readonly namespace: string; readonly local: string } {
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  const namespace = namespaces[prefix];
  if (namespace === undefined && prefix !== '') {
    throw new RootError('xml.namespace', `the prefix ${prefix} is not declared`, at);
  }
  return { namespace: namespace ?? '', local: name.slice(colon + 1) };
}

/** Check that prefixes of attributes are declared and that no attribute stands twice under two prefixes. */
export function checkAttributeNames(attributes: readonly Attribute[], namespaces: Namespaces): void {
  let expanded: Set<string> | null = null;
  for (const { at, name } of attributes) {
    if (!name.includes(':') || name.startsWith('xmlns:')) continue;
    const { namespace, local } = resolveName(name, namespaces, at);
    expanded ??= new Set();
    const full = `${namespace} ${local}`;
    if (expanded.has(full)) throw new RootError('xml.syntax', `the attribute ${local} stands twice in one tag`, at);
    expanded.add(full);
  }
}

/**
 * Judge the attributes of `NaaccrData`.
 *
 * @returns the header (without items) and whether `timeGenerated` is not ISO 8601, which does not stop the reading.
 * @throws RootError for what does.
 */
export function readRoot(attributes: readonly Attribute[]): {
  readonly header: Omit<NaaccrHeader, 'items'>;
  readonly badTime: boolean;
} {
  const given = new Map<string, string>();
  const places = new Map<string, number>();
  for (const { at, name, value } of attributes) {
    if (name === 'xmlns' || name.includes(':')) continue;
    given.set(name, value);
    places.set(name, at);
  }
  const bad = (message: string, attribute?: string): never => {
    throw new RootError('naaccr.attribute', message, places.get(attribute ?? '') ?? null);
  };
  const take = (name: string): string | undefined => {
    const value = given.get(name);
    given.delete(name);
    return value;
  };
  const specificationVersion = take('specificationVersion') ?? '1.0';
  if (!SPECIFICATIONS.includes(specificationVersion))
    bad('specificationVersion must be 1.0 to 1.8', 'specificationVersion');
  const baseDictionaryUri = take('baseDictionaryUri') ?? bad('baseDictionaryUri is missing');
  const version = URI.exec(baseDictionaryUri)?.[1];
  if (version === undefined)
    bad('baseDictionaryUri is not the address of a NAACCR base dictionary', 'baseDictionaryUri');
  if (!BASE_VERSIONS.includes(version as BaseVersion)) {
    bad(`there is no base dictionary ${version}; there are ${BASE_VERSIONS.join(', ')}`, 'baseDictionaryUri');
  }
  const recordType = take('recordType') ?? bad('recordType is missing');
  if (!RECORD_TYPES.includes(recordType)) bad('recordType must be A, M, C or I', 'recordType');
  const users = take('userDictionaryUri')?.trim() ?? '';
  const timeGenerated = take('timeGenerated') ?? null;
  const [unknown] = given.keys();
  if (unknown !== undefined)
    bad(`NaaccrData has no attribute ${unknown}; others need a declared namespace prefix`, unknown);
  return {
    header: {
      baseDictionaryUri,
      version: version as BaseVersion,
      // Up to specification 1.1 there was one user dictionary; since 1.2 several, set apart by spaces.
      userDictionaryUris:
        users === '' ? [] : ['1.0', '1.1'].includes(specificationVersion) ? [users] : users.split(/ +/),
      recordType: recordType as RecordType,
      timeGenerated,
      specificationVersion,
    },
    badTime: timeGenerated !== null && !(/^\d{4}-\d\d-\d\dT\d/.test(timeGenerated) && isIsoDateTime(timeGenerated)),
  };
}
