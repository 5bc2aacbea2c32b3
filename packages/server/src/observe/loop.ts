import type { Logger } from 'pino';
import type { Clock } from '../domain/clock.ts';

export interface Loop {
  /** Do the next round now instead of when its time has come. */
  wake(): void;
  stop(): Promise<void>;
}

/** Does `round` over and over, `milliseconds` apart, never two at once; a round that fails is logged and the next one comes all the same. */
export const startLoop = (
  name: string,
  milliseconds: number,
  tools: { readonly clock: Clock; readonly logger: Logger },
  round: (signal: AbortSignal) => Promise<void>,
): Loop => {
  const stopping = new AbortController();
  let alarm = new AbortController();
  const run = async (): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        await round(stopping.signal);
        failures = 0;
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (failures++ % 20 === 0) tools.logger.warn({ err: error, loop: name, failures }, 'a background round failed');
      }
      const pause = AbortSignal.any([stopping.signal, alarm.signal]);
      await tools.clock.sleep(milliseconds, pause);
      if (alarm.signal.aborted) alarm = new AbortController();
    }
  };
  const running = run();
  return {
    wake: () => alarm.abort(),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};
