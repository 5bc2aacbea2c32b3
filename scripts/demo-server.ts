/** A Slipway of its own for the demo and the benchmark: data folder, free ports, process, API. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SERVER_NODE_FLAGS, SERVER_VARIABLES } from '@slipway/contracts/local-server';
import type { PreviewView, RunView } from '@slipway/contracts/views';

const MAIN = join(import.meta.dirname, '../packages/server/src/main.ts');
const START_SECONDS = 120;
const STOP_SECONDS = 40;

export type Say = (text: string) => void;

/** What the API said no with, in the words of the error table. */
export class Refused extends Error {
  readonly hint: string;
  constructor(message: string, hint = '') {
    super(message);
    this.hint = hint;
  }
}

export interface Ports {
  readonly api: number;
  readonly edge: number;
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

const freeFrom = async (wanted: number, taken: readonly number[] = []): Promise<number> => {
  for (let port = wanted; port < wanted + 200; port++) if (!taken.includes(port) && (await isFree(port))) return port;
  throw new Refused(`No port is free from ${wanted} to ${wanted + 199}.`);
};

const pidIn = (file: string): number | null => {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    process.kill(pid, 0);
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    // Numbers are used again, and what ended without a parent to notice has no command line any more.
    return /(edge-)?main\.ts/.test(words) ? pid : null;
  } catch {
    return null;
  }
};

export class DemoServer {
  readonly data: string;
  readonly #say: Say;
  #ports: Ports = { api: 0, edge: 0 };

  constructor(data: string, say: Say) {
    this.data = data;
    this.#say = say;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.api}`;
  }

  get ports(): Ports {
    return this.#ports;
  }

  get pid(): number | null {
    return pidIn(join(this.data, 'server.pid'));
  }

  get edgePid(): number | null {
    return pidIn(join(this.data, 'edge.pid'));
  }

  /** Name in the labels of everything that belongs to it; null when it never started. */
  get instance(): string | null {
    const file = join(this.data, 'instance');
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
  }

  get webhookSecret(): string {
    return readFileSync(join(this.data, 'webhook-secret'), 'utf8').trim().split('\n')[0] ?? '';
  }

  /** Starts it, or finds it running. `extra`: further settings, as variables. */
  async up(wanted: Ports, extra: Readonly<Record<string, string>> = {}): Promise<void> {
    mkdirSync(this.data, { recursive: true, mode: 0o700 });
    await this.#choosePorts(wanted);
    if (this.pid !== null) {
      if (await this.#answers(20)) return this.#say('Slipway runs already');
      this.#say('a Slipway that does not answer is stopped');
      await this.stop();
    }
    this.#say(`starting Slipway: API on ${this.#ports.api}, previews on ${this.#ports.edge}`);
    rmSync(join(this.data, 'server.json'), { force: true });
    const log = join(this.data, 'up.log');
    writeFileSync(log, '');
    const output = openSync(log, 'a', 0o600);
    const child = spawn(process.execPath, [...SERVER_NODE_FLAGS, MAIN, 'up'], {
      detached: true,
      stdio: ['ignore', output, output],
      env: this.#environment(extra),
    });
    child.unref();
    writeFileSync(join(this.data, 'server.pid'), `${child.pid}\n`);
    await this.#awaitReady(log, () => child.exitCode);
  }

  #environment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !name.startsWith('SLIPWAY_') || name === 'SLIPWAY_DOCKER_SOCKET',
    );
    return {
      ...SERVER_VARIABLES,
      ...Object.fromEntries(inherited),
      SLIPWAY_DATA: this.data,
      SLIPWAY_API_LISTEN: `127.0.0.1:${this.#ports.api}`,
      SLIPWAY_EDGE_LISTEN: `127.0.0.1:${this.#ports.edge}`,
      ...extra,
    };
  }

  /** Remembered, because the addresses of previews hold them; changed only when somebody else took one. */
  async #choosePorts(wanted: Ports): Promise<void> {
    const file = join(this.data, 'ports.json');
    const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Ports) : wanted;
    const api = this.pid === null ? await freeFrom(before.api) : before.api;
    const edge = this.edgePid === null ? await freeFrom(before.edge, [api]) : before.edge;
    this.#ports = { api, edge };
    writeFileSync(file, JSON.stringify(this.#ports));
  }

  async #answers(seconds: number): Promise<boolean> {
    for (let tries = 0; tries < seconds; tries++) {
      if (existsSync(join(this.data, 'server.json')) && (await this.call('GET', '/status').catch(() => null)) !== null)
        return true;
      await sleep(1000);
    }
    return false;
  }

  async #awaitReady(log: string, exitCode: () => number | null): Promise<void> {
    const until = Date.now() + START_SECONDS * 1000;
    for (let shown = 0; ; ) {
      const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
      if (lines.slice(shown).some((line) => this.#tellsReady(line))) return;
      shown = lines.length;
      if (exitCode() !== null)
        throw new Refused(`Slipway ended while it started: ${lines.at(-1) ?? ''}`, `See ${log}.`);
      if (Date.now() > until) throw new Refused(`Slipway did not start within ${START_SECONDS} s.`, `See ${log}.`);
      await sleep(100);
    }
  }

  /** Says a line of the starting server; true for the last one. */
  #tellsReady(line: string): boolean {
    const event = line.startsWith('{')
      ? (JSON.parse(line) as { error?: string; hint?: string; progress?: string })
      : {};
    if (event.error !== undefined) throw new Refused(event.error, event.hint);
    if (event.progress === 'ready') return true;
    if (event.progress !== undefined) this.#say(`  ${event.progress}`);
    return false;
  }

  /** Ends the control plane; edge, database and previews go on. */
  async stop(): Promise<void> {
    const { pid } = this;
    if (pid !== null) {
      process.kill(pid, 'SIGTERM');
      for (let tries = 0; tries < STOP_SECONDS * 10 && this.pid !== null; tries++) await sleep(100);
      if (this.pid !== null) process.kill(pid, 'SIGKILL');
    }
    rmSync(join(this.data, 'server.pid'), { force: true });
  }

  /** Stops everything and removes every trace. Safe to call at any time, also twice. */
  async purge(): Promise<void> {
    await this.stop();
    const child = spawn(process.execPath, [MAIN, 'purge'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its production is an example's, and nobody's business.
      env: this.#environment({ SLIPWAY_PURGE_PRODUCTION: 'yes' }),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        output += text;
        for (const [, progress] of text.matchAll(/"progress":"([^"]*)"/g)) this.#say(`  ${progress}`);
      });
    }
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Refused(`Removing it failed: ${output.trim().split('\n').at(-1)}`);
  }

  /** Calls the API, as the operator or with somebody's token. Failure: Refused, with the words of the problem. */
  async call<T>(method: string, path: string, body?: unknown, whose?: string): Promise<T> {
    const token = whose ?? readFileSync(join(this.data, 'token'), 'utf8').trim();
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const signal = AbortSignal.timeout(30_000);
    const response = await fetch(`${this.url}/api/v1${path}`, { method, headers, signal, ...content });
    const text = await response.text();
    if (response.ok) return (path.includes('/logs') ? text : JSON.parse(text)) as T;
    const problem = JSON.parse(text) as { message?: string; hint?: string };
    throw new Refused(problem.message ?? `${method} ${path} answered ${response.status}`, problem.hint);
  }

  preview(project: string, number: number): Promise<PreviewView> {
    return this.call('GET', `/projects/${project}/previews/${number}`);
  }

  run(id: string): Promise<RunView> {
    return this.call('GET', `/runs/${id}`);
  }

  /** Asks the edge for a page, as a browser would that resolves *.localhost. Status 0: no answer. */
  visit(host: string, path: string, seconds = 60): Promise<{ status: number; text: string }> {
    return new Promise((resolve) => {
      const options = { host: '127.0.0.1', port: this.#ports.edge, path, headers: { host }, agent: false } as const;
      const asked = request({ ...options, timeout: seconds * 1000 }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        answer.once('error', () => resolve({ status: 0, text }));
      });
      asked.once('timeout', () => asked.destroy());
      asked.once('error', (error) => resolve({ status: 0, text: error.message }));
      asked.end();
    });
  }
}
