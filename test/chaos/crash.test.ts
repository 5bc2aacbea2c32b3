import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { reap } from '../../packages/server/src/observe/reap.ts';
import { book, evidenceOf, journalOf, machine, verified } from '../flows/look.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from '../flows/make-slipway.ts';
import { type Commits, FAILING, SCENARIOS, type Scenario } from './scenarios.ts';
import { atEach, differences, watch } from './sweep.ts';

const CONTROLLER = 'addons/shop_order/controllers/hello.py';

let shop: Shop;
let commits: Commits;
beforeAll(async () => {
  shop = await makeShop();
  const source = (await shop.repository.readFile(shop.main, CONTROLLER)) ?? '';
  const manifest = (await shop.repository.readFile(shop.main, 'addons/shop_order/__manifest__.py')) ?? '';
  commits = {
    first: await shop.push('feature', { 'README.md': 'A feature\n' }),
    text: await shop.push('feature', { [CONTROLLER]: `${source}\n# a remark\n` }),
    changed: await shop.push('feature', {
      'addons/shop_order/__manifest__.py': manifest.replace('19.0.1.0.0', '19.0.1.1.0'),
    }),
  };
});
afterAll(() => shop.remove());

const prepare = async (scenario: Scenario): Promise<Site> => {
  const site = await makeSite(inject('postgresUrl'), shop);
  const plane = await site.start();
  for (const ask of scenario.before) {
    await ask(plane, commits);
    await plane.drain();
  }
  return site;
};

const outcome = async (site: Site, plane: ControlPlane, run: string) => {
  const { environments, ...rest } = await book(plane, site);
  return {
    ...rest,
    environments,
    machine: machine(site),
    // A step that finds its work done is `skipped`; the output of a build that ended before the crash was in the dead process's memory.
    journal: (await journalOf(plane, run)).map((line) => line.replace(/ skipped$/, ' done')),
    evidence: (await evidenceOf(plane, run)).filter((path) => !path.startsWith('build/image-')),
    verified: (await verified(plane)).ok,
  };
};

const orphans = async (site: Site, plane: ControlPlane) => {
  site.clock.advance(3_600_000);
  return reap(plane.slipway, plane.inventories);
};

interface Story {
  readonly points: readonly string[];
  readonly outcome: Awaited<ReturnType<typeof outcome>>;
}

const undisturbed = async (scenario: Scenario, start: Site): Promise<Story> => {
  const site = await start.copy();
  scenario.arrange?.(site);
  const plane = await site.start();
  const run = await scenario.ask(plane, commits);
  const points: string[] = [];
  watch(site, plane, async (point) => {
    points.push(point);
  });
  await plane.drain();
  const result = await outcome(site, plane, run);
  expect(await orphans(site, plane)).toEqual([]);
  await site.remove();
  return { points, outcome: result };
};

const crashed = async (scenario: Scenario, start: Site, at: number): Promise<Story['outcome']> => {
  const site = await start.copy();
  scenario.arrange?.(site);
  const victim = await site.start();
  const run = await scenario.ask(victim, commits);
  watch(site, victim, async (_, index) => {
    if (index === at) await victim.kill();
  });
  await victim.drain();
  expect(victim.life.dead).toBe(true);
  site.world.fault = async () => undefined;
  await site.expireLeases();
  const heir = await site.start();
  await heir.drain();
  const result = await outcome(site, heir, run);
  expect(await orphans(site, heir)).toEqual([]);
  await site.remove();
  return result;
};

describe.each([...SCENARIOS, ...FAILING])('A control plane that dies during "$name"', (scenario) => {
  test('is followed by one that ends where an undisturbed one ends, wherever it died', async () => {
    const start = await prepare(scenario);
    const story = await undisturbed(scenario, start);
    expect(story.points.length).toBeGreaterThan(5);
    expect(story.outcome.verified).toBe(true);
    const tried = async (at: number) => differences(await crashed(scenario, start, at), story.outcome);
    expect(await atEach(story.points, tried)).toEqual([]);
    await start.remove();
  }, 600_000);
});
