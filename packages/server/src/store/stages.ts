import type { Stage } from '../domain/environment.ts';
import type { Slot } from '../domain/names.ts';
import { type Queryable, query } from './queryable.ts';

export interface StageToSave {
  /** `shop/staging`. */
  readonly id: string;
  readonly project: string;
  readonly stage: Stage;
  readonly name: string;
  readonly branch: string | null;
  readonly database: string;
  readonly role: string;
  readonly host: string;
  readonly url: string | null;
  /** Of an environment that Slipway does not run itself. */
  readonly state: 'queued' | 'live';
}

/** A stage's one environment, made when it is first spoken of; what slipway.yaml says of it is taken over each time. */
export const saveStage = async (db: Queryable, stage: StageToSave): Promise<void> => {
  await query(
    db,
    `insert into ops.environments as e (id, project, stage, name, branch, head_sha, database, role, host, url, state)
     values ($1, $2, $3, $4, $5, '', $6, $7, $8, $9, $10)
     on conflict (id) do update set branch = excluded.branch, url = excluded.url, updated_at = now(),
       -- What serves keeps the name that the edge knows it by.
       host = case when e.live_slot is null then excluded.host else e.host end
     where (e.branch, e.url, e.host) is distinct from (excluded.branch, excluded.url, excluded.host)`,
    [
      stage.id,
      stage.project,
      stage.stage,
      stage.name,
      stage.branch,
      stage.database,
      stage.role,
      stage.host,
      stage.url,
      stage.state,
    ],
  );
};

/** Productions that Slipway runs, with the slot that serves. */
export const listProductions = (
  db: Queryable,
): Promise<{ readonly environment: string; readonly project: string; readonly slot: Slot }[]> =>
  query(
    db,
    `select id as environment, project, live_slot as slot from ops.environments
     where stage = 'production' and live_slot is not null and closed_at is null order by id`,
  );
