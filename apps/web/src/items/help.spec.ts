import { CORE_ITEMS } from '@perennial/records';
import { helpOf } from './help.js';

describe('help on items', () => {
  it('is there for every item that completion asks for', () => {
    expect(CORE_ITEMS.map(({ id }) => id as string).filter((id) => helpOf(id) === null)).toEqual([]);
  });
});
