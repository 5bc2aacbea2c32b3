import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const CLASS = 4711;

/**
 * Stops the control plane right before a step of an environment's run is begun: the insert into the journal, which also ends the step before,
 * waits for a lock that the test holds. So a kill comes exactly between two steps, and not wherever a busy machine happens to be; the one
 * before has done its work, and no row says so.
 */
export interface Gates {
  /** Nobody passes; replaces what was set before for this environment. */
  before(environment: string, step: string): Promise<void>;
  /** Resolves when the run stands before the gate. */
  reached(environment: string): Promise<void>;
  /** Lets the run pass. */
  open(environment: string): Promise<void>;
  /** The process that waited is dead: what it had asked for is withdrawn, and all gates are taken away. */
  clear(): Promise<void>;
  /** The steps that an environment's newest run has behind it. */
  done(environment: string): Promise<string[]>;
  close(): Promise<void>;
}

const SETUP = `
  create table if not exists public.gates (id int primary key, environment text unique, step text);
  -- A PostgreSQL that was killed has let go of the locks.
  delete from public.gates;
  create or replace function public.wait_at_gate() returns trigger language plpgsql as $$
    declare gate int;
    begin
      select g.id into gate from public.gates g join ops.runs r on r.environment = g.environment
        where r.id = new.run and g.step = new.name;
      if gate is not null then perform pg_advisory_xact_lock(${CLASS}, gate); end if;
      return new;
    end $$;
  create or replace trigger wait_at_gate before insert on ops.steps for each row execute function public.wait_at_gate();`;

const WAITERS = `select l.pid from pg_locks l where l.locktype = 'advisory' and l.classid = ${CLASS} and not l.granted`;

const LAST_RUN = `select r.kind, r.state, r.failure, r.cancel_reason, r.lease_until, s.name, s.state as step, s.failure as why
  from ops.runs r left join ops.steps s on s.run = r.id where r.environment = $1 order by r.sequence desc, s.index desc limit 1`;

export const openGates = async (controlDatabase: string): Promise<Gates> => {
  const client = new pg.Client({ connectionString: controlDatabase });
  // A test may take PostgreSQL away from itself, too.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(SETUP);
  const numbers = new Map<string, number>();
  let last = 0;
  const open = async (environment: string): Promise<void> => {
    await client.query('delete from public.gates where environment = $1', [environment]);
    const number = numbers.get(environment);
    if (number !== undefined) await client.query('select pg_advisory_unlock($1, $2)', [CLASS, number]);
    numbers.delete(environment);
  };
  return {
    before: async (environment, step) => {
      await open(environment);
      numbers.set(environment, ++last);
      await client.query('select pg_advisory_lock($1, $2)', [CLASS, last]);
      await client.query('insert into public.gates values ($1, $2, $3)', [last, environment, step]);
    },
    reached: async (environment) => {
      for (const end = Date.now() + 300_000; Date.now() < end; await pause(50)) {
        const { rows } = await client.query(`${WAITERS} and l.objid = $1`, [numbers.get(environment) ?? 0]);
        if (rows.length > 0) return;
      }
      const { rows } = await client.query(LAST_RUN, [environment]);
      throw new Error(`${environment} never came to its gate: ${JSON.stringify(rows[0], null, 1)}`);
    },
    open,
    clear: async () => {
      await client.query(`select pg_terminate_backend(w.pid) from (${WAITERS}) w`);
      for (const environment of [...numbers.keys()]) await open(environment);
    },
    done: async (environment) => {
      const { rows } = await client.query(
        `select s.name from ops.steps s where s.state in ('done', 'skipped') and s.run =
           (select id from ops.runs where environment = $1 order by sequence desc limit 1) order by s.index`,
        [environment],
      );
      return rows.map((row) => row.name as string);
    },
    close: async () => {
      await client.query('drop trigger if exists wait_at_gate on ops.steps');
      await client.query('drop function if exists public.wait_at_gate()');
      await client.query('drop table if exists public.gates');
      await client.end();
    },
  };
};
