import { Failure } from '@slipway/contracts/failure';
import type { Filestores } from '../../../ports/filestores.ts';
import type { Inventory } from '../../../ports/inventory.ts';
import { type Attachments, type MemoryFolder, receipt, type World } from './world.ts';

const folder = (world: World, owner: string): MemoryFolder => {
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(owner)) throw new Failure('internal', { id: `filestore of "${owner}"` });
  const found = world.folders.get(owner) ?? { databases: new Map(), createdAt: world.now().toISOString() };
  world.folders.set(owner, found);
  return found;
};

/** Those of one database name; several names may share them. */
export const attachments = (world: World, owner: string, database: string): Attachments => {
  const { databases } = folder(world, owner);
  const found = databases.get(database) ?? new Map<string, string>();
  databases.set(database, found);
  return found;
};

/** Data folders by owner, and the database names under which their attachments are reachable. Sessions are not kept. */
export const openMemoryFilestores = (world: World): Filestores & Inventory => ({
  ensure: (owner) =>
    world.act('filestores.ensure', () => {
      folder(world, owner);
      return `/memory/${owner}`;
    }),
  clone: (from, to) =>
    world.act('filestores.clone', () => {
      if (!world.folders.has(to.owner)) {
        const source = world.folders.get(from.owner)?.databases.get(from.database) ?? [];
        folder(world, to.owner).databases.set(to.database, new Map(source));
        world.count('filestores.clone');
      }
      return receipt(`copy filestore of ${from.owner} to ${to.owner}`);
    }),
  // Nothing takes time here.
  expect: () => undefined,
  alias: (owner, database, also) =>
    world.act('filestores.alias', () => {
      const shared = attachments(world, owner, database);
      folder(world, owner).databases.set(also, shared);
      return receipt(`attachments of ${database} also as ${also}`);
    }),
  add: (from, to) =>
    world.act('filestores.add', () => {
      const target = attachments(world, to.owner, to.database);
      const source = world.folders.get(from.owner)?.databases.get(from.database) ?? new Map<string, string>();
      for (const [path, text] of source) if (!target.has(path)) target.set(path, text);
      return receipt(`attachments of ${from.owner} beside those of ${to.owner}`);
    }),
  retain: (of, keep) =>
    world.act('filestores.retain', () => {
      const all = attachments(world, of.owner, of.database);
      for (const path of [...all.keys()]) if (!keep.has(path)) all.delete(path);
      if (keep.size === 0) world.folders.get(of.owner)?.databases.delete(of.database);
      return receipt(`keep ${keep.size} attachments of ${of.owner}`);
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
