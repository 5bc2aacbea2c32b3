import type { LocksView } from '@slipway/contracts/rehearsal-views';
import type { SqlLogin, SqlSession } from '../../ports/sql-databases.ts';
import type { StepContext } from '../step.ts';

const EVERY_MILLISECONDS = 200;
/** Looks in one transaction: a connection for each would be a load, and one that stays open keeps an index from being made concurrently. */
const LOOKS = 10;
/** Of each list: what matters stands at the top. */
const TOLD = 30;

/**
 * Locks of this database that keep others from writing or reading, and those that somebody waits for. A table that the update has made
 * itself is in nobody's catalogue until it is committed, and nobody waits for it.
 */
const LOCKS = `select c.relname as "table", l.mode, l.granted, l.virtualtransaction as holder,
    greatest(0, extract(epoch from clock_timestamp() - l.waitstart))::float8 as waited
  from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
  where l.locktype = 'relation' and l.database = (select oid from pg_database where datname = current_database())
    and c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    and (not l.granted or l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))`;

interface Seen {
  readonly table: string;
  readonly mode: string;
  readonly granted: boolean;
  readonly holder: string;
  readonly waited: number | null;
}

/** One lock of one transaction, from its first sight to its last. */
interface Spell {
  readonly table: string;
  readonly mode: string;
  readonly granted: boolean;
  readonly since: number;
  until: number;
}

export interface LockWatch {
  /** At once; a look that is under way is finished by `found`. */
  readonly stop: () => void;
  /** Null: it could not be looked even once. */
  readonly found: () => Promise<LocksView | null>;
}

/** Looks beside what goes on in a database, as its own role, and never disturbs it: a look that fails is left out. */
export const watchLocks = (
  login: SqlLogin,
  { ports, now, sleep, signal }: Pick<StepContext, 'ports' | 'now' | 'sleep' | 'signal'>,
): LockWatch => {
  const spells = new Map<string, Spell>();
  let [stopped, samples] = [false, 0];
  const over = (): boolean => stopped || signal.aborted;
  const look = async (session: SqlSession): Promise<void> => {
    for (let count = 0; count < LOOKS && !over(); count++) {
      const { rows } = await session.run({ text: LOCKS, parameters: [] });
      samples += 1;
      remember(spells, rows as unknown as readonly Seen[], now());
      await sleep(EVERY_MILLISECONDS);
    }
  };
  const watching = (async () => {
    while (!over()) await ports.sql.read(login, look).catch(() => sleep(EVERY_MILLISECONDS).catch(() => undefined));
  })();
  return {
    stop: () => {
      stopped = true;
    },
    found: async () => {
      stopped = true;
      await watching;
      return samples === 0 ? null : foundOf([...spells.values()], samples);
    },
  };
};

const remember = (spells: Map<string, Spell>, seen: readonly Seen[], at: number): void => {
  for (const { table, mode, granted, holder, waited } of seen) {
    const key = [holder, table, mode, granted].join(' ');
    const spell = spells.get(key);
    if (spell !== undefined) spell.until = at;
    else spells.set(key, { table, mode, granted, since: at - (granted ? 0 : (waited ?? 0) * 1000), until: at });
  }
};

const foundOf = (spells: readonly Spell[], samples: number): LocksView => ({
  samples,
  everyMilliseconds: EVERY_MILLISECONDS,
  held: longest(spells.filter(({ granted }) => granted)),
  waits: longest(spells.filter(({ granted }) => !granted)),
});

/** By table and mode. Seen once means: not longer than from the look before to the look after. */
const longest = (spells: readonly Spell[]): LocksView['held'] => {
  const found = new Map<string, LocksView['held'][number]>();
  for (const { table, mode, since, until } of spells) {
    const seconds = Math.round((until - since + EVERY_MILLISECONDS) / 100) / 10;
    const before = found.get(`${table} ${mode}`);
    found.set(`${table} ${mode}`, {
      ...{ table, mode, times: (before?.times ?? 0) + 1 },
      seconds: Math.max(seconds, before?.seconds ?? 0),
    });
  }
  return [...found.values()].sort((a, b) => b.seconds - a.seconds || a.table.localeCompare(b.table)).slice(0, TOLD);
};
