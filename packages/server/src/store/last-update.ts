import { readSteps, type StepRow } from './journal.ts';
import { type Queryable, queryOne } from './queryable.ts';

export interface LastUpdate {
  readonly run: string;
  readonly facts: unknown;
  readonly steps: readonly StepRow[];
}

/** The newest deployment that updated modules and went well; null: none did. */
export const lastUpdate = async (db: Queryable, environment: string): Promise<LastUpdate | null> => {
  const found = await queryOne<{ run: string; facts: unknown }>(
    db,
    `select r.id as run, r.facts from ops.runs r
     where r.environment = $1 and r.kind = 'deploy-production' and r.state = 'succeeded'
       and exists (select from ops.steps s where s.run = r.id and s.kind = 'update-modules' and s.state = 'done')
     order by r.sequence desc limit 1`,
    [environment],
  );
  return found === null ? null : { ...found, steps: await readSteps(db, found.run) };
};
