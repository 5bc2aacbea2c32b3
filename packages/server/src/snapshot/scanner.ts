/** Looks through everything that is about to be stored, on a thread of its own: the loop of the control plane goes on meanwhile. */
import { Worker } from 'node:worker_threads';
import { Failure } from '@slipway/contracts/failure';
import type { Dictionary } from './dictionary.ts';
import type { ScanAnswer, ScanRequest } from './scan-thread.ts';

export interface Leak {
  readonly table: string;
  readonly column: string;
  readonly kind: string;
  readonly count: number;
}

export interface Scanned {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly holdsText: boolean }[];
}

export interface LeakScanner {
  /** True: nothing real in it. What was found is remembered, and the values themselves are not. */
  isClean(bytes: Buffer, of: Scanned): Promise<boolean>;
  /** False: it takes everything for clean. */
  readonly looks: boolean;
  readonly leaks: readonly Leak[];
  /** Failure: leak-found. */
  throwIfAny(): void;
  close(): Promise<void>;
}

/** For raw snapshots, where real values are what is wanted. */
export const noScanner: LeakScanner = {
  isClean: async () => true,
  looks: false,
  leaks: [],
  throwIfAny: () => undefined,
  close: async () => undefined,
};

const NAMED_AT_MOST = 20;

export const openScanner = (dictionary: Dictionary): LeakScanner => {
  const worker = new Worker(new URL('./scan-thread.ts', import.meta.url), { workerData: dictionary });
  // Whoever waits for an answer is told; without anyone waiting the thread does not keep the process alive.
  worker.unref();
  const waiting = new Map<number, PromiseWithResolvers<ScanAnswer>>();
  const fail = (error: unknown): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('message', (answer: ScanAnswer) => {
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the scanning thread ended')));
  const found = new Map<string, Leak>();
  const leaks = (): readonly Leak[] => [...found.values()].sort((a, b) => b.count - a.count);
  const windows = new Windows();
  let id = 0;
  return {
    isClean: async (bytes, { table, columns }) => {
      const answer = Promise.withResolvers<ScanAnswer>();
      const shared = bytes.buffer instanceof SharedArrayBuffer ? bytes.buffer : null;
      const memory = shared ?? windows.filled(bytes);
      const request: ScanRequest = {
        id: id++,
        bytes: memory,
        offset: shared === null ? 0 : bytes.byteOffset,
        length: bytes.length,
        numbers: columns.map(({ holdsText }) => holdsText),
      };
      waiting.set(request.id, answer);
      worker.postMessage(request);
      const { hits } = await answer.promise;
      if (shared === null) windows.giveBack(memory);
      for (const { column, kind, count } of hits) {
        const leak = { table, column: (columns[column] ?? columns.at(-1))?.name ?? '?', kind, count };
        const key = `${table}\t${leak.column}\t${kind}`;
        found.set(key, { ...leak, count: count + (found.get(key)?.count ?? 0) });
      }
      return hits.length === 0;
    },
    looks: true,
    get leaks() {
      return leaks();
    },
    throwIfAny: () => {
      const all = leaks();
      if (all.length > 0) throw new Failure('leak-found', { places: all.length, where: describeLeaks(all) });
    },
    close: async () => void (await worker.terminate()),
  };
};

/** Where and how often; never what. */
export const describeLeaks = (leaks: readonly Leak[]): string => {
  const named = leaks
    .slice(0, NAMED_AT_MOST)
    .map(({ table, column, kind, count }) => `${table}.${column} (${kind}, ${count})`);
  return named.join(', ') + (leaks.length > NAMED_AT_MOST ? ` and ${leaks.length - NAMED_AT_MOST} more` : '');
};

/** A part, and the row that made it longer. */
const WINDOW_BYTES = 9 * 1024 * 1024;

/** For what does not lie in memory that both threads see: a copy costs less than sending, and the same few pieces are used again. */
class Windows {
  readonly #free: SharedArrayBuffer[] = [];

  filled(bytes: Buffer): SharedArrayBuffer {
    const fits = bytes.length <= WINDOW_BYTES;
    const memory = (fits ? this.#free.pop() : undefined) ?? new SharedArrayBuffer(Math.max(bytes.length, WINDOW_BYTES));
    new Uint8Array(memory).set(bytes);
    return memory;
  }

  giveBack(memory: SharedArrayBuffer): void {
    if (memory.byteLength === WINDOW_BYTES) this.#free.push(memory);
  }
}
