/** How soon a webhook is acknowledged while five builds run, and, in the same run, while none does. Writes results.md. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { RunView } from '@slipway/contracts/views';
import { git, VIEW } from '../../scripts/demo-shop.ts';
import { load, machine } from '../shared/figures.ts';
import { BRANCH, PROJECT, README_BRANCH, rssOf, Site, say } from '../shared/site.ts';
import { type Sample, table } from './report.ts';

const BUILDS = 5;
const SAMPLES = 600;
const PER_SECOND = 20;
/** A delivery that falls due while so many wait is not sent; how many is said. */
const IN_FLIGHT = 10;
const LIMIT_SECONDS = 240;
/** More than can be built in that time. */
const COMMITS = 80;
const NUMBERS = Array.from({ length: BUILDS }, (_, index) => 61 + index);

const run = promisify(execFile);
const site = new Site('bench');
let building = 0;

/** Commits that change the module one after the other; the remote has them, but in no branch yet. */
const prepareCommits = (): string[] => {
  const { folder } = site.shop;
  git(folder, 'checkout', '--quiet', '-b', 'prepared', BRANCH);
  const commits = Array.from({ length: COMMITS }, (_, index) => {
    const view = join(folder, VIEW);
    writeFileSync(view, readFileSync(view, 'utf8').replace(/<h1>.*<\/h1>/, `<h1>Greeting ${index}</h1>`));
    git(folder, 'commit', '--quiet', '-am', `Greeting ${index}`);
    return git(folder, 'rev-parse', 'HEAD');
  });
  git(folder, 'push', '--quiet', 'origin', 'prepared:refs/prepared/commits');
  return commits;
};

const branchOf = (number: number): string => `greeting-${number}`;

/** As a developer pushes: the branch moves, and GitHub tells. Not synchronously, because the same process measures. */
const push = async (number: number, sha: string | undefined): Promise<void> => {
  if (sha === undefined) throw new Error('there are no commits left');
  await run('git', ['-C', site.shop.remote, 'update-ref', `refs/heads/${branchOf(number)}`, sha]);
  await site.deliver(site.body(number, branchOf(number), sha));
};

/** Keeps all builders busy: whoever's build is through pushes the next commit. */
const keepBuilding = async (commits: string[], stop: AbortSignal): Promise<void> => {
  while (!stop.aborted) {
    const runs = await site.server.call<RunView[]>('GET', '/runs?limit=20');
    const open = runs.filter(({ finishedAt }) => finishedAt === null);
    building = open.filter(({ state }) => state === 'running').length;
    for (const number of NUMBERS)
      if (!open.some(({ environment }) => environment === `${PROJECT}/pr-${number}`))
        await push(number, commits.shift());
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
  const commits = prepareCommits();
  const stop = new AbortController();
  const keeping = keepBuilding(commits, stop.signal);
  try {
    return await Promise.race([
      send((samples) => samples.filter((sample) => sample.building === BUILDS).length >= SAMPLES),
      keeping.then(() => Promise.reject(new Error('nothing is built any more'))),
    ]);
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
    for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), -10);
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
