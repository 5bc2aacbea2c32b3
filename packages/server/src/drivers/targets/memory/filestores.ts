import { Failure } from '@slipway/contracts/failure';
import type { Receipt } from '../../../domain/receipt.ts';
import type { FilestoreName, Filestores } from '../../../ports/filestores.ts';
import type { Inventory } from '../../../ports/inventory.ts';
import type { MemoryWorld } from './world.ts';

const receipt = (asked: string): Receipt => ({ asked, answered: {} });

const checked = (owner: string): string => {
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(owner)) throw new Failure('internal', { id: `filestore of "${owner}"` });
  return owner;
};

export const openMemoryFilestores = (world: MemoryWorld): Filestores & Inventory => ({
  ensure: (owner) =>
    world.call('filestores.ensure', () => {
      make(world, checked(owner), new Map());
      return `/memory/${owner}`;
    }),
  clone: (from, to) => world.call('filestores.clone', () => clone(world, from, to)),
  alias: (owner, database, also) =>
    world.call('filestores.alias', () => {
      make(world, checked(owner), new Map());
      world.folders.get(owner)?.alias.set(also, database);
      return receipt(`attachments of ${database} also as ${also}`);
    }),
  remove: (owner) => world.call('filestores.remove', () => remove(world, owner)),
  owned: () =>
    world.call('filestores.owned', () =>
      [...world.folders].map(([name, { at }]) => ({ kind: 'folder' as const, name, owner: name, createdAt: at })),
    ),
  discard: (thing) =>
    world.call('filestores.discard', () => {
      remove(world, thing.name);
    }),
});

const make = (world: MemoryWorld, owner: string, files: Map<string, string>): void => {
  if (world.folders.has(owner)) return;
  world.folders.set(owner, { at: world.now(), files, alias: new Map() });
  world.changed(`created folder ${owner}`);
};

const clone = (world: MemoryWorld, from: FilestoreName, to: FilestoreName): Receipt => {
  const prefix = `filestore/${from.database}/`;
  const files = [...(world.folders.get(checked(from.owner))?.files ?? [])]
    .filter(([path]) => path.startsWith(prefix))
    .map(([path, text]) => [`filestore/${to.database}/${path.slice(prefix.length)}`, text] as const);
  make(world, checked(to.owner), new Map(files));
  return receipt(`copy filestore of ${from.owner} to ${to.owner}`);
};

const remove = (world: MemoryWorld, owner: string): Receipt => {
  if (world.folders.delete(owner)) world.changed(`removed folder ${owner}`);
  return receipt(`remove filestore of ${owner}`);
};

/** Where a file of an owner really lies: an alias is another name for the same folder. */
export const resolvePath = (world: MemoryWorld, owner: string, path: string): string => {
  const [, database, rest] = /^filestore\/([^/]+)\/(.*)$/.exec(path) ?? [];
  const real = database === undefined ? undefined : world.folders.get(owner)?.alias.get(database);
  return real === undefined ? path : `filestore/${real}/${rest}`;
};
