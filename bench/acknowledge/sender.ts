/**
 * GitHub's part, in a thread of its own: what else the benchmark does (pushing commits, asking for runs) must not hold up its clock. Sends on
 * a fixed beat, whether or not the one before was answered: who waits in front of a slow one waits visibly.
 */
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { deliver } from '../../scripts/demo-github.ts';

export interface Beat {
  readonly to: { readonly url: string; readonly secret: string };
  readonly body: string;
  readonly perSecond: number;
  /** A delivery that falls due while so many wait is not sent; how many is said. */
  readonly inFlight: number;
}

export type Sent =
  /** `at`: when it was sent, in ms since 1970. */
  { readonly at: number; readonly milliseconds: number } | { readonly skipped: true };

const { to, body, perSecond, inFlight } = workerData as Beat;
const tell = (sent: Sent): void => parentPort?.postMessage(sent);

// GitHub does not share the machine: what it would measure is not to wait for our processor. Zero is this thread; its session counts beside others.
setPriority(0, -10);
const session = (niceness: number): void => {
  try {
    writeFileSync('/proc/self/autogroup', String(niceness));
  } catch {
    // This kernel has no shares of sessions.
  }
};
session(-10);
let stopped = false;
parentPort?.once('message', () => {
  stopped = true;
});

let waiting = 0;
const begin = performance.now();
for (let beat = 0; !stopped; beat++) {
  const due = begin + (beat * 1000) / perSecond;
  if (due > performance.now()) await sleep(due - performance.now());
  if (waiting >= inFlight) {
    tell({ skipped: true });
    continue;
  }
  waiting += 1;
  const at = Date.now();
  void deliver(to, body).then(({ milliseconds }) => {
    waiting -= 1;
    tell({ at, milliseconds });
  });
}
session(0);
