import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { ReleaseBranch } from '../../packages/server/src/ports/release-branch.ts';
import { equipWithProduction } from '../flows/data-equipment.ts';
import { makeProduction, type Production } from '../flows/data-production.ts';
import { type Equip, makeSite, type Shop, type Site } from '../flows/make-slipway.ts';
import { onServer, testPool } from '../setup/database.ts';
import { everything, met } from './production-look.ts';
import {
  bringFiles,
  configureProduction,
  FAILING_PRODUCTION,
  makeProductionShop,
  PRODUCTION_SCENARIOS,
  type ProductionCommits,
  type ProductionScenario,
} from './production-scenarios.ts';
import { atEach, differences, watch } from './sweep.ts';

/** What serves is no failure because of it, but people are told. */
const CRON_DOWN = { kind: 'cron-down', subject: 'shop/production', over: false };

let shop: Shop;
let commits: ProductionCommits;
/** What a backup of production in memory has. */
let data: Production;
beforeAll(async () => {
  ({ shop, commits } = await makeProductionShop());
  data = await makeProduction(inject('postgresUrl'));
  // Everything of the repository is installed where production begins without data.
  const installed = `insert into ir_module_module (name, state) values ('shop_loyalty', 'installed')`;
  await onServer(data.url, (client) => client.query(installed));
});
afterAll(async () => {
  await data?.remove();
  await shop?.remove();
});

/** A branch of each plane's own: those of a repository would be shared by all the sites that die here. */
const equip: Equip = (at) => {
  const { world } = at.site;
  const release: ReleaseBranch = {
    forward: (_, sha) =>
      world.act('releases.forward', () => {
        world.files.set('the branch of production', sha);
        return 'moved';
      }),
    tag: ({ prefix }) => world.act('releases.tag', () => `${prefix}-1`),
  };
  const equipped = equipWithProduction(data.url)(at);
  return { ...equipped, ports: { ...equipped.ports, releases: async () => mortal(release, at.life) } };
};

/** Nobody answers the dead. */
const mortal = (release: ReleaseBranch, life: { readonly dead: boolean }): ReleaseBranch => {
  const alive = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    return life.dead ? new Promise(() => undefined) : result;
  };
  return {
    forward: (branch, sha) => alive(release.forward(branch, sha)),
    tag: (wanted) => alive(release.tag(wanted)),
  };
};

const prepare = async ({ before }: ProductionScenario): Promise<Site> => {
  const site = await makeSite(inject('postgresUrl'), shop, equip);
  const plane = await site.start();
  await configureProduction(plane);
  await bringFiles(site, data.filestore);
  for (const act of before) {
    await act(plane, site, commits);
    await plane.drain();
  }
  return site;
};

type Outcome = Awaited<ReturnType<typeof everything>>;

const rest = (site: Site): void => {
  site.world.fault = async () => undefined;
};

const undisturbed = async (
  scenario: ProductionScenario,
  start: Site,
): Promise<{ readonly points: readonly string[]; readonly outcome: Outcome }> => {
  const site = await start.copy();
  scenario.arrange?.(site);
  const plane = await site.start();
  const looker = testPool(site.url, 1);
  const served = (await met(site, looker)) === 'serves';
  const run = await scenario.ask(plane, site, commits);
  const points: string[] = [];
  const wrong: string[] = [];
  watch(site, plane, async (point) => {
    points.push(point);
    const now = await met(site, looker);
    if (now.startsWith('WRONG') || (served && !(scenario.meets ?? ['serves', 'reads', 'waits']).includes(now)))
      wrong.push(`${point}: ${now}`);
  });
  await plane.drain();
  await looker.end();
  expect(wrong).toEqual([]);
  rest(site);
  plane.life.wrote = async () => undefined;
  const outcome = await everything(site, plane, run);
  await site.remove();
  return { points, outcome };
};

const crashed = async (scenario: ProductionScenario, start: Site, at: number): Promise<Outcome> => {
  const site = await start.copy();
  scenario.arrange?.(site);
  const victim = await site.start();
  const run = await scenario.ask(victim, site, commits);
  watch(site, victim, async (_, index) => {
    if (index === at) await victim.kill();
  });
  await victim.drain();
  expect(victim.life.dead).toBe(true);
  rest(site);
  await site.expireLeases();
  const heir = await site.start();
  expect(await met(site, heir.slipway.db)).not.toMatch(/^WRONG/);
  await heir.drain();
  const outcome = await everything(site, heir, run);
  await site.remove();
  return outcome;
};

/** Where it dies: from the first such effect to the first such one after it. */
const placesOf = ({ between }: ProductionScenario, points: readonly string[]): readonly [number, number] => {
  const [from = '', to = null] = between ?? [];
  const first = points.findIndex((point) => point.includes(from));
  const last = to === null ? -1 : points.findIndex((point, at) => at > first && point.includes(to));
  expect(first === -1 || (to !== null && last === -1)).toBe(false);
  return [first, last === -1 ? points.length : last];
};

/** Exactly one version serves, with one container of scheduled actions, on the one database that takes writes. */
const expectOne = ({ serving, met: meets }: Outcome, { lacks }: ProductionScenario): void => {
  if (serving === null) {
    expect(meets).toBe('page');
    return;
  }
  const { slots, routed, crons, wanted, wantedCron, writable } = serving;
  expect({ meets, slots, routed, crons, writable }).toEqual({
    meets: 'serves',
    slots: [wanted],
    routed: [wanted],
    crons: lacks === 'cron' ? [] : [wantedCron],
    writable: [wanted.database],
  });
};

describe.each([...PRODUCTION_SCENARIOS, ...FAILING_PRODUCTION])(
  'A control plane that dies during production\'s "$name"',
  (scenario) => {
    test('is followed by one that ends where an undisturbed one ends, with one version, one cron and one database to write to', async () => {
      const start = await prepare(scenario);
      const { points, outcome } = await undisturbed(scenario, start);
      expect(points.length).toBeGreaterThan(5);
      expect(outcome.runs.at(-1)).toMatch(new RegExp(` ${scenario.ends}$`));
      expect(outcome).toMatchObject({ verified: true, orphans: [] });
      expectOne(outcome, scenario);
      expect(outcome).toMatchObject({ events: scenario.lacks === 'cron' ? [CRON_DOWN] : [] });
      expect(outcome.wayBack).not.toMatch(/^WRONG/);
      const [from, to] = placesOf(scenario, points);
      const tried = async (at: number) =>
        at < from || at > to ? [] : differences(await crashed(scenario, start, at), outcome);
      expect(await atEach(points, tried)).toEqual([]);
      await start.remove();
    }, 900_000);
  },
);
