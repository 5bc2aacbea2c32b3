import { productionSection } from '@slipway/contracts/production-config';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Clock } from '../../packages/server/src/domain/clock.ts';
import type { Slipway } from '../../packages/server/src/flows/slipway.ts';
import { lookAtSchedules } from '../../packages/server/src/observe/run-schedules.ts';
import { openEvents } from '../../packages/server/src/store/events.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { recordSnapshot } from '../../packages/server/src/store/snapshots.ts';
import { makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

const START = Date.UTC(2026, 0, 1, 0, 0);
const HOUR = 3_600_000;

/** What happens by itself over days, on a clock that the test turns. */
describe('schedules', () => {
  let shop: Shop;
  let site: Site;
  let slipway: Slipway;
  let now = START;

  beforeAll(async () => {
    shop = await makeShop();
  });
  afterAll(() => shop?.remove());

  beforeEach(async () => {
    now = START;
    site = await makeSite(inject('postgresUrl'), shop);
    const plane = await site.start();
    const clock: Clock = { now: () => new Date(now), sleep: async () => undefined };
    slipway = { ...plane.slipway, clock };
    const project = await projectByName(slipway.db, 'shop');
    const production = productionSection.parse({});
    await saveProject(slipway.db, {
      ...project,
      config: { ...project.config, stages: { ...project.config.stages, production } },
    });
    return () => site.remove();
  });

  const runs = () =>
    query<{ id: string; kind: string; facts: { kind?: string } }>(
      slipway.db,
      'select id, kind, facts from ops.runs order by sequence',
    );
  const finish = (id: string, state: string, failure: object | null = null) =>
    query(slipway.db, 'update ops.runs set state = $2, failure = $3 where id = $1', [
      id,
      state,
      JSON.stringify(failure),
    ]);
  const backedUp = (id: string, takenAt: string) =>
    recordSnapshot(slipway.db, {
      id,
      project: 'shop',
      environment: 'shop/production',
      run: null,
      kind: 'raw',
      reason: 'schedule',
      series: '19.0',
      modules: 1,
      rows: 1,
      files: 0,
      bytes: 1,
      storedBytes: 1,
      encrypted: true,
      rules: null,
      columns: null,
      takenAt,
      finishedAt: takenAt,
    });
  const pass = async (hours: number): Promise<void> => {
    for (let hour = 0; hour < hours; hour++) {
      now += HOUR;
      await lookAtSchedules(slipway);
    }
  };

  it('backs up each night, once, though looked at often and by two control planes', async () => {
    await lookAtSchedules(slipway);
    expect(await runs()).toEqual([]);

    for (let day = 0; day < 3; day++) {
      await pass(12);
      await Promise.all([lookAtSchedules(slipway), lookAtSchedules(slipway)]);
      await pass(12);
      for (const { id } of await runs()) await finish(id, 'succeeded');
      await backedUp(`snap_${day}`, new Date(now - 22 * HOUR + 60_000).toISOString());
    }

    expect((await runs()).map(({ kind, facts }) => [kind, facts.kind])).toEqual([
      ['create-snapshot', 'raw'],
      ['create-snapshot', 'raw'],
      ['create-snapshot', 'raw'],
    ]);
  });

  it('makes up for a night that it was down, once', async () => {
    await lookAtSchedules(slipway);
    now += 60 * HOUR;
    await lookAtSchedules(slipway);
    await lookAtSchedules(slipway);
    expect(await runs()).toHaveLength(1);
  });

  it('drills the newest backup on Sunday, and says so when there is none', async () => {
    await lookAtSchedules(slipway);
    // 2026-01-04 is a Sunday.
    now = Date.UTC(2026, 0, 4, 5, 30);
    await lookAtSchedules(slipway);
    expect((await openEvents(slipway.db)).map(({ kind, subject }) => `${kind} ${subject}`)).toContain(
      'schedule-failed drill',
    );
    expect((await runs()).map(({ kind }) => kind)).not.toContain('drill-backup');

    await backedUp('snap_1', new Date(now - HOUR).toISOString());
    await lookAtSchedules(slipway);
    expect((await runs()).at(-1)).toMatchObject({ kind: 'drill-backup', facts: { snapshot: 'snap_1' } });
    expect((await openEvents(slipway.db)).map(({ subject }) => subject)).not.toContain('drill');
  });

  it('tells of a failed backup at once, of a late one after two hours, once each, until a newer one is there', async () => {
    await lookAtSchedules(slipway);
    await pass(3);
    const [first] = await runs();
    await finish(first?.id ?? '', 'failed', { message: 'the disk is full' });
    await lookAtSchedules(slipway);
    await lookAtSchedules(slipway);
    const told = await openEvents(slipway.db, 'shop');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      kind: 'backup-late',
      message: expect.stringMatching(/failed \(the disk is full\)/),
    });

    await backedUp('snap_2', new Date(now).toISOString());
    await lookAtSchedules(slipway);
    expect(await openEvents(slipway.db)).toEqual([]);

    await pass(24 + 2);
    expect((await openEvents(slipway.db))[0]?.message).toMatch(/hours late; the newest is of 2026-01-01/);
  });

  it('takes a changed schedule over', async () => {
    await lookAtSchedules(slipway);
    const project = await projectByName(slipway.db, 'shop');
    const backups = { ...project.config.data.backups, schedule: '30 0 * * *' };
    await saveProject(slipway.db, {
      ...project,
      config: { ...project.config, data: { ...project.config.data, backups } },
    });
    await lookAtSchedules(slipway);
    await pass(1);
    expect(await runs()).toHaveLength(1);
  });
});
