import { join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Clock } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openPostgres, type PostgresDriver } from '../../packages/server/src/drivers/databases/postgres/index.ts';
import { openFilestores } from '../../packages/server/src/drivers/filestores/index.ts';
import type { Slipway } from '../../packages/server/src/flows/slipway.ts';
import { openStore } from '../../packages/server/src/flows/stored-snapshots.ts';
import { lookAtSchedules } from '../../packages/server/src/observe/run-schedules.ts';
import type { DatabaseCopier } from '../../packages/server/src/ports/database-copy.ts';
import { objectsOf } from '../../packages/server/src/snapshot/prune.ts';
import {
  listSnapshots as inStore,
  presentObjects,
  readManifest,
} from '../../packages/server/src/snapshot/repository.ts';
import { verifySnapshot } from '../../packages/server/src/snapshot/verify.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { listSnapshots } from '../../packages/server/src/store/snapshots.ts';
import { emptyDatabase, type FreshDatabase, onServer } from '../setup/database.ts';
import { drain, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

/** A Monday ahead of us, so that whatever the store holds is older than the clock says. */
const START = (() => {
  const day = new Date(Date.UTC(new Date().getUTCFullYear() + 1, 0, 1, 0, 30));
  return day.getTime() + ((8 - day.getUTCDay()) % 7) * DAY;
})();

const PRODUCTION = `
  create table ir_module_module (id serial primary key, name varchar, state varchar, latest_version varchar);
  insert into ir_module_module (name, state, latest_version) values ('base', 'installed', '19.0.1.3');
  create table ir_model (id serial primary key, model varchar, transient boolean, state varchar);
  create table ir_model_fields (id serial primary key, model varchar, name varchar, ttype varchar, relation varchar,
    translate varchar, company_dependent boolean, related varchar, state varchar, store boolean);
  create table ir_model_data (id serial primary key, module varchar, name varchar, model varchar, res_id int);
  create table res_partner (id serial primary key, name varchar, email varchar);
  create table res_users (id serial primary key, login varchar, password varchar, partner_id int references res_partner);
  create table ir_attachment (id serial primary key, name varchar, store_fname varchar, checksum varchar, file_size int,
    mimetype varchar, res_model varchar, res_field varchar, res_id int, type varchar, db_datas bytea, index_content text, url varchar);
  create table sale_order (id serial primary key, name varchar);
`;

/** The real loop, runs, steps and store, on a production of three tables and a clock that the test turns. */
describe('weeks on a clock', () => {
  let shop: Shop;
  let site: Site;
  let slipway: Slipway;
  let now: number;
  let made: FreshDatabase[];
  let production: string;
  let broken: boolean;
  let real: PostgresDriver;

  beforeAll(async () => {
    shop = await makeShop();
  });
  afterAll(() => shop?.remove());
  beforeEach(async () => {
    made = [];
    now = START;
    site = await makeSite(inject('postgresUrl'), shop);
    production = await database();
    broken = false;
    await onServer(production, (client) => client.query(PRODUCTION));
    const plane = await site.start();
    const clock: Clock = { now: () => new Date(now), sleep: async () => undefined };
    const { ports } = plane.slipway;
    real = openPostgres({
      url: new Secret(inject('postgresUrl')),
      instance: 'weeks',
      access: { host: '', port: 1, socketFolder: null },
    });
    const restored = new Map<string, string>();
    slipway = {
      ...plane.slipway,
      clock,
      ports: {
        ...ports,
        filestores: openFilestores(join(site.data, 'filestores')),
        copier: { ...ports.copier, open: atOurTime(ports.copier) },
        secrets: {
          ...ports.secrets,
          ensure: (...asked) => ports.secrets.ensure(...asked),
          forget: (...asked) => ports.secrets.forget(...asked),
          replace: (...asked) => ports.secrets.replace(...asked),
          get: async () => new Secret(broken ? `${production}-is-gone` : production),
        },
        databases: new Proxy(ports.databases, {
          get: (target, name) =>
            name === 'create'
              ? async (...asked: Parameters<typeof target.create>) => {
                  restored.set(asked[0], await database());
                  // The one step that takes time on this clock.
                  now += SECOND;
                  const receipt = await target.create(...asked);
                  // What the restore brings.
                  site.world.databases.get(asked[0])?.modules.set('base', 'installed');
                  return receipt;
                }
              : (Reflect.get(target, name).bind?.(target) ?? Reflect.get(target, name)),
        }),
        sql: {
          write: ports.sql.write,
          read: (login, work) => ('url' in login ? real.read(login, work) : ports.sql.read(login, work)),
        },
        addresses: { addressOf: (name) => ({ url: new Secret(restored.get(name) ?? '') }) },
      },
    };
  });
  afterEach(async () => {
    await real?.end();
    await site?.remove();
    for (const one of made) await one.drop();
  });

  const database = async (): Promise<string> => {
    const fresh = await emptyDatabase(inject('postgresUrl'));
    made.push(fresh);
    return fresh.url;
  };
  const atOurTime =
    (copier: DatabaseCopier): DatabaseCopier['open'] =>
    async (...asked) => {
      const session = await copier.open(...asked);
      const takenAt = new Date(now).toISOString();
      return { ...bound(session), takenAt };
    };
  const bound = <T extends object>(session: T): T =>
    Object.fromEntries(
      ['query', 'prepare', 'schema', 'copyOut', 'close'].map((name) => [
        name,
        (Reflect.get(session, name) as (...all: never[]) => unknown).bind(session),
      ]),
    ) as T;
  const configure = async (data: string, refresh = '0 4 * * 0'): Promise<void> => {
    const text = `version: 1\nname: shop\nodoo: { series: '19.0', addons: [addons] }\nstages: { production: {}, staging: { refresh: '${refresh}' } }\n${data}`;
    const parsed = parseProjectConfig(text);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const project = await projectByName(slipway.db, 'shop');
    await saveProject(slipway.db, { ...project, config: { ...parsed.config, source: project.source } });
  };
  const pass = async (hours: number, each: () => Promise<void> = async () => undefined): Promise<void> => {
    for (let hour = 0; hour < hours; hour++) {
      now += HOUR;
      await lookAtSchedules(slipway);
      await drain(slipway);
      await each();
    }
  };

  const counted = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (
        await query<{ what: string; count: number }>(
          slipway.db,
          `select kind || ' ' || state as what, count(*)::int from ops.runs group by 1 order by 1`,
        )
      ).map(({ what, count }) => [what, count]),
    );
  const events = () =>
    query<{ kind: string; subject: string; message: string; open: boolean }>(
      slipway.db,
      'select kind, subject, message, resolved_at is null as open from ops.events order by id',
    );

  it('backs up each night, refreshes and drills each Sunday, and every drill is recorded with what it took', async () => {
    await configure('');
    await pass(4 * 7 * 24);

    expect(await counted()).toEqual({
      'create-snapshot succeeded': 28,
      'drill-backup succeeded': 4,
      'refresh-staging succeeded': 4,
    });
    const drills = await query<{ point: number; time: number; rows: number }>(
      slipway.db,
      'select recovery_point_seconds as point, recovery_time_seconds as time, rows_compared::int as rows from ops.drills order by at',
    );
    expect(drills).toHaveLength(4);
    for (const { point, time, rows } of drills) {
      // Its run starts by the database's clock, which is behind ours: how old the data was cannot be seen here.
      expect(point).toBe(0);
      expect(rows).toBe(1);
      expect(time).toBe(1);
    }
    expect(await events()).toEqual([]);
  });

  it('raises one event while backups fail, however often it looks, and takes it back with the next good one', async () => {
    await configure('', 'never');
    await pass(30);
    expect(await events()).toEqual([]);
    broken = true;
    await pass(72);
    const told = await events();
    expect(told.map(({ kind, open }) => [kind, open])).toEqual([['backup-late', true]]);
    expect(told[0]?.message).toMatch(/failed \(.+\); the newest is of /);

    broken = false;
    await pass(24);
    expect((await events()).map(({ kind, open }) => [kind, open])).toEqual([['backup-late', false]]);
  });

  it('does once what was missed in three days without a control plane', async () => {
    await configure('');
    await pass(6);
    now += 3 * DAY;
    await pass(1);
    await pass(1);
    expect(await counted()).toEqual({ 'create-snapshot succeeded': 2 });
    now = START + 6 * DAY + 1.2 * HOUR;
    await lookAtSchedules(slipway);
    await drain(slipway);
    const before = await counted();
    // Sunday's refresh and drill were missed, too.
    now += 3 * DAY;
    await pass(3);
    const after = await counted();
    const more = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0);
    expect([
      more('create-snapshot succeeded'),
      more('drill-backup succeeded'),
      more('refresh-staging succeeded'),
    ]).toEqual([1, 1, 1]);
  });

  it('keeps 7 days, 4 weeks and 3 months over 200 days, in the list, in the store, and nothing besides', async () => {
    await configure('data: { backups: { drill: never } }\n', 'never');
    await lookAtSchedules(slipway);
    const project = await projectByName(slipway.db, 'shop');
    for (let day = 0; day < 200; day++) {
      now = START + day * DAY + 2 * HOUR;
      await onServer(production, (client) => client.query('insert into sale_order (name) values ($1)', [`S${day}`]));
      await lookAtSchedules(slipway);
      await drain(slipway);
      if (day % 20 !== 19) continue;
      const listed = (await listSnapshots(slipway.db, 'shop', 'raw')).map(({ id }) => id);
      expect((await inStore(await openStore(slipway, project))).map(({ id }) => id)).toEqual(listed);
    }

    const store = await openStore(slipway, project);
    const kept = (await listSnapshots(slipway.db, 'shop', 'raw')).map(({ takenAt }) => takenAt.slice(0, 10));
    const wanted = wantedDays(START + 199 * DAY);
    expect(kept).toEqual(wanted);
    const needed = new Set<string>();
    for (const { id } of await inStore(store)) {
      for (const { object } of objectsOf(await readManifest(store, id))) needed.add(object.id);
      const { damage } = await verifySnapshot(store, id, {
        share: 1,
        chance: () => 0,
        signal: new AbortController().signal,
      });
      expect(damage).toEqual([]);
    }
    expect(new Set((await presentObjects(store.store)).keys())).toEqual(needed);
  }, 400_000);
});

/** Said by hand, and not by the code that is tried: 7 days; the last day of 4 weeks; the last day of 3 months. Newest first. */
const wantedDays = (last: number): string[] => {
  const days = new Set<string>();
  const text = (time: number): string => new Date(time).toISOString().slice(0, 10);
  for (let back = 0; back < 7; back++) days.add(text(last - back * DAY));
  let [weeks, months] = [0, 0];
  for (let time = last; weeks < 4 || months < 3; time -= DAY) {
    const [today, tomorrow] = [new Date(time), new Date(time + DAY)];
    const isLast = time === last;
    if (weeks < 4 && (isLast || today.getUTCDay() === 0)) {
      weeks++;
      days.add(text(time));
    }
    if (months < 3 && (isLast || today.getUTCMonth() !== tomorrow.getUTCMonth())) {
      months++;
      days.add(text(time));
    }
  }
  return [...days].sort().reverse();
};
