import { existsSync } from 'node:fs';
import { Failure } from '@slipway/contracts/failure';
import { productionsIn } from '@slipway/contracts/local-server';
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import { Secret } from '../domain/secret.ts';
import { openPostgres } from '../drivers/databases/postgres/index.ts';
import { removeManagedPostgres } from '../drivers/databases/postgres/managed.ts';
import { removeAllContained } from '../drivers/databases/postgres/recovery/contained.ts';
import { removeOwnImages } from '../drivers/images/remove-images.ts';
import { openDockerTarget } from '../drivers/targets/docker/index.ts';
import { dataPaths } from '../paths.ts';
import { dropControlDatabase } from './control-database.ts';
import { stopEdge } from './edge-process.ts';
import { removeWalls, stopGateway } from './gateway-process.ts';
import { holdDataFolder } from './hold-data-folder.ts';
import { instanceName } from './identity.ts';
import { progress } from './progress.ts';
import { removeFolder } from './remove-folder.ts';

/** Removes every trace of this installation: edge, containers, networks, databases, images of commits, data folder. Base images stay. */
export const purge = async (settings: Settings, logger: Logger): Promise<void> => {
  const paths = dataPaths(settings.data);
  if (!existsSync(paths.instance)) {
    progress('nothing to remove');
    await removeFolder(settings.data);
    return;
  }
  if (!settings.purgeProduction) refuseProduction(settings.data);
  await holdDataFolder(settings.data);
  const instance = instanceName(paths.instance);
  const access = { host: '', port: 5432, socketFolder: null };
  progress('stopping edge and gateway', { done: 0, total: 4 });
  await stopEdge(settings);
  await stopGateway(settings);
  progress('removing containers and networks', { done: 1, total: 4 });
  const target = openDockerTarget({
    socket: settings.dockerSocket,
    instance,
    dataFolder: settings.data,
    database: access,
    // Its process is gone by now, and its doors with it.
    gateway: { open: () => Promise.resolve(), close: () => Promise.resolve() },
  });
  const things = await target.owned();
  for (const kind of ['container', 'network'] as const)
    for (const thing of things.filter((one) => one.kind === kind)) await target.discard(thing);
  await removeWalls(instance);
  await removeAllContained(settings.dockerSocket, instance);
  await removeManagedPostgres({ socket: settings.dockerSocket, instance });
  const kept = settings.databaseUrl === undefined ? [] : await purgeServer(settings.databaseUrl, instance);
  progress('removing images of commits', { done: 2, total: 4 });
  await removeOwnImages(settings.dockerSocket, instance);
  progress('removing the data folder', { done: 3, total: 4 });
  await removeFolder(settings.data);
  if (kept.length > 0) progress(`${kept.join(', ')} stays on the server: something else there uses it`);
  progress('every trace is gone', { done: 4, total: 4 });
  logger.flush();
};

/** Failure: production-kept. */
const refuseProduction = (data: string): void => {
  const names = productionsIn(data);
  if (names.length > 0) throw new Failure('production-kept', { names: names.join(', ') });
};

/** What Slipway made on a server of the user's. Returns the roles that had to stay. */
export const purgeServer = async (databaseUrl: string, instance: string): Promise<string[]> => {
  const databases = openPostgres({
    url: new Secret(databaseUrl),
    instance,
    access: { host: '', port: 5432, socketFolder: null },
  });
  for (const kind of ['database', 'role'] as const)
    for (const thing of (await databases.owned()).filter((one) => one.kind === kind)) await databases.discard(thing);
  const kept = await dropControlDatabase(new Secret(databaseUrl), instance);
  await databases.end();
  return kept;
};
