import * as fc from 'fast-check';
import { amendedLines, cut, linesOf } from './marks.js';

describe('cut', () => {
  it('shares the words of overlapping marks', () => {
    expect(
      cut('LEFT BREAST: DUCTAL', 100, [
        { start: 100, end: 111, item: 'primarySite' },
        { start: 100, end: 104, item: 'laterality' },
        { start: 113, end: 130, item: 'histologicTypeIcdO3' },
      ]).map(({ text, items }) => [text, items]),
    ).toEqual([
      ['LEFT', ['primarySite', 'laterality']],
      [' BREAST', ['primarySite']],
      [': ', []],
      ['DUCTAL', ['histologicTypeIcdO3']],
    ]);
  });

  it('gives the whole text back, each letter once, with exactly the marks that cover it', () => {
    const marks = fc.array(
      fc
        .tuple(fc.nat(60), fc.nat(60), fc.constantFrom('a', 'b', 'c'))
        .map(([one, two, item]) => ({ start: Math.min(one, two), end: Math.max(one, two), item })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z \n]{0,60}$/), marks, (text, all) => {
        for (const { start, text: line } of linesOf(text)) {
          const pieces = cut(line, start, all);
          expect(pieces.map((piece) => piece.text).join('')).toBe(line);
          for (const piece of pieces) {
            for (let at = piece.start; at < piece.start + piece.text.length; at += 1) {
              const covering = all.filter((mark) => mark.start <= at && at < mark.end).map(({ item }) => item);
              expect(piece.items).toEqual(covering);
            }
          }
        }
      }),
    );
  });
});

describe('amendedLines', () => {
  it('finds what was added and changed, not what only moved down', () => {
    const before = 'DIAGNOSIS\nductal carcinoma\ngrade 2\n\nCOMMENT\nnone';
    const after = 'AMENDED\nDIAGNOSIS\nductal carcinoma\ngrade 3\n\nCOMMENT\nnone\nER positive';
    expect([...amendedLines(after, before)]).toEqual([0, 3, 7]);
  });

  it('marks nothing when nothing changed', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(amendedLines(text, text).size).toBe(0)));
  });
});
