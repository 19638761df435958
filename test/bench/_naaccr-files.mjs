/** Large NAACCR XML files from a small one: its patients repeated, in the forms that other programs write. */
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import { root } from '../../scripts/build.mjs';
import { lib } from '../../scripts/platform.mjs';

const shared = path.join(root, '../shared/samples/naaccr-xml/naaccr-xml-sample-v250-abstract-100.xml.gz');
const own = path.join(root, 'libs/naaccr/conformance/samples/invented-v250.xml');

/** The public sample of 100 tumors where it is at hand, else our own invented one; both are v25, record type A. */
export function seed() {
  const name = existsSync(shared) ? 'public sample v250, 100 tumors' : 'our invented sample v250, 32 tumors';
  const text = existsSync(shared) ? gunzipSync(readFileSync(shared)).toString() : readFileSync(own, 'utf8');
  const begin = text.indexOf('<Patient>');
  const from = text.lastIndexOf('\n', begin) + 1;
  const to = text.lastIndexOf('</NaaccrData>');
  const body = text.slice(from, to);
  return {
    name,
    head: text.slice(0, from),
    body,
    tail: text.slice(to),
    tumors: body.match(/<Tumor>/g).length,
    patients: body.match(/<Patient>/g).length,
  };
}

const numbers = () => new Map(loadItems().map(({ id, number }) => [id, number]));
const loadItems = () => lib('naaccr', 'node').loadDictionary('250').items;
const each = (body, change) => body.replace(/<Item naaccrId="(\w+)">([^<]*)<\/Item>/g, change);

/** The same data in other clothes. */
export const VARIANTS = {
  plain: (body) => body,
  'with naaccrNum': (body) => {
    const of = numbers();
    return each(body, (_, id, value) => `<Item naaccrId="${id}" naaccrNum="${of.get(id)}">${value}</Item>`);
  },
  'other order, single quotes': (body) => {
    const of = numbers();
    return each(body, (_, id, value) => `<Item naaccrNum='${of.get(id)}' naaccrId='${id}'>${value}</Item>`);
  },
  CDATA: (body) => each(body, (_, id, value) => `<Item naaccrId="${id}"><![CDATA[${unescaped(value)}]]></Item>`),
  'CR LF': (body) => body.replaceAll('\n', '\r\n'),
  gzip: (body) => body,
};

const unescaped = (value) =>
  value
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');

/** Write a file of about `tumors` tumors. @returns how many it has, and its size before compression. */
export async function writeLarge(file, { head, body, tail, tumors: each }, variant, tumors) {
  const times = Math.max(1, Math.round(tumors / each));
  const block = Buffer.from(VARIANTS[variant](body));
  const pieces = function* () {
    yield Buffer.from(head);
    for (let done = 0; done < times; done++) yield block;
    yield Buffer.from(tail);
  };
  const steps = [
    Readable.from(pieces()),
    ...(variant === 'gzip' ? [createGzip({ level: 1 })] : []),
    createWriteStream(file),
  ];
  await pipeline(steps);
  return { tumors: times * each, bytes: Buffer.byteLength(head) + block.length * times + Buffer.byteLength(tail) };
}
