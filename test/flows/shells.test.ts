/** Shells, logins and break-glass as their users and their enemies meet them, over HTTP and websockets. */
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, onTestFinished, test } from 'vitest';
import { forgetRecordings } from '../../packages/server/src/flows/forget-recordings.ts';
import { setEnvironment } from '../../packages/server/src/store/environments.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { makeProductionShop } from '../chaos/production-scenarios.ts';
import type { Shop } from './make-slipway.ts';
import { type Asking, openShellSite, type ShellSite, serve } from './shell-site.ts';

const PREVIEW = encodeURIComponent('shop/pr-7');
const PRODUCTION = encodeURIComponent('shop/production');
const GLASS = '/api/v1/projects/shop/production/break-glass';
const REASON = 'An invoice cannot be posted since noon';

let shop: Shop;
let at: ShellSite;
let told = 0;
beforeAll(async () => {
  ({ shop } = await makeProductionShop());
  at = await openShellSite(inject('postgresUrl'), shop);
});
afterAll(async () => {
  await at?.close();
  await shop?.remove();
});
beforeEach(async () => {
  told = Number((await query<{ id: number }>(db(), 'select coalesce(max(id), 0) as id from ops.audit_log'))[0]?.id);
});
afterEach(async () => {
  await setEnvironment(db(), 'shop/pr-7', { asleep: false, liveSlot: 'blue' });
  for (const { id } of await query<{ id: string }>(db(), 'select id from ops.shells where ended_at is null'))
    await at.ask('DELETE', `/api/v1/shells/${id}`);
  await query(db(), 'update ops.break_glass set closed_at = now(), settled_at = now() where settled_at is null');
  await at.tend();
  await expect.poll(traces).toEqual([]);
});

const db = () => at.plane.slipway.db;
const openShell = (environment: string, body: object = {}, asking: Asking = {}) =>
  at.ask('POST', `/api/v1/environments/${environment}/shells`, body, asking);
const opened = async (environment: string, body: object = {}, asking: Asking = {}): Promise<string> => {
  const { status, body: answer } = await openShell(environment, body, asking);
  if (status !== 200) throw new Error(`${status} ${answer.code}`);
  return answer.id;
};
const glass = async (body: object = {}, asking: Asking = {}): Promise<string> => {
  const { status, body: answer } = await at.ask('POST', GLASS, { reason: REASON, ...body }, asking);
  if (status !== 200) throw new Error(`${status} ${answer.code} ${answer.title}`);
  return answer.id;
};
const audit = async (what: string) =>
  query<{ who: string; target: string; result: string; details: Record<string, unknown> }>(
    db(),
    'select who, target, result, details from ops.audit_log where what = $1 and id > $2 order by at, id',
    [what, told],
  );
/** Of what shells leave behind. */
const traces = () => [
  ...at.site.world.terminals.keys(),
  ...[...at.site.world.roles.keys()].filter((role) => role.includes('shl_')),
];

describe('a shell', () => {
  test('shows what is typed, ends with the exit code of its program, and is told in the audit log', async () => {
    const id = await opened(PREVIEW, { columns: 100, rows: 30 });
    const shell = await at.mustAttach(id);
    shell.say({ resize: { columns: 120, rows: 40 } });
    shell.type('hello\n');
    await expect.poll(shell.shown).toContain('hello');
    shell.type('exit 3\n');

    expect(await shell.ended).toEqual({ code: 3, why: 'exited' });
    expect((await at.ask('GET', `/api/v1/shells/${id}`)).body).toMatchObject({
      exitCode: 3,
      why: 'exited',
      readOnly: false,
    });
    expect(await audit('shell.open')).toMatchObject([{ who: 'operator', target: 'shop/pr-7', details: { id } }]);
    expect(await audit('shell.closed')).toMatchObject([{ details: { id, exitCode: 3, why: 'exited' } }]);
    expect(traces()).toEqual([]);
  });

  test('is recorded, with secrets masked also where they come in pieces', async () => {
    const password = (await at.plane.secrets.ensure('shop/pr-7', 'database-password')).reveal();
    const id = await opened(PREVIEW);
    const shell = await at.mustAttach(id);
    shell.type(`one ${password} two\n`);
    shell.type(`split ${password.slice(0, 5)}`);
    shell.type(`${password.slice(5)}\n`);
    await expect.poll(shell.shown).toContain('split');
    shell.type('exit 0\n');
    await shell.ended;

    const { status, body } = await at.ask('GET', `/api/v1/shells/${id}/recording`);
    const lines = String(body)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(status).toBe(200);
    expect(lines[0]).toMatchObject({ version: 2, width: 80, height: 24 });
    expect(
      lines
        .slice(1)
        .map(([, , text]) => text)
        .join(''),
    ).toBe('one [secret] two\r\nsplit [secret]\r\n');
    expect(await readFile(`${at.tools.folder}/${id}.cast`, 'utf8')).not.toContain(password.slice(5));
    expect(await audit('shell.recording')).toMatchObject([{ details: { id } }]);
  });

  test.each([
    ['viewer', 403, 'forbidden'],
    ['developer', 200, undefined],
    ['none', 404, 'environment-unknown'],
  ])('of a preview is for a %s: %i', async (role, status, code) => {
    const answer = await openShell(PREVIEW, {}, { as: `ada/${role}` });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    const connect = await at.ask('POST', `/api/v1/environments/${PREVIEW}/connect`, {}, { as: `ada/${role}` });
    expect([connect.status, connect.body.code]).toEqual([status, code]);
    const users = await at.ask('GET', `/api/v1/environments/${PREVIEW}/users`, undefined, { as: `ada/${role}` });
    expect(users.status).toBe(status);
  });

  test('its recording goes when its time is over, and that is told; that there was a shell stays', async () => {
    const shown = async (): Promise<string> => {
      const id = await opened(PREVIEW);
      const shell = await at.mustAttach(id);
      shell.type('exit 0\n');
      await shell.ended;
      return id;
    };
    const [old, living] = [await shown(), await opened(PREVIEW)];
    const sitting = await at.mustAttach(living);
    sitting.type('hello\n');
    await expect.poll(sitting.shown).toContain('hello');
    const { folder } = at.tools;
    const endedAt = Date.parse((await at.ask('GET', `/api/v1/shells/${old}`)).body.endedAt);
    const forget = (before: number) =>
      forgetRecordings(at.plane.slipway, { folder, before: new Date(before).toISOString() });
    const stray = `${folder}/shl_of_an_environment_that_is_gone.cast`;
    await writeFile(stray, '{}');
    await utimes(stray, 0, 0);

    await forget(endedAt);
    expect((await at.ask('GET', `/api/v1/shells/${old}/recording`)).status).toBe(200);
    await forget(endedAt + 1);
    expect((await at.ask('GET', `/api/v1/shells/${old}/recording`)).status).toBe(404);
    expect((await at.ask('GET', `/api/v1/shells/${old}`)).body).toMatchObject({ id: old, recorded: null });
    expect(await audit('shell.recording-removed')).toContainEqual(
      expect.objectContaining({ target: 'shop/pr-7', details: expect.objectContaining({ id: old }) }),
    );
    const left = await readdir(folder);
    expect(left).toContain(`${living}.cast`);
    expect(left).not.toContain(basename(stray));
    sitting.type('exit 0\n');
    await sitting.ended;
  });

  test('is attached to by whoever opened it, once, from a page of ours, in time', async () => {
    const ada = { as: 'ada/developer' };
    const id = await opened(PREVIEW, {}, ada);

    expect(await at.attach(id, { as: 'bob/developer' })).toMatchObject({ status: 404, code: 'shell-unknown' });
    expect(await at.attach(id, { ...ada, origin: 'http://evil.localhost' })).toMatchObject({ code: 'origin-refused' });
    expect(await at.attach('shl_none', ada)).toMatchObject({ status: 404, code: 'shell-unknown' });
    expect(await at.ask('GET', `/api/v1/shells/${id}/attach`, undefined, ada)).toMatchObject({ status: 426 });
    const both = await Promise.all([at.attach(id, ada), at.attach(id, ada)]);
    expect(both.filter((one) => 'status' in one)).toMatchObject([{ status: 409, code: 'shell-attached' }]);

    const late = await opened(PREVIEW, {}, ada);
    at.site.clock.advance(61_000);
    expect(await at.attach(late, ada)).toMatchObject({ status: 410, code: 'shell-ended' });
    await at.tend();
    expect((await at.ask('GET', `/api/v1/shells/${late}`)).body).toMatchObject({ why: 'nobody attached in time' });
  });

  test('is refused where nothing runs, and says what to do', async () => {
    await setEnvironment(db(), 'shop/pr-7', { asleep: true });
    expect((await openShell(PREVIEW)).body).toMatchObject({
      code: 'environment-asleep',
      hint: expect.stringMatching(/wake/i),
    });
    await setEnvironment(db(), 'shop/pr-7', { asleep: false, liveSlot: null });
    expect((await openShell(PREVIEW)).body).toMatchObject({ code: 'environment-not-running' });
  });

  test('of one person is one of five', async () => {
    const answers = await Promise.all(Array.from({ length: 7 }, () => openShell(PREVIEW, {}, { as: 'ada/developer' })));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect((await openShell(PREVIEW, {}, { as: 'bob/developer' })).status).toBe(200);
  });

  test.each([
    ['by DELETE', async (id: string) => void (await at.ask('DELETE', `/api/v1/shells/${id}`)), 'ended by operator'],
    [
      'when nothing happens in it',
      // Again and again: what it still had to say may come after the first time.
      async () => {
        const timer = setInterval(() => at.site.clock.advance(15 * 60_000 + 1000), 500);
        onTestFinished(() => clearInterval(timer));
      },
      'nothing happened in it for 15 minutes',
    ],
    [
      'when its environment goes to sleep',
      async () => setEnvironment(db(), 'shop/pr-7', { asleep: true }),
      'its environment stopped',
    ],
  ])('ends %s', async (_, end, why) => {
    const id = await opened(PREVIEW);
    const shell = await at.mustAttach(id);
    shell.type('hello\n');
    await expect.poll(shell.shown).toContain('hello');
    await end(id);

    expect(await shell.ended).toEqual({ code: null, why });
    expect(traces()).toEqual([]);
    expect(await audit('shell.closed')).toMatchObject([{ details: { id, why } }]);
  });

  test('ends when the token that it was opened with is revoked', async () => {
    const { token } = (await at.ask('POST', '/api/v1/tokens', { name: 'ci', scopes: ['admin'] })).body;
    const shell = await at.mustAttach(await opened(PREVIEW, {}, { token }), { token });
    await at.ask('DELETE', '/api/v1/tokens/ci');

    expect(await shell.ended).toEqual({ code: null, why: 'whoever opened it may not any more' });
  });

  test('ends with whoever sat there', async () => {
    const id = await opened(PREVIEW);
    const shell = await at.mustAttach(id);
    shell.socket.terminate();

    await expect
      .poll(async () => (await at.ask('GET', `/api/v1/shells/${id}`)).body.why)
      .toBe('whoever sat there left');
    expect(traces()).toEqual([]);
  });

  test('takes no frame that is not of its protocol, and no hostile argument', async () => {
    const shell = await at.mustAttach(await opened(PREVIEW));
    shell.say({ resize: { columns: 1e9, rows: 1 } });
    expect(await shell.ended).toBeNull();
    for (const body of [{ kind: 'root' }, { command: ['a\0b'] }, { columns: 0 }, { user: 'root' }])
      expect((await openShell(PREVIEW, body)).status).toBe(400);
    for (const name of ['..', 'shop/pr-7%00', "shop'; drop table ops.shells; --", 'shop/drill'])
      expect((await openShell(encodeURIComponent(name))).status).toBeGreaterThanOrEqual(400);
    expect((await openShell(PREVIEW)).status).toBe(200);
  });

  test('that runs one command answers its code, and takes its input from a pipe', async () => {
    const failing = await at.mustAttach(await opened(PREVIEW, { command: ['false'], terminal: false }));
    expect(await failing.ended).toEqual({ code: 1, why: 'exited' });

    const id = await opened(PREVIEW, { kind: 'odoo', terminal: false });
    const piped = await at.mustAttach(id);
    piped.type('print(1)');
    piped.say({ eof: true });
    expect(await piped.ended).toEqual({ code: 0, why: 'exited' });
    expect(piped.shown()).toBe('print(1)');
    expect((await at.ask('GET', `/api/v1/shells/${id}/recording`)).body).toContain('"i","print(1)"');
  });
});

describe('a login without a password', () => {
  const connect = (environment: string, body: object = {}, asking: Asking = {}) =>
    at.ask('POST', `/api/v1/environments/${environment}/connect`, body, asking);
  /** As the edge asks. */
  const use = (url: string, host?: string) =>
    at.ask('POST', '/internal/connect', {
      ...{ ticket: new URL(url).searchParams.get('ticket'), host: host ?? new URL(url).hostname, from: '203.0.113.7' },
    });

  test('works once, however many come at the same moment', async () => {
    const { url, user } = (await connect(PREVIEW)).body;
    expect(user).toBe('admin');
    const answers = await Promise.all(Array.from({ length: 8 }, () => use(url)));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(410)]);
    expect(answers.find(({ status }) => status === 200)?.body).toMatchObject({
      path: '/web',
      session: expect.any(String),
    });
    expect(await audit('connect.use')).toMatchObject([{ who: 'operator', target: 'shop/pr-7', result: 'ok' }]);
    expect(traces()).toEqual([]);
    const rows = JSON.stringify(await query(db(), 'select * from ops.connect_tickets'));
    expect(rows).not.toContain(new URL(url).searchParams.get('ticket'));
  });

  test('works for a minute, and in its own environment only', async () => {
    const first = (await connect(PREVIEW)).body.url;
    expect((await use(first, 'production.localhost')).status).toBe(410);
    expect((await use(first)).status).toBe(200);
    const late = (await connect(PREVIEW)).body.url;
    at.site.clock.advance(60_001);
    expect((await use(late)).status).toBe(410);
  });

  test.each(['former', 'nobody', 'public', "admin' or 1=1 --"])('is none for %s', async (user) => {
    expect((await connect(PREVIEW, { user })).body).toMatchObject({
      ...{ code: 'connect-user-unknown', title: expect.stringContaining('there are: admin, demo, portal') },
    });
  });

  test('lists whom one can be', async () => {
    const users = await at.ask('GET', `/api/v1/environments/${PREVIEW}/users?search=JO`);
    expect(users.body).toEqual([{ login: 'portal', name: 'Joel', active: true, kind: 'portal' }]);
  });

  test('of production needs a break-glass that writes, and ends with it', async () => {
    expect((await connect(PRODUCTION)).body.code).toBe('glass-needed');
    await glass();
    expect((await connect(PRODUCTION)).body).toMatchObject({
      code: 'glass-needed',
      title: expect.stringContaining('with `write`'),
    });
    const id = await glass({ write: true });
    const { url } = (await connect(PRODUCTION)).body;
    await at.ask('DELETE', `${GLASS}/${id}`);
    expect((await use(url)).status).toBe(410);
  });
});

describe('break-glass', () => {
  test('is needed for production, is for whoever opened it, and reads only unless asked', async () => {
    for (const kind of ['shell', 'psql', 'odoo'])
      expect((await openShell(PRODUCTION, { kind })).body.code).toBe('glass-needed');
    const ada = { as: 'ada/admin' };
    await glass({}, ada);

    expect((await openShell(PRODUCTION, { kind: 'psql' })).body.code).toBe('glass-needed');
    expect((await openShell(PRODUCTION, { kind: 'odoo' }, ada)).body.code).toBe('glass-needed');
    const { body } = await openShell(PRODUCTION, { kind: 'psql' }, ada);
    expect(body.readOnly).toBe(true);
    await at.mustAttach(body.id, ada);
    await expect.poll(traces).toHaveLength(2);
    const terminal = at.site.world.terminals.get(body.id);
    expect(terminal?.spec).toMatchObject({ gets: 'nothing', variables: { PGUSER: expect.stringContaining('shl_') } });
    expect(at.site.world.roles.get(terminal?.spec.variables['PGUSER'] ?? '')).toBe('shop/production');

    const shell = await opened(PRODUCTION, { kind: 'shell' }, ada);
    await at.mustAttach(shell, ada);
    await expect.poll(() => at.site.world.terminals.get(shell)?.spec.gets).toBe('files-read-only');
  });

  test.each([
    ['viewer', 403],
    ['developer', 403],
    ['tester', 403],
    ['admin', 200],
    ['none', 404],
  ])('is opened by a %s: %i', async (role, status) => {
    expect((await at.ask('POST', GLASS, { reason: REASON }, { as: `ada/${role}` })).status).toBe(status);
    expect((await at.ask('GET', GLASS, undefined, { as: `ada/${role}` })).status).toBe(status);
  });

  test('wants a reason and a time that are worth something', async () => {
    for (const body of [
      {},
      { reason: 'because' },
      { reason: ' '.repeat(40) },
      { reason: REASON, minutes: 61 },
      { reason: REASON, minutes: 4 },
    ])
      expect((await at.ask('POST', GLASS, body)).status).toBe(400);
  });

  test('ends at its time: shells are cut, their roles go, it is told', async () => {
    const id = await glass({ minutes: 5, write: false });
    const shell = await at.mustAttach(await opened(PRODUCTION, { kind: 'psql' }));
    await expect.poll(traces).toHaveLength(2);
    at.site.clock.advance(5 * 60_000);

    expect((await shell.ended)?.why).toMatch(/its (?:time was|break-glass is) over/);
    await expect.poll(traces).toEqual([]);
    await at.tend();
    expect(await audit('break-glass.close')).toMatchObject([{ target: 'shop/production', details: { id } }]);
    expect((await openShell(PRODUCTION)).body.code).toBe('glass-needed');
  });

  test('ends when it is closed, once', async () => {
    const id = await glass({ write: true });
    const shell = await at.mustAttach(await opened(PRODUCTION));
    const closed = await Promise.all([at.ask('DELETE', `${GLASS}/${id}`), at.ask('DELETE', `${GLASS}/${id}`)]);

    expect(closed.map(({ status, body }) => [status, body.closedBy])).toEqual([
      [200, 'operator'],
      [200, 'operator'],
    ]);
    expect((await shell.ended)?.why).toBe('its break-glass is over');
    expect(await audit('break-glass.close')).toHaveLength(1);
    expect((await at.ask('DELETE', `${GLASS}/glass_none`)).body.code).toBe('glass-unknown');
    const [view] = (await at.ask('GET', GLASS)).body;
    expect(view).toMatchObject({ id, reason: REASON, write: true, shells: [expect.stringMatching(/^shl_/)] });
  });
});

test('a server that stops takes its shells with it', async () => {
  const other = await serve(at.plane, at.tools.folder);
  const { id } = (await other.ask('POST', `/api/v1/environments/${PREVIEW}/shells`, {})).body;
  await other.mustAttach(id);
  await expect.poll(traces).toEqual([id]);
  await other.stop();

  expect(traces()).toEqual([]);
  expect((await at.ask('GET', `/api/v1/shells/${id}`)).body.why).toBe('whoever sat there left');
});

/** The last: nothing here outlives it. */
describe('a control plane that is killed', () => {
  test('leaves nothing once another one looks', async () => {
    await glass();
    const id = await opened(PRODUCTION, { kind: 'psql' });
    await at.mustAttach(id);
    await expect.poll(traces).toHaveLength(2);

    void at.plane.kill();
    await at.stop();
    const next = await at.site.start();
    const again = await serve(next, at.tools.folder);
    await again.tend();
    expect(traces()).toHaveLength(2);
    at.site.clock.advance(31_000);
    await again.tend();
    expect(traces()).toEqual([]);
    expect((await again.ask('GET', `/api/v1/shells/${id}`)).body).toMatchObject({ why: 'whoever held it is gone' });
    Object.assign(at, again, { plane: next });
  });
});
