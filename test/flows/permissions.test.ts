/** What is decided beside the route table: by what a body asks for, in what lists and answers show, and who is in a project. */
import type { RouteName } from '@slipway/contracts/api';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { adminRoutes } from '../../packages/server/src/http/admin.ts';
import { dataRoutes } from '../../packages/server/src/http/data.ts';
import { evidenceRoutes } from '../../packages/server/src/http/evidence.ts';
import { invariantsRoutes } from '../../packages/server/src/http/invariants.ts';
import { memberRoutes } from '../../packages/server/src/http/members.ts';
import { neutralisationRoutes } from '../../packages/server/src/http/neutralisation.ts';
import { passwordOf, previewRoutes } from '../../packages/server/src/http/previews.ts';
import { runRoutes } from '../../packages/server/src/http/runs.ts';
import { storeRoutes } from '../../packages/server/src/http/store.ts';
import { listProjects } from '../../packages/server/src/store/projects.ts';
import { recordSnapshot } from '../../packages/server/src/store/snapshots.ts';
import { previewViews } from '../../packages/server/src/views/preview-view.ts';
import { makeShop, type Shop } from './make-slipway.ts';
import { openPermissionSite, type Person } from './permission-site.ts';

let shop: Shop;
let site: Awaited<ReturnType<typeof openPermissionSite>>;
beforeAll(async () => {
  shop = await makeShop();
  site = await openPermissionSite(inject('postgresUrl'), shop, (app, slipway) => {
    for (const routes of [previewRoutes, runRoutes, dataRoutes, storeRoutes, evidenceRoutes]) routes(app, slipway);
    for (const routes of [invariantsRoutes, neutralisationRoutes, memberRoutes]) routes(app, slipway);
    const unused = async () => Promise.reject(new Error('not asked for here'));
    adminRoutes(app, slipway, {
      ...{ addProject: unused, doctor: unused, listSecrets: unused, setSecret: unused, rotateSecrets: unused },
      status: async (grant) => ({
        ...{ version: '', instance: '', startedAt: '', edge: { url: '', listening: true } },
        ...{ database: { ok: true, version: null, managed: true }, docker: { ok: true, version: null } },
        projects: (await listProjects(slipway.db, grant.sight)).map(({ name }) => ({
          ...{ name, series: '', source: '', live: 0, queued: 0, max: 0 },
        })),
        previews: await previewViews(
          slipway.db,
          { project: null, id: null, closed: false, sight: grant.sight },
          passwordOf(slipway, grant),
        ),
      }),
    });
  });
  const at = new Date().toISOString();
  for (const kind of ['raw', 'sanitised'] as const)
    await recordSnapshot(site.db, {
      ...{
        id: `snap_${kind}`,
        kind,
        takenAt: at,
        finishedAt: at,
        project: 'shop',
        environment: 'shop/production',
        run: null,
      },
      ...{ reason: 'manual', series: '19.0', modules: 1, rows: 1, files: 0, bytes: 1, storedBytes: 1 },
      ...{ encrypted: true, rules: null, columns: null },
    });
});
afterAll(async () => {
  await site?.close();
  await shop?.remove();
});

const told = async (who: Person, route: RouteName, parameters: Record<string, string>, body?: object) => {
  const answer = await site.ask(who, route, { project: 'shop', ...parameters }, body);
  return answer.body?.code === 'forbidden' ? `${answer.status} ${answer.body.title}` : (answer.body?.code ?? 'done');
};
const FORBIDDEN = '403 This takes the role admin in project shop; tester has the role tester.';

describe('what a body asks for is asked once more', () => {
  test('a backup, which is real data, is for administrators; a sanitised snapshot is not', async () => {
    expect(await told('tester', 'createSnapshot', {}, { kind: 'raw' })).toBe(FORBIDDEN);
    expect(await told('tester', 'createSnapshot', {}, { kind: 'sanitised' })).not.toContain('403');
    expect(await told('admin', 'createSnapshot', {}, { kind: 'raw' })).not.toContain('403');
  });

  test('a backup is not downloaded as something else', async () => {
    expect(await told('tester', 'downloadSnapshot', { snapshot: 'snap_raw' }, { raw: false })).toBe('usage');
  });

  test.each([
    ['pinSnapshot', { pinned: true }],
    ['verifySnapshot', undefined],
    ['downloadSnapshot', { raw: true }],
    ['removeSnapshot', undefined],
  ] as const)('%s of a backup, too', async (route, body) => {
    expect(await told('tester', route, { snapshot: 'snap_raw' }, body)).toBe(FORBIDDEN);
    expect(await told('admin', route, { snapshot: 'snap_raw' }, body)).not.toContain('403');
    if (route !== 'downloadSnapshot')
      expect(await told('tester', route, { snapshot: 'snap_sanitised' }, body)).not.toContain('403');
  });

  test.each(['checkNeutralisation', 'measureInvariants'] as const)(
    '%s of an environment wants what its stage wants',
    async (route) => {
      const of = (who: Person, environment: string) => told(who, route, {}, { environment });

      expect(await of('developer', 'shop/staging')).toMatch(/^403 This takes the role tester or admin in project shop/);
      expect(await of('tester', 'shop/production')).toBe(FORBIDDEN);
      expect(await of('viewer', 'shop/pr-1')).toMatch(/^403/);
      expect(await of('developer', 'shop/pr-1')).not.toMatch(/^403|unknown/);
      expect(await of('stranger', 'shop/pr-1')).toBe('environment-unknown');
      const [theirs, none] = [
        await site.ask('stranger', route, {}, { environment: 'shop/pr-1' }),
        await site.ask('stranger', route, {}, { environment: 'nope/pr-1' }),
      ];
      expect(theirs.text.replaceAll('shop/pr-1', '')).toBe(none.text.replaceAll('nope/pr-1', ''));
    },
  );

  test.each(['checkNeutralisation', 'measureInvariants'] as const)(
    '%s of any address is for the installation',
    async (route) => {
      const url = 'postgresql://127.0.0.1:1/x';
      for (const who of ['admin', 'foreigner'] as const)
        expect(await told(who, route, {}, { url })).toMatch(/^403 This takes an administrator of the installation/);
      expect(await told('root', route, {}, { url })).not.toMatch(/^403/);
    },
  );
});

describe('lists show what their reader may see', () => {
  const OF: Readonly<Record<Person, readonly string[]>> = {
    ...{ viewer: ['shop'], developer: ['shop'], tester: ['shop'], admin: ['shop'], reader: ['shop'] },
    ...{ stranger: ['depot'], foreigner: ['attic'] },
    ...{ both: ['depot', 'shop'], root: ['depot', 'shop'] },
  };
  test.each(['environments', 'runs', 'builds', 'evidenceList', 'status'] as const)('%s', async (route) => {
    for (const [who, projects] of Object.entries(OF)) {
      const { status, text } = await site.ask(who as Person, route);
      const shown = ['shop', 'depot', 'attic']
        .filter((name) => new RegExp(`\\b(?:(?:run|bld)_)?${name}(?:\\b|_)`).test(text))
        .sort();
      expect([who, status, shown]).toEqual([who, 200, [...projects].sort()]);
    }
  });

  test('the names that an answer offers instead of a wrong one are those, too', async () => {
    expect((await site.ask('stranger', 'environment', { environment: 'x' })).body.facts.known).toBe(
      'depot/pr-1, depot/production, depot/staging',
    );
    expect((await site.ask('foreigner', 'previews', { project: 'x' })).body.facts.known).toBe('attic');
    // A run that is there and has no evidence.
    await site.db.query(
      `insert into ops.runs (id, project, environment, kind, requested_by) values ('run_bare', 'depot', 'depot/pr-1', 'x', 'ada')`,
    );
    expect((await site.ask('stranger', 'evidence', { run: 'run_bare' })).text).not.toContain('shop');
    await site.db.query(`delete from ops.runs where id = 'run_bare'`);
  });

  test('the password of an Odoo is for those who may handle it', async () => {
    const login = async (who: Person, environment: string) =>
      (await site.ask(who, 'environment', { environment })).body.login?.user ?? null;

    expect([await login('viewer', 'shop/pr-1'), await login('developer', 'shop/pr-1')]).toEqual([null, 'admin']);
    expect([await login('developer', 'shop/staging'), await login('tester', 'shop/staging')]).toEqual([null, 'admin']);
    expect(await login('admin', 'shop/production')).toBeNull();
    const previews = async (who: Person) =>
      (await site.ask(who, 'previews', { project: 'shop' })).body[0].login?.user ?? null;
    expect([await previews('viewer'), await previews('developer')]).toEqual([null, 'admin']);
    const one = async (who: Person) => (await site.ask(who, 'preview', { project: 'shop' })).body.login?.user ?? null;
    expect([await one('viewer'), await one('developer')]).toEqual([null, 'admin']);
    const { previews: seen } = (await site.ask('viewer', 'status')).body;
    expect(seen.map((one: { login: unknown }) => one.login)).toEqual([null]);
  });
});

describe('who is in a project', () => {
  beforeEach(async () => {
    await site.db.query('delete from ops.memberships');
  });
  const set = (who: Person, user: string, role: string) =>
    site.ask(who, 'setMember', { project: 'shop', user }, { role });
  const list = async () => (await site.ask('admin', 'members', { project: 'shop' })).body;

  test('is set, changed and taken back by its administrators, by address or id, which is written down', async () => {
    expect((await set('admin', 'Ada@example.com', 'viewer')).body).toMatchObject({
      user: 'usr_ada',
      name: 'ada',
      role: 'viewer',
      givenBy: 'admin',
    });
    expect((await set('root', 'usr_ada', 'tester')).body).toMatchObject({ role: 'tester', givenBy: 'root' });
    await set('admin', 'grace@example.com', 'admin');
    expect((await list()).map(({ name, role }: { name: string; role: string }) => `${name}: ${role}`)).toEqual([
      'ada: tester',
      'grace: admin',
    ]);
    expect((await site.ask('admin', 'removeMember', { project: 'shop', user: 'ada@example.com' })).status).toBe(200);
    expect((await list()).map(({ name }: { name: string }) => name)).toEqual(['grace']);

    expect(
      await site.rows(
        `select who, what, target, details from ops.audit_log where what like 'member.%' order by id limit 2`,
      ),
    ).toEqual([
      {
        who: 'admin',
        what: 'member.set',
        target: 'shop/ada@example.com',
        details: { user: 'usr_ada', former: null, role: 'viewer' },
      },
      {
        who: 'root',
        what: 'member.set',
        target: 'shop/ada@example.com',
        details: { user: 'usr_ada', former: 'viewer', role: 'tester' },
      },
    ]);
    expect(await site.rows(`select details from ops.audit_log where what = 'member.remove'`)).toEqual([
      { details: { user: 'usr_ada', former: 'tester' } },
    ]);
  });

  test('is nobody without an account of the organisation, and has one of the roles', async () => {
    expect((await set('admin', 'nobody@example.com', 'viewer')).body.code).toBe('user-unknown');
    expect((await set('admin', 'mallory@example.com', 'viewer')).body.code).toBe('user-unknown');
    expect((await set('admin', 'usr_ada', 'root')).body.code).toBe('payload-invalid');
    expect((await set('tester', 'usr_ada', 'viewer')).body.code).toBe('forbidden');
    expect((await site.ask('admin', 'removeMember', { project: 'shop', user: 'usr_ada' })).body.code).toBe(
      'member-unknown',
    );
    expect(await list()).toEqual([]);
  });
});
