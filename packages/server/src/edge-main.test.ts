import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ask, HOST, pause, startUpstream, type TestUpstream } from './drivers/edge/router/testing/edge-kit.ts';

const MAIN = fileURLToPath(new URL('./edge-main.ts', import.meta.url));
const MB = 1024 * 1024;
let folder: string;
let upstream: TestUpstream;
const children: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-edge-'));
  upstream = await startUpstream(async (req, res) => {
    let bytes = 0;
    for await (const part of req) bytes += (part as Buffer).length;
    if (req.url === '/slow') await pause(1_000);
    if (req.url === '/large') await sendLarge(res);
    res.end(req.url === '/large' ? '' : `${bytes} bytes`);
  });
});
const sendLarge = async (res: ServerResponse): Promise<void> => {
  for (let i = 0; i < 160; i += 1) if (!res.write(Buffer.alloc(MB))) await once(res, 'drain');
};
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await upstream.close();
  await rm(folder, { recursive: true });
});

/** A whole edge process without PostgreSQL: it lives on the file of last known routes. */
const start = async (more: object = {}) => {
  const stateFile = join(folder, 'routes.json');
  await writeFile(
    stateFile,
    JSON.stringify({ routes: [{ host: HOST, environment: 'shop/pr-12', route: upstream.route, version: 1 }] }),
  );
  const settings = {
    listen: { host: '127.0.0.1', port: 0 },
    databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
    stateFile,
    controlUrl: 'http://127.0.0.1:1',
    controlTokenFile: join(folder, 'token'),
    ...more,
  };
  await writeFile(join(folder, 'edge.json'), JSON.stringify(settings));
  const child = spawn(process.execPath, [MAIN, join(folder, 'edge.json')], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  const exit = once(child, 'exit');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, exit, said: JSON.parse(line) as { ready: boolean; port: number; failure?: { code: string } } };
};

it('says when it listens, serves without PostgreSQL, and finishes what is in flight after SIGTERM', async () => {
  const { child, exit, said } = await start();
  expect(said).toMatchObject({ ready: true });
  expect((await ask(said.port, { path: '/_slipway/health' })).body).toContain('"database":"away"');
  const slow = ask(said.port, { path: '/slow' });
  await pause(200);

  child.kill('SIGTERM');
  await pause(200);

  await expect(ask(said.port)).rejects.toThrow(/ECONNREFUSED/);
  expect(await slow).toMatchObject({ status: 200, body: '0 bytes' });
  expect((await exit)[0]).toBe(0);
});

it('writes its log to files of a size, and goes on serving when the disk takes nothing', async () => {
  const file = join(folder, 'edge.log');
  const { child, exit, said } = await start({ log: { file, maxBytes: 2000, keep: 2 } });
  for (let i = 0; i < 40; i += 1) await ask(said.port);
  await pause(200);
  const names = (await readdir(folder)).filter((name) => name.startsWith('edge.log')).sort();
  expect(names).toEqual(['edge.log', 'edge.log.1', 'edge.log.2']);
  expect(JSON.parse((await readFile(`${file}.1`, 'utf8')).split('\n')[0] ?? '')).toMatchObject({ msg: 'request' });

  const full = await start({ log: { file: '/dev/full', maxBytes: 2000, keep: 2 } });
  for (let i = 0; i < 200; i += 1) expect(await ask(full.said.port)).toMatchObject({ status: 200 });
  for (const one of [child, full.child]) one.kill('SIGTERM');
  expect([(await exit)[0], (await full.exit)[0]]).toEqual([0, 0]);
});

it('outlives whoever started it and reads its output', async () => {
  const { child, said } = await start();

  child.stdout?.destroy();
  child.kill('SIGHUP');
  await pause(100);

  expect(await ask(said.port)).toMatchObject({ status: 200 });
});

it('carries 160 MB each way with flat memory', async () => {
  const { child, said } = await start();
  for (let i = 0; i < 20; i += 1) await ask(said.port);
  const before = await peakMegabytes(child);
  const headers = { host: HOST, 'content-length': 160 * MB };
  const up = request({ host: '127.0.0.1', port: said.port, method: 'POST', headers, agent: false });
  for (let i = 0; i < 160; i += 1) if (!up.write(Buffer.alloc(MB))) await once(up, 'drain');
  up.end();
  const [answer] = (await once(up, 'response')) as [IncomingMessage];
  expect((await answer.toArray()).join('')).toBe(`${160 * MB} bytes`);

  const down = request({
    host: '127.0.0.1',
    port: said.port,
    path: '/large',
    headers: { host: HOST },
    agent: false,
  }).end();
  const [large] = (await once(down, 'response')) as [IncomingMessage];
  let bytes = 0;
  for await (const part of large) {
    bytes += (part as Buffer).length;
    // A slow reader: what it does not take must wait at the upstream, not in the edge.
    if (bytes % (8 * MB) < 65_536) await pause(5);
  }

  expect(bytes).toBe(160 * MB);
  expect((await peakMegabytes(child)) - before).toBeLessThan(80);
}, 60_000);

const peakMegabytes = async ({ pid }: ChildProcess): Promise<number> =>
  Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

it('says why it does not start', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };

  const taken = await start({ listen: { host: '127.0.0.1', port } });
  expect(taken.said).toMatchObject({ ready: false, failure: { code: 'edge-port-taken', facts: { port } } });
  expect((await taken.exit)[0]).toBe(1);
  other.close();

  const wrong = await start({ holdSeconds: -1 });
  expect(wrong.said).toMatchObject({ ready: false, failure: { code: 'usage' } });
  expect((await wrong.exit)[0]).toBe(1);
});
