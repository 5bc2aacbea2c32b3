import { describeDatabaseServer } from '../../../ports/database-server.contract.ts';
import { describeImageBuilder } from '../../../ports/image-builder.contract.ts';
import { openMemoryDrivers } from './index.ts';
import { World } from './world.ts';

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
