/** Collects single pieces of work into batches. */
export interface Batcher<T, R> {
  /** @returns what came of this piece; rejects when it fails, whatever becomes of the others. */
  submit(item: T): Promise<R>;
  /** Resolves when nothing is waiting or at work. */
  idle(): Promise<void>;
}

/**
 * Do work in batches of what arrived while the batches before were at work: no timer, so a piece that comes alone is done at once, and
 * under load each statement and each commit serves many.
 *
 * A batch that fails is done again piece by piece, so that only the pieces that cannot be done fail. `run` must therefore leave nothing
 * behind when it throws, as a transaction does.
 *
 * @param run gives results in the order of the items. @param limits largest batch, and batches at work at a time.
 */
export function createBatcher<T, R>(
  run: (items: readonly T[]) => Promise<readonly R[]>,
  limits: { readonly size: number; readonly atOnce: number },
): Batcher<T, R> {
  interface Waiting {
    readonly item: T;
    readonly resolve: (result: R) => void;
    readonly reject: (error: unknown) => void;
  }
  const waiting: Waiting[] = [];
  const resting: (() => void)[] = [];
  let running = 0;

  const runBatch = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const results = await run(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, n) => resolve(results[n] as R));
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else for (const one of batch) await runBatch([one]);
    }
  };
  const start = (): void => {
    while (running < limits.atOnce && waiting.length > 0) {
      running += 1;
      void runBatch(waiting.splice(0, limits.size)).finally(() => {
        running -= 1;
        start();
        if (running === 0 && waiting.length === 0) for (const rest of resting.splice(0)) rest();
      });
    }
  };
  return {
    submit: (item) =>
      new Promise<R>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        start();
      }),
    idle: () =>
      running === 0 && waiting.length === 0 ? Promise.resolve() : new Promise((resolve) => resting.push(resolve)),
  };
}
