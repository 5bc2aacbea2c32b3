import { randomBytes } from 'node:crypto';

/** Time and chance are handed in, so that tests own them. */
export interface Clock {
  now(): Date;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const timer = setTimeout(done, milliseconds);
      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      }
      signal?.addEventListener('abort', done, { once: true });
    }),
};

export type NewId = (prefix: string) => string;

/** `run_01jd…`: a prefix, 9 characters of time (sortable), 10 of chance. */
export const newId: NewId = (prefix) =>
  `${prefix}_${Date.now().toString(32).padStart(9, '0')}${[...randomBytes(10)].map((byte) => (byte % 32).toString(32)).join('')}`;
