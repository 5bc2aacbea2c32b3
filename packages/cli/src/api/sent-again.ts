import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@slipway/contracts/failure';
import { ServerRefusal } from './server-refusal.ts';

/** About half a minute: a control plane that is restarted is back by then. */
const PAUSES = [200, 500, 1000, 2000, 4000, 8000, 15_000];
const CUT = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

const codeOf = (error: unknown): string | undefined =>
  error instanceof Failure ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;

/** Whether it is known that the server had it, or may have, and its answer did not arrive. */
const isLost = (error: unknown, before: boolean): boolean => {
  if (error instanceof ServerRefusal) return error.problem.code === 'idempotency-in-flight';
  const code = codeOf(error) ?? '';
  return CUT.has(code) || (before && code === 'ECONNREFUSED');
};

/** Asks again where the connection was cut: the server knows by the key whether it has done it already. */
export const sentAgain = async <T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> => {
  let lost = false;
  for (const pause of PAUSES) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted || !isLost(error, lost)) throw error;
      lost = true;
      await sleep(pause, undefined, { signal });
    }
  }
  return ask();
};
