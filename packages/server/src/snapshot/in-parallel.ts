/** Every item once, `workers` at a time. The first failure stops the others before their next item. */
export const inParallel = async <T>(
  items: Iterable<T>,
  workers: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const waiting = items[Symbol.iterator]();
  let failed = false;
  const take = async (): Promise<void> => {
    for (;;) {
      const next = failed ? null : waiting.next();
      if (next === null || next.done === true) return;
      await work(next.value).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: workers }, take));
  for (const result of ended) if (result.status === 'rejected') throw result.reason;
};
