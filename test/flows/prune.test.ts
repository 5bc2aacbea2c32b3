import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { projectConfig } from '../../packages/contracts/src/project-config.ts';
import { prune } from '../../packages/server/src/observe/prune.ts';
import { listDeliveries, processNextDelivery, storeDelivery } from '../../packages/server/src/store/deliveries.ts';
import { upsertPreview } from '../../packages/server/src/store/environments.ts';
import { appendLogLines, readLogLines } from '../../packages/server/src/store/log-lines.ts';
import { saveProject } from '../../packages/server/src/store/projects.ts';
import { openPool } from '../../packages/server/src/store/queryable.ts';
import { enqueueRun } from '../../packages/server/src/store/runs.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';
import { fastClock } from './make-slipway.ts';

const DAY = 86_400_000;
const KEEP = { logs: 30, deliveries: 90 };

let database: FreshDatabase;
let db: ReturnType<typeof openPool>;
beforeEach(async () => {
  database = await freshDatabase(inject('postgresUrl'));
  db = openPool(database.url);
  const config = projectConfig.parse({ version: 1, name: 'shop', odoo: { series: '19.0' } });
  await saveProject(db, { name: 'shop', config, source: { github: 'acme/shop' }, folder: null });
});
afterEach(async () => {
  await db.end();
  await database.drop();
});

/** A run of its own preview with so many lines; they go in at once, as a build's would over time. */
const addRun = async (number: number, lines: number, ended: boolean): Promise<string> => {
  const id = `shop/pr-${number}`;
  const names = { database: `odoo_pr_${number}`, role: `odoo_pr_${number}`, host: `pr-${number}.localhost` };
  const pull = { number, title: 'Fix', branch: 'fix', base: 'main', author: 'ada', fork: false };
  const head = { headSha: 'a'.repeat(40), headUpdatedAt: null, url: `http://pr-${number}.localhost` };
  await upsertPreview(db, { id, project: 'shop', ...pull, ...head, ...names });
  const run = { id: `run_${number}`, project: 'shop', environment: id, sha: 'x', requestedBy: 'ada', facts: {} };
  await enqueueRun(db, { ...run, kind: 'open-preview' });
  const line = { at: '2026-11-21T10:00:00.000Z', stream: 'odoo' as const, text: 'a line' };
  await appendLogLines(
    db,
    run.id,
    Array.from({ length: lines }, () => line),
  );
  if (ended) await db.query(`update ops.runs set state = 'succeeded', finished_at = now() where id = $1`, [run.id]);
  return run.id;
};
const deliverOne = (id: string) =>
  storeDelivery(db, { id, event: 'push', repository: 'acme/shop', body: Buffer.from('{}') });

test('Log lines of ended runs and worked-off deliveries go when their time is over, and nothing else does', async () => {
  const clock = fastClock();
  // More than two batches.
  const old = await addRun(1, 11_000, true);
  const underWay = await addRun(2, 3, false);
  await deliverOne('worked-off');
  await processNextDelivery(db, async () => 'done');
  await deliverOne('waiting');

  expect(await prune({ db, clock }, KEEP)).toEqual({ logLines: 0, deliveries: 0, measures: 0, requests: 0 });
  clock.advance(31 * DAY);
  expect(await prune({ db, clock }, KEEP)).toEqual({ logLines: 11_000, deliveries: 0, measures: 0, requests: 0 });
  expect(await readLogLines(db, old)).toEqual([]);
  expect(await readLogLines(db, underWay)).toHaveLength(3);
  clock.advance(60 * DAY);
  expect(await prune({ db, clock }, KEEP)).toEqual({ logLines: 0, deliveries: 1, measures: 0, requests: 0 });
  expect((await listDeliveries(db)).map(({ id }) => id)).toEqual(['waiting']);
});

test('Whoever stops gets no further batch', async () => {
  const clock = fastClock();
  await addRun(1, 3, true);
  clock.advance(31 * DAY);
  expect(await prune({ db, clock }, KEEP, AbortSignal.abort())).toEqual({
    logLines: 0,
    deliveries: 0,
    measures: 0,
    requests: 0,
  });
});

test('What came of requests with an Idempotency-Key is forgotten after a day', async () => {
  await db.query(
    `insert into ops.idempotency_keys (key, fingerprint, created_at)
     select sha256(n::text::bytea), sha256('x'), now() - n * interval '13 hours' from generate_series(0, 2) n`,
  );

  expect((await prune({ db, clock: fastClock() }, KEEP)).requests).toBe(1);
  expect((await db.query('select 1 from ops.idempotency_keys')).rowCount).toBe(2);
});
