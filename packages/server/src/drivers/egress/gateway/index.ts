import { createHash } from 'node:crypto';
import type { Clock } from '../../../domain/clock.ts';
import type { EgressLog } from '../../../ports/egress-gateway.ts';
import { resolveHere } from './addresses.ts';
import { openAttempts } from './attempts.ts';
import { serveControl } from './control.ts';
import { openDoor } from './doors.ts';
import { keepDoors, readDoors } from './keeper.ts';
import { LIMITS } from './limits.ts';
import type { GatewaySettings } from './settings.ts';

export interface GatewayTools {
  readonly log: EgressLog;
  readonly clock: Clock;
  /** Puts up the walls around this installation's bridges, or says why it cannot. */
  readonly raiseWalls: () => Promise<void>;
  readonly complain: (error: unknown, what: string) => void;
}

const WALLS_MILLISECONDS = 15_000;

export const settingsHash = (settings: unknown): string =>
  createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);

/** The gateway's process: doors of all walled networks of this machine. It outlives the control plane, so that a restart cuts no mail and no database. */
export const startGateway = async (
  settings: GatewaySettings,
  tools: GatewayTools,
): Promise<{ close(): Promise<void> }> => {
  let wallsProblem: string | null = null;
  const raise = async (): Promise<void> => {
    try {
      await tools.raiseWalls();
      wallsProblem = null;
    } catch (error) {
      if (wallsProblem === null) tools.complain(error, 'the walls do not stand');
      wallsProblem = error instanceof Error ? error.message : String(error);
    }
  };
  await raise();
  const attempts = openAttempts({ write: (heap) => tools.log.recordAttempts(heap), now: () => tools.clock.now() });
  const { ports, database, stateFile: file } = settings;
  const keepMail = tools.log.keepMail.bind(tools.log);
  const open = { ports, database, resolve: resolveHere, note: attempts.note, keepMail };
  const keeper = keepDoors({ file, doors: await readDoors(file), open: (door) => openDoor(door, open) });
  await keeper.retry();
  const control = await serveControl({
    socket: settings.socket,
    keeper,
    wallsProblem: () => wallsProblem,
    settingsHash: settingsHash(settings),
  });
  const stop = new AbortController();
  let behind = false;
  const flush = async (): Promise<void> => {
    try {
      await attempts.flush();
      behind = false;
    } catch (error) {
      // Once, not each second until PostgreSQL is back.
      if (!behind) tools.complain(error, 'attempts wait to be written');
      behind = true;
    }
  };
  const rounds = [
    round(tools.clock, LIMITS.flushMilliseconds, stop.signal, flush),
    round(tools.clock, LIMITS.reopenMilliseconds, stop.signal, keeper.retry),
    round(tools.clock, WALLS_MILLISECONDS, stop.signal, raise),
  ];
  return {
    close: async () => {
      stop.abort();
      await control.close();
      await keeper.close();
      await Promise.all(rounds);
      await flush();
    },
  };
};

const round = async (
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> => {
  while (!signal.aborted) {
    await clock.sleep(milliseconds, signal);
    if (!signal.aborted) await work();
  }
};
