/** The thread of scanner.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Dictionary } from './dictionary.ts';
import { ByteScanner } from './scan-bytes.ts';

export interface ScanRequest {
  readonly id: number;
  readonly bytes: SharedArrayBuffer;
  /** Where, and how much of it, is to be looked through. */
  readonly offset: number;
  readonly length: number;
  readonly numbers: readonly boolean[];
}

export interface ScanAnswer {
  readonly id: number;
  readonly hits: readonly { readonly column: number; readonly kind: string; readonly count: number }[];
}

const scanner = new ByteScanner(workerData as Dictionary);

parentPort?.on('message', ({ id, bytes, offset, length, numbers }: ScanRequest) => {
  const found = new Map<string, { column: number; kind: string; count: number }>();
  scanner.scan(new Uint8Array(bytes, offset, length), Uint8Array.from(numbers, Number), (column, kind) => {
    const key = `${column} ${kind}`;
    const hit = found.get(key) ?? { column, kind, count: 0 };
    hit.count++;
    found.set(key, hit);
  });
  const answer: ScanAnswer = { id, hits: [...found.values()] };
  parentPort?.postMessage(answer);
});
