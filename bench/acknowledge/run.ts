/** How soon a webhook is acknowledged while five builds run, and, in the same run, while none does. Writes results.md. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { RunView } from '@slipway/contracts/views';
import { git, VIEW } from '../../scripts/demo-shop.ts';
import { load, machine } from '../shared/figures.ts';
import { BRANCH, PROJECT, README_BRANCH, rssOf, Site, say } from '../shared/site.ts';
import { type Sample, table } from './report.ts';
import type { Beat, Sent } from './sender.ts';

const BUILDS = 5;
const SAMPLES = 600;
const PER_SECOND = 20;
const IN_FLIGHT = 10;
const LIMIT_SECONDS = 240;
/** More than can be built in that time. */
const COMMITS = 80;
const NUMBERS = Array.from({ length: BUILDS }, (_, index) => 61 + index);

const run = promisify(execFile);
const site = new Site('bench');
/** How many builds ran from when on. */
const buildingSince: { readonly at: number; readonly building: number }[] = [{ at: 0, building: 0 }];

const nowBuilding = (building: number): void => void buildingSince.push({ at: Date.now(), building });

/** The fewest that ran at any moment between the two. */
const busyBetween = (from: number, until: number): number => {
  const before = buildingSince.findLast(({ at }) => at <= from);
  const within = buildingSince.filter(({ at }) => at > from && at <= until);
  return Math.min(before?.building ?? 0, ...within.map(({ building }) => building));
};

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
    nowBuilding(open.filter(({ state }) => state === 'running').length);
    for (const number of NUMBERS)
      if (!open.some(({ environment }) => environment === `${PROJECT}/pr-${number}`))
        await push(number, commits.shift());
    await sleep(250);
  }
  nowBuilding(0);
};

interface Sending {
  readonly samples: readonly Sample[];
  readonly skipped: number;
}

/** Sends until `enough`, by a thread that does nothing else. */
const send = async (enough: (samples: readonly Sample[]) => boolean): Promise<Sending> => {
  const beat: Beat = { to: site.github, body: site.body(1, README_BRANCH), perSecond: PER_SECOND, inFlight: IN_FLIGHT };
  const worker = new Worker(new URL('./sender.ts', import.meta.url), { workerData: beat });
  const samples: Sample[] = [];
  let skipped = 0;
  const limit = setTimeout(
    () => worker.emit('error', new Error(`too few in ${LIMIT_SECONDS} s`)),
    LIMIT_SECONDS * 1000,
  );
  worker.on('message', (sent: Sent) => {
    if ('skipped' in sent) skipped += 1;
    else samples.push({ milliseconds: sent.milliseconds, building: busyBetween(sent.at, sent.at + sent.milliseconds) });
    if (enough(samples)) worker.postMessage('stop');
  });
  try {
    await once(worker, 'exit');
  } finally {
    clearTimeout(limit);
  }
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
