import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SERVER_VARIABLES } from '@slipway/contracts/local-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ndjson, startContractServer, TOKEN } from './testing/contract-server.ts';
import { LOG_LINES } from './testing/samples.ts';

const BIN = join(import.meta.dirname, '..', 'bin', 'slipway.js');
let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'slipway-cli-'));
});
afterAll(() => rm(data, { recursive: true, force: true }));

/** The real binary in a process of its own. */
const start = (
  parameters: readonly string[],
  options: { readonly node?: readonly string[]; readonly variables?: Record<string, string> } = {},
): ChildProcess =>
  spawn(process.execPath, [...(options.node ?? []), BIN, ...parameters], {
    env: { ...process.env, SLIPWAY_DATA: data, SLIPWAY_TOKEN: TOKEN, LANG: 'C.UTF-8', ...options.variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const ended = (child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (part) => (stdout += part));
    child.stderr?.on('data', (part) => (stderr += part));
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });

/** Makes a Node say where it keeps what it compiled. */
const KEPT = [
  '--import',
  "data:text/javascript,import{getCompileCacheDir}from'node:module';process.on('exit',()=>console.error(getCompileCacheDir()))",
];
/** Makes a Node say that it is an old one. */
const OLD = [
  '--import',
  "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.11.1'}})",
];

describe('the binary', () => {
  it('runs a command and ends with its exit code', async () => {
    const { code, stdout, stderr } = await ended(start(['version', '--json']));

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ cli: '0.1.0' });
    expect((await ended(start(['status']))).code).toBe(5);
  });

  it('keeps what was compiled beside that of the server', async () => {
    const kept = await ended(start(['version', '--json'], { node: KEPT, variables: { NODE_COMPILE_CACHE: '' } }));
    const elsewhere = await ended(
      start(['version', '--json'], { node: KEPT, variables: { NODE_COMPILE_CACHE: data } }),
    );

    expect(dirname(kept.stderr.trim())).toBe(SERVER_VARIABLES.NODE_COMPILE_CACHE);
    expect(dirname(elsewhere.stderr.trim())).toBe(data);
  });

  it('hands over to the Node that is installed beside it when it is run by an old one', async () => {
    const { code, stdout } = await ended(start(['version', '--json'], { node: OLD }));

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ node: expect.stringMatching(/^2[4-9]\./) });
  });

  it('says what it needs when there is no newer Node', async () => {
    const { code, stderr } = await ended(start(['version'], { node: OLD, variables: { SLIPWAY_NODE_CHOSEN: '1' } }));

    expect(code).toBe(70);
    expect(stderr).toContain('this needs Node 24 or newer; this is Node 20.11.1.');
    expect(stderr).toContain('Hint: install Node 24');
  });

  it('passes the exit code of the newer Node on', async () => {
    expect((await ended(start(['frob'], { node: OLD }))).code).toBe(2);
  });

  it('ends a followed log with 130 on Ctrl-C', async () => {
    await using server = await startContractServer({
      runLogs: () => (response: import('node:http').ServerResponse) => {
        response.writeHead(200).write(`${JSON.stringify(LOG_LINES[0])}\n`);
      },
    });
    const child = start(['run', 'logs', 'run_1', '--follow', '--server', server.url]);
    child.stdout?.once('data', () => child.kill('SIGINT'));

    const { code, stdout, stderr } = await ended(child);

    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(stdout).toContain('clone-database: done');
  });

  it('ends quietly when its reader has seen enough', async () => {
    const many = Array.from({ length: 50_000 }, () => LOG_LINES[1]);
    await using server = await startContractServer({ runLogs: () => ndjson(many) });
    const child = start(['run', 'logs', 'run_1', '--server', server.url]);
    child.stdout?.once('data', () => child.stdout?.destroy());

    const { code, stderr } = await ended(child);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
