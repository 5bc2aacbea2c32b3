import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { reap } from '../../packages/server/src/observe/reap.ts';
import { equipWithData } from '../flows/data-equipment.ts';
import { everything, staging } from '../flows/data-look.ts';
import { makeProduction, type Production } from '../flows/data-production.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from '../flows/make-slipway.ts';
import { testPool } from '../setup/database.ts';
import { configure, DATA_SCENARIOS, type DataScenario, FAILING_DATA, productionAt } from './data-scenarios.ts';
import { atEach, differences, fromTheFailure, watch } from './sweep.ts';

let shop: Shop;
let production: Production;
beforeAll(async () => {
  shop = await makeShop();
  production = await makeProduction(inject('postgresUrl'));
  const manifest = (await shop.repository.readFile(shop.main, 'addons/shop_order/__manifest__.py')) ?? '';
  await shop.push('next', { 'addons/shop_order/__manifest__.py': manifest.replace('19.0.1.0.0', '19.0.1.1.0') });
});
afterAll(async () => {
  await production?.remove();
  await shop?.remove();
});

const prepare = async ({ before }: DataScenario): Promise<Site> => {
  const site = await makeSite(inject('postgresUrl'), shop, equipWithData);
  const plane = await site.start();
  await configure(plane, production);
  await productionAt(plane, production.url);
  for (const ask of before) {
    await ask(plane, production);
    await plane.drain();
  }
  return site;
};

type Outcome = Awaited<ReturnType<typeof everything>>;

/** At rest nothing is left that nobody owns, and what served staging before goes on doing so. */
const rested = async (site: Site, plane: ControlPlane, run: string): Promise<Outcome> => {
  const found = await everything(site, plane, run);
  site.clock.advance(3_600_000);
  const orphans = await reap(plane.slipway, plane.inventories);
  return { ...found, orphans: orphans.map(({ kind, name }) => `${kind} ${name}`) } as Outcome;
};

/** The same is asked once more, of the one who has put the first one right. */
const again = async (scenario: DataScenario, site: Site, plane: ControlPlane): Promise<Outcome> => {
  scenario.mend?.(site);
  const run = await scenario.ask(plane, production);
  await plane.drain();
  return rested(site, plane, run);
};

/** Each second run costs as much as the first one: it is asked for where a process died at every so-manieth place. */
const SECOND_AT_EVERY = 4;

interface Story {
  readonly points: readonly string[];
  readonly first: Outcome;
  readonly second: Outcome;
}

/** What people must not meet, at whatever moment they look. */
const WRONG = /^(?:led|served)/;

const undisturbed = async (scenario: DataScenario, start: Site): Promise<Story> => {
  const site = await start.copy();
  scenario.arrange?.(site);
  const plane = await site.start();
  const looker = testPool(site.url, 1);
  const served = (await staging(site, looker)) === 'serves';
  const run = await scenario.ask(plane, production);
  const points: string[] = [];
  const met: string[] = [];
  watch(site, plane, async (point) => {
    points.push(point);
    const now = await staging(site, looker);
    if (WRONG.test(now) || (served && now !== 'serves' && now !== 'waits')) met.push(`${point}: staging is ${now}`);
  });
  await plane.drain();
  await looker.end();
  expect(met).toEqual([]);
  site.world.fault = async () => undefined;
  plane.life.wrote = async () => undefined;
  const first = await rested(site, plane, run);
  const second = await again(scenario, site, plane);
  await site.remove();
  return { points, first, second };
};

const crashed = async (
  scenario: DataScenario,
  start: Site,
  at: number,
): Promise<{ readonly first: Outcome; readonly second: Outcome | null }> => {
  const site = await start.copy();
  scenario.arrange?.(site);
  const victim = await site.start();
  const run = await scenario.ask(victim, production);
  watch(site, victim, async (_, index) => {
    if (index === at) await victim.kill();
  });
  await victim.drain();
  expect(victim.life.dead).toBe(true);
  site.world.fault = async () => undefined;
  await site.expireLeases();
  const heir = await site.start();
  expect(await staging(site, heir.slipway.db)).not.toMatch(WRONG);
  await heir.drain();
  const first = await rested(site, heir, run);
  const second = at % SECOND_AT_EVERY === 0 ? await again(scenario, site, heir) : null;
  await site.remove();
  return { first, second };
};

describe.each([...DATA_SCENARIOS, ...FAILING_DATA])('A control plane that dies during "$name"', (scenario) => {
  test('leaves nothing half, and what follows ends where an undisturbed one ends, twice', async () => {
    const start = await prepare(scenario);
    const story = await undisturbed(scenario, start);
    expect(story.points.length).toBeGreaterThan(5);
    expect(story.second.runs.at(-1)).toMatch(/ succeeded$/);
    expect(story.first).toMatchObject({ verified: true, unfinished: [], orphans: [] });
    const tried = async (at: number): Promise<readonly string[]> => {
      const { first, second } = await crashed(scenario, start, at);
      const wrong = second === null ? [] : differences(second, story.second);
      return [...differences(first, story.first), ...wrong.map((text) => `the second run: ${text}`)];
    };
    const wanted = scenario.mend ? fromTheFailure(story.points) : undefined;
    expect(await atEach(story.points, tried, wanted)).toEqual([]);
    await start.remove();
  }, 900_000);
});
