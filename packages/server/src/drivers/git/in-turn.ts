const queues = new Map<string, Promise<unknown>>();

/** Runs one after the other what is asked for under the same key, whatever becomes of those before. */
export const inTurn = <T>(key: string, work: () => Promise<T>): Promise<T> => {
  const before = queues.get(key) ?? Promise.resolve();
  const result = before.then(work, work);
  const settled = result.catch(() => undefined);
  queues.set(key, settled);
  void settled.then(() => {
    if (queues.get(key) === settled) queues.delete(key);
  });
  return result;
};
