import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { emptyDatabase, type FreshDatabase } from '../../../../../test/setup/database.ts';
import type { Statement } from '../../ports/database-server.ts';
import type { StepContext } from '../step.ts';
import { dropLostBundles } from './drop-lost-bundles.ts';

let database: FreshDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await emptyDatabase(inject('postgresUrl'));
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('create table ir_attachment (url text, store_fname text)');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const context = {
  ports: {
    databases: {
      query: async (_: string, statements: readonly Statement[]) => {
        const [{ text, parameters }] = statements as [Statement];
        return (await client.query(text, [...parameters])).rows;
      },
    },
  },
} as unknown as StepContext;

it('a bundle whose file did not come is made anew, and everything else stays', async () => {
  await client.query(`insert into ir_attachment values ('/web/assets/1/web.css', 'aa/lost'), ('/web/assets/2/web.js', 'bb/there'),
    ('/web/assets/3/in-the-database.css', null), ('/web/image/4', 'cc/lost'), (null, 'dd/lost')`);

  expect(await dropLostBundles('shop', [{ path: 'bb/there' }], context)).toBe(1);
  expect((await client.query('select url from ir_attachment order by url')).rows.map(({ url }) => url)).toEqual([
    '/web/assets/2/web.js',
    '/web/assets/3/in-the-database.css',
    '/web/image/4',
    null,
  ]);
  expect(await dropLostBundles('shop', [{ path: 'bb/there' }], context)).toBe(0);
});
