import { Turns } from './in-turn.js';

describe('turns', () => {
  it('are a few at once, in the order they were asked for', async () => {
    const turns = new Turns(2);
    const began: number[] = [];
    const ask = (n: number, isWanted = () => true): Promise<unknown> =>
      turns.take(isWanted).then((given) => given && began.push(n));
    await Promise.all([ask(1), ask(2)]);
    const later = [ask(3), ask(4, () => false), ask(5)];
    await Promise.resolve();
    expect(began).toEqual([1, 2]);
    turns.giveBack();
    await later[0];
    expect(began).toEqual([1, 2, 3]);
    // Nobody waits for the fourth any more: the fifth has its turn.
    turns.giveBack();
    await Promise.all(later);
    expect(began).toEqual([1, 2, 3, 5]);
  });

  it('are free again when nobody who waited wants one', async () => {
    const turns = new Turns(1);
    await turns.take(() => true);
    const gone = turns.take(() => false);
    turns.giveBack();
    expect(await gone).toBe(false);
    expect(await turns.take(() => true)).toBe(true);
  });
});
