import { mkdir, mkdtemp, rm } from 'node:fs/promises';
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

export interface DockerWorld {
  /** Path of Docker's socket. */
  readonly socket: string;
  /** Superuser's URL of a PostgreSQL that no other file uses at the same time. */
  readonly adminUrl: string;
  /** Host folder of its unix socket, and the port in the socket's name. */
  readonly socketFolder: string;
  readonly socketPort: number;
  readonly odooImage: string;
  readonly postgresImage: string;
  /** Folder for what tests leave on the host; removed at the end. */
  readonly dataFolder: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** One for each file that runs at the same time; `dockerWorld()` picks. */
    docker: readonly DockerWorld[];
  }
}

const SOCKET = '/var/run/docker.sock';
const ODOO = odooRecipe('19.0');

/** As many PostgreSQL servers as files run at a time, for the whole run; base images are made when they are not there. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  await dockerAt(SOCKET)
    .ping()
    .catch((error: unknown) => {
      throw new Error(`These tests need Docker Engine (make setup starts one): ${String(error)}`);
    });
  for (const recipe of [ODOO, postgresRecipe]) await makeImage({ socket: SOCKET, recipe, log: console.log });
  const root = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  const slots = Array.from({ length: project.config.maxWorkers }, (_, index) => index);
  const removing: (() => Promise<void>)[] = [];
  const remove = async (): Promise<void> => {
    await Promise.all(removing.map((each) => each()));
    await rm(root, { recursive: true, force: true });
  };
  try {
    project.provide(
      'docker',
      await Promise.all(slots.map((slot) => openWorld(join(root, String(slot)), slot, removing))),
    );
  } catch (error) {
    await remove();
    throw error;
  }
  return remove;
};

const openWorld = async (dataFolder: string, slot: number, removing: (() => Promise<void>)[]): Promise<DockerWorld> => {
  const managed = { socket: SOCKET, instance: `test-${process.pid}-${slot}`, folder: join(dataFolder, 'postgres') };
  await mkdir(dataFolder);
  removing.push(() => removeManagedPostgres(managed));
  const { url, access } = await startManagedPostgres({ ...managed, image: postgresRecipe.reference });
  return {
    socket: SOCKET,
    adminUrl: url.reveal(),
    socketFolder: access.socketFolder ?? '',
    socketPort: access.port,
    odooImage: ODOO.reference,
    postgresImage: postgresRecipe.reference,
    dataFolder,
  };
};
