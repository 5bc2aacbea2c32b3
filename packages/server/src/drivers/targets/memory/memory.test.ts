import { describe, expect, it } from 'vitest';
import { Secret } from '../../../domain/secret.ts';
import { describeDatabaseServer } from '../../../ports/database-server.contract.ts';
import { describeFilestores } from '../../../ports/filestores.contract.ts';
import { describeImageBuilder } from '../../../ports/image-builder.contract.ts';
import { describeWorkload } from '../../../ports/workload.contract.ts';
import type { OdooProcess } from '../../../ports/workload.ts';
import { resolvePath } from './filestores.ts';
import { openMemory } from './index.ts';
import { MemoryWorld, type Script } from './world.ts';

const odoo = (...command: readonly string[]): OdooProcess => ({
  image: 'slipway/shop:sha-1',
  command,
  variables: {},
  secrets: {},
  config: CONFIG,
  mounts: [],
  limits: { memoryBytes: 1, cpus: 1 },
  labels: {},
});
const CONFIG = new Secret('[options]');
const run = ({ command: [script = '{}'] }: OdooProcess): Script => JSON.parse(script) as Script;
const play = (script: Script): OdooProcess => odoo(JSON.stringify(script));

describeWorkload('memory', async () => {
  const world = new MemoryWorld({ run });
  return {
    workload: openMemory(world).workload,
    server: () => play({ lines: ['ready'], exitCode: 0 }),
    job: (lines, exitCode) => play({ lines, exitCode }),
    endless: () => play({ lines: ['started'], exitCode: 0, endless: true }),
    close: () => world.close(),
  };
});

describeDatabaseServer('memory', async () => {
  const world = new MemoryWorld();
  const { databases } = openMemory(world);
  return {
    databases,
    pool: databases,
    inventory: databases,
    second: () => openMemory(world),
    write: async (database, _, text) => void world.databases.get(database)?.content.push(text),
    read: async (database) => world.databases.get(database)?.content ?? [],
    close: () => world.close(),
  };
});

describeFilestores('memory', async () => {
  const world = new MemoryWorld();
  const { filestores } = openMemory(world);
  return {
    filestores,
    write: async (owner, path, text) => void world.folders.get(owner)?.files.set(resolvePath(world, owner, path), text),
    read: async (owner, path) => world.folders.get(owner)?.files.get(resolvePath(world, owner, path)) ?? null,
    close: () => world.close(),
  };
});

describeImageBuilder('memory', async () => {
  const world = new MemoryWorld({ bases: { 'odoo:19.0': { '/addons': ['base', 'sale'] } } });
  return {
    builder: openMemory(world).builder,
    base: 'odoo:19.0',
    folder: '/addons',
    entry: 'sale',
    checkout: '/nowhere',
    close: () => world.close(),
  };
});

describe('MemoryWorld', () => {
  const slot = { ...odoo(), environment: 'shop/pr-1', slot: 'blue', httpPort: 8069, websocketPort: 8072 } as const;

  it('is found again by a control plane that was restarted', async () => {
    const world = new MemoryWorld();
    await openMemory(world).workload.boot(slot);

    await openMemory(world).workload.boot(slot);

    expect(world.effects()['created container shop/pr-1-blue']).toBe(1);
  });

  it('fails the next call as it was told, and only that one', async () => {
    const world = new MemoryWorld();
    const { databases } = openMemory(world);
    world.failNext('database-unreachable', { call: 'databases.create' });

    expect(await databases.exists('x')).toBe(false);
    await databases.ensureRole('r', new Secret('p'), 'shop/pr-1');
    await expect(databases.create('x', 'r', 'shop/pr-1')).rejects.toMatchObject({ code: 'database-unreachable' });
    await databases.create('x', 'r', 'shop/pr-1');

    expect(await databases.exists('x')).toBe(true);
  });

  it('can lose an answer after the work was done, and counts the work once', async () => {
    const world = new MemoryWorld();
    const { workload } = openMemory(world);
    world.failNext('docker-unreachable', { call: 'workload.boot', when: 'after' });

    await expect(workload.boot(slot)).rejects.toMatchObject({ code: 'docker-unreachable' });
    await workload.boot(slot);

    expect(world.effects()['started container shop/pr-1-blue']).toBe(1);
  });

  it('answers real HTTP for a running slot when asked to, and closes it', async () => {
    const world = new MemoryWorld({ serve: true });
    const { workload } = openMemory(world);
    await workload.boot(slot);
    const state = await workload.state(slot);
    if (state.kind !== 'running') throw new Error(state.kind);
    const url = `http://${state.upstream.host}:${state.upstream.port}/web/login`;

    expect((await fetch(url)).status).toBe(200);
    await workload.stop(slot, 1);
    await expect(fetch(url)).rejects.toThrow();
    await world.close();
  });
});
