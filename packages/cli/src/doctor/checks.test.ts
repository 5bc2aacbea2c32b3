import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { localEdgePort } from '../local/find-edge.ts';
import { databaseCheck } from './check-database.ts';
import { dockerDiskCheck, rootCheck } from './check-machine.ts';
import { apiPortCheck, edgePortCheck } from './check-ports.ts';
import { wallsCheck } from './check-walls.ts';
import type { Place } from './finding.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const place = (more: Partial<Place> = {}): Place => ({
  cwd: folder,
  dataFolder: folder,
  variables: {},
  user: 0,
  apiPort: null,
  edgePort: null,
  ...more,
});
const taken = async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { port, close: () => new Promise((resolve) => server.close(resolve)) };
};

it('wants root, because nobody else may give files away', async () => {
  expect(await rootCheck.look(place())).toMatchObject({ state: 'ok' });
  expect(await rootCheck.look(place({ user: 1000 }))).toMatchObject({
    state: 'fail',
    says: expect.stringContaining('user 1000, not root'),
    hint: expect.stringContaining('as root'),
  });
});

it('tells its own ports from those of another program', async () => {
  const { port, close } = await taken();
  const variables = { SLIPWAY_API_LISTEN: `127.0.0.1:${port}`, SLIPWAY_EDGE_LISTEN: `127.0.0.1:${port}` };

  expect(await apiPortCheck.look(place({ variables }))).toMatchObject({ state: 'fail' });
  expect(await edgePortCheck.look(place({ variables, apiPort: 1 }))).toMatchObject({ state: 'fail' });
  // The edge goes on when the control plane does not.
  expect(await edgePortCheck.look(place({ variables, edgePort: port }))).toMatchObject({
    state: 'ok',
    says: `The edge of this Slipway has port ${port}.`,
  });
  expect((await apiPortCheck.look(place({ variables, apiPort: 1 }))).says).toContain(
    `has port 1; port ${port} is another program's`,
  );
  await close();
});

it('finds the edge that goes on after `slipway down`, and takes no other process for it', async () => {
  const settings = join(folder, 'edge.json');
  writeFileSync(settings, JSON.stringify({ listen: { host: '127.0.0.1', port: 4711 }, more: 1 }));
  expect(await localEdgePort(folder)).toBeNull();

  const edge = spawn('sh', ['-c', 'read x', settings]);
  const stranger = spawn('sh', ['-c', 'read x']);
  const found: unknown[] = [];
  for (const { pid } of [edge, stranger]) {
    writeFileSync(join(folder, 'edge.pid'), `${pid}\n`);
    found.push(await localEdgePort(folder));
  }
  for (const child of [edge, stranger]) child.kill();

  expect(found).toEqual([4711, null]);
});

it('looks at the disk that Docker uses', async () => {
  const socket = join(folder, 'docker.sock');
  const engine = createHttp((_, response) => response.end(JSON.stringify({ DockerRootDir: folder })));
  await new Promise<void>((resolve) => engine.listen(socket, resolve));

  const found = await dockerDiskCheck.look(place({ variables: { SLIPWAY_DOCKER_SOCKET: socket } }));
  await new Promise((resolve) => engine.close(resolve));

  expect(found.says).toMatch(new RegExp(`are free for images and containers \\(${folder}\\)`));
  expect(await dockerDiskCheck.look(place({ variables: { SLIPWAY_DOCKER_SOCKET: '/nowhere' } }))).toMatchObject({
    state: 'warn',
  });
});

it("tries a PostgreSQL of one's own, and never shows its password", async () => {
  const { port, close } = await taken();
  const look = (url: string) => databaseCheck.look(place({ variables: { SLIPWAY_DATABASE_URL: url } }));

  expect(await look(`postgresql://mona:hunter2@127.0.0.1:${port}/x`)).toMatchObject({ state: 'ok' });
  await close();
  const refused = await look(`postgresql://mona:hunter2@127.0.0.1:${port}/x`);
  expect(refused).toMatchObject({ state: 'fail', says: expect.stringContaining('nothing listens there') });
  expect(JSON.stringify(refused)).not.toContain('hunter2');
  expect(await look('nonsense')).toMatchObject({ state: 'fail' });
});

it('tells whether the walls stand, and which environment has no door', async () => {
  const program = join(folder, 'iptables');
  writeFileSync(program, '', { mode: 0o755 });
  const variables = { PATH: folder };
  expect(await wallsCheck.look(place({ variables }))).toMatchObject({
    state: 'ok',
    says: expect.stringContaining('does not run'),
  });

  let state: unknown = { walls: null, doors: [{ door: { environment: 'shop/pr-1' }, problem: null }] };
  const server = createHttp((_, response) => response.end(JSON.stringify(state)));
  await new Promise<void>((resolve) => server.listen(join(folder, 'gateway.sock'), resolve));
  expect(await wallsCheck.look(place({ variables }))).toMatchObject({
    state: 'ok',
    says: expect.stringContaining('1 environments'),
  });

  state = { walls: null, doors: [{ door: { environment: 'shop/pr-1' }, problem: 'EADDRINUSE' }] };
  expect(await wallsCheck.look(place({ variables }))).toMatchObject({
    state: 'fail',
    says: expect.stringContaining('shop/pr-1 (EADDRINUSE)'),
  });
  state = { walls: 'no right to', doors: [] };
  expect(await wallsCheck.look(place({ variables }))).toMatchObject({
    state: 'fail',
    says: expect.stringContaining('no right to'),
  });
  await new Promise((resolve) => server.close(resolve));
});
