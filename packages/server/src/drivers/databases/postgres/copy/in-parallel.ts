import type { Connection } from './client.ts';

export interface Task {
  /** Several: one after the other, on the same connection, each committed. */
  readonly sql: string | readonly string[];
  /** The dearest are begun first. */
  readonly cost: number;
}

/** Every task once, on whichever connection is free. The first failure stops the others before their next task. */
export const inParallel = async (
  connections: readonly Connection[],
  tasks: readonly Task[],
  signal: AbortSignal,
): Promise<void> => {
  let next = 0;
  let failed = false;
  const stop = (): void => {
    for (const connection of connections) connection.destroy();
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', stop, { once: true });
  const work = async (connection: Connection): Promise<void> => {
    for (;;) {
      const task = tasks[next++];
      if (task === undefined || failed) return;
      await inTurn(connection, task).catch((error: unknown) => {
        failed = true;
        throw signal.aborted ? signal.reason : error;
      });
    }
  };
  try {
    const ended = await Promise.allSettled(connections.map(work));
    for (const result of ended) if (result.status === 'rejected') throw result.reason;
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

const inTurn = async (connection: Connection, { sql }: Task): Promise<void> => {
  for (const text of [sql].flat()) await connection.script(text);
};
