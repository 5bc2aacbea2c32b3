import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Filestores } from './filestores.ts';
import type { Inventory } from './inventory.ts';

export interface FilestoreWorld {
  readonly filestores: Filestores & Inventory;
  /** Writes and reads a file below an owner's folder, as Odoo would; null: not there. */
  readonly write: (owner: string, path: string, text: string) => Promise<void>;
  readonly read: (owner: string, path: string) => Promise<string | null>;
  readonly close: () => Promise<void>;
}

/** The promises of Filestores and their Inventory. Each mutating call is made twice. */
export const describeFilestores = (name: string, open: () => Promise<FilestoreWorld>): void => {
  describe(`filestores: ${name}`, () => {
    let world: FilestoreWorld;
    const template = { owner: 'shop/template-x', database: 'tpl' };
    const preview = { owner: 'shop/pr-1', database: 'odoo_pr_1' };

    beforeAll(async () => {
      world = await open();
      await world.filestores.ensure(template.owner);
      await world.write(template.owner, 'filestore/tpl/ab/abcd', 'attachment');
      await world.write(template.owner, 'sessions/aa/session', 'somebody’s');
    });
    afterAll(async () => {
      for (const thing of await world.filestores.owned()) await world.filestores.discard(thing);
      expect(await world.filestores.owned()).toEqual([]);
      await world.close();
    });

    it('gives the same folder however often it is asked', async () => {
      const folder = await world.filestores.ensure('shop/pr-9');

      expect(await world.filestores.ensure('shop/pr-9')).toBe(folder);
      expect(folder.startsWith('/')).toBe(true);
    });

    it('copies attachments under the new database’s name, and no sessions', async () => {
      await world.filestores.clone(template, preview);

      expect(await world.read(preview.owner, 'filestore/odoo_pr_1/ab/abcd')).toBe('attachment');
      expect(await world.read(preview.owner, 'filestore/tpl/ab/abcd')).toBeNull();
      expect(await world.read(preview.owner, 'sessions/aa/session')).toBeNull();
    });

    it('waits for a copy that was begun ahead, and makes no other', async () => {
      const ahead = { owner: 'shop/pr-7', database: 'odoo_pr_7' };
      world.filestores.expect(template, ahead);
      await world.filestores.clone(template, ahead);

      expect(await world.read(ahead.owner, 'filestore/odoo_pr_7/ab/abcd')).toBe('attachment');
    });

    it('removes one that is on its way for good', async () => {
      const ahead = { owner: 'shop/pr-8', database: 'odoo_pr_8' };
      world.filestores.expect(template, ahead);
      await world.filestores.remove(ahead.owner);

      expect((await world.filestores.owned()).map(({ owner }) => owner)).not.toContain(ahead.owner);
    });

    it('leaves a copy that is in use as it is', async () => {
      await world.write(preview.owner, 'filestore/odoo_pr_1/cd/cdef', 'new');
      await world.filestores.clone(template, preview);

      expect(await world.read(preview.owner, 'filestore/odoo_pr_1/cd/cdef')).toBe('new');
    });

    it('keeps the template as it was when the copy gains and loses files', async () => {
      expect(await world.read(template.owner, 'filestore/tpl/cd/cdef')).toBeNull();
      expect(await world.read(template.owner, 'filestore/tpl/ab/abcd')).toBe('attachment');
    });

    it('makes an empty one when there is nothing to copy', async () => {
      await world.filestores.clone(
        { owner: 'shop/template-none', database: 'none' },
        { owner: 'shop/pr-2', database: 'b' },
      );

      expect((await world.filestores.owned()).some((thing) => thing.owner === 'shop/pr-2')).toBe(true);
    });

    it('shows the same attachments under another database name', async () => {
      await world.filestores.alias(preview.owner, 'odoo_pr_1', 'odoo_pr_1_next');
      await world.filestores.alias(preview.owner, 'odoo_pr_1', 'odoo_pr_1_next');
      await world.write(preview.owner, 'filestore/odoo_pr_1_next/ef/efgh', 'by the update');

      expect(await world.read(preview.owner, 'filestore/odoo_pr_1/ef/efgh')).toBe('by the update');
    });

    it('adds the attachments of another to those that are there, twice if asked', async () => {
      await world.write(preview.owner, 'filestore/odoo_pr_1/12/1234', 'own');
      for (const _ of [1, 2]) await world.filestores.add(template, preview);

      expect(await world.read(preview.owner, 'filestore/odoo_pr_1/ab/abcd')).toBe('attachment');
      expect(await world.read(preview.owner, 'filestore/odoo_pr_1/12/1234')).toBe('own');
      expect(await world.read(template.owner, 'filestore/tpl/12/1234')).toBeNull();
    });

    it('adds to one that had none, and nothing from one that has none', async () => {
      await world.filestores.add(template, { owner: 'shop/pr-4', database: 'd' });
      await world.filestores.add({ owner: 'shop/template-none', database: 'none' }, preview);

      expect(await world.read('shop/pr-4', 'filestore/d/ab/abcd')).toBe('attachment');
    });

    it('keeps the attachments named and removes the others, twice if asked', async () => {
      for (const _ of [1, 2]) await world.filestores.retain(preview, new Set(['ab/abcd']));

      expect(await world.read(preview.owner, 'filestore/odoo_pr_1/ab/abcd')).toBe('attachment');
      expect(await world.read(preview.owner, 'filestore/odoo_pr_1/12/1234')).toBeNull();
      expect(await world.read(template.owner, 'filestore/tpl/ab/abcd')).toBe('attachment');
      await world.filestores.retain({ owner: 'shop/pr-5', database: 'none' }, new Set());
    });

    it('keeps nothing of a database where nothing is named, and all of the other in the same folder', async () => {
      const copy = { owner: template.owner, database: 'tpl_b' };
      await world.filestores.add(template, copy);
      for (const _ of [1, 2]) await world.filestores.retain(copy, new Set());

      expect(await world.read(template.owner, 'filestore/tpl_b/ab/abcd')).toBeNull();
      expect(await world.read(template.owner, 'filestore/tpl/ab/abcd')).toBe('attachment');
    });

    it('removes one and only that one, twice if asked', async () => {
      await world.filestores.remove(preview.owner);
      await world.filestores.remove(preview.owner);

      expect(await world.read(preview.owner, 'filestore/odoo_pr_1/ab/abcd')).toBeNull();
      expect(await world.read(template.owner, 'filestore/tpl/ab/abcd')).toBe('attachment');
    });

    it('knows whose each folder is, and discards it', async () => {
      await world.filestores.ensure('shop/pr-3');
      const thing = (await world.filestores.owned()).find((one) => one.owner === 'shop/pr-3');
      expect(thing).toMatchObject({ kind: 'folder' });

      if (thing) for (const _ of [1, 2]) await world.filestores.discard(thing);

      expect((await world.filestores.owned()).filter((one) => one.owner === 'shop/pr-3')).toEqual([]);
    });

    it('refuses an owner that would leave its place', async () => {
      for (const owner of ['../etc', 'shop/../..', '/etc', 'a/b/c'])
        await expect(world.filestores.ensure(owner)).rejects.toThrow();
    });
  });
};
