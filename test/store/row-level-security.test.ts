import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { reading } from '../../packages/server/src/store/reading.ts';
import { environmentViews } from '../../packages/server/src/views/environment-view.ts';
import { previewViews } from '../../packages/server/src/views/preview-view.ts';
import { queueOf, runsOfEnvironment } from '../../packages/server/src/views/queue-view.ts';
import { runViews, type Within } from '../../packages/server/src/views/run-view.ts';
import { type FreshDatabase, freshDatabase, testPool } from '../setup/database.ts';

const ROLE = `reader_${Date.now()}`;
let database: FreshDatabase;
let pool: pg.Pool;

/** One row of everything, by organisation. */
const FILL = (o: string) => `
  insert into ops.organisations values ('${o}', '${o}');
  insert into ops.projects (id, organisation, name, config, source, database_prefix) values ('${o}-shop', '${o}', 'shop', '{}', '{}', '${o}');
  insert into ops.environments (id, project, stage, name, head_sha, database, role, host)
    values ('${o}-shop/pr-1', '${o}-shop', 'preview', 'pr-1', 'x', '${o}_db', 'r', '${o}.localhost');
  insert into ops.runs (id, project, environment, kind, requested_by) values ('run_${o}', '${o}-shop', '${o}-shop/pr-1', 'open-preview', 'ada');
  insert into ops.steps (run, index, name, kind, state) values ('run_${o}', 0, 'a', 'a', 'done');
  insert into ops.builds (id, project, run, git_sha, lock_hash) values ('b_${o}', '${o}-shop', 'run_${o}', 'x', 'x');
  insert into ops.deployments (id, environment, git_sha, actor) values ('d_${o}', '${o}-shop/pr-1', 'x', 'ada');
  insert into ops.migrations (deployment, module) values ('d_${o}', 'sale');
  insert into ops.snapshots (id, project, environment, kind, reason, series, modules, row_count, files, bytes, stored_bytes, encrypted,
    taken_at, finished_at)
    values ('s_${o}', '${o}-shop', '${o}-shop/pr-1', 'raw', 'manual', '19.0', 1, 1, 1, 1, 1, true, now(), now());
  insert into ops.schedules (project, name, expression) values ('${o}-shop', 'backup', 'never');
  insert into ops.drills (id, project, snapshot, recovery_point_seconds, recovery_time_seconds, rows_compared)
    values ('drill_${o}', '${o}-shop', 's_${o}', 1, 1, 1);
  insert into ops.rehearsals (id, project, git_sha, image_sha256, requested_by, status, seconds)
    values ('reh_${o}', '${o}-shop', 'x', 'x', 'ada', 'succeeded', 1);
  insert into ops.archives (project, database) values ('${o}-shop', 'PRODUCTION_DATABASE_URL');
  insert into ops.events (project, kind, subject, message) values ('${o}-shop', 'x', 'x', 'x');
  insert into ops.notices (id, project, channel, kind, phase, subject, notice) values ('ntc_${o}', '${o}-shop', 'x', 'x', 'news', 'x', '{}');
  insert into ops.approvals (id, environment, what, decision, who) values ('a_${o}', '${o}-shop/pr-1', 'deploy', 'approved', 'ada');
  insert into ops.artifacts (sequence, run, path, sha256, bytes, previous_chain, chain, created_at)
    values ((select count(*) + 1 from ops.artifacts), 'run_${o}', '${o}', 'x', 1, 'x', '${o}', now());
  insert into ops.evidence_heads (number, run, path, sequence, chain, previous, sealed_at, key, signature)
    values ((select count(*) + 1 from ops.evidence_heads), 'run_${o}', '${o}', 1, 'x', 'x', 'x', 'x', 'x');
  insert into ops.audit_log (organisation, who, what, from_where, target, result) values ('${o}', 'ada', 'x', 'cli', 'x', 'ok');
  insert into ops.deliveries (id, event, body) values ('${o}', 'ping', '');
  insert into ops.routes (host, environment, route) values ('${o}.localhost', '${o}-shop/pr-1', '{}');
  insert into ops.read_only_times (environment, since, until) values ('${o}-shop/pr-1', now(), now());
  insert into ops.edge_measures (environment, at, requests, server_errors, latencies) values ('${o}-shop/pr-1', now(), 1, 0, '{1}');
  insert into ops.production_watches (deployment, environment, slot, since, until)
    select id, environment, 'blue', now(), now() from ops.deployments where environment = '${o}-shop/pr-1';
  insert into ops.edge_activity (environment, last_request_at) values ('${o}-shop/pr-1', now());
  insert into ops.secrets (project, stage, name, key_id, nonce, ciphertext, updated_by) values ('${o}-shop', 'preview', 'A', 'k', '', '', 'ada');
  insert into ops.feedback (environment, wanted_hash) values ('${o}-shop/pr-1', 'x');
  insert into ops.log_lines (run, at, stream, line) values ('run_${o}', now(), 'step', 'x');
  insert into ops.templates (key, project, database, image, series) values ('${o}', '${o}-shop', 't_${o}', 'i', '19.0');
  insert into ops.pull_requests (environment, project, known) values ('${o}-shop/pr-1', '${o}-shop', '{}');
  insert into ops.egress (environment, project, kind, host, port, outcome, count, bytes_sent, bytes_received, first_at, last_at, hour)
    values ('${o}-shop/pr-1', '${o}-shop', 'dns', 'x', 0, 'refused', 1, 0, 0, now(), now(), now());
  insert into ops.tokens (id, organisation, name, sha256, scopes, created_by) values ('tok_${o}', '${o}', '${o}', sha256('${o}'), '{read}', 'ada');
  insert into ops.users (id, organisation, name, email) values ('user_${o}', '${o}', 'Ada', 'ada@${o}.example');
  insert into ops.sessions (id, user_id, token, expires_at) values ('ses_${o}', 'user_${o}', '${o}', now());
  insert into ops.accounts (id, user_id, account_id, provider_id, password) values ('acc_${o}', 'user_${o}', '${o}', 'credential', 'x');
  insert into ops.verifications (id, organisation, identifier, value, expires_at) values ('ver_${o}', '${o}', 'x', 'x', now());
  insert into ops.two_factors (id, user_id, secret, backup_codes) values ('two_${o}', 'user_${o}', 'x', 'x');
  insert into ops.rate_limits (organisation, key, count, last_request) values ('${o}', '${o}', 1, 1);
  insert into ops.sign_in_failures (account, organisation, failures, last_at) values (sha256('${o}'), '${o}', 1, now());
  insert into ops.former_addresses (user_id, email, verified, left_at) values ('user_${o}', '${o}@old.example', true, now());
  insert into ops.memberships (user_id, project, role, given_by) values ('user_${o}', '${o}-shop', 'viewer', 'ada');
  insert into ops.invitations (id, organisation, email, sha256, created_by, expires_at)
    values ('inv_${o}', '${o}', 'bob@${o}.example', sha256('${o}'), 'ada', now());
  insert into ops.one_time_links (id, purpose, user_id, sha256, expires_at) values ('link_${o}', 'reset-password', 'user_${o}', sha256('${o}'), now());
  insert into ops.promotions (id, project, environment, release, requested_by, facts, gates, expires_at)
    values ('prom_${o}', '${o}-shop', '${o}-shop/pr-1', '{}', 'ada', '{}', '[]', now());
  insert into ops.idempotency_keys (key, organisation, fingerprint) values (sha256('${o}'), '${o}', sha256('${o}'));
  insert into ops.webhooks (id, project, url, kinds, since, created_by) values ('hook_${o}', '${o}-shop', 'https://${o}', '{x}', 0, 'ada');
  insert into ops.webhook_deliveries (id, project, webhook, kind, body) values ('msg_${o}', '${o}-shop', 'hook_${o}', 'x', '{}');
  insert into ops.break_glass (id, environment, reason, write, opened_by, opened_at, until)
    values ('glass_${o}', '${o}-shop/pr-1', 'somebody had to look', false, 'ada', now(), now() + interval '1 minute');
  insert into ops.shells (id, environment, kind, read_only, terminal, columns, rows, opened_by, opened_at, attach_until, ends_at)
    values ('shl_${o}', '${o}-shop/pr-1', 'shell', true, true, 80, 24, 'ada', now(), now(), now());
  insert into ops.connect_tickets (id, environment, sha256, uid, login, asked_by, asked_at, expires_at)
    values ('tick_${o}', '${o}-shop/pr-1', sha256('${o}'), 2, 'admin', 'ada', now(), now());
  insert into ops.mails (id, project, environment, sender, recipients, subject, from_header, to_header, text, html, bytes, raw)
    values ('mail_${o}', '${o}-shop', '${o}-shop/pr-1', '', '{}', '', '', '', '', '', 0, '');`;

beforeAll(async () => {
  database = await freshDatabase(inject('postgresUrl'));
  pool = testPool(database.url, 4);
  await pool.query(FILL('acme'));
  await pool.query(FILL('beta'));
  // The worst case: a plain role to which somebody granted everything.
  await pool.query(
    `create role ${ROLE} nologin; grant usage on schema ops to ${ROLE}; grant all on all tables in schema ops to ${ROLE}`,
  );
});
afterAll(async () => {
  await pool.query(`drop owned by ${ROLE}; drop role ${ROLE}`);
  await pool.end();
  await database.drop();
});

/** Does something as a role that looks with the eyes of one organisation (null = none was set), and leaves no trace. */
const as = async <T>(
  role: string,
  organisation: string | null,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(`set local role ${role}`);
    if (organisation !== null)
      await client.query(`select set_config('slipway.organisation', $1, true)`, [organisation]);
    return await work(client);
  } finally {
    await client.query('rollback');
    client.release();
  }
};

const tables = async (): Promise<{ name: string; secured: boolean; owned: boolean }[]> => {
  const { rows } = await pool.query(
    `select c.relname as name, c.relrowsecurity as secured, exists (select from information_schema.columns i
       where i.table_schema = 'ops' and i.table_name = c.relname and i.column_name in ('organisation')) or c.relname = 'organisations' as owned
     from pg_class c where c.relnamespace = 'ops'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  );
  return rows;
};

describe('row-level security', () => {
  test('is on for every table, and this test has rows of both organisations in every one', async () => {
    const all = await tables();

    expect(all.length).toBeGreaterThan(20);
    expect(all.filter((table) => !table.secured)).toEqual([]);
    for (const { name, owned } of all) {
      const { rows } = await pool.query(`select count(*)::int as n from ops.${name}`);
      expect([name, rows[0]?.['n'] >= (owned ? 2 : 1)]).toEqual([name, true]);
    }
  });

  test('shows a plain role the rows of its organisation only, on every table', async () => {
    for (const { name, owned } of await tables()) {
      const seen = await as(ROLE, 'acme', async (client) => (await client.query(`select * from ops.${name}`)).rows);

      const organisations = new Set(seen.map((row) => (name === 'organisations' ? row['id'] : row['organisation'])));
      expect([name, [...organisations]]).toEqual([name, owned ? ['acme'] : []]);
    }
  });

  test('shows nothing at all while no organisation is set, or a wrong one', async () => {
    for (const { name } of await tables())
      for (const organisation of [null, '', 'nobody', '%'])
        expect([
          name,
          await as(ROLE, organisation, async (client) => (await client.query(`select from ops.${name}`)).rowCount),
        ]).toEqual([name, 0]);
  });

  test('lets a plain role change nothing, its own rows neither, whatever it was granted', async () => {
    for (const { name } of await tables()) {
      // Append-only tables answer with an error of their own only for rows that are seen; none is.
      expect([
        name,
        await as(ROLE, 'acme', async (client) => (await client.query(`delete from ops.${name}`)).rowCount),
      ]).toEqual([name, 0]);
    }
    await expect(
      as(ROLE, 'acme', (client) =>
        client.query(
          `insert into ops.projects (id, organisation, name, config, source, database_prefix) values ('p', 'acme', 'p', '{}', '{}', 'p')`,
        ),
      ),
    ).rejects.toThrow('row-level security');
  });

  test('by project, shows a plain role the rows of its projects only, on every table that holds any', async () => {
    const held = await pool.query(
      `select distinct tablename as name from pg_policies where policyname = 'own_projects' order by 1`,
    );
    const seen = async (name: string, projects: string) =>
      as(ROLE, 'acme', async (client) => {
        await client.query(`select set_config('slipway.projects', $1, true)`, [projects]);
        return (await client.query(`select from ops.${name}`)).rowCount ?? 0;
      });

    const all = (await tables()).filter(({ owned }) => owned).map(({ name }) => name);
    // These hold no project's rows: people, what is theirs, and answers to be given again.
    const none = new Set([
      ...['accounts', 'former_addresses', 'idempotency_keys', 'invitations'],
      ...['one_time_links', 'organisations', 'rate_limits', 'sessions'],
      ...['sign_in_failures', 'tokens', 'two_factors', 'users', 'verifications'],
    ]);
    expect(held.rows.map(({ name }) => name)).toEqual(all.filter((name) => !none.has(name)));
    for (const { name } of held.rows) {
      // The log's row here is of no project.
      const own = name === 'audit_log' ? 'x' : 'acme-shop';
      expect([
        name,
        (await seen(name, `,${own},`)) > 0,
        await seen(name, ',beta-shop,'),
        await seen(name, ','),
      ]).toEqual([name, true, 0, 0]);
      expect([name, (await seen(name, '')) > 0]).toEqual([name, true]);
    }
  });

  test('holds what a statement without any filter reads for somebody', async () => {
    const read = (organisation: string, projects: readonly string[] | null) =>
      reading(pool, { organisation, projects }, async (db) => {
        const rows = await environmentViews(db, { after: null, limit: 9 });
        return rows.map(({ name }) => name);
      });

    expect(await read('acme', null)).toEqual(['acme-shop/pr-1']);
    expect(await read('acme', ['acme-shop'])).toEqual(['acme-shop/pr-1']);
    expect([await read('acme', []), await read('acme', ['beta-shop']), await read('beta', ['acme-shop'])]).toEqual([
      [],
      [],
      [],
    ]);
    // The connection that went back to the pool is the owner's again.
    expect((await pool.query('select count(*)::int as n from ops.environments')).rows).toEqual([{ n: 2 }]);
  });

  test('holds the lists of runs and previews, and the queue, without their own filter; positions are counted over all', async () => {
    const within = (projects: readonly string[]) =>
      ((work) => reading(pool, { organisation: 'acme', projects }, work)) as Within;
    const read = async (projects: readonly string[]) => {
      const runs = await runViews(pool, { id: null, limit: 9 }, within(projects));
      const wanted = { project: null, id: null, closed: true };
      const previews = await previewViews(pool, wanted, async () => null, within(projects));
      const queue = await queueOf(pool, 'acme-shop', within(projects));
      const ofOne = await runsOfEnvironment(pool, 'acme-shop/pr-1', within(projects));
      return [runs.length, previews.length, queue.open.length + queue.ended.length, ofOne.length];
    };

    const own = await read(['acme-shop']);
    expect(own.every((rows) => rows > 0)).toBe(true);
    expect(await read(['beta-shop'])).toEqual([0, 0, 0, 0]);
    expect(await read([])).toEqual([0, 0, 0, 0]);
    // The owner's own eyes see more: the statements themselves leave nothing out.
    expect((await runViews(pool, { id: null, limit: 9 })).length).toBeGreaterThan(own[0] ?? 0);
  });

  test('does not bind the owner, which is the control plane', async () => {
    const { rows } = await pool.query('select count(distinct organisation)::int as n from ops.runs');
    expect(rows[0]?.['n']).toBe(2);
  });
});

describe('slipway_app', () => {
  test('reads its organisation, but neither webhook bodies nor what is in a secret', async () => {
    const read = (statement: string) =>
      as('slipway_app', 'acme', async (client) => (await client.query(statement)).rows);

    expect(await read('select id from ops.projects')).toEqual([{ id: 'acme-shop' }]);
    expect(await read('select name, version from ops.secrets')).toEqual([{ name: 'A', version: 1 }]);
    await expect(read('select ciphertext from ops.secrets')).rejects.toThrow('permission denied');
    expect(await read('select name from ops.tokens')).toEqual([{ name: 'acme' }]);
    expect(await read('select kinds from ops.webhooks')).toEqual([{ kinds: ['x'] }]);
    await expect(read('select url from ops.webhooks')).rejects.toThrow('permission denied');
    await expect(read('select body from ops.webhook_deliveries')).rejects.toThrow('permission denied');
    await expect(read('select sha256 from ops.tokens')).rejects.toThrow('permission denied');
    expect(await read('select u.email, m.role from ops.users u join ops.memberships m on m.user_id = u.id')).toEqual([
      { email: 'ada@acme.example', role: 'viewer' },
    ]);
    for (const hidden of ['password from ops.accounts', 'token from ops.sessions', 'sha256 from ops.invitations'])
      await expect(read(`select ${hidden}`)).rejects.toThrow('permission denied');
    for (const table of ['two_factors', 'verifications', 'rate_limits', 'sign_in_failures'])
      await expect(read(`select 1 from ops.${table}`)).rejects.toThrow('permission denied');
    await expect(read('select * from ops.deliveries')).rejects.toThrow('permission denied');
    await expect(read('select * from ops.schema_migrations')).rejects.toThrow('permission denied');
  });

  test.each([
    "insert into ops.organisations values ('x', 'x')",
    "update ops.projects set name = 'x'",
    'delete from ops.runs',
    'truncate ops.log_lines',
  ])('may not "%s"', async (statement) => {
    await expect(as('slipway_app', 'acme', (client) => client.query(statement))).rejects.toThrow('permission denied');
  });

  test('is the only one besides the owner who was granted anything', async () => {
    const { rows } = await pool.query(
      `select distinct grantee from information_schema.table_privileges where table_schema = 'ops' and grantee not in ($1, current_user)`,
      [ROLE],
    );
    expect(rows).toEqual([{ grantee: 'slipway_app' }]);
  });
});
