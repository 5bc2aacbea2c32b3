/** The log of a run as a browser reads it: through a window, searched, by level, backwards, from where it broke off, as a file. */
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newId, systemClock } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import type { Slipway } from '../../packages/server/src/flows/slipway.ts';
import { runRoutes } from '../../packages/server/src/http/runs.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { appendLogLines, type NewLine } from '../../packages/server/src/store/log-lines.ts';
import { openPool, query } from '../../packages/server/src/store/queryable.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';

const AT = '2026-03-01T10:00:00.000Z';
const odoo = (level: string, text: string): NewLine => ({
  at: AT,
  stream: 'odoo',
  text: `2026-03-01 10:00:00,123 42 ${level} db odoo.x: ${text}`,
});
const LINES: readonly NewLine[] = [
  { at: AT, stream: 'step', text: 'clone-database: ERROR is only a word here' },
  odoo('INFO', 'loading 100% of_it'),
  odoo('WARNING', 'Deprecated'),
  odoo('ERROR', 'boom'),
  { at: AT, stream: 'odoo', text: 'Traceback (most recent call last):' },
  { at: AT, stream: 'step', text: 'in between' },
  { at: AT, stream: 'odoo', text: 'ValueError: \u001b[31mBOOM' },
  odoo('INFO', 'well again'),
];

let database: FreshDatabase;
let slipway: Slipway;
let app: FastifyInstance;
beforeAll(async () => {
  database = await freshDatabase(inject('postgresUrl'));
  const db = openPool(database.url);
  const logger = pino({ level: 'silent' });
  slipway = { db, logger, clock: systemClock } as unknown as Slipway;
  await db.query(`
    insert into ops.projects (id, name, config, source, database_prefix) values ('shop', 'shop', '{}', '{}', '');
    insert into ops.environments (id, project, stage, name, head_sha, database, role, host)
      values ('shop/pr-1', 'shop', 'preview', 'pr-1', 'x', 'd', 'r', 'h');
    insert into ops.runs (id, project, environment, kind, state, requested_by)
      values ('run_1', 'shop', 'shop/pr-1', 'open-preview', 'succeeded', 'ada'), ('run_2', 'shop', 'shop/pr-1', 'open-preview', 'succeeded', 'ada');
    insert into ops.log_lines (run, at, stream, line)
      select 'run_2', now(), 'odoo', case when g % 1000 = 0 then '2026-03-01 10:00:00,123 42 ERROR db odoo.x: needle ' || g else 'hay ' || g end
      from generate_series(1, 100000) g`);
  await appendLogLines(db, 'run_1', LINES);
  app = makeServer({ token: new Secret('token'), tokenFile: '/token', logger, newId, db: slipway.db });
  runRoutes(app, slipway);
});
afterAll(async () => {
  await app.close();
  await slipway.db.end();
  await database.drop();
});

const get = (path: string) => app.inject({ url: `/api/v1/runs/${path}`, headers: { authorization: 'Bearer token' } });
const look = async (search: string) => {
  const { total, lines } = (await get(`run_1/log-window${search}`)).json();
  return [total, ...lines.map(({ number }: { number: number }) => number)];
};

describe('a window', () => {
  test.each([
    ['', [8, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['?from=2&limit=3', [8, 3, 4, 5]],
    ['?from=8', [8]],
    ['?search=BOOM', [2, 4, 7]],
    ['?search=boom&from=1&limit=5', [2, 7]],
    // What people see has no colours.
    ['?search=valueerror:%20boom', [1, 7]],
    // Plain text, whatever it means elsewhere.
    ['?search=100%25%20of_', [1, 2]],
    ['?search=%25', [1, 2]],
    ['?search=.*', [0]],
    ['?level=error', [3, 4, 5, 7]],
    ['?level=warning', [4, 3, 4, 5, 7]],
    ['?level=debug&search=loading', [1, 2]],
    ['?level=error&search=value', [1, 7]],
  ])('%s has how many lines there are, and which', async (search, numbers) => {
    expect(await look(search)).toEqual(numbers);
  });

  test('says of each line where it is, when and whose it was', async () => {
    const { lines } = (await get('run_1/log-window?search=ValueError')).json();

    expect(lines).toEqual([
      { number: 7, place: 7, sequence: expect.any(Number), at: AT, stream: 'odoo', text: 'ValueError: \u001b[31mBOOM' },
    ]);
  });

  test.each([
    ['?search=boom', [4, 7]],
    ['?search=boom&level=warning', [2, 4]],
    ['?level=error&from=1', [2, 3]],
    ['?from=2&limit=2', [3, 4]],
  ])('%s says which of the lines of that level each is', async (search, places) => {
    const { lines } = (await get(`run_1/log-window${search}`)).json();
    expect(lines.map(({ place }: { place: number }) => place)).toEqual(places);
  });

  test.each(['?limit=x', '?from=-1', '?level=loud', `?search=${'x'.repeat(201)}`])('%s is refused', async (search) => {
    expect((await get(`run_1/log-window${search}`)).statusCode).toBe(400);
  });

  test('of a run that is not there is refused', async () => {
    expect((await get('run_0/log-window')).statusCode).toBe(404);
  });

  test('into a hundred thousand lines is bounded, and opened in a moment', async () => {
    const began = performance.now();
    const middle = (await get('run_2/log-window?from=50000&limit=9999')).json();
    const found = (await get('run_2/log-window?search=NEEDLE&from=90')).json();
    const errors = (await get('run_2/log-window?level=error&limit=1')).json();
    const took = performance.now() - began;

    expect([middle.total, middle.lines.length, middle.lines[0].text]).toEqual([100_000, 1000, 'hay 50001']);
    expect([found.total, found.lines[0].number]).toEqual([100, 91_000]);
    // From the first error on every line belongs to one.
    expect([errors.total, errors.lines[0].number]).toEqual([99_001, 1000]);
    // Generous: other tests run at the same time.
    expect(took).toBeLessThan(6000);
  });
});

describe('the lines', () => {
  const linesOf = async (search: string) =>
    (await get(`run_1/logs${search}`)).body
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  test('go on after the one that was read last, and backwards before the first', async () => {
    const all = await linesOf('');
    expect(all.map(({ text }) => text)).toEqual(LINES.map(({ text }) => text));

    expect(await linesOf(`?after=${all[5].sequence}`)).toEqual(all.slice(6));
    expect(await linesOf(`?before=${all[5].sequence}&limit=2`)).toEqual(all.slice(3, 5));
    expect(await linesOf(`?after=${all[5].sequence}&follow=true`)).toEqual(all.slice(6));
  });

  test('are a file to keep, which no browser shows as a page', async () => {
    const answer = await get('run_1/logs?format=text');

    expect(answer.headers).toMatchObject({
      ...{ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
      'content-disposition': 'attachment; filename="run_1.log"',
    });
    expect(answer.body.split('\n')[0]).toBe(`${AT} step clone-database: ERROR is only a word here`);
    expect(answer.body.trim().split('\n')).toHaveLength(LINES.length);
    expect(answer.body).toContain('ValueError: BOOM');
    expect(await query(slipway.db, `select from ops.log_lines where run = 'run_1'`)).toHaveLength(LINES.length);
  });
});
