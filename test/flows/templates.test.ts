import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { tendPools } from '../../packages/server/src/observe/fill-pools.ts';
import { reap } from '../../packages/server/src/observe/reap.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { listTemplates } from '../../packages/server/src/store/templates.ts';
import { makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

describe('templates that nothing needs any more', () => {
  let shop: Shop;
  let site: Site;
  beforeAll(async () => {
    shop = await makeShop();
    site = await makeSite(inject('postgresUrl'), shop);
  });
  afterAll(async () => {
    await site?.remove();
    await shop?.remove();
  });

  it('are forgotten, and what they owned is removed; those in use stay', async () => {
    const plane = await site.start();
    const { slipway, inventories } = plane;
    for (const key of ['one', 'two', 'three', 'four', 'copy-snap-1', 'copy-snap-2']) {
      const database = `tpl_${key.replaceAll('-', '_')}`;
      const owner = `shop/template-${key}`;
      await slipway.ports.databases.ensureRole(database, await slipway.ports.secrets.ensure(owner, 'x'), owner);
      await slipway.ports.databases.create(database, database, owner);
      await slipway.ports.templates.save({ key, project: 'shop', database, image: 'i', series: '19.0' });
      await query(
        slipway.db,
        `update ops.templates set created_at = clock_timestamp(), last_used_at = clock_timestamp() where key = $1`,
        [key],
      );
    }

    await tendPools(slipway, 1);
    site.clock.advance(120_000);
    await reap(slipway, inventories);

    expect((await listTemplates(slipway.db)).map(({ key }) => key).sort()).toEqual([
      'copy-snap-2',
      'four',
      'three',
      'two',
    ]);
    const databases = [...site.world.databases.keys()].filter((name) => name.startsWith('tpl_'));
    expect(databases.sort()).toEqual(['tpl_copy_snap_2', 'tpl_four', 'tpl_four_pool_1', 'tpl_three', 'tpl_two']);
  });
});
