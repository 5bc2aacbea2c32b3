import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { load as loadAverage, machine } from '../shared/figures.ts';
import { type Figures, type Measured, table } from './report.ts';

/**
 * What the edge costs: throughput and latency through it against the same upstream asked directly, in the same run and in turns, on
 * whatever cores there are (client, edge and upstream share them). Writes results.md and prints it; the last line is JSON. About 20 s.
 */
const HOST = 'bench.localhost';
const ROUNDS = 3;
const CONNECTIONS = 32;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const children: ChildProcess[] = [];

async function startProcess(parameters: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const said = JSON.parse(line) as { port?: number };
  if (said.port === undefined) throw new Error(`did not start: ${line}`);
  return said.port;
}

async function startEdgeProcess(folder: string, upstreamPort: number): Promise<number> {
  const upstream = { host: '127.0.0.1', port: upstreamPort, websocketPort: upstreamPort };
  const routes = [{ host: HOST, environment: 'bench/one', version: 1, route: { kind: 'serve', upstream } }];
  const settings = {
    listen: { port: 0 },
    databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
    stateFile: join(folder, 'routes.json'),
    controlUrl: 'http://127.0.0.1:1',
    controlTokenFile: join(folder, 'token'),
  };
  await writeFile(settings.stateFile, JSON.stringify({ routes }));
  await writeFile(join(folder, 'edge.json'), JSON.stringify(settings));
  return startProcess([here('../../packages/server/src/edge-main.ts'), join(folder, 'edge.json')]);
}

/** Asks on `connections` connections for `milliseconds`; answers the latency of each request, in ms. */
async function load(port: number, connections: number, milliseconds: number): Promise<number[]> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 });
  const latencies: number[] = [];
  const end = performance.now() + milliseconds;
  const one = async (): Promise<void> => {
    while (performance.now() < end) {
      const begun = performance.now();
      const { statusCode, body } = await pool.request({ path: '/', method: 'GET', headers: { host: HOST } });
      await body.dump();
      if (statusCode !== 200) throw new Error(`status ${statusCode}`);
      latencies.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  await pool.destroy();
  return latencies;
}

async function downloadMegabytesPerSecond(port: number): Promise<number> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 });
  const begun = performance.now();
  let bytes = 0;
  for (let i = 0; i < 8; i += 1) {
    const { body } = await pool.request({ path: '/large', method: 'GET', headers: { host: HOST } });
    for await (const part of body) bytes += (part as Buffer).length;
  }
  await pool.destroy();
  return bytes / 1_000 / (performance.now() - begun);
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;
const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

async function measure(
  ports: Readonly<Record<'direct' | 'edge', number>>,
): Promise<Record<'direct' | 'edge', Measured>> {
  const names = ['direct', 'edge'] as const;
  const loaded = { direct: [] as number[], edge: [] as number[] };
  const single = { direct: [] as number[], edge: [] as number[] };
  const speed = { direct: 0, edge: 0 };
  for (const name of names) await load(ports[name], CONNECTIONS, 1_000);
  for (let i = 0; i < ROUNDS; i += 1) {
    for (const name of names) loaded[name].push(...(await load(ports[name], CONNECTIONS, 1_800)));
    for (const name of names) single[name].push(...(await load(ports[name], 1, 900)));
  }
  for (const name of names) speed[name] = await downloadMegabytesPerSecond(ports[name]);
  const summary = (name: 'direct' | 'edge'): Measured => {
    const many = loaded[name].sort((a, b) => a - b);
    const alone = single[name].sort((a, b) => a - b);
    return {
      requestsPerSecond: round(many.length / (ROUNDS * 1.8), 0),
      loadedP50: round(quantile(many, 0.5)),
      loadedP99: round(quantile(many, 0.99)),
      singleP50: round(quantile(alone, 0.5), 3),
      singleP99: round(quantile(alone, 0.99), 3),
      megabytesPerSecond: round(speed[name], 0),
    };
  };
  return { direct: summary('direct'), edge: summary('edge') };
}

const before = loadAverage();
const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
try {
  const upstreamPort = await startProcess([here('./upstream.ts')]);
  const edgePort = await startEdgeProcess(folder, upstreamPort);
  const { direct, edge } = await measure({ direct: upstreamPort, edge: edgePort });
  const ratios = {
    throughput: round(edge.requestsPerSecond / direct.requestsPerSecond),
    bytes: round(edge.megabytesPerSecond / direct.megabytesPerSecond),
    addedP50Ms: round(edge.singleP50 - direct.singleP50, 3),
    addedP99Ms: round(edge.singleP99 - direct.singleP99, 3),
    loadedP99: round(edge.loadedP99 / direct.loadedP99),
  };
  const figures: Figures = { connections: CONNECTIONS, direct, edge, ratios };
  const text = table(figures, machine(before));
  await writeFile(here('./results.md'), text);
  console.log(text);
  console.log(JSON.stringify({ bench: 'edge', node: process.version, ...figures }));
} finally {
  for (const child of children) child.kill('SIGTERM');
  await rm(folder, { recursive: true });
}
