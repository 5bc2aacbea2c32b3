import type { ModulePlan, PreviewState, PreviewView, Verdict } from '@slipway/contracts/views';
import type { Stage } from '../domain/environment.ts';
import type { InstalledModules } from '../domain/modules.ts';
import type { Slot } from '../domain/names.ts';
import { LostLease } from '../engine/interpret.ts';
import { inTransaction, json, type Queryable, query, queryOne } from './queryable.ts';
import { unknownEnvironment } from './unknown.ts';

/** Times are ISO 8601. */
export interface Environment {
  /** `shop/pr-12`. */
  readonly id: string;
  readonly organisation: string;
  readonly project: string;
  readonly stage: Stage;
  readonly name: string;
  readonly number: number | null;
  readonly title: string | null;
  readonly branch: string | null;
  readonly base: string | null;
  readonly author: string | null;
  readonly fork: boolean;
  readonly approved: boolean;
  /** The commit asked for last. */
  readonly headSha: string;
  readonly headUpdatedAt: string | null;
  /** What serves now. */
  readonly liveSha: string | null;
  readonly liveSlot: Slot | null;
  readonly image: string | null;
  readonly database: string;
  readonly role: string;
  readonly host: string;
  readonly url: string | null;
  readonly state: PreviewState;
  /** What serves is stopped and wakes on the first request; `state` may say something else, such as blocked. */
  readonly asleep: boolean;
  readonly reason: string | null;
  readonly verdict: Verdict | null;
  readonly modules: readonly ModulePlan[];
  /** What the database was last brought to. */
  readonly installed: InstalledModules;
  readonly failure: PreviewView['failure'];
  readonly commentId: string | null;
  /** The newest run. */
  readonly run: string | null;
  /** The later of what was recorded and the last request that the edge saw. */
  readonly lastUsedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
}

export type PreviewFacts = Pick<
  Environment,
  | 'id'
  | 'project'
  | 'title'
  | 'branch'
  | 'base'
  | 'author'
  | 'fork'
  | 'headSha'
  | 'headUpdatedAt'
  | 'database'
  | 'role'
  | 'host'
  | 'url'
> & { readonly number: number };

/** Column by field: what may be changed after an environment was made. */
const PATCHABLE = {
  title: 'title',
  branch: 'branch',
  base: 'base',
  approved: 'approved',
  headSha: 'head_sha',
  headUpdatedAt: 'head_updated_at',
  liveSha: 'live_sha',
  liveSlot: 'live_slot',
  image: 'image',
  database: 'database',
  url: 'url',
  state: 'state',
  asleep: 'asleep',
  reason: 'reason',
  verdict: 'verdict',
  modules: 'modules',
  installed: 'installed',
  failure: 'failure',
  commentId: 'comment_id',
  run: 'run',
  lastUsedAt: 'last_used_at',
  closedAt: 'closed_at',
} as const;
const JSON_FIELDS = new Set<string>(['modules', 'installed', 'failure']);

export type EnvironmentPatch = Partial<Pick<Environment, keyof typeof PATCHABLE>>;

const COLUMNS = `e.id, e.organisation, e.project, e.stage, e.name, e.number, e.title, e.branch, e.base, e.author, e.fork, e.approved,
  e.head_sha as "headSha", e.head_updated_at as "headUpdatedAt", e.live_sha as "liveSha", e.live_slot as "liveSlot", e.image,
  e.database, e.role, e.host, e.url, e.state, e.asleep, e.reason, e.verdict, e.modules, e.installed, e.failure, e.comment_id as "commentId", e.run,
  greatest(e.last_used_at, (select a.last_request_at from ops.edge_activity a where a.environment = e.id)) as "lastUsedAt",
  e.created_at as "createdAt", e.updated_at as "updatedAt", e.closed_at as "closedAt"`;

/** An older delivery that arrives late changes nothing; one without a time is a person's command and always the newest. */
const UPSERT = `
  insert into ops.environments as e (id, project, stage, name, number, title, branch, base, author, fork, head_sha, head_updated_at,
    database, role, host, url)
  values ($1, $2, 'preview', split_part($1, '/', 2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
  on conflict (id) do update set
    title = excluded.title, branch = excluded.branch, base = excluded.base, author = coalesce(excluded.author, e.author),
    fork = excluded.fork, head_sha = excluded.head_sha, head_updated_at = coalesce(excluded.head_updated_at, e.head_updated_at),
    database = excluded.database, role = excluded.role, host = excluded.host, url = excluded.url, updated_at = now(),
    closed_at = null,
    state = case when e.closed_at is null then e.state else 'queued' end,
    reason = case when e.closed_at is null then e.reason end,
    verdict = case when e.closed_at is null then e.verdict end,
    failure = case when e.closed_at is null then e.failure end
  where excluded.head_updated_at is null or e.head_updated_at is null or excluded.head_updated_at >= e.head_updated_at
  returning ${COLUMNS}`;

/**
 * Remembers what is wanted of a preview; a closed one is open again. `outdated`: the facts are older than those known, nothing was changed.
 */
export const upsertPreview = (
  db: Queryable,
  facts: PreviewFacts,
): Promise<{ readonly environment: Environment; readonly outdated: boolean }> =>
  inTransaction(db, async (tx) => {
    const saved = await queryOne<Environment>(tx, UPSERT, [
      facts.id,
      facts.project,
      facts.number,
      facts.title,
      facts.branch,
      facts.base,
      facts.author,
      facts.fork,
      facts.headSha,
      facts.headUpdatedAt,
      facts.database,
      facts.role,
      facts.host,
      facts.url,
    ]);
    const known = saved ?? (await environment(tx, facts.id));
    return { environment: known as Environment, outdated: saved === null };
  });

export const environment = (db: Queryable, id: string): Promise<Environment | null> =>
  queryOne(db, `select ${COLUMNS} from ops.environments e where e.id = $1`, [id]);

/** Failure: environment-unknown. */
export const requireEnvironment = async (db: Queryable, id: string): Promise<Environment> => {
  const found = await environment(db, id);
  if (found === null) throw await unknownEnvironment(db, id);
  return found;
};

/** Whoever else locks it waits until this transaction has ended. */
export const lockEnvironment = async (db: Queryable, id: string): Promise<void> => {
  await query(db, 'select id from ops.environments where id = $1 for update', [id]);
};

/** Previews, newest first; `closed` also lists those that are. */
export const listPreviews = (
  db: Queryable,
  project: string | null,
  options: { readonly closed: boolean } = { closed: false },
): Promise<Environment[]> =>
  query(
    db,
    `select ${COLUMNS} from ops.environments e
     where e.stage = 'preview' and ($1::text is null or e.project = $1) and ($2 or e.closed_at is null)
     order by e.created_at desc, e.number desc`,
    [project, options.closed],
  );

/**
 * Changes the fields named. With `holder` only while that run is still held (a process that lost its lease must not describe the present).
 * Throws LostLease.
 */
export const setEnvironment = async (
  db: Queryable,
  id: string,
  patch: EnvironmentPatch,
  holder?: { readonly run: string; readonly fence: number },
): Promise<void> => {
  const fields = Object.entries(patch).filter(([field, value]) => value !== undefined && field in PATCHABLE);
  const values = fields.map(([field, value]) => (JSON_FIELDS.has(field) ? json(value) : value));
  const sets = fields.map(([field], index) => `${PATCHABLE[field as keyof typeof PATCHABLE]} = $${index + 4}`);
  const changed = await query(
    db,
    `with held as (select id from ops.runs where id = $2 and fence = $3 and state = 'running' for share)
     update ops.environments set ${[...sets, 'updated_at = now()'].join(', ')}
     where id = $1 and ($2::text is null or exists (select from held)) returning id`,
    [id, holder?.run ?? null, holder?.fence ?? null, ...values],
  );
  if (changed.length === 0 && holder !== undefined) throw new LostLease();
};

/** Previews of a project that hold memory now: what `stages.preview.max` counts besides those being built. */
export const countLive = async (db: Queryable, project: string): Promise<number> => {
  const [row] = await query<{ live: number }>(
    db,
    `select count(*) as live from ops.environments
     where project = $1 and stage = 'preview' and closed_at is null and live_slot is not null and not asleep`,
    [project],
  );
  return row?.live ?? 0;
};
