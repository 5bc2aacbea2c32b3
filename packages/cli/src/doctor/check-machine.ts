import { lookup } from 'node:dns/promises';
import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { fileSize } from '../output/time.ts';
import { type Check, type Finding, fail, ok, warn } from './finding.ts';

const GIB = 2 ** 30;
const DISK_FAIL = 2 * GIB;
const DISK_WARN = 10 * GIB;

/** statfs of the folder, or of the nearest one above it that exists. */
const statNearest = async (folder: string): Promise<StatsFs> => {
  try {
    return await statfs(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(folder) === folder) throw error;
    return statNearest(dirname(folder));
  }
};

export const diskCheck: Check = {
  name: 'disk',
  look: async ({ dataFolder }) => {
    const { bavail, bsize } = await statNearest(dataFolder);
    const free = bavail * bsize;
    const says = `${fileSize(free)} are free for ${dataFolder}.`;
    const hint =
      'A preview takes 0.2 to 2 GiB, a base image 1.5 GiB. Free space, or choose another folder with --data.';
    if (free < DISK_FAIL) return fail('disk', says, hint);
    return free < DISK_WARN ? warn('disk', says, hint) : ok('disk', says);
  },
};

export const memoryCheck: Check = {
  name: 'memory',
  look: async () => {
    const says = `${fileSize(totalmem())} of memory, ${fileSize(freemem())} free.`;
    if (totalmem() >= 3.5 * GIB) return ok('memory', says);
    return warn(
      'memory',
      says,
      'A live preview may take 1 GiB: lower `stages.preview.max` and `memory` in slipway.yaml.',
    );
  },
};

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });

interface Listener {
  readonly name: string;
  readonly variable: string;
  readonly fallback: string;
  readonly option: string;
}

const portCheck = ({ name, variable, fallback, option }: Listener): Check => ({
  name,
  look: async ({ variables, running }): Promise<Finding> => {
    const listen = variables[variable] || fallback;
    const at = listen.lastIndexOf(':');
    const [host, port] = [listen.slice(0, at), Number(listen.slice(at + 1))];
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      return fail(name, `${variable} is "${listen}", which is not host:port.`, `Correct it, such as ${fallback}.`);
    if (await isFree(host, port)) return ok(name, `Port ${port} is free.`);
    if (running) return ok(name, `Port ${port} is taken, which is fine: Slipway runs already.`);
    return fail(
      name,
      `Port ${port} of ${host} is taken, or may not be used.`,
      `Stop the program that has it, or choose another: \`slipway up ${option} <port>\`.`,
    );
  },
});

export const apiPortCheck = portCheck({
  name: 'api-port',
  variable: 'SLIPWAY_API_LISTEN',
  fallback: '127.0.0.1:8787',
  option: '--port',
});

export const edgePortCheck = portCheck({
  name: 'edge-port',
  variable: 'SLIPWAY_EDGE_LISTEN',
  fallback: '127.0.0.1:8080',
  option: '--edge-port',
});

const PROBE = 'pr-1-slipway-doctor';
export const namesCheck: Check = {
  name: 'names',
  look: async ({ variables }) => {
    const domain = variables.SLIPWAY_DOMAIN || 'localhost';
    const host = `${PROBE}.${domain}`;
    try {
      const { address } = await lookup(host);
      return ok('names', `*.${domain} resolves (${address}).`);
    } catch {
      const local = 'Browsers resolve *.localhost by themselves; for other programs install `libnss-myhostname`.';
      if (domain === 'localhost') return warn('names', 'This system does not resolve *.localhost.', local);
      return fail('names', `*.${domain} does not resolve.`, `Add a wildcard DNS record for *.${domain}.`);
    }
  },
};
