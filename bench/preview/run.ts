/** How long a pull request waits for its Odoo, beside the least that is possible on this machine in the same minutes. Writes results.md. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PreviewView } from '@slipway/contracts/views';
import { deliver, pullRequestBody } from '../../scripts/demo-github.ts';
import { DemoServer } from '../../scripts/demo-server.ts';
import { BRANCH, git, greetingAt, headOf, makeShop, REPOSITORY, type Shop } from '../../scripts/demo-shop.ts';
import { Bare } from './bare.ts';
import { type Figures, table } from './report.ts';

const ROOT = join(import.meta.dirname, '../..');
const DATA = join(ROOT, '.slipway/bench');
const RUNS = Number(process.argv[2] ?? 5);
const DELIVERIES = 300;
/** GitHub sends one after the other. */
const AT_ONCE = 1;
const PROJECT = 'shop';
const README_BRANCH = 'readme-only';

const started = Date.now();
const say = (text: string): void =>
  console.error(`[${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s] ${text}`);
const server = new DemoServer(DATA, say);

const hook = () => ({ url: server.url, secret: server.webhookSecret });
const body = (shop: Shop, number: number, branch: string, action: 'opened' | 'synchronize' = 'opened'): string => {
  const pull = {
    repository: REPOSITORY,
    number,
    title: `bench ${number}`,
    branch,
    base: 'main',
    sha: headOf(shop, branch),
  };
  return pullRequestBody({ ...pull, action, at: new Date() });
};

interface Opened {
  readonly milliseconds: number;
  readonly preview: PreviewView;
}

/** Webhook sent → first 200 through the edge, with `text` in it. Then the preview is read, for its timings. */
const open = async (shop: Shop, number: number, branch: string, text: string | null): Promise<Opened> => {
  const host = `pr-${number}-${branch}.localhost:${server.ports.edge}`;
  const content = body(shop, number, branch);
  const begin = performance.now();
  await deliver(hook(), content);
  for (;;) {
    const answer = await server.visit(host, text === null ? '/web/login' : '/shop/hello');
    if (answer.status === 200 && (text === null ? answer.text.includes('login') : answer.text.includes(text))) break;
    if (performance.now() - begin > 300_000)
      throw new Error(`pull request ${number} does not come up: ${answer.status}`);
    await sleep(20);
  }
  const milliseconds = performance.now() - begin;
  return { milliseconds, preview: await settled(number, ['live']) };
};

const settled = async (number: number, states: readonly string[]): Promise<PreviewView> => {
  for (let tries = 0; tries < 3000; tries++) {
    const preview = await server.preview(PROJECT, number);
    if (preview.state === 'failed') throw new Error(`preview ${number} failed: ${preview.failure?.message}`);
    if (states.includes(preview.state)) return preview;
    await sleep(100);
  }
  throw new Error(`preview ${number} does not become ${states.join(' or ')}`);
};

const close = async (number: number): Promise<void> => {
  await server.call('DELETE', `/projects/${PROJECT}/previews/${number}`);
  await settled(number, ['closed']);
};

const warm = async (bare: Bare): Promise<void> => {
  for (let tries = 0; tries < 300 && (await bare.pooled()) < 2; tries++) await sleep(100);
};

const rssOf = (pid: number | null): number =>
  pid === null ? 0 : Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** A base repository without tests, because bare `odoo -u` runs none either. */
const prepare = async (): Promise<Shop> => {
  await server.purge().catch(() => undefined);
  rmSync(DATA, { recursive: true, force: true });
  await server.up({ api: 8801, edge: 8901 }, { SLIPWAY_POOL: '2' });
  const shop = makeShop(join(DATA, 'shop'), (yaml) => yaml.replace('demo: false', 'demo: false\n    tests: false'));
  git(shop.folder, 'checkout', '--quiet', '-b', README_BRANCH, 'main');
  writeFileSync(join(shop.folder, 'README.md'), 'Words only.\n');
  git(shop.folder, 'commit', '--quiet', '-am', 'Say less');
  git(shop.folder, 'push', '--quiet', 'origin', README_BRANCH);
  await server.call('POST', '/projects', { folder: shop.folder });
  return shop;
};

const acknowledge = async (shop: Shop): Promise<number[]> => {
  const busy = [61, 62].map((number) => deliver(hook(), body(shop, number, BRANCH)));
  await Promise.all(busy);
  const times: number[] = [];
  const send = async (): Promise<void> => {
    while (times.length < DELIVERIES) times.push((await deliver(hook(), body(shop, 1, README_BRANCH))).milliseconds);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  for (const number of [61, 62]) await settled(number, ['live']);
  return times;
};

const measure = async (shop: Shop, bare: Bare, images: { plain: string; changed: string }): Promise<Figures> => {
  const greeting = greetingAt(shop, headOf(shop, BRANCH));
  const figures: Figures = {
    unchanged: [],
    bareStart: [],
    updated: [],
    bareUpdate: [],
    steps: {},
    acknowledged: [],
    rss: {},
  };
  for (let round = 0; round < RUNS; round++) {
    await warm(bare);
    const plain = await open(shop, 10 + round, README_BRANCH, null);
    await close(10 + round);
    figures.unchanged.push(plain.milliseconds);
    figures.bareStart.push(await bare.measure(`bench_start_${round}`, images.plain, []));
    await warm(bare);
    const changed = await open(shop, 30 + round, BRANCH, greeting);
    await close(30 + round);
    figures.updated.push(changed.milliseconds);
    figures.bareUpdate.push(await bare.measure(`bench_update_${round}`, images.changed, ['shop_order']));
    for (const [kind, { preview }] of Object.entries({ unchanged: plain, updated: changed }))
      for (const [step, time] of Object.entries(preview.timings)) {
        const times = figures.steps[`${kind}: ${step}`] ?? [];
        figures.steps[`${kind}: ${step}`] = [...times, time];
      }
    const last = [figures.unchanged, figures.bareStart, figures.updated, figures.bareUpdate].map(
      (times) => `${times.at(-1)?.toFixed(0)} ms`,
    );
    say(
      `round ${round + 1} of ${RUNS}: preview ${last[0]} (bare ${last[1]}), with update ${last[2]} (bare ${last[3]})`,
    );
  }
  return figures;
};

const imageOf = async (number: number): Promise<string> =>
  `slipway/${PROJECT}:sha-${(await server.preview(PROJECT, number)).sha}`;

const main = async (): Promise<void> => {
  try {
    const shop = await prepare();
    say('warming: template, images, pool');
    await open(shop, 1, README_BRANCH, null);
    await open(shop, 2, BRANCH, null);
    const images = { plain: await imageOf(1), changed: await imageOf(2) };
    await close(2);
    const instance = server.instance ?? '';
    const bare = await Bare.open({ data: DATA, instance, like: `slipway-${instance}-${PROJECT}-pr-1-blue` });
    const load = loadavg();
    const figures = await measure(shop, bare, images);
    say(`${DELIVERIES} deliveries while two previews are built`);
    figures.acknowledged.push(...(await acknowledge(shop)));
    figures.rss = { 'control plane': rssOf(server.pid), edge: rssOf(server.edgePid) };
    await bare.end();
    const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GB, load average ${load[0]?.toFixed(1)} before and ${loadavg()[0]?.toFixed(1)} after, ${new Date().toISOString().slice(0, 16)}Z`;
    const text = table(figures, machine);
    writeFileSync(join(import.meta.dirname, 'results.md'), text);
    console.log(JSON.stringify({ machine, ...figures }));
    console.log(text);
  } finally {
    await server.purge();
  }
};

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void server.purge().finally(() => process.exit(130)));
await main();
