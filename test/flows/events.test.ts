/** Live events: nothing lost and nothing twice, whoever writes, reads slowly, goes away and comes back, or may no longer read. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { hashOfToken } from '../../packages/server/src/http/callers.ts';
import { pruneChanges } from '../../packages/server/src/store/changes.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { saveToken } from '../../packages/server/src/store/tokens.ts';
import { type EventStand, openEventStand, type Reader, readEvents } from './event-stand.ts';

const BEAT = 200;
let stand: EventStand;
const readers: Reader[] = [];
beforeEach(async () => {
  stand = await openEventStand(inject('postgresUrl'), { heartbeatMilliseconds: BEAT });
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close();
  await stand.close();
});

const read = async (base: string, options: Parameters<typeof readEvents>[1] = {}): Promise<Reader> => {
  const reader = await readEvents(base, options);
  readers.push(reader);
  return reader;
};
const happen = (subject: string, project = 'shop') =>
  query(stand.db, `insert into ops.events (project, kind, subject, message) values ($1, 'x', $2, '')`, [
    project,
    subject,
  ]);
const until = (what: () => boolean | Promise<boolean>) =>
  vi.waitFor(async () => expect(await what()).toBe(true), { timeout: 30_000, interval: 20 });

describe('what changes', () => {
  test('is told with what is to be asked for anew, and nothing more', async () => {
    const reader = await read(stand.url);
    await until(() => reader.last() !== '');
    await stand.db.query(`update ops.environments set state = 'live', reason = 'between us' where id = 'shop/pr-1'`);
    await until(() => reader.told.length > 0);

    expect(reader.answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(reader.told).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        event: 'change',
        data: {
          kind: 'environment',
          project: 'shop',
          environment: 'shop/pr-1',
          id: 'shop/pr-1',
          at: expect.stringMatching(/Z$/),
        },
      },
    ]);
  });

  test('is told by every writer: runs, steps, builds, promotions, snapshots, mails', async () => {
    const reader = await read(stand.url);
    await until(() => reader.last() !== '');
    await stand.db.query(`
      insert into ops.runs (id, project, environment, kind, requested_by) values ('run_1', 'shop', 'shop/pr-1', 'open-preview', 'ada');
      insert into ops.steps (run, index, name, kind, state) values ('run_1', 0, 'a', 'a', 'running');
      insert into ops.steps (run, index, name, kind, state) values ('run_1', 0, 'a', 'a', 'done')
        on conflict (run, index) do update set state = 'done';
      insert into ops.builds (id, project, run, git_sha, lock_hash) values ('b_1', 'shop', 'run_1', 'x', 'x');
      insert into ops.promotions (id, project, environment, release, requested_by, facts, gates, expires_at)
        values ('prom_1', 'shop', 'shop/pr-1', '{}', 'ada', '{}', '[]', now());
      insert into ops.approvals (id, environment, what, promotion, decision, who) values ('a', 'shop/pr-1', 'promotion', 'prom_1', 'approved', 'eve');
      insert into ops.snapshots (id, project, environment, kind, reason, series, modules, row_count, files, bytes, stored_bytes, encrypted,
        taken_at, finished_at) values ('s', 'shop', 'shop/pr-1', 'raw', 'manual', '19.0', 1, 1, 1, 1, 1, true, now(), now());
      insert into ops.mails (id, project, environment, sender, recipients, subject, from_header, to_header, text, html, bytes, raw)
        values ('mail_1', 'shop', 'shop/pr-1', '', '{}', 'hush', '', '', 'hush', '', 0, '');
      insert into ops.deployments (id, environment, git_sha, actor) values ('dep_1', 'shop/pr-1', 'x', 'ada');
      update ops.runs set state = 'succeeded' where id = 'run_1';`);
    await until(() => reader.told.length === 10);

    expect(reader.told.map(({ data }) => `${data.kind} ${data.id}`)).toEqual([
      ...['run run_1', 'step run_1', 'step run_1', 'build b_1', 'promotion prom_1', 'approval prom_1'],
      ...['snapshot s', 'mail mail_1', 'deployment dep_1', 'run run_1'],
    ]);
  });

  test('is told to readers of its project only, and the others know how far they are', async () => {
    const [shop, mill] = [
      await read(stand.url, { query: '?project=shop' }),
      await read(stand.url, { query: '?project=mill' }),
    ];
    await until(() => shop.last() !== '' && mill.last() !== '');
    await happen('one');
    await until(() => shop.told.length === 1 && mill.last() === shop.last());

    expect(mill.told).toEqual([]);
    expect((await read(stand.url, { query: '?project=none' })).answer.statusCode).toBe(404);
    expect((await read(stand.url, { token: 'wrong' })).answer.statusCode).toBe(401);
  });
});

/** Transactions that hold what they wrote back for a while, and wait for each other's rows: ids would come out of order, or deadlock. */
const writeAtOnce = async (writers: number, each: number): Promise<string[]> => {
  const subjects: string[] = [];
  const write = async (writer: number): Promise<void> => {
    const client = new pg.Client({ connectionString: stand.database.url });
    await client.connect();
    for (let i = 0; i < each; i++) {
      const subject = `${writer}-${i}`;
      await client.query('begin');
      await client.query(`insert into ops.events (project, kind, subject, message) values ('shop', 'x', $1, '')`, [
        subject,
      ]);
      await client.query('select pg_sleep($1)', [Math.random() / 100]);
      if (i % 3 === 0) await client.query(`update ops.environments set title = $1 where id = 'shop/pr-1'`, [subject]);
      await client.query(i % 5 === 4 ? 'rollback' : 'commit');
      if (i % 5 !== 4) subjects.push(subject);
    }
    await client.end();
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return subjects;
};
const idsOf = async (subjects: readonly string[]): Promise<string[]> =>
  (await query<{ id: number }>(stand.db, 'select id from ops.events where subject = any($1)', [subjects])).map(
    ({ id }) => String(id),
  );

describe('whoever comes back', () => {
  test('misses nothing and hears nothing twice, however many write at once and however often it breaks off', async () => {
    const heard: { id: number; subject: string }[] = [];
    let [after, going] = ['0', true];
    const follow = (async () => {
      while (going) {
        const reader = await read(stand.forwarded, { after });
        await sleep(20 + Math.random() * 60);
        reader.close();
        for (const { id, event, data } of reader.told) {
          expect(event).toBe('change');
          if (data.kind === 'attention') heard.push({ id: Number(id), subject: data.id });
        }
        after = reader.last() === '' ? after : reader.last();
      }
    })();
    const wanted = await idsOf(await writeAtOnce(8, 25));
    const caughtUp = (): boolean => new Set(heard.map(({ subject }) => subject)).size >= wanted.length;
    await until(caughtUp);
    going = false;
    await follow;

    expect(heard.map(({ subject }) => subject).sort()).toEqual(wanted.sort());
    expect(heard.map(({ id }) => id)).toEqual(heard.map(({ id }) => id).sort((a, b) => a - b));
  });

  test('after a transaction that is still open does not pass over what it wrote', async () => {
    const reader = await read(stand.url);
    await until(() => reader.last() !== '');
    const slow = new pg.Client({ connectionString: stand.database.url });
    await slow.connect();
    await slow.query('begin');
    await slow.query(`insert into ops.events (project, kind, subject, message) values ('shop', 'x', 'first', '')`);
    await happen('second');
    await until(() => reader.told.length === 1);
    await slow.query('commit');
    await slow.end();
    await until(() => reader.told.length === 2);

    expect(reader.told.map(({ data }) => data.id)).toEqual([...(await idsOf(['second'])), ...(await idsOf(['first']))]);
  });

  test.each([['0'], ['99999999'], ['yesterday']])(
    'with %s, of which nothing is known any more, is told to begin anew',
    async (after) => {
      await happen('one');
      await query(stand.db, `update ops.change_marks set id = 1000000000 where name = 'webhooks'`);
      expect(await pruneChanges(stand.db, new Date(Date.now() + 60_000).toISOString(), 100)).toBeGreaterThan(0);
      const reader = await read(stand.url, { after });
      await until(() => reader.told.length === 1);
      await happen('two');
      await until(() => reader.told.length === 2);

      expect(reader.told.map(({ event }) => event)).toEqual(['reset', 'change']);
      const again = await read(stand.url, { query: `?after=${reader.told[0]?.id}` });
      await until(() => again.told.length === 1);
      expect(again.told[0]).toEqual(reader.told[1]);
    },
  );

  test('what no webhooks were made of is not removed', async () => {
    await happen('one');
    expect(await pruneChanges(stand.db, new Date(Date.now() + 60_000).toISOString(), 100)).toBe(0);
  });
});

describe('a reader', () => {
  test('whose token is revoked hears nothing more, and is not let in again', async () => {
    const token = `slipway_${'A'.repeat(43)}`;
    await saveToken(stand.db, {
      ...{ id: 'tok', name: 'guest', email: null, scopes: ['read'], createdBy: 'ada', expiresAt: null },
      sha256: hashOfToken(token),
    });
    const reader = await read(stand.url, { token });
    await until(() => reader.comments() > 1);
    await stand.db.query('update ops.tokens set revoked_at = now()');
    await reader.ended;
    await happen('secret');

    expect(reader.told).toEqual([]);
    expect((await read(stand.url, { token })).answer.statusCode).toBe(401);
    await until(() => stand.feed.readers === 0);
  });

  test('who reads nothing for a while holds up nobody, costs nothing, and gets it all', async () => {
    const port = Number(new URL(stand.url).port);
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer token\r\nlast-event-id: 0\r\n\r\n');
    await until(() => stand.feed.readers === 1);
    socket.pause();
    const swift = await read(stand.url);
    await until(() => swift.last() !== '');
    // More than sockets and the shared memory hold.
    const many = 30_000;
    await stand.db.query(
      `insert into ops.events (project, kind, subject, message) select 'shop', 'x', g::text, '' from generate_series(1, ${many}) g`,
    );
    let buffered = 0;
    await until(() => {
      buffered = Math.max(buffered, stand.buffered());
      return swift.told.length === many;
    });
    // A page for each reader; without that, everything that the slow one has not taken.
    expect(buffered).toBeLessThan(200_000);
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    socket.resume();
    await until(() => text.split('event: change').length > many);
    socket.destroy();

    const ids = [...text.matchAll(/"kind":"attention".*?"id":"(\d+)"/g)].map((match) => Number(match[1]));
    expect(ids).toEqual(Array.from({ length: many }, (_, i) => i + 1));
  });

  test('is one of so many', async () => {
    await stand.close();
    stand = await openEventStand(inject('postgresUrl'), { heartbeatMilliseconds: BEAT, mostReaders: 1 });
    await read(stand.url);

    expect((await read(stand.url)).answer.statusCode).toBe(503);
  });
});

test('two hundred readers of a thousand changes cost a query a commit, and never more than a page each', async () => {
  const all = await Promise.all(Array.from({ length: 200 }, () => read(stand.url)));
  await until(() => all.every((reader) => reader.last() !== ''));
  const asked = vi.spyOn(stand.db, 'query');
  let buffered = 0;
  for (let i = 0; i < 200; i++) {
    await query(
      stand.db,
      `insert into ops.events (project, kind, subject, message) select 'shop', 'x', $1 || g::text, '' from generate_series(1, 5) g`,
      [`${i}-`],
    );
    buffered = Math.max(buffered, stand.buffered());
  }
  await until(() => all.every(({ told }) => told.length === 1000));
  const queries = asked.mock.calls.filter(([one]) => JSON.stringify(one).includes('from ops.changes c where')).length;

  expect(queries).toBeLessThanOrEqual(250);
  expect(buffered).toBeLessThan(200 * 32_000);
});
