import { Worker } from 'node:worker_threads';
import { Failure } from '@slipway/contracts/failure';
import type { Logger } from 'pino';
import type { Secret } from '../domain/secret.ts';

/** What the thread is started with. Plain text: a Secret does not survive the way to another thread, and this one is in our own process. */
export interface IntakeSettings {
  readonly host: string;
  readonly port: number;
  readonly forwardPort: number;
  readonly databaseUrl: string;
  readonly webhookSecrets: readonly string[];
}

export type IntakeMessage =
  | { readonly listening: true }
  | { readonly wake: true }
  | { readonly failed: { readonly code?: string | undefined; readonly message: string } }
  | { readonly log: 'info' | 'warn' | 'error'; readonly facts: object; readonly text: string };

export interface IntakeFacts {
  readonly address: { readonly host: string; readonly port: number };
  /** Where the control plane's own server listens, on this machine. */
  readonly forwardPort: number;
  readonly databaseUrl: Secret;
  readonly webhookSecrets: readonly Secret[];
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** A delivery was kept. */
  wake(): void;
}

export interface IntakeThread {
  stop(): Promise<void>;
}

/** More than the most values that a webhook may have (parse-json.ts): a thread that runs out of memory ends the process. */
const HEAP_MB = 512;

/** Starts the thread that holds the API's port. What it does not catch ends the control plane, as it would without a thread. Failure: api-port-taken. */
export const startIntake = async (facts: IntakeFacts): Promise<IntakeThread> => {
  const worker = await open(facts);
  return {
    stop: async () => {
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      worker.postMessage('stop');
      await ended;
    },
  };
};

const open = (facts: IntakeFacts): Promise<Worker> => {
  const settings: IntakeSettings = {
    ...facts.address,
    forwardPort: facts.forwardPort,
    databaseUrl: facts.databaseUrl.reveal(),
    webhookSecrets: facts.webhookSecrets.map((secret) => secret.reveal()),
  };
  const worker = new Worker(new URL('../intake-main.ts', import.meta.url), {
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 8 },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Worker>();
  worker.on('message', (message: IntakeMessage) => {
    if ('wake' in message) return facts.wake();
    if ('log' in message) return facts.logger[message.log](message.facts, message.text);
    if ('listening' in message) {
      worker.off('error', reject);
      return resolve(worker);
    }
    void worker.terminate();
    reject(refusal(message.failed, facts.address.port));
  });
  worker.on('error', reject);
  return promise;
};

const refusal = (failed: { readonly code?: string | undefined; readonly message: string }, port: number): Error =>
  failed.code === 'EADDRINUSE' ? new Failure('api-port-taken', { port }) : new Error(failed.message);
