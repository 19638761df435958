import fc from 'fast-check';
import { CUT_MARK, cutVisibly, joinPathTexts, PATH_TEXT_LENGTH, pathText, replacePathText } from './path-text.js';

describe('text of item 2570', () => {
  it('holds no line ends', () => {
    expect(pathText({ body: 'A. Colon:\r\n  adenoma.\n\n\nComment:\tnone ' })).toBe(
      'A. Colon: adenoma. / Comment: none',
    );
  });

  it('is cut visibly, its diagnosis first and its gross description last', () => {
    const gross = 'pink tissue '.repeat(400);
    const body = `${gross}\n\nDuctal carcinoma.\n\nER positive.`;
    const at = body.indexOf('Ductal');
    const text = pathText({
      body,
      sections: [
        { code: '22634-0', title: 'Gross pathology', start: 0, end: gross.length },
        { code: '22637-3', title: 'Final diagnosis', start: at, end: at + 17 },
        { code: '22638-1', title: 'Comment', start: at + 19, end: body.length },
      ],
    });
    expect(text).toMatch(/^Final diagnosis: Ductal carcinoma\. \/ Comment: ER positive\. \/ Gross pathology: pink/);
    expect([text.length <= PATH_TEXT_LENGTH, text.endsWith(CUT_MARK)]).toEqual([true, true]);
  });

  it('fits the item, whatever it is made of', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 }).map((part) => part.repeat(40));
    fc.assert(
      fc.property(text, text, (one, two) => {
        for (const made of [pathText({ body: one }), joinPathTexts(pathText({ body: one }), pathText({ body: two }))]) {
          expect(made.length).toBeLessThanOrEqual(PATH_TEXT_LENGTH);
          expect(made).not.toMatch(/[\r\n]|[\ud800-\udbff](?![\udc00-\udfff])/);
        }
      }),
    );
    expect(cutVisibly('😀'.repeat(3_000))).toMatch(/😀 \[cut\]$/u);
  });

  it('joins two reports, each with at least half', () => {
    expect(joinPathTexts('one', 'two')).toBe('one // two');
    expect(joinPathTexts('one // two', 'two')).toBe('one // two');
    const joined = joinPathTexts('a'.repeat(4_000), 'b'.repeat(4_000));
    expect([joined.length, joined.split('a').length > 1_900, joined.split('b').length > 1_900]).toEqual([
      4_000,
      true,
      true,
    ]);
  });

  it('takes a newer version instead of the older one, beside what others gave', () => {
    expect(replacePathText('old', 'old', 'new')).toBe('new');
    expect(replacePathText('old // other', 'old', 'new')).toBe('other // new');
  });
});
