import { describe, expect, inject, it } from 'vitest';
import { emptyDatabase, inDatabase, onServer } from '../../../../../../../test/setup/database.ts';
import { freePort } from '../../../../../../../test/setup/postgres.ts';
import { Secret } from '../../../../domain/secret.ts';
import { describeDatabaseCopier, SOURCE } from '../../../../ports/database-copy.contract.ts';
import type { DatabaseAddress } from '../../../../ports/database-copy.ts';
import { openCopier } from './index.ts';

const at = (url: string): DatabaseAddress => ({ url: new Secret(url) });
const { signal } = new AbortController();

describeDatabaseCopier("PostgreSQL, with this machine's pg_dump", async () => {
  const server = inject('postgresUrl');
  const made = [await emptyDatabase(server)];
  const run = (to: DatabaseAddress, statement: string) =>
    onServer(to.url.reveal(), async (client) => (await client.query(statement)).rows);
  const source = at(made[0]?.url ?? '');
  await run(source, SOURCE);
  const names = (): string[] => made.map(({ url }) => new URL(url).pathname.slice(1));
  return {
    copier: openCopier({ tools: { docker: null } }),
    source,
    empty: async () => {
      const database = await emptyDatabase(server);
      made.push(database);
      return at(database.url);
    },
    run,
    connections: () =>
      onServer(server, async (client) => {
        const { rows } = await client.query('select from pg_stat_activity where datname = any($1)', [names()]);
        return rows.length;
      }),
    close: async () => {
      for (const database of made) await database.drop();
    },
  };
});

describe('what can go wrong with a copier', () => {
  it('says so when nobody listens', async () => {
    const nobody = at(`postgresql://x@127.0.0.1:${await freePort()}/x`);
    await expect(openCopier().open(nobody, { workers: 1, session: [], signal })).rejects.toMatchObject({
      code: 'database-unreachable',
    });
  });

  it('says so when there is no such database', async () => {
    const missing = at(inDatabase(inject('postgresUrl'), 'nowhere'));
    await expect(openCopier().serverVersion(missing)).rejects.toMatchObject({ code: 'database-refused' });
  });

  it('says which version of pg_dump is missing', async () => {
    const database = await emptyDatabase(inject('postgresUrl'));
    const session = await openCopier({ tools: { docker: null, folder: '/nonexistent' } }).open(at(database.url), {
      workers: 1,
      session: [],
      signal,
    });
    await expect(session.schema()).rejects.toMatchObject({ code: 'tools-missing' });
    await session.close();
    await database.drop();
  });
});
