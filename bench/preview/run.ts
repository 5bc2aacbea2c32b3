/** How long a pull request waits for its Odoo, beside the least that is possible on this machine in the same minutes. Writes results.md. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PreviewView } from '@slipway/contracts/views';
import { greetingAt, headOf } from '../../scripts/demo-shop.ts';
import { load, machine } from '../shared/figures.ts';
import { BRANCH, PROJECT, README_BRANCH, rssOf, Site, say } from '../shared/site.ts';
import { Bare } from './bare.ts';
import { type Figures, table } from './report.ts';

const RUNS = Number(process.argv[2] ?? 9);

const site = new Site('bench');
const { server } = site;

interface Opened {
  readonly milliseconds: number;
  readonly preview: PreviewView;
}

/** Webhook sent → first 200 through the edge, with `text` in it. Then the preview is read, for its timings. */
const open = async (number: number, branch: string, text: string | null): Promise<Opened> => {
  const host = `pr-${number}-${branch}.localhost:${server.ports.edge}`;
  const content = site.body(number, branch);
  const begin = performance.now();
  await site.deliver(content);
  for (;;) {
    const answer = await server.visit(host, text === null ? '/web/login' : '/shop/hello');
    if (answer.status === 200 && (text === null ? answer.text.includes('login') : answer.text.includes(text))) break;
    if (performance.now() - begin > 300_000)
      throw new Error(`pull request ${number} does not come up: ${answer.status}`);
    await sleep(20);
  }
  const milliseconds = performance.now() - begin;
  return { milliseconds, preview: await site.settled(number, ['live']) };
};

/** For what a machine does after a database came or went: writing out, forgetting files. */
const QUIET_MILLISECONDS = 3000;

/** Before each clock starts: a pool that is being filled is a database that is being copied, beside whatever is measured. */
const warm = async (bare: Bare): Promise<void> => {
  for (let tries = 0; tries < 300 && (await bare.pooled()) < 2; tries++) await sleep(100);
  await bare.writeOut();
  await sleep(QUIET_MILLISECONDS);
};

const measure = async (bare: Bare, images: { plain: string; changed: string }): Promise<Figures> => {
  const greeting = greetingAt(site.shop, headOf(site.shop, BRANCH));
  const figures: Figures = {
    unchanged: [],
    bareStart: [],
    updated: [],
    bareUpdate: [],
    steps: {},
    rss: {},
  };
  for (let round = 0; round < RUNS; round++) {
    await warm(bare);
    const plain = await open(10 + round, README_BRANCH, null);
    figures.unchanged.push(plain.milliseconds);
    await warm(bare);
    figures.bareStart.push(await bare.measure(`bench_start_${round}`, images.plain, []));
    await warm(bare);
    const changed = await open(30 + round, BRANCH, greeting);
    figures.updated.push(changed.milliseconds);
    await warm(bare);
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
  const before = load();
  try {
    // Without tests, because bare `odoo -u` runs none either.
    // None is closed before the end, because deleting a database makes the next one slow to create (bare.ts).
    await site.up({ SLIPWAY_POOL: '2' }, (yaml) =>
      yaml.replace('demo: false', 'demo: false\n    tests: false').replace('max: 5', `max: ${2 * RUNS + 2}`),
    );
    say('warming: template, images, pool');
    await open(1, README_BRANCH, null);
    await open(2, BRANCH, null);
    const images = { plain: await imageOf(1), changed: await imageOf(2) };
    const instance = server.instance ?? '';
    const bare = await Bare.open({ data: site.data, instance, like: `slipway-${instance}-${PROJECT}.pr-1-blue` });
    const figures = await measure(bare, images);
    figures.rss = { 'control plane': rssOf(server.pid), edge: rssOf(server.edgePid) };
    await bare.end();
    const text = table(figures, machine(before));
    writeFileSync(join(import.meta.dirname, 'results.md'), text);
    console.log(JSON.stringify(figures));
    console.log(text);
  } finally {
    await server.purge();
  }
};

await main();
