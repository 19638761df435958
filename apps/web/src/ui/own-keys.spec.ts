import { refuseChord } from './own-keys.js';

const accept = { chord: 'F4', label: 'Accept', group: 'Fields' };
const home = { chord: 'g h', label: 'Go home', group: 'Everywhere' };
const no = { chord: 'n', label: 'Not reportable', group: 'Decide' };
const all = [accept, home, no];

describe('keys of a person’s own', () => {
  it.each([
    ['mod+e', null],
    ['F9', null],
    ['mod+t', 'The browser needs'],
    ['F5', 'The browser needs'],
    ['Tab', 'The browser needs'],
    ['alt+e', 'Alt with a letter'],
    ['x', 'It works inside fields'],
    ['F4', null],
  ])('for a key that works in fields, %s: %s', (wanted, why) => {
    const said = refuseChord(accept, wanted, 'F4', all);
    expect(said === null ? null : said.slice(0, why?.length)).toBe(why);
  });

  it('are not those of another one, nor the beginning of two in a row', () => {
    expect(refuseChord(no, 'x', 'n', all)).toBeNull();
    expect(refuseChord(no, 'F4', 'n', all)).toBe('These keys are “Accept”.');
    expect(refuseChord(no, 'g', 'n', all)).toBe('These keys are “Go home”.');
  });
});
