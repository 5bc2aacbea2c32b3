import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SERVER_NODE_FLAGS, SERVER_VARIABLES } from '@slipway/contracts/local-server';
import type { PreviewView } from '@slipway/contracts/views';
import { z } from 'zod';
import { onServer } from '../setup/database.ts';
import { possessionsOf } from './possessions.ts';

const run = promisify(execFile);

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'packages/server/src/main.ts');
const PUSHED = join(ROOT, 'test/fixtures/github/webhooks/push/payload.json');
const OPENED = join(ROOT, 'test/fixtures/github/webhooks/pull_request/opened.payload.json');

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

const git = (folder: string, ...words: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...words], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

const readySaid = z.object({ url: z.string(), edge: z.string(), setup: z.string().optional() });
type Ready = z.infer<typeof readySaid>;

export class ApiError extends Error {
  readonly status: number;
  readonly body: string;
  constructor(message: string, status: number, body: string) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** A whole Slipway as a user runs it: processes of its own, a data folder, real Docker; and a repository with the shop example. */
export class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), 'slipway-e2e-'));
  readonly data = join(this.folder, 'data');
  readonly shop = join(this.folder, 'shop');
  readonly #github: string;
  /** Variables that differ from those of environment(). */
  readonly settings: NodeJS.ProcessEnv = {};
  /** What a test has to do when everything is purged and before the folder goes. */
  beforeFolderGoes: () => void = () => undefined;
  #api = 0;
  #edge = 0;
  #server: ChildProcess | undefined;
  #ready: Ready = { url: '', edge: '' };

  constructor(github: string) {
    this.#github = github;
  }

  async prepare(edit: (config: string) => string = (config) => config): Promise<void> {
    this.#api = await freePort();
    this.#edge = await freePort();
    cpSync(join(ROOT, 'examples/shop'), this.shop, { recursive: true });
    const file = join(this.shop, 'slipway.yaml');
    // Two cores that do everything at once are no measure of latency.
    const patience = 'smoke: {thresholds: {p95_ms: 10000}}';
    const source = `${patience}\nsource:\n  github: acme/shop\n  git: ${this.shop}\nodoo:`;
    writeFileSync(file, edit(readFileSync(file, 'utf8').replace('odoo:', source)));
    writeFileSync(join(this.folder, 'token'), 'ghp_test');
    git(this.folder, 'init', '-q', '-b', 'main', this.shop);
    this.commit('main', 'The shop', {});
  }

  /** Commits replacements (file → [from, to]) on a branch and returns the sha. */
  commit(branch: string, message: string, changes: Readonly<Record<string, readonly [string, string]>>): string {
    if (branch !== 'main') git(this.shop, 'checkout', '-q', '-B', branch, this.#exists(branch) ? branch : 'main');
    for (const [name, [from, to]] of Object.entries(changes)) {
      const file = join(this.shop, name);
      const text = readFileSync(file, 'utf8');
      if (!text.includes(from)) throw new Error(`${name} does not hold "${from}"`);
      writeFileSync(file, text.replace(from, to));
    }
    git(this.shop, 'add', '-A');
    git(this.shop, 'commit', '-q', '--allow-empty', '-m', message);
    const sha = git(this.shop, 'rev-parse', 'HEAD');
    git(this.shop, 'checkout', '-q', 'main');
    return sha;
  }

  #exists(branch: string): boolean {
    try {
      git(this.shop, 'rev-parse', '--verify', '-q', branch);
      return true;
    } catch {
      return false;
    }
  }

  environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...SERVER_VARIABLES,
      SLIPWAY_DATA: this.data,
      SLIPWAY_API_LISTEN: `127.0.0.1:${this.#api}`,
      SLIPWAY_EDGE_LISTEN: `127.0.0.1:${this.#edge}`,
      SLIPWAY_GITHUB_API: this.#github,
      SLIPWAY_GITHUB_TOKEN_FILE: join(this.folder, 'token'),
      SLIPWAY_POOL: '1',
      SLIPWAY_PURGE_PRODUCTION: 'yes',
      ...this.settings,
    };
  }

  async start(): Promise<void> {
    const server = spawn(process.execPath, [...SERVER_NODE_FLAGS, MAIN, 'up'], {
      env: this.environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#server = server;
    const said: string[] = [];
    await new Promise<void>((resolve, reject) => {
      server.stdout?.on('data', (bytes: Buffer) => {
        said.push(bytes.toString());
        const line = said
          .join('')
          .split('\n')
          .find((one) => one.includes('"ready"') && one.endsWith('}'));
        if (line === undefined) return;
        this.#ready = readySaid.parse(JSON.parse(line));
        resolve();
      });
      server.once('exit', (code) => reject(new Error(`Slipway ended with ${code}: ${said.join('')}`)));
    });
  }

  /** What it printed last when it was up: where its API is, where people go, and where the first account is made. */
  get ready(): Ready {
    return this.#ready;
  }

  /** kill -9, as a power cut would. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
  }

  /** Whether the control plane that was started last still runs. */
  get running(): boolean {
    return this.#server !== undefined && this.#server.exitCode === null && this.#server.signalCode === null;
  }

  async remove(): Promise<void> {
    await this.kill();
    try {
      // Not the waiting kind: what this process offers to Slipway (GitHub, a switch in front of Docker) has to answer meanwhile.
      await run(process.execPath, [MAIN, 'purge'], { env: this.environment(), timeout: 120_000 });
    } finally {
      this.beforeFolderGoes();
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  /** `token`: of somebody else than the operator. */
  async api<T>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
    return JSON.parse(await this.#ask(method, path, body, token)) as T;
  }

  /** Odoo's own lines in a run's log. */
  odooLog(run: string): Promise<readonly string[]> {
    return this.#log(run, 'odoo');
  }

  /** What the steps of a run said on their way. */
  stepLog(run: string): Promise<readonly string[]> {
    return this.#log(run, 'step');
  }

  async #log(run: string, of: string): Promise<readonly string[]> {
    const lines = (await this.#ask('GET', `/runs/${run}/logs`)).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line)).flatMap(({ stream, text }) => (stream === of ? [text] : []));
  }

  async #ask(
    method: string,
    path: string,
    body?: unknown,
    token = readFileSync(join(this.data, 'token'), 'utf8').trim(),
  ): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.#api}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new ApiError(`${method} ${path}: ${answer.status} ${text}`, answer.status, text);
    return text;
  }

  preview(number: number): Promise<PreviewView> {
    return this.api('GET', `/projects/shop/previews/${number}`);
  }

  async until(number: number, wanted: (view: PreviewView) => boolean, seconds = 240): Promise<PreviewView> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const view = await this.preview(number).catch(() => null);
      if (view !== null && wanted(view)) return view;
      if (Date.now() > end)
        throw new Error(`preview ${number} is ${JSON.stringify(view, null, 1)}\n${this.lastWords()}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  /** The end of the control plane's own log. */
  lastWords(): string {
    return readFileSync(join(this.data, 'server.log'), 'utf8').split('\n').slice(-30).join('\n');
  }

  /** What people are told first when something is wrong: by the preview, or by an API that cannot look. */
  async untilTrouble(number: number, seconds = 90): Promise<string> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      const said = await this.preview(number).then(
        (view) => view.failure?.message ?? view.reason,
        (error: unknown) => (error instanceof ApiError ? error.body : null),
      );
      if (said !== null) return said;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const view = await this.preview(number).catch(String);
    throw new Error(`nobody was told of any trouble of preview ${number}: ${JSON.stringify(view, null, 1)}`);
  }

  /** GitHub's recorded delivery with our pull request in it, signed like GitHub's. */
  async deliver(
    event: string,
    change: { action: string; number: number; branch: string; sha: string },
  ): Promise<Response> {
    const payload = JSON.parse(readFileSync(OPENED, 'utf8'));
    const repository = { ...payload.repository, full_name: 'acme/shop' };
    const pull = payload.pull_request;
    Object.assign(pull, {
      number: change.number,
      title: `Change ${change.number}`,
      draft: false,
      updated_at: new Date().toISOString(),
    });
    Object.assign(pull, { state: change.action === 'closed' ? 'closed' : 'open', merged: false });
    Object.assign(pull.head, { sha: change.sha, ref: change.branch, repo: repository });
    Object.assign(pull.base, { ref: 'main', repo: repository });
    Object.assign(pull.user, { login: 'ada' });
    return this.#post(event, { ...payload, action: change.action, number: change.number, repository });
  }

  /** GitHub's recorded delivery of a push, to our branch. */
  async push(branch: string, sha: string): Promise<Response> {
    const payload = JSON.parse(readFileSync(PUSHED, 'utf8'));
    const repository = { ...payload.repository, full_name: 'acme/shop' };
    const pushed = {
      ref: `refs/heads/${branch}`,
      after: sha,
      deleted: false,
      head_commit: { id: sha, message: 'Pushed' },
    };
    return this.#post('push', { ...payload, ...pushed, repository });
  }

  #post(event: string, payload: object): Promise<Response> {
    const body = JSON.stringify(payload);
    const secret = readFileSync(join(this.data, 'webhook-secret'), 'utf8').trim();
    return fetch(`http://127.0.0.1:${this.#api}/webhooks/github`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-github-event': event,
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
    });
  }

  /** Through the edge, as a browser would. */
  async get(view: Pick<PreviewView, 'url'>, path: string): Promise<{ status: number; text: string }> {
    const host = new URL(view.url ?? '').hostname;
    return new Promise((resolve, reject) => {
      import('node:http').then(({ request }) => {
        request(
          { host: '127.0.0.1', port: this.#edge, path, headers: { host, accept: 'text/html' }, agent: false },
          (answer) => {
            const pieces: Buffer[] = [];
            answer.on('data', (piece: Buffer) => pieces.push(piece));
            answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString() }));
          },
        )
          .on('error', reject)
          .end();
      }, reject);
    });
  }

  /** What Odoo's shell prints in the container of a preview that was opened and never updated. */
  inOdoo(number: number, script: string): string {
    const shell = ['odoo', 'shell', '--config', '/etc/slipway/odoo.conf', '--no-http'];
    return execFileSync('docker', ['exec', '-i', `slipway-${this.instance}-shop.pr-${number}-blue`, ...shell], {
      input: `${script}\n`,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: 120_000,
    });
  }

  /** Where a host is reached through the edge. */
  edgeUrl(host: string): string {
    return `http://${host}:${this.#edge}`;
  }

  get instance(): string {
    return readFileSync(join(this.data, 'instance'), 'utf8').trim();
  }

  /** Address of a database of the PostgreSQL that this installation runs, as its administrator. */
  databaseUrl(database = 'postgres'): string {
    const [password, port] = ['password', 'port'].map((name) =>
      readFileSync(join(this.data, 'postgres', name), 'utf8').trim(),
    );
    return `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
  }

  /** Databases, roles, containers and data folders that carry this installation's names. */
  async names(): Promise<string[]> {
    const rows = await onServer(this.databaseUrl(), (client) =>
      client.query('select datname as name from pg_database union select rolname from pg_roles'),
    );
    const containers = execFileSync('docker', ['ps', '-a', '--format', '{{.Names}}'], { encoding: 'utf8' });
    const folders = execFileSync('find', [join(this.data, 'filestores'), '-maxdepth', '2'], { encoding: 'utf8' });
    return [
      ...rows.rows.map(({ name }) => String(name)),
      ...containers.split('\n').filter((name) => name.includes(this.instance)),
      ...folders.split('\n'),
    ];
  }

  possessions(number: number): Promise<string[]> {
    return possessionsOf({ instance: this.instance, data: this.data, databaseUrl: this.databaseUrl() }, number);
  }
}
