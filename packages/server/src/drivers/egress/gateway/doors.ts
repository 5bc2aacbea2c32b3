import { type Attempt, type CaughtMail, type Door, parseAllow } from '../../../domain/egress.ts';
import { inSubnet, type Resolve } from './addresses.ts';
import { type DatabaseAddress, serveDatabase } from './database.ts';
import type { DoorContext, Service } from './door.ts';
import { serveMails } from './mails.ts';
import { serveNames } from './names.ts';
import { serveProxy } from './proxy.ts';

export interface DoorPorts {
  readonly dns: number;
  readonly smtp: number;
  readonly proxy: number;
  readonly database: number;
}

export interface DoorTools {
  readonly ports: DoorPorts;
  /** Where a PostgreSQL is that is not reached by socket; null: there is no such way. */
  readonly database: DatabaseAddress | null;
  readonly resolve: Resolve;
  readonly note: (attempt: Attempt) => void;
  readonly keepMail: (mail: CaughtMail) => Promise<void>;
}

export interface OpenDoor {
  readonly door: Door;
  readonly ports: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** All listeners of one door, or none: a door that is half open is closed again. */
export const openDoor = async (door: Door, tools: DoorTools): Promise<OpenDoor> => {
  const context = contextOf(door, tools);
  const { ports, database } = tools;
  const wanted: Readonly<Record<string, () => Promise<Service>>> = {
    dns: () => serveNames(context, ports.dns),
    smtp: () => serveMails(context, ports.smtp),
    proxy: () => serveProxy(context, ports.proxy),
    ...(database === null ? {} : { database: () => serveDatabase(context, ports.database, database) }),
  };
  const open: [string, Service][] = [];
  const close = async (): Promise<void> => {
    await Promise.all(open.map(([, service]) => service.close()));
  };
  try {
    for (const [name, serve] of Object.entries(wanted)) open.push([name, await serve()]);
  } catch (error) {
    await close();
    throw error;
  }
  return { door, ports: Object.fromEntries(open.map(([name, { port }]) => [name, port])), close };
};

const contextOf = (door: Door, tools: DoorTools): DoorContext => ({
  environment: door.environment,
  address: door.address,
  // A line that is no rule was refused with slipway.yaml; it lets nobody through.
  rules: door.allow.map(parseAllow).filter((rule) => rule !== null),
  isOurs: (address) => address !== undefined && inSubnet(address, door.subnet),
  note: (attempt) => tools.note({ ...attempt, environment: door.environment }),
  keepMail: tools.keepMail,
  resolve: tools.resolve,
});
