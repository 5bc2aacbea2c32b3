import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseAddress, DatabaseCopier, ExportSession } from './database-copy.ts';

export interface CopyWorld {
  readonly copier: DatabaseCopier;
  /** A database with what SOURCE makes. */
  readonly source: DatabaseAddress;
  /** A new empty database on the same server. */
  readonly empty: () => Promise<DatabaseAddress>;
  readonly run: (at: DatabaseAddress, statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** How many connections of the copier there are. */
  readonly connections: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** What Odoo's schema has that is easily lost: inheritance, circles of keys, names that need quotes, generated columns, functions. */
export const SOURCE = `
  create extension if not exists pg_trgm;
  create type mood as enum ('good', 'bad');
  create function twice(n int) returns int language sql immutable as 'select n * 2';
  create table actions (id serial primary key, name text not null);
  create table act_window (model text, primary key (id)) inherits (actions);
  create table "Odd ""name" (id int primary key, "select" jsonb, m mood);
  create table partner (id serial primary key, parent int, name varchar(64), image bytea, total numeric,
    doubled int generated always as (id * 2) stored, check (total >= 0));
  alter table partner add constraint partner_parent foreign key (parent) references partner(id) on delete set null;
  create table partner_tag (partner_id int references partner on delete cascade, tag int, primary key (partner_id, tag));
  create table no_key (note text);
  create index partner_name on partner using gin (name gin_trgm_ops);
  create unique index partner_once on partner (lower(name)) where parent is null;
  create view names as select name from partner;
  create function touch() returns trigger language plpgsql as 'begin return new; end';
  create trigger touched before update on partner for each row execute function touch();
  comment on table partner is 'people; ''quoted''';
  comment on column partner.name is 'of "public"."partner"';
  comment on column names.name is 'seen';
  create table typed (of names default null, at int default twice(2));
  create table long (line text) with (fillfactor = 90);
  create table left_alone (line text) with (autovacuum_enabled = off);
  create sequence numbers start 7;
  insert into actions (name) values ('one');
  insert into act_window (name, model) values ('two', 'x'), ('three', 'y');
  insert into "Odd ""name" values (1, '{"en_US": "tab\\there\\nand \\"there\\""}', 'bad'), (2, null, null);
  insert into partner (parent, name, image, total) select nullif(i % 10, 0), 'P\\' || i || E'\\t\\n', decode('00ff0a09', 'hex'), i * 1.10 from generate_series(1, 3000) i;
  insert into partner_tag select i, i % 3 from generate_series(1, 100) i;
  insert into no_key values ('a'), (null), ('');
  insert into long select repeat(md5(i::text), 10) from generate_series(1, 5000) i;
  insert into left_alone select line from long;
`;

const TABLES = {
  actions: ['id', 'name'],
  act_window: ['id', 'name', 'model'],
  'Odd "name': ['id', 'select', 'm'],
  partner: ['id', 'parent', 'name', 'image', 'total'],
  partner_tag: ['partner_id', 'tag'],
  no_key: ['note'],
  long: ['line'],
  left_alone: ['line'],
} as const;
const SEQUENCES = [
  { name: 'actions_id_seq', last: '3', called: true },
  { name: 'partner_id_seq', last: '3000', called: true },
  { name: 'numbers', last: '7', called: false },
];

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const selectOf = (table: string, columns: readonly string[]): string =>
  `SELECT ${columns.map(quoted).join(', ')} FROM ONLY ${quoted(table)} ORDER BY 1`;
const joined = async (chunks: AsyncIterable<Buffer>): Promise<string> => {
  let text = '';
  for await (const chunk of chunks) text += chunk.toString('latin1');
  return text;
};

/** What is copied in is read while the next chunk is asked for: each needs memory of its own. */
async function* kept(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

/** The promises of DatabaseCopier. */
export const describeDatabaseCopier = (name: string, open: () => Promise<CopyWorld>): void => {
  describe(`database copier: ${name}`, () => {
    let world: CopyWorld;
    const { signal } = new AbortController();
    const openSession = (given: AbortSignal = signal): Promise<ExportSession> =>
      world.copier.open(world.source, { workers: 2, session: [], signal: given });
    const fill = async (session: ExportSession, to: DatabaseAddress): Promise<void> => {
      for (const [table, columns] of Object.entries(TABLES))
        await world.copier.copyIn(to, { name: table, columns }, kept(session.copyOut(selectOf(table, columns))));
    };

    beforeAll(async () => {
      world = await open();
    });
    afterAll(() => world.close());

    it('carries schema and rows over so that nothing can be told apart', async () => {
      const to = await world.empty();
      const session = await openSession();
      const schema = await session.schema();
      await world.copier.restoreSchema(to, schema, signal);
      await fill(session, to);
      await world.copier.finish(to, schema, SEQUENCES, signal);
      const again = await world.copier.open(to, { workers: 1, session: [], signal });
      expect((await again.schema()).toString()).toBe(schema.toString());
      for (const [table, columns] of Object.entries(TABLES))
        expect(await joined(again.copyOut(selectOf(table, columns)))).toBe(
          await joined(session.copyOut(selectOf(table, columns))),
        );
      await Promise.all([session.close(), again.close()]);
      expect(await world.run(to, `insert into partner (name, total) values ('new', 1) returning id, doubled`)).toEqual([
        { id: 3001, doubled: 6002 },
      ]);
      expect(await world.run(to, `select nextval('numbers')::int as next`)).toEqual([{ next: 7 }]);
      expect(await world.run(to, 'select count(*)::int as n from pg_constraint where not convalidated')).toEqual([
        { n: 0 },
      ]);
      await expect(world.run(to, `insert into partner_tag values (999999, 1)`)).rejects.toThrow('foreign key');
      await expect(world.run(to, `insert into partner (parent, name, total) values (null, 'NEW', 1)`)).rejects.toThrow(
        'partner_once',
      );
    });

    it('sees one moment on every connection, whatever is written meanwhile', async () => {
      const session = await openSession();
      const count = async (): Promise<string> => joined(session.copyOut('SELECT count(*) FROM no_key'));
      const before = await count();
      await world.run(world.source, `insert into no_key values ('later')`);
      expect(await Promise.all([count(), count(), count()])).toEqual([before, before, before]);
      const [row] = await session.query({
        text: 'select count(*)::int as n from no_key where note = $1',
        parameters: ['later'],
      });
      expect(row).toEqual({ n: 0 });
      expect(Math.abs(Date.parse(session.takenAt) - Date.now())).toBeLessThan(60_000);
      await session.close();
      await world.run(world.source, `delete from no_key where note = 'later'`);
    });

    it('runs prepared statements on each exporting connection, and writes nothing to the source', async () => {
      const session = await openSession();
      const setting = `SELECT current_setting('slipway.key', true)`;
      await joined(session.copyOut(setting));
      session.prepare([{ text: `select set_config('slipway.key', $1, false)`, parameters: ['s3cret'] }]);
      expect(await Promise.all([1, 2, 3].map(() => joined(session.copyOut(setting))))).toEqual([
        's3cret\n',
        's3cret\n',
        's3cret\n',
      ]);
      await expect(session.query({ text: 'delete from no_key', parameters: [] })).rejects.toMatchObject({
        code: 'database-refused',
      });
      await session.close();
    });

    it('goes on after a reader that stopped in the middle, and after a statement that was refused', async () => {
      const session = await openSession();
      for (let i = 0; i < 5; i++) {
        for await (const _ of session.copyOut('SELECT * FROM generate_series(1, 1000000)')) break;
        await expect(joined(session.copyOut('SELECT 1/0'))).rejects.toMatchObject({ code: 'database-refused' });
      }
      expect(await joined(session.copyOut('SELECT 1'))).toBe('1\n');
      await session.close();
    });

    it('stops at once when it is told to', async () => {
      const stop = new AbortController();
      const session = await openSession(stop.signal);
      const slow = joined(session.copyOut('SELECT pg_sleep(60)'));
      const asked = session.query({ text: 'select pg_sleep(60)', parameters: [] });
      setTimeout(() => stop.abort(new Error('enough')), 100);
      await expect(slow).rejects.toThrow('enough');
      await expect(asked).rejects.toThrow('enough');
      await session.close();
    });

    it('empties a table before it fills it, and leaves it as it was when its rows break', async () => {
      const to = await world.empty();
      const session = await openSession();
      const schema = await session.schema();
      await world.copier.restoreSchema(to, schema, signal);
      await fill(session, to);
      await fill(session, to);
      async function* broken(): AsyncIterable<Buffer> {
        yield Buffer.from('5\n'.repeat(2_000_000));
        throw new Error('the source broke');
      }
      const table = { name: 'no_key', columns: ['note'] };
      await expect(world.copier.copyIn(to, table, broken())).rejects.toThrow('the source broke');
      async function* wrong(): AsyncIterable<Buffer> {
        yield Buffer.from('1\t2\n');
      }
      await expect(world.copier.copyIn(to, table, wrong())).rejects.toMatchObject({ code: 'database-refused' });
      expect(await world.run(to, 'select count(*)::int as n from no_key')).toEqual([{ n: 3 }]);
      expect(await world.run(to, 'select count(*)::int as n from only actions')).toEqual([{ n: 1 }]);
      await session.close();
    });

    it('begins anew where a restore did not end, and does nothing where it did', async () => {
      const to = await world.empty();
      const session = await openSession();
      const schema = await session.schema();
      await world.copier.restoreSchema(to, schema, signal);
      await fill(session, to);
      // A row that the keys refuse ends `finish` half way.
      await world.run(to, 'insert into partner_tag values (424242, 1)');
      await expect(world.copier.finish(to, schema, SEQUENCES, signal)).rejects.toMatchObject({
        code: 'database-refused',
      });
      await world.copier.restoreSchema(to, schema, signal);
      await fill(session, to);
      await world.copier.finish(to, schema, SEQUENCES, signal);
      await world.copier.finish(to, schema, SEQUENCES, signal);
      expect(await world.run(to, 'select count(*)::int as n from partner_tag')).toEqual([{ n: 100 }]);
      await session.close();
    });

    it('refuses a database that holds something else', async () => {
      const to = await world.empty();
      await world.run(to, 'create table precious (id int)');
      const session = await openSession();
      await expect(world.copier.restoreSchema(to, await session.schema(), signal)).rejects.toMatchObject({
        code: 'database-refused',
      });
      await session.close();
      expect(await world.run(to, 'select * from precious')).toEqual([]);
    });

    it('leaves no connection behind', async () => {
      await expect.poll(() => world.connections(), { timeout: 5000 }).toBe(0);
    });

    it('tells the version of the server', async () => {
      const [row] = await world.run(world.source, `select current_setting('server_version_num')::int as number`);
      expect(await world.copier.serverVersion(world.source)).toBe(row?.number);
    });
  });
};
