import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../domain/secret.ts';
import type { DatabaseServer, WarmPool } from './database-server.ts';
import type { Inventory } from './inventory.ts';

export interface DatabaseWorld {
  readonly databases: DatabaseServer;
  readonly pool: WarmPool;
  readonly inventory: Inventory;
  /** Puts something into a database that a copy must have, and says whether it is there. */
  readonly write: (database: string, role: string, text: string) => Promise<void>;
  readonly read: (database: string) => Promise<readonly string[]>;
  /** Another control plane on the same server. */
  readonly second: () => { readonly databases: DatabaseServer; readonly pool: WarmPool };
  readonly close: () => Promise<void>;
}

/** The promises of DatabaseServer, WarmPool and their Inventory. Each mutating call is made twice. */
export const describeDatabaseServer = (name: string, open: () => Promise<DatabaseWorld>): void => {
  describe(`database server: ${name}`, () => {
    let world: DatabaseWorld;
    const owner = 'shop/pr-1';
    const role = 'contract_role';
    const template = 'contract_template';
    const password = new Secret('first-password');

    beforeAll(async () => {
      world = await open();
      await world.databases.ensureRole(role, password, owner);
      await world.databases.ensureRole('contract_template_role', password, 'shop/template-x');
      await world.databases.create(template, 'contract_template_role', 'shop/template-x');
      await world.write(template, 'contract_template_role', 'from the template');
      await world.pool.freeze(template);
    });
    afterAll(async () => {
      const left = await world.inventory.owned();
      for (const thing of left.filter(({ kind }) => kind === 'database')) await world.inventory.discard(thing);
      for (const thing of left.filter(({ kind }) => kind === 'role')) await world.inventory.discard(thing);
      expect(await world.inventory.owned()).toEqual([]);
      await world.close();
    });

    it('makes a role once, however often it is asked', async () => {
      await world.databases.ensureRole(role, password, owner);
      await world.databases.ensureRole(role, new Secret('second-password'), owner);

      const roles = (await world.inventory.owned()).filter((thing) => thing.kind === 'role' && thing.name === role);
      expect(roles).toMatchObject([{ owner }]);
    });

    it('creates an empty database, and leaves the one that is there alone', async () => {
      await world.databases.create('contract_empty', role, owner);
      await world.write('contract_empty', role, 'kept');
      await world.databases.create('contract_empty', role, owner);

      expect(await world.databases.exists('contract_empty')).toBe(true);
      expect(await world.read('contract_empty')).toEqual(['kept']);
    });

    it('clones a frozen template, as often as it is asked, and the copy is the role’s to change', async () => {
      await world.databases.clone({ from: template, to: 'contract_clone', role, owner });
      await world.write('contract_clone', role, 'changed');
      await world.databases.clone({ from: template, to: 'contract_clone', role, owner });

      expect(await world.read('contract_clone')).toEqual(['from the template', 'changed']);
    });

    it('clones a database that is in use', async () => {
      await world.databases.create('contract_used', role, owner);
      await world.write('contract_used', role, 'live');

      await world.databases.clone({ from: 'contract_used', to: 'contract_used_next', role, owner });

      expect(await world.read('contract_used_next')).toEqual(['live']);
      expect(await world.read('contract_used')).toEqual(['live']);
    });

    it('fails to clone what does not exist, and leaves nothing behind', async () => {
      const before = await world.inventory.owned();

      await expect(
        world.databases.clone({ from: 'contract_nowhere', to: 'contract_never', role, owner }),
      ).rejects.toMatchObject({ code: 'database-refused' });

      expect(await world.databases.exists('contract_never')).toBe(false);
      expect(await world.inventory.owned()).toHaveLength(before.length);
    });

    it('renames, and counts a rename that was done before as done', async () => {
      await world.databases.create('contract_old_name', role, owner);
      await world.databases.rename('contract_old_name', 'contract_new_name');
      await world.databases.rename('contract_old_name', 'contract_new_name');

      expect(await world.databases.exists('contract_old_name')).toBe(false);
      expect(await world.databases.exists('contract_new_name')).toBe(true);
    });

    it('refuses to rename what was never there', async () => {
      await expect(world.databases.rename('contract_ghost', 'contract_ghost_2')).rejects.toMatchObject({
        code: 'database-refused',
      });
    });

    it('freezes twice without harm', async () => {
      await world.pool.freeze(template);
      await world.databases.clone({ from: template, to: 'contract_after_freeze', role, owner });

      expect(await world.read('contract_after_freeze')).toEqual(['from the template']);
    });

    it('fills the pool to the number wanted and not beyond', async () => {
      expect(await world.pool.fill(template, 2)).toBe(2);
      expect(await world.pool.fill(template, 2)).toBe(2);

      const copies = (await world.inventory.owned()).filter((thing) => thing.owner === `pool:${template}`);
      expect(copies).toHaveLength(2);
    });

    it('hands out a copy once, even to two control planes that ask together', async () => {
      await world.pool.fill(template, 2);
      const second = world.second();
      const take = (pool: WarmPool, to: string): Promise<boolean> => pool.take({ template, to, role, owner });

      const taken = await Promise.all([
        take(world.pool, 'contract_taken_1'),
        take(second.pool, 'contract_taken_2'),
        take(world.pool, 'contract_taken_3'),
      ]);

      expect(taken.filter(Boolean)).toHaveLength(2);
      expect((await world.inventory.owned()).filter((thing) => thing.owner === `pool:${template}`)).toEqual([]);
      const names = ['contract_taken_1', 'contract_taken_2', 'contract_taken_3'].filter((_, index) => taken[index]);
      for (const taken of names) {
        await world.write(taken, role, 'mine');
        expect(await world.read(taken)).toEqual(['from the template', 'mine']);
      }
    });

    it('does not take a second copy when the first answer was lost', async () => {
      await world.pool.fill(template, 2);
      await world.pool.take({ template, to: 'contract_lost', role, owner });
      expect(await world.pool.take({ template, to: 'contract_lost', role, owner })).toBe(true);

      expect((await world.inventory.owned()).filter((thing) => thing.owner === `pool:${template}`)).toHaveLength(1);
    });

    it('drains the pool and nothing else', async () => {
      await world.pool.fill(template, 1);
      await world.pool.drain(template);
      await world.pool.drain(template);

      expect((await world.inventory.owned()).filter((thing) => thing.owner.startsWith('pool:'))).toEqual([]);
      expect(await world.databases.exists(template)).toBe(true);
    });

    it('drops a database and a role twice', async () => {
      await world.databases.ensureRole('contract_short', password, 'shop/pr-2');
      await world.databases.create('contract_short', 'contract_short', 'shop/pr-2');
      for (const _ of [1, 2]) {
        await world.databases.drop('contract_short');
        await world.databases.dropRole('contract_short');
      }

      expect(await world.databases.exists('contract_short')).toBe(false);
      expect((await world.inventory.owned()).filter((thing) => thing.owner === 'shop/pr-2')).toEqual([]);
    });

    it('makes one database when two control planes create it together', async () => {
      const second = world.second();

      await Promise.all([
        world.databases.clone({ from: template, to: 'contract_both', role, owner }),
        second.databases.clone({ from: template, to: 'contract_both', role, owner }),
      ]);

      const found = (await world.inventory.owned()).filter((thing) => thing.name === 'contract_both');
      expect(found).toHaveLength(1);
    });

    it('knows what it owns and when it was made', async () => {
      const clone = (await world.inventory.owned()).find((thing) => thing.name === 'contract_clone');

      expect(clone).toMatchObject({ kind: 'database', owner });
      expect(Number.isNaN(Date.parse(clone?.createdAt ?? ''))).toBe(false);
    });
  });
};
