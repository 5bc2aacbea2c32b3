import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NoticeView } from '@slipway/contracts/notice-views';
import type { PostmortemView } from '@slipway/contracts/postmortem-view';
import type { PromotionInList } from '@slipway/contracts/promotion-views';
import type { RunView } from '@slipway/contracts/views';
import { expect } from 'vitest';
import type { LoadClient } from '../../bench/deploy/load-client.ts';
import { onServer } from '../setup/database.ts';
import type { Installation } from './installation.ts';
import { booksOf } from './production-mishaps.ts';
import { type ProductionStand, running } from './production-stand.ts';
import { steadily } from './steadily.ts';

const FORMER = 'odoo_production';
const COPY = 'odoo_production_b';

/** The databases that the files of sessions name. */
const sessionsIn = ({ data }: Installation): string[] => {
  const root = join(data, 'filestores/shop/production/sessions');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const named = files.map(({ name, parentPath }) => JSON.parse(readFileSync(join(parentPath, name), 'utf8')).db);
  return [...new Set(named as (string | null)[])].filter((name) => name !== null);
};

const writable = async (slipway: Installation): Promise<string[]> => {
  const there = new Set(await slipway.names());
  const found: string[] = [];
  for (const database of [FORMER, COPY].filter((name) => there.has(name))) {
    const { rows } = await onServer(slipway.databaseUrl(database), (client) =>
      client.query(`select has_table_privilege('${FORMER}', 'res_partner', 'update') as writes`),
    );
    if (rows[0].writes) found.push(database);
  }
  return found;
};

const partOf = (name: string): string => name.split('-').at(-1) ?? '';

/** One version, one container of scheduled actions, one database that takes writes, somebody still signed in, evidence whole. */
export const expectOne = async (
  { slipway, view, hello }: ProductionStand,
  person: LoadClient,
  { says, database }: { readonly says: string; readonly database: string },
): Promise<void> => {
  const { state, slot, database: named } = await view();
  expect([state, named]).toEqual(['live', database]);
  const parts = () => new Set(running(slipway).map(partOf));
  await expect.poll(parts, { timeout: 90_000 }).toEqual(new Set([slot, 'cron']));
  expect(await hello()).toContain(says);
  expect(sessionsIn(slipway)).toEqual([database]);
  expect(await person.ask('page', '')).toEqual({ outcome: 'ok' });
  expect(await writable(slipway)).toEqual([database]);
  expect(await slipway.api('POST', '/evidence/verify')).toMatchObject({ ok: true, firstAltered: null });
};

const failuresTold = async ({ slipway }: ProductionStand): Promise<number> =>
  (await slipway.api<NoticeView[]>('GET', '/projects/shop/notices?limit=500')).filter(
    ({ kind }) => kind === 'deployment-failed',
  ).length;

/** A deployment that has to fail: production is as it was, to the byte, nothing is left, and people know why. Answers what they were told. */
export const expectFailed = async (
  stand: ProductionStand,
  person: LoadClient,
  { says, work }: { readonly says: string; readonly work: () => Promise<RunView> },
): Promise<RunView['failure']> => {
  const { slipway } = stand;
  const books = () => booksOf(slipway.databaseUrl(FORMER));
  const [before, told] = [await books(), await failuresTold(stand)];
  const run = await work();
  expect(run.state).toBe('failed');
  expect(await books()).toEqual(before);
  await expectOne(stand, person, { says, database: FORMER });
  expect((await slipway.names()).filter((name) => name.includes(COPY))).toEqual([]);
  expect(await failuresTold(stand)).toBe(told + 1);
  const [promotion] = await slipway.api<PromotionInList[]>('GET', '/projects/shop/promotions');
  expect(promotion).toMatchObject({ run: run.id, state: 'failed', reason: run.failure?.message });
  const { markdown } = await slipway.api<PostmortemView>('GET', `/runs/${run.id}/postmortem`);
  expect(markdown).toContain('## Timeline');
  expect(markdown).toContain(` with \`${run.failure?.code}\``);
  return run.failure;
};

/** The same while people look at production without a pause: none of them notices. */
export const unnoticed = async <T>(
  look: () => Promise<{ readonly status: number }>,
  work: () => Promise<T>,
): Promise<T> => {
  const people = steadily(look);
  const result = await work().finally(async () => expect((await people.stop()).failed).toEqual([]));
  return result;
};
