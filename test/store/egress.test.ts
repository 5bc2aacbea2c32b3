import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { projectConfig } from '../../packages/contracts/src/project-config.ts';
import { newId } from '../../packages/server/src/domain/clock.ts';
import type { Attempt, CaughtMail } from '../../packages/server/src/domain/egress.ts';
import { pruneAttempts, recordAttempts } from '../../packages/server/src/store/egress.ts';
import { setEnvironment, upsertPreview } from '../../packages/server/src/store/environments.ts';
import { deleteMails, keepMail, MAIL_LIMITS, pruneMails } from '../../packages/server/src/store/mails.ts';
import { saveProject } from '../../packages/server/src/store/projects.ts';
import { openPool } from '../../packages/server/src/store/queryable.ts';
import { attemptViews } from '../../packages/server/src/views/attempt-view.ts';
import { mailView, mailViews, rawMail } from '../../packages/server/src/views/mail-view.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';

let database: FreshDatabase;
let pool: Pool;
beforeEach(async () => {
  database = await freshDatabase(inject('postgresUrl'));
  pool = openPool(database.url);
  const config = projectConfig.parse({ version: 1, name: 'shop', source: { git: 'x' }, odoo: { series: '19.0' } });
  await saveProject(pool, { name: 'shop', config, source: config.source, folder: null, defaultBranch: 'main' });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const mail = (subject: string, more: Partial<CaughtMail> = {}): CaughtMail => ({
  environment: 'shop/pr-1',
  sender: 'shop@example.com',
  recipients: ['customer@example.com', 'blind@example.com'],
  subject,
  from: 'Shop <shop@example.com>',
  to: 'customer@example.com',
  text: 'Guten Tag',
  html: '<p>Guten Tag</p>',
  attachments: [{ name: 'a.pdf', type: 'application/pdf', bytes: 3 }],
  raw: Buffer.from(`Subject: ${subject}\r\n\r\n`),
  ...more,
});
const keep = async (...mails: CaughtMail[]): Promise<string[]> => {
  const ids = mails.map(() => newId('mail')).sort();
  for (const [i, one] of mails.entries()) await keepMail(pool, one, ids[i] ?? '');
  return ids;
};
const list = (filter: { environment?: string; search?: string; before?: string; limit?: number } = {}) =>
  mailViews(pool, { environment: 'shop/pr-1', search: null, before: null, limit: 50, ...filter });

describe('caught mails', () => {
  test('are listed newest first, page by page, and by environment', async () => {
    const ids = await keep(mail('one'), mail('two'), mail('three'), mail('elsewhere', { environment: 'shop/pr-2' }));

    const page = await list({ limit: 2 });
    const next = await list({ limit: 2, before: page.at(-1)?.id ?? '' });

    expect(page.map(({ subject }) => subject)).toEqual(['three', 'two']);
    expect(next.map(({ subject }) => subject)).toEqual(['one']);
    expect((await list({ environment: 'shop/pr-2' })).map(({ id }) => id)).toEqual([ids[3]]);
  });

  test('are found by subject, people and text, whatever the case, and by nothing that means something to a database', async () => {
    await keep(mail('Invoice 100% (draft)'), mail('Other', { text: 'Delivery', recipients: ['zoë@example.com'] }));

    expect((await list({ search: 'INVOICE' })).length).toBe(1);
    expect((await list({ search: 'ZOË@' })).length).toBe(1);
    expect((await list({ search: 'delivery' })).length).toBe(1);
    expect((await list({ search: '100% (' })).length).toBe(1);
    for (const search of ['%', '_nvoice', "'; drop"])
      expect((await list({ search })).length).toBe(search === '%' ? 1 : 0);
  });

  test('are read whole, and only in their own environment', async () => {
    const [id = ''] = await keep(mail('one'));

    expect(await mailView(pool, 'shop/pr-1', id)).toMatchObject({
      subject: 'one',
      html: '<p>Guten Tag</p>',
      bytes: 16,
    });
    expect((await rawMail(pool, 'shop/pr-1', id)).toString()).toContain('Subject: one');
    for (const read of [mailView, rawMail])
      await expect(read(pool, 'shop/pr-2', id)).rejects.toMatchObject({ code: 'mail-unknown' });
    expect(await deleteMails(pool, 'shop/pr-2', id)).toBe(0);
    expect(await deleteMails(pool, 'shop/pr-1', id)).toBe(1);
  });

  test('beyond number, size or age go, the oldest first, and those of others stay', async () => {
    await pool.query(
      `insert into ops.mails (id, project, environment, sender, recipients, subject, from_header, to_header, text, html, bytes, raw)
       select 'mail_' || lpad(n::text, 9, '0'), 'shop', 'shop/pr-1', '', '{}', n::text, '', '', '', '', 1, '' from generate_series(1, $1) n`,
      [MAIL_LIMITS.count],
    );
    await keep(mail('elsewhere', { environment: 'shop/pr-2' }), mail('one more'));
    expect((await list({ limit: 2000 })).map(({ subject }) => subject).toSorted()[0]).toBe('10');
    expect((await list({ limit: 2000 })).length).toBe(MAIL_LIMITS.count);

    await pool.query(`update ops.mails set bytes = $1 where subject = 'one more'`, [MAIL_LIMITS.bytes]);
    await keep(mail('the last'));
    expect((await list()).map(({ subject }) => subject)).toEqual(['the last']);

    await pool.query(`update ops.mails set received_at = now() - interval '15 days' where environment = 'shop/pr-1'`);
    expect(await pruneMails(pool)).toBe(1);
    expect((await list({ environment: 'shop/pr-2' })).length).toBe(1);
  });

  test('go with their environment, however it is closed', async () => {
    await upsertPreview(pool, {
      id: 'shop/pr-1',
      project: 'shop',
      stage: 'preview',
      name: 'pr-1',
      number: 1,
      title: null,
      branch: null,
      base: null,
      author: null,
      fork: false,
      headSha: 'x',
      headUpdatedAt: null,
      database: 'd',
      role: 'r',
      host: 'h',
      url: null,
      state: 'live',
    } as unknown as Parameters<typeof upsertPreview>[1]);
    await keep(mail('one'), mail('elsewhere', { environment: 'shop/pr-2' }));

    await setEnvironment(pool, 'shop/pr-1', { state: 'sleeping' });
    expect((await list()).length).toBe(1);
    await setEnvironment(pool, 'shop/pr-1', { state: 'closed' });

    expect((await list()).length).toBe(0);
    expect((await list({ environment: 'shop/pr-2' })).length).toBe(1);
  });

  test('of a project that nobody knows are refused, so that the sender hears of it', async () => {
    await expect(keep(mail('one', { environment: 'nobody/pr-1' }))).rejects.toThrow('null value');
  });
});

const attempt = (host: string, lastAt: string, more: Partial<Attempt> = {}) => ({
  environment: 'shop/pr-1',
  kind: 'dns' as const,
  host,
  port: 0,
  outcome: 'refused' as const,
  reason: 'not on the list',
  bytesSent: 10,
  bytesReceived: 0,
  count: 1,
  firstAt: lastAt,
  lastAt,
  ...more,
});
const attempts = (filter: { outcome?: string; since?: string } = {}) =>
  attemptViews(pool, { environment: 'shop/pr-1', outcome: null, since: null, limit: 100, ...filter });

describe('attempts', () => {
  test('that are equal are one row an hour, with their number, bytes and times', async () => {
    await recordAttempts(pool, [attempt('a.example', '2026-03-01T10:05:00.000Z')]);
    await recordAttempts(pool, [
      { ...attempt('a.example', '2026-03-01T10:55:00.000Z'), count: 4 },
      attempt('a.example', '2026-03-01T11:00:00.000Z'),
    ]);

    expect(
      (await attempts()).map(({ count, bytesSent, firstAt, lastAt }) => [count, bytesSent, firstAt, lastAt]),
    ).toEqual([
      [1, 10, '2026-03-01T11:00:00.000Z', '2026-03-01T11:00:00.000Z'],
      [5, 20, '2026-03-01T10:05:00.000Z', '2026-03-01T10:55:00.000Z'],
    ]);
  });

  test('are listed by outcome and since a time; those of a project that nobody knows are dropped', async () => {
    await recordAttempts(pool, [
      attempt('a.example', '2026-03-01T10:00:00.000Z'),
      attempt('b.example', '2026-03-01T12:00:00.000Z', { outcome: 'allowed', reason: '', kind: 'connect', port: 443 }),
      attempt('c.example', '2026-03-01T12:00:00.000Z', { environment: 'nobody/pr-1' }),
    ]);

    expect((await attempts({ outcome: 'allowed' })).map(({ host }) => host)).toEqual(['b.example']);
    expect((await attempts({ since: '2026-03-01T11:00:00Z' })).map(({ host }) => host)).toEqual(['b.example']);
    const { rows } = await pool.query('select count(*)::int as n from ops.egress');
    expect(rows).toEqual([{ n: 2 }]);
  });

  test('that are old, or too many, are forgotten', async () => {
    const now = new Date().toISOString();
    await recordAttempts(pool, [attempt('old.example', '2020-01-01T00:00:00.000Z')]);
    await recordAttempts(
      pool,
      Array.from({ length: 5005 }, (_, i) => attempt(`${i}.example`, now)),
    );

    expect(await pruneAttempts(pool)).toBe(6);
    expect(await pruneAttempts(pool)).toBe(0);
  });
});
