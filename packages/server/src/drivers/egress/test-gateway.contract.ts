/** For tests: the real gateway in this process, behind its socket; what it saw comes into lists. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../domain/clock.ts';
import type { CaughtMail } from '../../domain/egress.ts';
import type { CountedAttempt } from '../../ports/egress-gateway.ts';
import { lowerWalls, raiseWalls } from './firewall/index.ts';
import { gatewayAt } from './gateway/ask.ts';
import { startGateway } from './gateway/index.ts';
import { type GatewaySettings, parseGatewaySettings } from './gateway/settings.ts';

export interface TestGatewayOptions {
  readonly folder: string;
  readonly instance: string;
  readonly database?: GatewaySettings['database'];
  /** Default: real ones. */
  readonly walls?: boolean;
  readonly ports?: GatewaySettings['ports'];
}

export const openTestGateway = async (options: TestGatewayOptions) => {
  const mails: CaughtMail[] = [];
  const attempts: CountedAttempt[] = [];
  const trouble = { keepMail: null as Error | null };
  await mkdir(options.folder, { recursive: true });
  const socket = join(options.folder, 'gateway.sock');
  const settings = parseGatewaySettings({
    instance: options.instance,
    databaseUrl: 'postgres://localhost/unused',
    database: options.database ?? null,
    socket,
    stateFile: join(options.folder, 'doors.json'),
    ...(options.ports === undefined ? {} : { ports: options.ports }),
  });
  const walls = options.walls ?? true;
  const start = () =>
    startGateway(settings, {
      log: {
        keepMail: async (mail) => {
          if (trouble.keepMail !== null) throw trouble.keepMail;
          mails.push(mail);
        },
        recordAttempts: async (heap) => void attempts.push(...heap),
      },
      clock: systemClock,
      raiseWalls: async () => {
        if (walls) await raiseWalls({ instance: settings.instance, relay: settings.database !== null });
      },
      complain: (error) => {
        throw error;
      },
    });
  let running = await start();
  return {
    gateway: gatewayAt(socket),
    socket,
    mails,
    attempts,
    /** Set it, and no mail can be kept. */
    trouble,
    stop: () => running.close(),
    start: async () => {
      running = await start();
    },
    close: async () => {
      await running.close();
      if (walls) await lowerWalls(settings.instance);
    },
  };
};
