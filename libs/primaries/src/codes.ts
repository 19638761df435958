/**
 * Sets of codes as rules write them, words separated by spaces: `8500` any behavior, `8500/3`, `9510-9513`, `list:polyp` a list of the tables;
 * for sites `C504`, `C700-C709`, `C17` (all of C170 to C179).
 */

const FIRST = 8_000;
const LAST = 9_999;

/** A set of morphology codes, asked by `histology * 10 + behavior`. */
export class CodeSet {
  private readonly bits = new Uint8Array((LAST - FIRST + 1) * 10);

  constructor(words: string, lists: ReadonlyMap<string, string>) {
    this.add(words, lists);
  }

  private add(words: string, lists: ReadonlyMap<string, string>): void {
    for (const word of words.split(' ').filter((one) => one !== '')) {
      if (word.startsWith('list:')) {
        const list = lists.get(word.slice(5));
        if (list === undefined) throw new Error(`there is no list of histologies '${word.slice(5)}'`);
        this.add(list, lists);
        continue;
      }
      const match = /^(\d{4})(?:-(\d{4})|\/(\d))?$/.exec(word);
      if (match === null) throw new Error(`'${word}' is not a morphology code`);
      const [, from = '', to = from, behavior] = match;
      for (let histology = Number(from); histology <= Number(to); histology++) {
        const at = (histology - FIRST) * 10;
        if (behavior === undefined) this.bits.fill(1, at, at + 10);
        else this.bits[at + Number(behavior)] = 1;
      }
    }
  }

  has(code: number): boolean {
    return this.bits[code - FIRST * 10] === 1;
  }
}

/** A set of sites, asked by the number after the letter. */
export class SiteSet {
  private readonly bits = new Uint8Array(1_000);

  constructor(words: string) {
    for (const word of words.split(' ').filter((one) => one !== '')) {
      const match = /^C(\d{2})(\d)?(?:-C(\d{2})(\d)?)?$/.exec(word);
      if (match === null) throw new Error(`'${word}' is not a site`);
      const [, group = '', digit = '', lastGroup, lastDigit = ''] = match;
      const from = Number(`${group}${digit || '0'}`);
      const to = Number(lastGroup === undefined ? `${group}${digit || '9'}` : `${lastGroup}${lastDigit || '9'}`);
      this.bits.fill(1, from, to + 1);
    }
  }

  has(site: number): boolean {
    return this.bits[site] === 1;
  }
}
