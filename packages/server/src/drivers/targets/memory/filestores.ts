import type { Filestores } from '../../../ports/filestores.ts';
import type { Inventory } from '../../../ports/inventory.ts';
import { type MemoryFolder, receipt, type World } from './world.ts';

const folder = (world: World, owner: string): MemoryFolder => {
  const found = world.folders.get(owner) ?? { databases: new Set<string>(), createdAt: world.now().toISOString() };
  world.folders.set(owner, found);
  return found;
};

/** Data folders by owner, and the database names under which their attachments are reachable. */
export const openMemoryFilestores = (world: World): Filestores & Inventory => ({
  ensure: (owner) =>
    world.act('filestores.ensure', () => {
      folder(world, owner);
      return `/memory/${owner}`;
    }),
  clone: (from, to) =>
    world.act('filestores.clone', () => {
      if (!world.folders.has(to.owner)) {
        folder(world, to.owner).databases.add(to.database);
        world.count('filestores.clone');
      }
      return receipt(`copy filestore of ${from.owner} to ${to.owner}`);
    }),
  alias: (owner, database, also) =>
    world.act('filestores.alias', () => {
      folder(world, owner).databases.add(database).add(also);
      return receipt(`attachments of ${database} also as ${also}`);
    }),
  remove: (owner) =>
    world.act('filestores.remove', () => {
      if (world.folders.delete(owner)) world.count('filestores.remove');
      return receipt(`remove filestore of ${owner}`);
    }),
  owned: async () =>
    [...world.folders].map(([owner, { createdAt }]) => ({ kind: 'folder' as const, name: owner, owner, createdAt })),
  discard: (thing) =>
    world.act('filestores.discard', () => {
      world.folders.delete(thing.name);
    }),
});
