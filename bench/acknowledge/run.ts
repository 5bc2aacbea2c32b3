/** How soon a webhook is acknowledged while five builds run, and, in the same run, while none does. Writes results.md. */
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunView } from '@slipway/contracts/views';
import { load, machine } from '../shared/figures.ts';
import { BRANCH, PROJECT, README_BRANCH, rssOf, Site, say } from '../shared/site.ts';
import { type Sample, table } from './report.ts';

const BUILDS = 5;
const SAMPLES = 600;
const PER_SECOND = 20;
/** A delivery that falls due while so many wait is not sent; how many is said. */
const IN_FLIGHT = 10;
const LIMIT_SECONDS = 240;
const NUMBERS = Array.from({ length: BUILDS }, (_, index) => 61 + index);

const site = new Site('bench');
let building = 0;

/** Keeps all builders busy: a pull request whose preview is through is built again, with a database of its own. */
const keepBuilding = async (stop: AbortSignal): Promise<void> => {
  while (!stop.aborted) {
    const runs = await site.server.call<RunView[]>('GET', '/runs?limit=20');
    const open = runs.filter(({ finishedAt }) => finishedAt === null);
    building = open.filter(({ state }) => state === 'running').length;
    for (const number of NUMBERS) {
      if (open.some(({ environment }) => environment === `${PROJECT}/pr-${number}`)) continue;
      await site.server.call('POST', `/projects/${PROJECT}/previews/${number}/rebuild`, { fresh: true });
    }
    await sleep(250);
  }
  building = 0;
};

interface Sending {
  readonly samples: readonly Sample[];
  readonly skipped: number;
}

/** Deliveries on a fixed beat, whether or not the one before was answered: who waits in front of a slow one waits visibly. */
const send = async (until: (samples: readonly Sample[]) => boolean): Promise<Sending> => {
  const body = site.body(1, README_BRANCH);
  const samples: Sample[] = [];
  const waiting = new Set<Promise<void>>();
  let skipped = 0;
  const begin = performance.now();
  for (let beat = 0; !until(samples); beat++) {
    const due = begin + (beat * 1000) / PER_SECOND;
    if (due - begin > LIMIT_SECONDS * 1000) throw new Error(`not ${SAMPLES} samples in ${LIMIT_SECONDS} s`);
    if (due > performance.now()) await sleep(due - performance.now());
    if (waiting.size >= IN_FLIGHT) {
      skipped += 1;
      continue;
    }
    const before = building;
    const one: Promise<void> = site
      .deliver(body)
      .then(({ milliseconds }) => void samples.push({ milliseconds, building: Math.min(before, building) }))
      .finally(() => waiting.delete(one));
    waiting.add(one);
  }
  await Promise.all(waiting);
  return { samples, skipped };
};

const whileBuilding = async (): Promise<Sending> => {
  for (const number of NUMBERS) await site.deliver(site.body(number, BRANCH));
  for (const number of NUMBERS) await site.settled(number, ['live']);
  const stop = new AbortController();
  const keeping = keepBuilding(stop.signal);
  try {
    return await send((samples) => samples.filter((sample) => sample.building === BUILDS).length >= SAMPLES);
  } finally {
    stop.abort();
    await keeping;
  }
};

const main = async (): Promise<void> => {
  const before = load();
  try {
    const settings = { SLIPWAY_BUILDS: String(BUILDS), SLIPWAY_POOL: '2' };
    await site.up(settings, (yaml) => yaml.replace('max: 5', `max: ${BUILDS + 2}`));
    say('warming: template, images, pool');
    await site.deliver(site.body(1, README_BRANCH));
    await site.settled(1, ['live']);
    // GitHub does not share the machine: what it would measure is not to wait for our processor. The server was started before.
    setPriority(-10);
    await sleep(5000);
    say(`${SAMPLES} deliveries, ${PER_SECOND} a second, while nothing is built`);
    const quiet = await send((samples) => samples.length >= SAMPLES);
    say(`${SAMPLES} deliveries, ${PER_SECOND} a second, while ${BUILDS} builds run`);
    const busy = await whileBuilding();
    const figures = {
      quiet: quiet.samples,
      busy: busy.samples.filter(({ building }) => building === BUILDS),
      skipped: quiet.skipped + busy.skipped,
      rss: rssOf(site.server.pid),
      ...{ builds: BUILDS, perSecond: PER_SECOND },
    };
    const text = table(figures, machine(before));
    writeFileSync(join(import.meta.dirname, 'results.md'), text);
    console.log(text);
  } finally {
    await site.server.purge();
  }
};

await main();
