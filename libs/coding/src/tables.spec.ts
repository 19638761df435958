import { written } from './tables';

describe('phrases with choices', () => {
  it.each([
    ['free of tumor', ['free of tumor']],
    ['free of {tumor|carcinoma}', ['free of tumor', 'free of carcinoma']],
    ['{the |}following {are|is}', ['the following are', 'the following is', 'following are', 'following is']],
    ['{i|l}left', ['ileft', 'lleft']],
  ])('%s are written out', (phrase, forms) => {
    expect(written(phrase)).toEqual(forms);
  });
});
