import { Failure } from '@slipway/contracts/failure';
import type { ModulePlan, PreviewState, PreviewView, Verdict } from '@slipway/contracts/views';
import type { InstalledModules } from '../domain/modules.ts';
import type { Slot } from '../domain/names.ts';
import type { Queryable } from './queryable.ts';

export interface Environment {
  readonly id: string;
  readonly project: string;
  readonly number: number | null;
  readonly title: string | null;
  readonly branch: string | null;
  readonly base: string | null;
  readonly author: string | null;
  readonly fork: boolean;
  readonly approved: boolean;
  readonly headSha: string;
  readonly headUpdatedAt: Date | null;
  readonly liveSha: string | null;
  readonly liveSlot: Slot | null;
  readonly image: string | null;
  readonly database: string;
  readonly role: string;
  readonly host: string;
  readonly state: PreviewState;
  readonly installed: InstalledModules;
  /** Whether the live slot runs (and is not asleep). */
  readonly awake: boolean;
}

const toEnvironment = (row: Readonly<Record<string, unknown>>): Environment => ({
  id: row['id'] as string,
  project: row['project'] as string,
  number: row['number'] as number | null,
  title: row['title'] as string | null,
  branch: row['branch'] as string | null,
  base: row['base'] as string | null,
  author: row['author'] as string | null,
  fork: row['fork'] as boolean,
  approved: row['approved'] as boolean,
  headSha: (row['head_sha'] as string | null) ?? '',
  headUpdatedAt: row['head_updated_at'] as Date | null,
  liveSha: row['live_sha'] as string | null,
  liveSlot: row['live_slot'] as Slot | null,
  image: row['image'] as string | null,
  database: row['database'] as string,
  role: row['role'] as string,
  host: row['host'] as string,
  state: row['state'] as PreviewState,
  installed: row['installed'] as InstalledModules,
  awake: row['awake'] as boolean,
});

export const environment = async (db: Queryable, id: string): Promise<Environment | null> => {
  const { rows } = await db.query('select * from ops.environments where id = $1', [id]);
  return rows[0] === undefined ? null : toEnvironment(rows[0]);
};

/** Failure: environment-unknown. */
export const requireEnvironment = async (db: Queryable, id: string): Promise<Environment> => {
  const found = await environment(db, id);
  if (found === null) throw new Failure('environment-unknown', { environment: id });
  return found;
};

export const listPreviews = async (db: Queryable, project: string, options: { readonly closed: boolean }): Promise<Environment[]> => {
  const { rows } = await db.query(
    `select * from ops.environments where project = $1 and stage = 'preview' and ($2 or state <> 'closed') order by number`,
    [project, options.closed],
  );
  return rows.map(toEnvironment);
};

export interface PreviewFacts {
  readonly id: string;
  readonly project: string;
  readonly number: number;
  readonly title: string | null;
  readonly branch: string;
  readonly base: string;
  readonly author: string | null;
  readonly fork: boolean;
  readonly headSha: string;
  /** ISO 8601; null keeps the one that is known. */
  readonly headUpdatedAt: string | null;
  readonly database: string;
  readonly role: string;
  readonly host: string;
  readonly url: string;
  readonly state: 'queued' | 'blocked';
  readonly reason: string | null;
}

/** What is wanted of a pull request now. A closed one comes back as a new life of the same row; a serving one keeps serving. */
export const upsertPreview = async (db: Queryable, facts: PreviewFacts): Promise<void> => {
  await db.query(
    `insert into ops.environments (id, project, stage, name, number, title, branch, base, author, fork, head_sha, head_updated_at,
       database, role, host, url, state, reason)
     values ($1, $2, 'preview', 'pr-' || $3::int, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     on conflict (id) do update set title = excluded.title, branch = excluded.branch, base = excluded.base,
       author = coalesce(excluded.author, environments.author), fork = excluded.fork, head_sha = excluded.head_sha,
       head_updated_at = coalesce(excluded.head_updated_at, environments.head_updated_at), host = excluded.host, url = excluded.url,
       state = case when environments.live_slot is null then excluded.state else environments.state end,
       reason = excluded.reason, closed_at = null, updated_at = now()`,
    [facts.id, facts.project, facts.number, facts.title, facts.branch, facts.base, facts.author, facts.fork, facts.headSha,
      facts.headUpdatedAt, facts.database, facts.role, facts.host, facts.url, facts.state, facts.reason],
  );
};

export interface EnvironmentPatch {
  readonly state?: PreviewState;
  readonly reason?: string | null;
  readonly run?: string;
  readonly approved?: boolean;
  readonly liveSha?: string | null;
  readonly liveSlot?: Slot | null;
  readonly awake?: boolean;
  readonly image?: string | null;
  readonly verdict?: Verdict | null;
  readonly modules?: readonly ModulePlan[];
  readonly installed?: InstalledModules;
  readonly failure?: PreviewView['failure'] | null;
  readonly commentId?: string;
  readonly lastUsedAt?: Date;
  readonly closedAt?: Date | null;
}

const COLUMN: Readonly<Record<keyof EnvironmentPatch, { readonly column: string; readonly json?: true }>> = {
  state: { column: 'state' },
  reason: { column: 'reason' },
  run: { column: 'run' },
  approved: { column: 'approved' },
  liveSha: { column: 'live_sha' },
  liveSlot: { column: 'live_slot' },
  awake: { column: 'awake' },
  image: { column: 'image' },
  verdict: { column: 'verdict' },
  modules: { column: 'modules', json: true },
  installed: { column: 'installed', json: true },
  failure: { column: 'failure', json: true },
  commentId: { column: 'comment_id' },
  lastUsedAt: { column: 'last_used_at' },
  closedAt: { column: 'closed_at' },
};

/** Changes what is named and nothing else; column names come from the table above only. */
export const setEnvironment = async (db: Queryable, id: string, patch: EnvironmentPatch): Promise<void> => {
  const entries = Object.entries(patch) as [keyof EnvironmentPatch, unknown][];
  if (entries.length === 0) return;
  const sets = entries.map(([key], index) => `${COLUMN[key].column} = $${index + 2}`);
  const values = entries.map(([key, value]) => (COLUMN[key].json && value !== null ? JSON.stringify(value) : value));
  await db.query(`update ops.environments set ${sets.join(', ')}, updated_at = now() where id = $1`, [id, ...values]);
};
