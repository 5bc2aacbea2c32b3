import type { ContainerNow, EnvironmentDetails, InstalledModule, OrWhy } from '@slipway/contracts/environment-views';
import { Failure } from '@slipway/contracts/failure';
import { BRIEFLY, filesStatement, modulesStatement } from '../odoo/contents.ts';
import type { Statement } from '../ports/database-copy.ts';
import type { SqlAnswer } from '../ports/sql-databases.ts';
import type { Usage } from '../ports/usage.ts';
import { loginOf } from '../steps/shared/odoo-database.ts';
import { type Environment, requireEnvironment } from '../store/environments.ts';
import { projectByName } from '../store/projects.ts';
import type { Slipway } from './slipway.ts';

const SLOTS = ['blue', 'green', 'cron'] as const;

/**
 * What an environment is like now. It is asked of PostgreSQL and of the target, never of Odoo: what sleeps goes on sleeping. A part
 * that cannot be known says why, and does not take the others with it.
 */
export const lookInside = async (slipway: Slipway, usage: Usage, id: string): Promise<EnvironmentDetails> => {
  const environment = await requireEnvironment(slipway.db, id);
  const { config } = await projectByName(slipway.db, environment.project);
  const [database, files, modules, containers] = await Promise.all([
    sizeOf(slipway, environment),
    filesIn(slipway, environment),
    modulesIn(slipway, environment),
    containersOf(usage, environment),
  ]);
  return {
    ...{ environment: id, at: slipway.clock.now().toISOString(), state: environment.state, asleep: environment.asleep },
    ...{ series: config.odoo.series, image: environment.image, database, files, modules, containers },
  };
};

const unknown = (why: string): OrWhy<never> => ({ known: null, why });

/** What is wrong outside is told; a defect of ours is not. */
const orWhy = async <T>(look: () => Promise<T>): Promise<OrWhy<T>> => {
  try {
    return { known: await look(), why: null };
  } catch (error) {
    if (error instanceof Failure) return unknown(error.message);
    throw error;
  }
};

/** Why there is nothing to look into; null: there may be. */
const nothingThere = ({ state, liveSlot }: Environment): string | null => {
  if (state === 'closed') return 'It is closed: its database and files are gone.';
  return liveSlot === null ? 'Nothing has served here yet.' : null;
};

const sizeOf = async ({ ports }: Slipway, environment: Environment): Promise<EnvironmentDetails['database']> => {
  const name = environment.database;
  const size = await orWhy(() => ports.space.bytes(name));
  if (size.why !== null) return unknown(size.why);
  if (size.known === null) return unknown(nothingThere(environment) ?? `There is no database ${name}.`);
  return { known: { name, bytes: size.known }, why: null };
};

/** In a transaction that cannot write, as the environment's own role. */
const ask = async ({ ports }: Slipway, environment: Environment, statement: Statement): Promise<SqlAnswer['rows']> => {
  const { id: owner, database, role } = environment;
  const login = await loginOf({ owner, database, role }, ports);
  return ports.sql.read(login, async (session) => {
    await session.run(BRIEFLY);
    return (await session.run(statement)).rows;
  });
};

const filesIn = async (slipway: Slipway, environment: Environment): Promise<EnvironmentDetails['files']> => {
  const nothing = nothingThere(environment);
  if (nothing !== null) return unknown(nothing);
  return orWhy(async () => {
    const [row] = await ask(slipway, environment, filesStatement);
    return { count: Number(row?.['count'] ?? 0), bytes: Number(row?.['bytes'] ?? 0) };
  });
};

const modulesIn = async (slipway: Slipway, environment: Environment): Promise<EnvironmentDetails['modules']> => {
  const nothing = nothingThere(environment);
  if (nothing !== null) return unknown(nothing);
  return orWhy(async () =>
    (await ask(slipway, environment, modulesStatement)).map(
      (row): InstalledModule => ({
        ...{ name: row['name'] as string, title: row['title'] as string, version: row['version'] as string | null },
        own: Object.hasOwn(environment.installed, row['name'] as string),
      }),
    ),
  );
};

const containersOf = async (usage: Usage, environment: Environment): Promise<EnvironmentDetails['containers']> => {
  const { id, liveSlot } = environment;
  const found = await orWhy(() =>
    Promise.all(
      SLOTS.map(async (slot): Promise<ContainerNow[]> => {
        const taken = await usage.of({ environment: id, slot });
        return taken === null ? [] : [{ slot, serves: slot === liveSlot, ...taken }];
      }),
    ),
  );
  if (found.known === null) return unknown(found.why ?? '');
  const containers = found.known.flat();
  return containers.length > 0
    ? { known: containers, why: null }
    : unknown(nothingThere(environment) ?? 'It has no container now.');
};
