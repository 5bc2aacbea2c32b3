import { Secret } from '../../../domain/secret.ts';
import { describeDatabaseServer } from '../../../ports/database-server.contract.ts';
import { describeFilestores } from '../../../ports/filestores.contract.ts';
import { describeImageBuilder } from '../../../ports/image-builder.contract.ts';
import { describeOpenRequests } from '../../../ports/open-requests.contract.ts';
import { describeWorkload } from '../../../ports/workload.contract.ts';
import type { OdooProcess } from '../../../ports/workload.ts';
import { attachments } from './filestores.ts';
import { openMemoryDrivers } from './index.ts';
import { type Program, World } from './world.ts';

describeDatabaseServer('memory', async () => {
  const world = new World();
  const { databases } = openMemoryDrivers(world);
  const second = openMemoryDrivers(world).databases;
  return {
    databases,
    pool: databases,
    inventory: databases,
    second: () => ({ databases: second, pool: second }),
    write: async (database, _, text) => void world.databases.get(database)?.modules.set(text, 'installed'),
    read: async (database) => [...(world.databases.get(database)?.modules.keys() ?? [])],
    close: async () => undefined,
  };
});

describeImageBuilder('memory', async () => ({
  builder: openMemoryDrivers(withSql(new World())).builder,
  base: 'odoo:19.0',
  folder: '/addons',
  entry: 'web',
  file: 'data/neutralize.sql',
  word: 'neutralize_banner',
  checkout: '/nowhere',
  close: async () => undefined,
}));

function withSql(world: World): World {
  world.files.set('web/data/neutralize.sql', "update ir_ui_view set active = true where key = 'web.neutralize_banner'");
  return world;
}

describeFilestores('memory', async () => {
  const world = new World();
  const { filestores } = openMemoryDrivers(world);
  /** `filestore/<database>/<path>`; what is not there are sessions, which are nobody's business. */
  const place = (path: string): [string, string] | null => {
    const [, database, rest] = /^filestore\/([^/]+)\/(.+)$/.exec(path) ?? [];
    return database === undefined || rest === undefined ? null : [database, rest];
  };
  return {
    filestores,
    write: async (owner, path, text) => {
      const at = place(path);
      if (at !== null) attachments(world, owner, at[0]).set(at[1], text);
    },
    read: async (owner, path) => {
      const at = place(path);
      return at === null ? null : (world.folders.get(owner)?.databases.get(at[0])?.get(at[1]) ?? null);
    },
    close: async () => undefined,
  };
});

describeWorkload('memory', async () => {
  const world = new World();
  const running = (program: Program): OdooProcess => {
    const image = `contract:${JSON.stringify(program)}`;
    world.images.set(image, image);
    world.programs.set(image, program);
    const limits = { memoryBytes: 1, cpus: 1 };
    return { image, command: [], variables: {}, secrets: {}, config: new Secret(''), mounts: [], limits, labels: {} };
  };
  return {
    workload: openMemoryDrivers(world).workload,
    server: () => running({ lines: ['ready'], exitCode: null }),
    job: (lines, exitCode) => running({ lines, exitCode }),
    endless: () => running({ lines: ['started'], exitCode: null }),
    close: async () => undefined,
  };
});

describeOpenRequests('memory', async () => {
  const world = new World();
  let open: number | null = 0;
  const at = (host: string) => ({ host, port: 8069, websocketPort: 8072 });
  world.openRequests = (host) => (open === null || host === 'blue' ? open : 0);
  return {
    openRequests: openMemoryDrivers(world).openRequests,
    upstream: at('blue'),
    other: at('green'),
    begin: async () => {
      open = (open ?? 0) + 1;
      return {
        end: async () => {
          open = (open ?? 0) - 1;
        },
      };
    },
    leave: async () => {
      open = null;
    },
    close: async () => undefined,
  };
});
