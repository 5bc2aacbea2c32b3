import { emptyDatabase, onServer } from '../../../../../../../test/setup/database.ts';
import { dockerWorld } from '../../../../../../../test/setup/docker-world.ts';
import { Secret } from '../../../../domain/secret.ts';
import { describeDatabaseCopier, SOURCE } from '../../../../ports/database-copy.contract.ts';
import type { DatabaseAddress } from '../../../../ports/database-copy.ts';
import { openCopier } from './index.ts';

const at = (url: string): DatabaseAddress => ({ url: new Secret(url) });

/** Also proves that the password gets to pg_dump: this server wants one. */
describeDatabaseCopier('the managed PostgreSQL, with pg_dump from an image', async () => {
  const { adminUrl, socket, postgresImage } = dockerWorld();
  const made = [await emptyDatabase(adminUrl)];
  const run = (to: DatabaseAddress, statement: string) =>
    onServer(to.url.reveal(), async (client) => (await client.query(statement)).rows);
  const source = at(made[0]?.url ?? '');
  await run(source, SOURCE);
  return {
    copier: openCopier({ tools: { docker: socket, image: () => postgresImage, folder: '/nonexistent' } }),
    source,
    empty: async () => {
      const database = await emptyDatabase(adminUrl);
      made.push(database);
      return at(database.url);
    },
    run,
    connections: () =>
      onServer(adminUrl, async (client) => {
        const names = made.map(({ url }) => new URL(url).pathname.slice(1));
        const { rows } = await client.query('select from pg_stat_activity where datname = any($1)', [names]);
        return rows.length;
      }),
    close: async () => {
      for (const database of made) await database.drop();
    },
  };
});
