import { CORE_ITEMS } from '@perennial/records';
import { loadDictionary } from '@perennial/naaccr/node';
import { HUES, OF_PERSON, SECTIONS } from './sections.js';

const all = SECTIONS.flatMap(({ items, rest }) => [...items, ...rest]);

describe('the sections of the form', () => {
  it('name items of the standard, each once', () => {
    const { byId } = loadDictionary();
    expect([...all, ...Object.keys(HUES)].filter((id) => !byId.has(id))).toEqual([]);
    expect(all.length).toBe(new Set(all).size);
  });

  it('take along to the next tumor what is of the person, and nothing of the tumor', () => {
    const { byId } = loadDictionary();
    const known = /^(medicalRecordNumber|addrAtDx\w+|countyAtDx|maritalStatusAtDx|primaryPayerAtDx)$/;
    const ofTumor = OF_PERSON.filter((id) => byId.get(id)?.level === 'Tumor' && !known.test(id));
    expect(ofTumor).toEqual([]);
    expect(OF_PERSON).toEqual(
      expect.arrayContaining(['nameLast', 'dateOfBirth', 'medicalRecordNumber', 'vitalStatus']),
    );
  });

  it('show every item that completion asks for without unfolding anything', () => {
    const shown = new Set(SECTIONS.flatMap(({ items }) => items));
    expect(CORE_ITEMS.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
  });
});
