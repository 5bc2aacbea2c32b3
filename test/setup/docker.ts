import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import {
  removeManagedPostgres,
  startManagedPostgres,
} from '../../packages/server/src/drivers/databases/postgres/managed.ts';
import { makeImage } from '../../packages/server/src/drivers/images/make-image.ts';
import { odooRecipe, postgresRecipe } from '../../packages/server/src/drivers/images/recipes.ts';
import { dockerAt } from '../../packages/server/src/drivers/shared/docker-engine.ts';

declare module 'vitest' {
  interface ProvidedContext {
    docker: {
      /** Path of Docker's socket. */
      readonly socket: string;
      /** Superuser's URL of the run's PostgreSQL. */
      readonly adminUrl: string;
      /** Host folder of its unix socket, and the port in the socket's name. */
      readonly socketFolder: string;
      readonly socketPort: number;
      readonly odooImage: string;
      readonly postgresImage: string;
      /** Folder for what tests leave on the host; removed at the end. */
      readonly dataFolder: string;
    };
  }
}

const SOCKET = '/var/run/docker.sock';
/** One PostgreSQL for the whole run; base images are made when they are not there. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  await dockerAt(SOCKET)
    .ping()
    .catch((error: unknown) => {
      throw new Error(`These tests need Docker Engine (make setup starts one): ${String(error)}`);
    });
  const odoo = odooRecipe('19.0');
  for (const recipe of [odoo, postgresRecipe]) await makeImage({ socket: SOCKET, recipe, log: console.log });
  const dataFolder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  const managed = { socket: SOCKET, instance: `test-${process.pid}`, folder: join(dataFolder, 'postgres') };
  const { url, access } = await startManagedPostgres({ ...managed, image: postgresRecipe.reference });
  project.provide('docker', {
    socket: SOCKET,
    adminUrl: url.reveal(),
    socketFolder: access.socketFolder ?? '',
    socketPort: access.port,
    odooImage: odoo.reference,
    postgresImage: postgresRecipe.reference,
    dataFolder,
  });
  return async () => {
    await removeManagedPostgres(managed);
    await rm(dataFolder, { recursive: true, force: true });
  };
};
