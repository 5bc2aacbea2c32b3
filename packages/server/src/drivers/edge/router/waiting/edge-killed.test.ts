import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Route } from '../../../../domain/environment.ts';
import { ask, HOST, pause, startUpstream, type TestUpstream, until } from '../testing/edge-kit.ts';

const MAIN = join(import.meta.dirname, '../../../../edge-main.ts');
let folder: string;
let upstream: TestUpstream;
const bodies: string[] = [];
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-edge-'));
  bodies.length = 0;
  upstream = await startUpstream(async (req, res) => {
    bodies.push((await req.toArray()).join(''));
    res.end('stored');
  });
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  await upstream.close();
  rmSync(folder, { recursive: true });
});

/** An edge of its own, with these routes as the last that it knew; PostgreSQL is away. */
const start = async (route: Route, port = 0) => {
  const stateFile = join(folder, 'routes.json');
  writeFileSync(
    stateFile,
    JSON.stringify({ routes: [{ host: HOST, environment: 'shop/production', version: 1, route }] }),
  );
  const settings = {
    listen: { port },
    databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
    stateFile,
    controlUrl: 'http://127.0.0.1:1',
    controlTokenFile: join(folder, 'token'),
  };
  writeFileSync(join(folder, 'edge.json'), JSON.stringify(settings));
  const child = spawn(process.execPath, [MAIN, join(folder, 'edge.json')], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, port: (JSON.parse(line) as { port: number }).port };
};

const store = (port: number, body: string): Promise<number> =>
  ask(port, { method: 'POST', body }).then(
    ({ status }) => status,
    () => 0,
  );

it('an edge that is killed while it holds writes has sent none of them: who sends again is served once', async () => {
  const held = await start({ kind: 'hold' });
  const writes = Array.from({ length: 20 }, (_, index) => `write ${index} ${'x'.repeat(5_000)}`);
  const lost = writes.map((body) => store(held.port, body));
  await pause(300);
  held.child.kill('SIGKILL');
  expect(await Promise.all(lost)).toEqual(Array(20).fill(0));
  expect(bodies).toEqual([]);

  const next = await start(upstream.route, held.port);
  const stored = await Promise.all(writes.map((body) => store(next.port, body)));

  expect(stored).toEqual(Array(20).fill(200));
  expect(bodies.toSorted()).toEqual(writes.toSorted());
}, 30_000);

it('an edge that is killed goes on refusing writes when it is back', async () => {
  if (upstream.route.kind !== 'serve') throw new Error('no address');
  const times = { since: new Date().toISOString(), until: new Date(Date.now() + 60_000).toISOString() };
  const route: Route = { kind: 'read-only', upstream: upstream.route.upstream, ...times };
  const first = await start(route);
  expect((await ask(first.port, { path: '/odoo' })).status).toBe(200);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const second = await start(route, first.port);

  expect((await ask(second.port, { path: '/odoo' })).status).toBe(200);
  expect(await store(second.port, 'x'), 'a form of Odoo: /web/login').toBe(200);
  expect((await ask(second.port, { path: '/json/2/res.partner/create', method: 'POST', body: '{}' })).status).toBe(503);
  await until(() => bodies.length === 3);
}, 30_000);
