import { lookup } from 'node:dns/promises';
import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { fileSize } from '../output/time.ts';
import { dockerFolder, dockerSocket } from './docker-api.ts';
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

const HINT = 'A preview takes 0.2 to 2 GiB, a base image 1.5 GiB. Free space, or use another disk.';

const freeIn = async (check: string, folder: string, what: string): Promise<Finding> => {
  const { bavail, bsize } = await statNearest(folder);
  const free = bavail * bsize;
  const says = `${fileSize(free)} are free for ${what} (${folder}).`;
  if (free < DISK_FAIL) return fail(check, says, HINT);
  return free < DISK_WARN ? warn(check, says, HINT) : ok(check, says);
};

/** Databases and attachments. */
export const diskCheck: Check = {
  name: 'disk',
  look: ({ dataFolder }) => freeIn('disk', dataFolder, 'databases and files'),
};

/** Images and containers: often another disk. */
export const dockerDiskCheck: Check = {
  name: 'docker-disk',
  look: async ({ variables }) => {
    const folder = await dockerFolder(dockerSocket(variables)).catch(() => null);
    if (folder === null) return warn('docker-disk', 'Where Docker keeps images cannot be seen without Docker.', HINT);
    return freeIn('docker-disk', folder, 'images and containers');
  },
};

/** Odoo's files are given to the container's user, which only root may do. */
export const rootCheck: Check = {
  name: 'root',
  look: async ({ user }) => {
    if (user === 0) return ok('root', 'This is root.');
    return fail(
      'root',
      `This is user ${user ?? '(unknown)'}, not root: Slipway could not give Odoo's files to the container's user.`,
      'Run Slipway as root (`sudo -i`), on a machine or a virtual machine of its own.',
    );
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
