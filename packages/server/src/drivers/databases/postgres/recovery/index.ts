/** Servers that only replay a log: in a container without a network, else, where there is no image of that version, with the programs of this machine. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type { RecoveryPlace, RecoveryServer, RecoveryServers } from '../../../../ports/recovery-servers.ts';
import { removeContained, startContained } from './contained.ts';
import { removeLocal, startLocal } from './local.ts';
import { dataIn, exists, type Started, socketIn } from './places.ts';
import { addressOn, likeOn, requireShort } from './requests.ts';

export interface RecoverySettings {
  /** Absolute folder of all of them. */
  readonly root: string;
  readonly instance: string;
  /** Docker's socket; null: programs of this machine only. */
  readonly docker: string | null;
  /** An image with exactly this version in /usr/lib/postgresql/<major>/bin; null: there is none. */
  readonly image: (major: number) => Promise<string | null>;
  /** Where Debian puts programs: `<folder>/<major>/bin`. */
  readonly programs: string;
}

export const openRecoveryServers = (settings: RecoverySettings): RecoveryServers => ({
  folderFor: (name) => join(settings.root, name),
  prepare: async (folder) => {
    // Both are passed through by PostgreSQL's user on its way to what is its own.
    for (const path of [settings.root, folder]) await mkdir(path, { recursive: true, mode: 0o711 });
    for (const path of [dataIn(folder), socketIn(folder)]) await mkdir(path, { mode: 0o700 });
    return { data: dataIn(folder), socket: socketIn(folder) };
  },
  start: (place) => start(settings, place),
  remove: async (folder) => {
    await removeLocal(settings.programs, folder);
    if (settings.docker !== null) await removeContained(settings.docker, settings.instance, folder);
    await rm(folder, { recursive: true, force: true });
  },
});

const start = async (settings: RecoverySettings, place: RecoveryPlace): Promise<RecoveryServer> => {
  requireShort(place.folder);
  return {
    ...(await startOne(settings, place)),
    address: (database, role) => addressOn(place.folder, database, role),
    addressLike: (original) => likeOn(place.folder, original),
  };
};

const startOne = async (settings: RecoverySettings, place: RecoveryPlace): Promise<Started> => {
  const image = settings.docker === null ? null : await settings.image(place.major);
  if (settings.docker !== null && image !== null)
    return startContained({ docker: settings.docker, instance: settings.instance, image }, place);
  const binaries = join(settings.programs, String(place.major), 'bin');
  if (await exists(join(binaries, 'postgres'))) return startLocal(place, binaries);
  throw new Failure('recovery-impossible', { reason: `there is no PostgreSQL ${place.major} on this machine` });
};
