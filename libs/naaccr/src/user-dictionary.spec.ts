import { loadDictionary } from '@perennial/naaccr/node';
import { NaaccrFatal, parseUserDictionary, type UserDictionary, withUserDictionaries } from './index.js';

const dictionary = (
  items: string,
  attributes = 'dictionaryUri="http://example.org/own.xml" naaccrVersion="260"',
): Uint8Array =>
  new TextEncoder().encode(
    `<?xml version="1.0" encoding="UTF-8"?>\n<NaaccrDictionary ${attributes} specificationVersion="1.8" xmlns="http://naaccr.org/naaccrxml">\n<ItemDefs>\n${items}\n</ItemDefs>\n</NaaccrDictionary>\n`,
  );
const ITEM =
  '<ItemDef naaccrId="ownScore" naaccrNum="9501" naaccrName="Own score" length="2" dataType="digits" parentXmlElement="Tumor" recordTypes="A,M" padding="leftZero"/>';

describe('parseUserDictionary', () => {
  it('reads items with their types, and those of defaults', () => {
    const { dictionary: read, problems } = parseUserDictionary(
      dictionary(
        `${ITEM}\n<ItemDef naaccrId="ownNote" naaccrNum="9502" length="40" parentXmlElement="Patient">\n<Description>words</Description></ItemDef>`,
      ),
    );
    expect(problems).toEqual([]);
    expect(read).toMatchObject({ uri: 'http://example.org/own.xml', version: '260' });
    expect(read.items).toMatchObject([
      {
        id: 'ownScore',
        number: 9501,
        name: 'Own score',
        length: 2,
        type: 'digits',
        level: 'Tumor',
        recordTypes: 'AM',
        padLeftZero: true,
      },
      { id: 'ownNote', number: 9502, name: 'ownNote', length: 40, type: 'text', level: 'Patient', recordTypes: 'AMCI' },
    ]);
  });

  it.each([
    ['<ItemDef naaccrNum="1" length="1" parentXmlElement="Tumor"/>', 'naaccrId'],
    ['<ItemDef naaccrId="a" length="1" parentXmlElement="Tumor"/>', 'naaccrNum'],
    ['<ItemDef naaccrId="a" naaccrNum="1" parentXmlElement="Tumor"/>', 'length'],
    ['<ItemDef naaccrId="a" naaccrNum="1" length="1" dataType="word" parentXmlElement="Tumor"/>', 'dataType'],
    ['<ItemDef naaccrId="a" naaccrNum="1" length="1" parentXmlElement="Lesion"/>', 'parentXmlElement'],
    ['<ItemDef naaccrId="a" naaccrNum="1" length="1" parentXmlElement="Tumor" recordTypes="Z"/>', 'recordTypes'],
    [
      '<ItemDef naaccrId="a" naaccrNum="1" length="1" parentXmlElement="Tumor" regexValidation="("/>',
      'regexValidation',
    ],
  ])('leaves %s out and says why', (item, word) => {
    const { dictionary: read, problems } = parseUserDictionary(dictionary(`${ITEM}\n${item}`));
    expect(read.items).toHaveLength(1);
    expect(problems).toMatchObject([{ line: 5 }]);
    expect(problems[0]?.message).toContain(word);
  });

  it.each([
    ['<x/>', 'naaccr.root'],
    ['', 'xml.syntax'],
    ['<NaaccrDictionary>', 'xml.syntax'],
    ['<NaaccrDictionary/>', 'naaccr.attribute'],
    ['<!DOCTYPE a><NaaccrDictionary dictionaryUri="a"/>', 'xml.doctype'],
  ])('refuses %j with %s', (text, code) => {
    expect.assertions(2);
    try {
      parseUserDictionary(new TextEncoder().encode(text));
    } catch (error) {
      expect(error).toBeInstanceOf(NaaccrFatal);
      expect(error).toMatchObject({ code });
    }
  });
});

describe('withUserDictionaries', () => {
  const own = (uri: string, items: string): UserDictionary =>
    parseUserDictionary(dictionary(items, `dictionaryUri="${uri}"`)).dictionary;
  const base = loadDictionary('260');

  it('lays items over the base, after its own', () => {
    const { dictionary: both, conflicts } = withUserDictionaries(base, [own('a', ITEM)]);
    expect(conflicts).toEqual([]);
    expect(both.items).toHaveLength(base.items.length + 1);
    expect(both.byNumber.get(9501)?.id).toBe('ownScore');
  });

  it('takes the same item from two dictionaries without a word', () => {
    expect(withUserDictionaries(base, [own('a', ITEM), own('b', ITEM)]).conflicts).toEqual([]);
  });

  it.each([
    ['another length', ITEM.replace('length="2"', 'length="3"'), /ownScore.*length/],
    ['another id for the number', ITEM.replace('ownScore', 'otherScore'), /9501 is ownScore and otherScore/],
    ['an item of the base', ITEM.replace('ownScore', 'laterality'), /laterality is defined twice/],
    [
      'a number of the base',
      ITEM.replace('9501', '410').replace('ownScore', 'otherScore'),
      /410 is laterality and otherScore/,
    ],
  ])('names %s; what came first counts', (_, item, message) => {
    const { dictionary: both, conflicts } = withUserDictionaries(base, [own('a', ITEM), own('b', item)]);
    expect(conflicts).toHaveLength(1);
    expect(conflicts[0]?.second).toBe('b');
    expect(conflicts[0]?.message).toMatch(message);
    expect(both.byId.get('ownScore')).toMatchObject({ length: 2, number: 9501 });
    expect(both.byId.get('laterality')).toBe(base.byId.get('laterality'));
  });
});
