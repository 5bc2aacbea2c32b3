/** `up`: a pull request becomes a running Odoo, through the real webhook; a production becomes a staging that holds none of its names; what staging proved goes live, and back. `down`: nothing of it is left. Both may be run at any time. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PreviewView, RunView } from '@slipway/contracts/views';
import { deliver, pullRequestBody } from './demo-github.ts';
import { openProduction, showPromotions } from './demo-production.ts';
import { DemoServer, Refused } from './demo-server.ts';
import { BRANCH, baseOf, greetingAt, headOf, makeShop, REPOSITORY, type Shop } from './demo-shop.ts';
import { showStaging, withStages } from './demo-staging.ts';

const ROOT = join(import.meta.dirname, '..');
const DATA = join(ROOT, '.slipway/demo');
const PROJECT = 'shop';
const NUMBER = 1;
const LIMIT_SECONDS = 900;

const started = Date.now();
const stamp = (): string => `[${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s]`;
let spokenAt = 0;
const say = (text: string): void => {
  spokenAt = Date.now();
  console.log(`${stamp()} ${text}`);
};

const server = new DemoServer(DATA, say);

const known = (): Promise<PreviewView | null> => server.preview(PROJECT, NUMBER).catch(() => null);

/** Sends what GitHub would send: `opened`, or `synchronize` when the branch has moved on. */
const sendWebhook = async (shop: Shop, sha: string): Promise<void> => {
  const before = await known();
  const action = before === null || before.sha === sha || before.state === 'closed' ? 'opened' : 'synchronize';
  const pull = {
    repository: REPOSITORY,
    number: NUMBER,
    title: 'Greet customers warmly',
    branch: BRANCH,
    base: 'main',
    sha,
  };
  const body = pullRequestBody({ ...pull, action, at: new Date() });
  const { id, status, milliseconds } = await deliver({ url: server.url, secret: server.webhookSecret }, body);
  say(
    `webhook: pull_request "${action}", #${NUMBER} ${BRANCH} at ${sha.slice(0, 8)} → ${status} in ${milliseconds.toFixed(0)} ms (delivery ${id})`,
  );
  say(`  it speaks of ${shop.remote.replace(`${ROOT}/`, '')}`);
};

const stepOf = (run: RunView | null): string => {
  const step = run?.steps.find(({ state }) => state === 'running');
  return step === undefined ? '' : `: ${step.name}${step.attempts > 1 ? `, attempt ${step.attempts}` : ''}`;
};

/** Says each change of state and step; something at least every five seconds. */
const sayState = (text: string, last: string): string => {
  if (text !== last) say(text);
  else if (Date.now() - spokenAt > 5000) say(`  still ${text}`);
  return text;
};

const isSettled = (preview: PreviewView, run: RunView | null): boolean =>
  (run === null || run.finishedAt !== null) &&
  ['live', 'sleeping', 'failed', 'blocked', 'closed'].includes(preview.state);

const stateOf = (preview: PreviewView | null, run: RunView | null): string => {
  if (preview === null) return 'awaited';
  const why = preview.reason === null ? '' : `, ${preview.reason}`;
  return `${preview.state}${preview.position === null ? '' : ` at position ${preview.position}${why}`}${stepOf(run)}`;
};

/** Follows the preview until nothing more happens to it. */
const follow = async (): Promise<PreviewView> => {
  const until = Date.now() + LIMIT_SECONDS * 1000;
  let last = '';
  while (Date.now() < until) {
    const preview = await known();
    const run = preview?.run == null ? null : await server.run(preview.run).catch(() => null);
    last = sayState(`preview: ${stateOf(preview, run)}`, last);
    if (preview !== null && isSettled(preview, run)) return preview;
    await sleep(150);
  }
  throw new Refused(`The preview is not ready after ${LIMIT_SECONDS} s.`, `slipway run list shows what it does.`);
};

/** The delivery is worked off in the background: until then the preview is still what it was. */
const awaitDelivery = async (before: PreviewView | null, sha: string): Promise<void> => {
  for (let tries = 0; tries < 20; tries++) {
    const now = await known();
    if (now !== null && now.sha === sha && (before === null || now.run !== before.run)) return;
    await sleep(100);
  }
};

/** What was left failed, or lost its port to somebody, is built again from its database on; GitHub's delivery alone would not do that. */
const repair = async (before: PreviewView | null, sha: string): Promise<void> => {
  const now = await known();
  if (now === null || before === null || now.run !== before.run || now.sha !== sha) return;
  const moved = now.url !== null && !now.url.includes(`:${server.ports.edge}`) && server.ports.edge !== 80;
  if (now.state !== 'failed' && !moved) return say('nothing changed for this pull request since the last time');
  say(moved ? 'the port of the previews has changed: built again' : 'it had failed before: built again');
  await server.call('POST', `/projects/${PROJECT}/previews/${NUMBER}/rebuild`, { fresh: moved });
};

/** Proof over HTTP. A preview whose container came back with another address (Docker was restarted) is put on its feet first. */
const prove = async (preview: PreviewView, greeting: string): Promise<void> => {
  const host = new URL(preview.url ?? '').host;
  if (preview.state === 'sleeping') say('the preview sleeps: the first request wakes it');
  let login = await server.visit(host, '/web/login');
  if (login.status !== 200) {
    say(`/web/login → ${login.status || login.text}; starting its Odoo again`);
    await server.call('POST', `/projects/${PROJECT}/previews/${NUMBER}/wake`);
    await sleep(300);
    await follow();
    login = await server.visit(host, '/web/login');
  }
  if (login.status !== 200)
    throw new Refused(`/web/login answers ${login.status || login.text}.`, 'slipway preview logs 1');
  say(`${preview.url}/web/login → 200`);
  const hello = await server.visit(host, '/shop/hello');
  if (!hello.text.includes(greeting)) throw new Refused(`/shop/hello answers ${hello.status} without "${greeting}".`);
  say(`${preview.url}/shop/hello → 200, "${greeting}"`);
};

const seconds = (milliseconds: number | undefined): string => `${((milliseconds ?? 0) / 1000).toFixed(1)} s`;

/** While nobody has an account, the link that makes the first one. */
const dashboard = async (): Promise<string> => {
  const link = await server.call<{ link: string }>('POST', '/setup/link').catch(() => null);
  if (link !== null) return `${link.link}   (makes the first account)`;
  const { edge } = await server.call<{ edge: { url: string } }>('GET', '/status');
  return edge.url;
};

interface Shown {
  readonly sha: string;
  readonly dashboard: string;
  readonly staging: readonly string[];
  readonly production: readonly string[];
}

const summary = (preview: PreviewView, shop: Shop, { sha, dashboard, staging, production }: Shown): string => {
  const { total, ...steps } = preview.timings;
  const slowest = Object.entries(steps)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5);
  const cli = `node_modules/.bin/slipway --data ${relative(process.cwd(), DATA)} --project ${PROJECT}`;
  const rows: readonly (readonly [string, string])[] = [
    ['Dashboard', dashboard],
    ['Open', `${preview.url}/web/login`],
    ['Login', `${preview.login?.user} / ${preview.login?.password}`],
    ['Changed', `${preview.url}/shop/hello   "${greetingAt(shop, baseOf(shop))}" → "${greetingAt(shop, sha)}"`],
    ...preview.modules.map(({ name, action, why }) => ['', `${name}: ${action} (${why})`] as const),
    ['Verdict', `${preview.verdict ?? 'none yet'}, database ${preview.database}, commit ${sha.slice(0, 12)}`],
    [
      'Timings',
      `newest run ${seconds(total)}: ${slowest.map(([name, time]) => `${name} ${seconds(time)}`).join(', ')}`,
    ],
    ...staging.map((line, index) => [index === 0 ? 'Staging' : '', line] as const),
    ['', `${cli} snapshot list, ${cli} mail list shop/staging`],
    ...production.map((line, index) => [index === 0 ? 'Live' : '', line] as const),
    ['', `${cli} production show, ${cli} promotion list, ${cli} rollback --dry-run`],
    ['Look', `${cli} preview show ${NUMBER}`],
    ['', `${cli} preview logs ${NUMBER}`],
    ['', `${cli} run logs ${preview.run}`],
    ['', `${cli} status`],
    [
      'Push',
      `change something in ${relative(process.cwd(), shop.folder)}, commit, git push origin ${BRANCH}, make demo`,
    ],
    ['Remove', 'make demo-down'],
  ];
  return rows.map(([label, text]) => `  ${label.padEnd(10)} ${text}`).join('\n');
};

const reportFailure = async (preview: PreviewView): Promise<never> => {
  const { failure } = preview;
  const lines = failure?.lastLines ?? [];
  if (lines.length > 0) console.error(`Last lines of the log:\n${lines.map((line) => `  ${line}`).join('\n')}`);
  const step = failure?.step == null ? '' : ` at step ${failure.step}`;
  throw new Refused(
    `The preview is ${preview.state}${step}: ${failure?.message ?? preview.reason ?? 'no reason kept'}`,
    failure?.hint,
  );
};

/** A run that was asked for before, such as a close by hand, ends first: a delivery in between would find the preview still there. */
const awaitQuiet = async (): Promise<void> => {
  const before = await known();
  if (before?.run == null) return;
  const run = await server.run(before.run).catch(() => null);
  if (run === null || run.finishedAt !== null) return;
  say(`an earlier run is under way: ${run.kind}`);
  await follow();
};

const LIVING = ['live', 'sleeping'];

const up = async (): Promise<void> => {
  await server.up({ api: 8787, edge: 8080 });
  const shop = makeShop(join(DATA, 'shop'), withStages);
  say(`repository: ${relative(process.cwd(), shop.folder)}, branches main and ${BRANCH}`);
  await server.call('POST', '/projects', { folder: shop.folder });
  await awaitQuiet();
  const sha = headOf(shop, BRANCH);
  const before = await known();
  await sendWebhook(shop, sha);
  if (before === null || before.sha !== sha || !LIVING.includes(before.state)) await awaitDelivery(before, sha);
  await repair(before, sha);
  const preview = await follow();
  if (!LIVING.includes(preview.state) || preview.failure !== null) await reportFailure(preview);
  await prove(preview, greetingAt(shop, sha));
  const demo = { server, data: DATA, project: PROJECT, say };
  await openProduction(demo);
  const staging = await showStaging(demo);
  const production = await showPromotions(demo, shop);
  say('done');
  const shown = { sha, dashboard: await dashboard(), staging, production };
  console.log(`\n${summary(await server.preview(PROJECT, NUMBER), shop, shown)}\n`);
};

const docker = (...words: readonly string[]): string[] =>
  execFileSync('docker', words, { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');

/** What Docker still has under this instance's name. */
const leftOvers = (label: string): string[] => [
  ...docker('ps', '-a', '--filter', label, '--format', 'container {{.Names}}'),
  ...docker('network', 'ls', '--filter', label, '--format', 'network {{.Name}}'),
  ...docker('images', '--filter', label, '--format', 'image {{.Repository}}:{{.Tag}}'),
];

const down = async (): Promise<void> => {
  const instance = server.instance;
  if (existsSync(DATA)) await server.purge();
  rmSync(DATA, { recursive: true, force: true });
  const left = instance === null ? [] : leftOvers(`label=slipway.instance=${instance}`);
  if (left.length > 0) throw new Refused(`Still there: ${left.join(', ')}`, 'Run make demo-down again.');
  say('nothing of the demo is left: no container, network, image of a commit, database or file');
};

const command = process.argv[2] ?? 'up';
try {
  if (command === 'up') await up();
  else if (command === 'down') await down();
  else throw new Refused(`unknown command ${command}`, 'node scripts/demo.ts up|down');
} catch (error) {
  const { message } = error as Error;
  console.error(`${stamp()} ✗ ${message}`);
  if (error instanceof Refused && error.hint !== '') console.error(`  Hint: ${error.hint}`);
  if (!(error instanceof Refused)) console.error((error as Error).stack);
  process.exitCode = 1;
}
