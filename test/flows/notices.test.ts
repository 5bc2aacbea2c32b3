/** Who is told of what: from a deployment that fails to a server of somebody else's that gets it, with all that lies between. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { runSlipway } from '../../packages/cli/src/testing/run-slipway.ts';
import { newId } from '../../packages/server/src/domain/clock.ts';
import type { Notice } from '../../packages/server/src/domain/notice.ts';
import { approvalNotice, emergencyNotice } from '../../packages/server/src/domain/notice-words.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { checkEvidence } from '../../packages/server/src/flows/check-evidence.ts';
import { requestStagingDeploy } from '../../packages/server/src/flows/request-data.ts';
import { tellPeople } from '../../packages/server/src/flows/tell-people.ts';
import { noticeRoutes } from '../../packages/server/src/http/notices.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import type { Notifiers } from '../../packages/server/src/ports/notifier.ts';
import { openNotifiers } from '../../packages/server/src/start/notifiers.ts';
import { raiseEvent, resolveEvent } from '../../packages/server/src/store/events.ts';
import { queueNotice } from '../../packages/server/src/store/notices.ts';
import { inTransaction } from '../../packages/server/src/store/queryable.ts';
import { noticeViews } from '../../packages/server/src/views/notice-view.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';
import { serveStaging, takeStages } from './served-staging.ts';

const NOTIFY = `notify:
  channels:
    intranet: { kind: webhook }
    on-call: { kind: pagerduty, stages: [production] }
    alarms: { kind: webhook, events: [deployment-failed] }
`;
const HOUR = 3600_000;
const never = new AbortController().signal;

let shop: Shop;
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop.remove());

let site: Site;
let plane: ControlPlane;
let notifiers: Notifiers;
let hook: Server;
let got: { channel: string; notice: Notice }[];
let answers: number;
let serial = 0;
beforeEach(async () => {
  got = [];
  answers = 204;
  hook = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    if (answers < 300) got.push({ channel: request.url ?? '', notice: JSON.parse(body) });
    response.writeHead(answers).end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start();
  await takeStages(plane, NOTIFY);
  notifiers = openNotifiers(plane.slipway.ports.secrets, plane.slipway.instance);
  await secret('NOTIFY_URL', `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`);
  await secret('NOTIFY_SECRET', 'shared');
});
afterEach(async () => {
  await new Promise((resolve) => hook.close(resolve));
  await site.remove();
});

const secret = (name: string, value: string) =>
  plane.secrets.set({ project: 'shop', stage: 'production', name, value: new Secret(value), by: 'ada' });
const tell = async (times = 3): Promise<void> => {
  for (let time = 0; time < times; time++) await tellPeople(plane.slipway, notifiers, never);
};
const list = () => noticeViews(plane.slipway.db, 'shop', 100);
const deploy = async (fails: boolean): Promise<string> => {
  site.world.mood = (job) => (fails && job === 'update' ? 'install-fails' : 'clean');
  await shop.push('release', { [`addons/shop_order/models/m${++serial}.py`]: `M = ${serial}\n` });
  const run = await requestStagingDeploy(plane.slipway, { project: 'shop', requestedBy: 'ada' });
  await plane.drain();
  return run;
};

describe('a deployment', () => {
  test('is told when it begins and how it ends, without a word of its log; whoever heard of the failure hears of its end', async () => {
    await serveStaging(site, plane, await shop.push('release', { 'README.md': 'One\n' }));

    const run = await deploy(true);
    await tell();
    await deploy(false);
    await tell();
    await deploy(false);
    await tell();

    const [began, ...rest] = got
      .filter(({ notice }) => notice.facts['Look at'] === `slipway run show ${run}`)
      .sort((a, b) => b.notice.kind.localeCompare(a.notice.kind));
    expect(began?.notice).toMatchObject({ kind: 'deployment-started', phase: 'news', project: 'shop' });
    expect(rest.map(({ notice }) => notice.kind)).toEqual(['deployment-failed', 'deployment-failed']);
    const failed = rest[0]?.notice;
    expect(failed).toMatchObject({ phase: 'open', severity: 'critical', subject: 'deployment:shop/staging' });
    expect(failed?.facts).toMatchObject({
      Step: 'update-modules',
      Reason: 'odoo-install-failed',
      'Asked for by': 'ada',
    });
    expect(Object.keys(failed?.facts ?? {})).toEqual([
      'Environment',
      'Commit',
      'Asked for by',
      'Step',
      'Reason',
      'Look at',
    ]);
    const told = (await list()).toReversed();
    const of = (name: string) =>
      told.filter(({ channel }) => channel === name).map(({ kind, state }) => `${kind} ${state}`);
    expect(of('intranet')).toEqual([
      'deployment-started sent',
      'deployment-failed sent',
      'deployment-started sent',
      'deployment-succeeded sent',
      'deployment-started sent',
      'deployment-succeeded sent',
    ]);
    expect(of('alarms')).toEqual(['deployment-failed sent', 'deployment-succeeded sent']);
    expect(of('on-call')).toEqual([]);
  });
});

describe('trouble', () => {
  const late = { project: 'shop', kind: 'backup-late', subject: 'backup' };

  test('is told once when it begins and once when it is over, in this order, also after an outage', async () => {
    const { db, clock } = plane.slipway;
    answers = 503;
    await raiseEvent(db, { ...late, message: 'Key (email)=(jane@example.com) already exists' });
    await raiseEvent(db, { ...late, message: 'again' });
    await tell(1);
    await resolveEvent(db, late);
    await tell();
    answers = 204;
    (clock as typeof site.clock).advance(HOUR);
    await tell();

    expect(got.map(({ notice }) => [notice.kind, notice.phase, notice.subject])).toEqual([
      ['backup-late', 'open', 'backup-late:backup'],
      ['backup-late', 'over', 'backup-late:backup'],
    ]);
    expect(JSON.stringify(got)).not.toContain('jane');
  });

  test('with the evidence is found, told, and over when it is whole again', async () => {
    await serveStaging(site, plane, await shop.push('release', { 'README.md': 'Two\n' }));
    await deploy(false);
    const { db, evidenceFolder } = plane.slipway;
    const { rows } = await db.query(`select path from ops.artifacts where path like '%plan.txt'`);
    const file = join(evidenceFolder, rows[0].path);
    const before = await readFile(file);

    expect((await checkEvidence(plane.slipway)).ok).toBe(true);
    await appendFile(file, 'x');
    expect((await checkEvidence(plane.slipway)).ok).toBe(false);
    await checkEvidence(plane.slipway);
    await writeFile(file, before);
    await checkEvidence(plane.slipway);
    await tell();

    const kinds = got.map(({ notice }) => `${notice.kind} ${notice.phase}`);
    expect(kinds.filter((kind) => kind.startsWith('evidence'))).toEqual([
      'evidence-broken open',
      'evidence-broken over',
    ]);
  });

  test('of another kind is told as something that needs attention', async () => {
    await raiseEvent(plane.slipway.db, { project: 'shop', kind: 'schedule-failed', subject: 'drill', message: 'x' });
    await tell();

    expect(got[0]?.notice).toMatchObject({
      kind: 'attention',
      title: 'Something needs attention: schedule-failed (shop)',
    });
  });
});

describe('a message', () => {
  const promotion = { id: 'prom_1', project: 'shop', environment: 'shop/production', sha: 'a'.repeat(40) };
  const wanted = approvalNotice({ ...promotion, requestedBy: 'ada' });

  test('is kept with what happened or not at all, and what happens twice is told once', async () => {
    const { db } = plane.slipway;
    await inTransaction(db, async (tx) => {
      await queueNotice(tx, wanted);
      throw new Error('it did not happen');
    }).catch(() => undefined);
    expect(await list()).toEqual([]);

    await queueNotice(db, wanted);
    await queueNotice(db, wanted);
    await queueNotice(db, emergencyNotice({ ...promotion, who: 'grace', passedOver: ['approval', 'window'] }));
    await tell();

    expect(got.map(({ notice }) => notice.title)).toEqual([
      'aaaaaaaaaaaa waits for approval to go to shop/production',
      'aaaaaaaaaaaa goes to shop/production as an emergency',
    ]);
    expect(got[1]?.notice.facts).toMatchObject({ 'Gates passed over': 'approval, window' });
  });

  test('that is not taken is tried again, ever more seldom, and given up after a day, which the list shows', async () => {
    answers = 500;
    await queueNotice(plane.slipway.db, wanted);
    const waits: number[] = [];
    for (let before = site.clock.now().getTime(); ; ) {
      await tell(1);
      const [one] = await list();
      if (one?.state !== 'waiting' || one.nextAttemptAt === null) break;
      const wait = Date.parse(one.nextAttemptAt) - before;
      if (wait > 0) waits.push(Math.round(wait / 1000));
      site.clock.advance(wait + 1);
      before = site.clock.now().getTime();
    }

    expect(waits.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
    expect(Math.max(...waits)).toBe(3600);
    expect(await list()).toMatchObject([
      { state: 'given-up', error: 'the webhook did not take the message: it answered 500.', nextAttemptAt: null },
    ]);
    answers = 204;
    site.clock.advance(24 * HOUR);
    await tell();
    expect(got).toEqual([]);
  });

  test('that was sent by a process that died before it could say so is sent again, with the same id', async () => {
    await queueNotice(plane.slipway.db, wanted);
    const dying = await site.start({ owner: 'dying' });
    const died: Notifiers = {
      open: async (project, channel) => {
        const notifier = await notifiers.open(project, channel);
        return { send: async (notice, signal) => void (await notifier.send(notice, signal), await dying.kill()) };
      },
    };
    void tellPeople(dying.slipway, died, never).catch(() => undefined);
    await dying.died;
    await tell();
    expect(got).toHaveLength(1);
    site.clock.advance(91_000);
    await tell();

    expect(new Set(got.map(({ notice }) => notice.id)).size).toBe(1);
    expect(got).toHaveLength(2);
    expect(await list()).toMatchObject([{ state: 'sent', attempts: 2 }]);
  });

  test('is sent by one of two control planes', async () => {
    for (let number = 1; number <= 10; number++)
      await queueNotice(plane.slipway.db, approvalNotice({ ...promotion, id: `prom_${number}`, requestedBy: 'ada' }));
    const other = await site.start({ owner: 'other' });

    await Promise.all([tell(), tellPeople(other.slipway, notifiers, never)]);

    expect(got).toHaveLength(10);
  });

  test('holds no value of a secret, wherever it came from', async () => {
    await secret('ODOO_KEY', 'hunter2hunter2');
    await queueNotice(plane.slipway.db, approvalNotice({ ...promotion, requestedBy: 'hunter2hunter2' }));
    await tell();

    expect(got[0]?.notice.facts['Asked for by']).toBe('[secret]');
  });

  test('to a channel that is not there any more, or whose secret is missing, says so', async () => {
    await queueNotice(plane.slipway.db, { ...wanted, key: 'one' });
    await takeStages(plane, 'notify: { channels: { team: { kind: slack } } }');
    await queueNotice(plane.slipway.db, { ...wanted, key: 'two' });
    await tell();

    expect((await list()).map(({ error }) => error)).toEqual([
      'There is no secret SLACK_WEBHOOK_URL for stage production.',
      'Project shop has no channel intranet; there are: team.',
    ]);
  });
});

test('`slipway notify test` tries each channel, and `slipway notify list` shows what was told', async () => {
  const app = makeServer({
    token: new Secret('token'),
    tokenFile: '/token',
    logger: plane.slipway.logger,
    newId,
    db: plane.slipway.db,
  });
  noticeRoutes(app, plane.slipway, notifiers);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const notify = (...words: string[]) =>
    runSlipway(['notify', ...words, '--project', 'shop', '--server', url, '--token', 'token'], {
      now: () => new Date(),
    });

  const tried = await notify('test');
  expect(tried.code).toBe(1);
  expect(tried.stdout).toContain('✓ intranet (webhook) took it.');
  expect(tried.stdout).toContain('✗ on-call (pagerduty): There is no secret PAGERDUTY_KEY for stage production.');
  expect((await notify('test', '--channel', 'intranet')).code).toBe(0);
  expect((await notify('test', '--channel', 'x')).stderr).toContain(
    'has no channel x; there are: alarms, intranet, on-call',
  );
  expect(got.map(({ notice }) => notice.title)).toContain('A test: messages of shop arrive here');
  await raiseEvent(plane.slipway.db, { project: 'shop', kind: 'backup-late', subject: 'backup', message: 'x' });
  expect((await notify('list')).stdout).toMatch(/intranet +backup-late +waiting +Backups are late or fail \(shop\)/);
  await app.close();
});

test('The receiver in docs/how-to/get-notified.md takes what is signed, and nothing else', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/how-to/get-notified.md'), 'utf8');
  const folder = await mkdtemp(join(tmpdir(), 'slipway-receiver-'));
  await writeFile(join(folder, 'receiver.mjs'), /```js\n([\s\S]+?)```/.exec(page)?.[1] ?? '');
  const port = (await freePort()).toString();
  const receiver = spawn(process.execPath, ['receiver.mjs'], {
    cwd: folder,
    env: { NOTIFY_SECRET: 'shared', PORT: port },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await answering(port);
    await secret('NOTIFY_URL', `http://127.0.0.1:${port}/`);
    const line = lineOf(receiver);
    await raiseEvent(plane.slipway.db, { project: 'shop', kind: 'backup-late', subject: 'backup', message: 'x' });
    await tell();
    expect(await line).toBe('Backups are late or fail (shop)\n');

    await secret('NOTIFY_SECRET', 'another');
    await queueNotice(
      plane.slipway.db,
      approvalNotice({ id: 'p', project: 'shop', environment: 'e', sha: 'a', requestedBy: 'a' }),
    );
    // What other tests have left is due, too, and goes first.
    await tell(5);
    expect((await list())[0]).toMatchObject({ state: 'waiting', error: expect.stringContaining('it answered 401') });
  } finally {
    receiver.kill();
    await once(receiver, 'exit');
    await rm(folder, { recursive: true });
  }
});

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};
const answering = async (port: string): Promise<void> => {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await fetch(`http://127.0.0.1:${port}`).catch(() => null)) return;
    await sleep(50);
  }
  throw new Error('the receiver does not answer');
};
const lineOf = async (child: ChildProcess): Promise<string> => {
  const [data] = (await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')) as [Buffer];
  return data.toString();
};
