import { cameFrom, type Entry, type History, linesAt, momentsOf, rowAt } from './history.js';

const entry = (revision: number, day: number, changes: Entry['changes'], actor = 'user:1'): Entry => ({
  revision,
  actor,
  actorName: null,
  at: `2026-03-0${day}T12:00:00.000Z`,
  origin: { kind: 'person' },
  changes,
});
const at = (day: number): number => Date.parse(`2026-03-0${day}T23:59:59Z`);

const abstract: History = {
  entity: 'abstract',
  id: 'a',
  facilityId: 'f',
  tumorId: 't',
  state: 'complete',
  items: { primarySite: 'C504', laterality: '2', grade: '2' },
  entries: [
    entry(3, 6, { grade: [null, '2'], '@state': ['draft', 'complete'] }),
    entry(2, 4, { primarySite: ['C509', 'C504'], histology: ['8010', null] }, 'user:2'),
    entry(1, 2, {}),
  ],
};

describe('the history of a row', () => {
  it('is folded back from now', () => {
    expect(rowAt(abstract, at(1))).toBeNull();
    expect(rowAt(abstract, at(3))).toEqual({
      items: { primarySite: 'C509', laterality: '2', histology: '8010' },
      state: 'draft',
    });
    expect(rowAt(abstract, at(5))?.items).toEqual({ primarySite: 'C504', laterality: '2' });
    expect(rowAt(abstract, at(9))).toEqual({ items: abstract.items, state: 'complete' });
  });

  it('names the save that a value comes from', () => {
    expect(cameFrom(abstract, 'primarySite')?.revision).toBe(2);
    expect(cameFrom(abstract, 'primarySite', at(3))?.revision).toBe(1);
    expect(cameFrom(abstract, 'laterality')?.revision).toBe(1);
  });

  it('puts what differs from now first, then the order of the form', () => {
    const lines = linesAt(abstract, at(3), ['laterality', 'primarySite']);
    expect(lines.map(({ item, then, now, differs }) => [item, then, now, differs])).toEqual([
      ['primarySite', 'C509', 'C504', true],
      ['grade', null, '2', true],
      ['histology', '8010', null, true],
      ['laterality', '2', '2', false],
    ]);
  });

  it('says what a value came from, and what changed it since', () => {
    const [site, grade] = linesAt(abstract, at(3), ['primarySite', 'grade']);
    expect([site?.from?.revision, site?.since?.revision]).toEqual([1, 2]);
    expect([grade?.from, grade?.since?.revision]).toEqual([undefined, 3]);
  });

  it('takes rows that were saved together for one moment', () => {
    const tumor: History = { ...abstract, entity: 'tumor', id: 't', entries: [entry(1, 6, {})] };
    expect(momentsOf([abstract, tumor]).map(({ saves }) => saves.map(({ row }) => row.id))).toEqual([
      ['a'],
      ['a'],
      ['a', 't'],
    ]);
  });
});
