import { CORE_ITEMS, missingCore } from '@perennial/records';
import { loadDictionary } from '@perennial/naaccr/node';
import { HUES, isCollected, OF_PERSON, SECTIONS } from './sections.js';

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

  it('ask in each year for what completion asks for, and for the one of two items that holds', () => {
    for (const year of [1999, 2017, 2018, 2022, 2023, 2026]) {
      const items = { dateOfDiagnosis: `${year}0615` } as Parameters<typeof missingCore>[0];
      const surgery = ['rxSummSurgPrimSite', 'rxSummSurgPrimSite2023'].filter((id) => isCollected(id, year));
      expect([year, surgery]).toEqual([year, [year < 2023 ? 'rxSummSurgPrimSite' : 'rxSummSurgPrimSite2023']]);
      expect([year, missingCore(items).filter((id) => !isCollected(id, year))]).toEqual([year, []]);
    }
    expect(isCollected('rxSummSurgPrimSite', undefined)).toBe(true);
  });

  it('show every item that completion asks for without unfolding anything', () => {
    const shown = new Set(SECTIONS.flatMap(({ items }) => items));
    expect(CORE_ITEMS.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
  });
});
