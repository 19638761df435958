import { createBatcher } from './batcher.js';

describe('createBatcher', () => {
  it('does what comes alone at once and what comes meanwhile together', async () => {
    const sizes: number[] = [];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const batcher = createBatcher(
      async (items: readonly number[]) => {
        sizes.push(items.length);
        if (sizes.length === 1) await gate;
        return items.map((item) => item * 2);
      },
      { size: 3, atOnce: 1 },
    );
    const all = [1, 2, 3, 4, 5].map((item) => batcher.submit(item));
    release();
    expect(await Promise.all(all)).toEqual([2, 4, 6, 8, 10]);
    await batcher.idle();
    expect(sizes).toEqual([1, 3, 1]);
  });

  it('fails the piece that cannot be done and no other', async () => {
    const done: number[] = [];
    const batcher = createBatcher(
      (items: readonly number[]) => {
        if (items.includes(13)) return Promise.reject(new Error('thirteen'));
        done.push(...items);
        return Promise.resolve(items.map(String));
      },
      { size: 10, atOnce: 2 },
    );
    const results = await Promise.allSettled([1, 2, 3, 13, 4].map((item) => batcher.submit(item)));
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(done.sort()).toEqual([1, 2, 3, 4]);
    await batcher.idle();
  });
});
