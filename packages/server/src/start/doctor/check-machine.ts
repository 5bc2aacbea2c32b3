import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import type { Finding } from '@slipway/contracts/doctor-views';
import { gatewayState } from '../../drivers/egress/gateway/ask.ts';
import { dockerAt } from '../../drivers/shared/docker-engine.ts';
import { dataPaths } from '../../paths.ts';
import { type Check, fail, ok, reasonOf, warn } from './check.ts';

const GIB = 2 ** 30;
/** As `slipway doctor` has them for a machine before anything runs on it. */
const [DISK_FAIL, DISK_WARN] = [2 * GIB, 10 * GIB];
const DOCKER_NEEDED = 20;
const ROOM =
  'A preview takes 0.2 to 2 GiB, a base image 1.5 GiB. Close previews, remove old backups, or use another disk.';

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

export const freeSpace = (check: string, free: number, what: string): Finding => {
  const says = `${gib(free)} are free for ${what}.`;
  if (free < DISK_FAIL) return fail(check, says, ROOM);
  return free < DISK_WARN ? warn(check, says, ROOM) : ok(check, says);
};

const freeIn = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** Databases, attachments, backups. */
export const diskCheck: Check = {
  name: 'disk',
  look: async ({ settings }) => freeSpace('disk', await freeIn(settings.data), `the data folder (${settings.data})`),
};

/** With the disk that its images are on, which often is another one. */
export const dockerCheck: Check = {
  name: 'docker',
  look: async ({ settings }) => {
    const docker = dockerAt(settings.dockerSocket);
    const answers = await Promise.all([docker.version(), docker.info()]).catch(reasonOf);
    if (typeof answers === 'string')
      return fail(
        'docker',
        `Docker Engine does not answer at ${settings.dockerSocket}: ${answers}`,
        'Start it: `systemctl start docker`. What serves goes on meanwhile if only the engine is down.',
      );
    const [{ Version: version }, { DockerRootDir: folder }] = answers as [
      { Version: string },
      { DockerRootDir: string },
    ];
    const says = `Docker Engine ${version} answers.`;
    const engine =
      Number.parseInt(version, 10) >= DOCKER_NEEDED
        ? ok('docker', says)
        : warn('docker', says, `Slipway is tested with ${DOCKER_NEEDED} and newer: update it.`);
    const free = await freeIn(folder).catch(() => null);
    const disk =
      free === null
        ? warn(
            'docker-disk',
            `How much is free in ${folder} cannot be seen from here.`,
            'Look with `df` on its machine.',
          )
        : freeSpace('docker-disk', free, `images and containers (${folder})`);
    return [engine, disk];
  },
};

export const memoryCheck: Check = {
  name: 'memory',
  look: async () => {
    const says = `${gib(totalmem())} of memory, ${gib(freemem())} free.`;
    if (totalmem() >= 3.5 * GIB) return ok('memory', says);
    return warn('memory', says, 'Lower `stages.preview.max` and `memory` in slipway.yaml.');
  },
};

/** Previews and staging may reach nothing of this machine but their gateway. */
export const wallsCheck: Check = {
  name: 'walls',
  look: async ({ settings }) => {
    const log = 'See gateway.log in the data folder; `slipway up` starts it again.';
    const state = await gatewayState(dataPaths(settings.data).gatewaySocket);
    if (state === null) return fail('walls', 'The gateway of the environments does not answer.', log);
    if (state.walls !== null) return fail('walls', `The walls around environments do not stand: ${state.walls}`, log);
    const shut = state.doors.filter(({ problem }) => problem !== null);
    if (shut.length === 0)
      return ok('walls', `The walls stand, and ${state.doors.length} environments have their door.`);
    const named = shut.map(({ door, problem }) => `${door.environment} (${problem})`).join(', ');
    return fail('walls', `No mail, name or proxy for ${named}.`, 'Rebuild or close it; gateway.log says more.');
  },
};
