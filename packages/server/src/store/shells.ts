import type { ShellKind, ShellView } from '@slipway/contracts/shell-views';
import type { Person } from './break-glass.ts';
import { json, type Queryable, query, queryOne } from './queryable.ts';

/** Times are ISO 8601. */
export interface ShellRow {
  readonly id: string;
  readonly environment: string;
  readonly kind: ShellKind;
  readonly readOnly: boolean;
  readonly glass: string | null;
  /** A database role of its own; null: the environment's. */
  readonly role: string | null;
  readonly command: readonly string[];
  readonly terminal: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly openedBy: string;
  readonly openedAs: string | null;
  readonly openedAt: string;
  readonly attachUntil: string;
  readonly endsAt: string;
  readonly attachedAt: string | null;
  readonly endBy: string | null;
  readonly endedAt: string | null;
  readonly why: string | null;
}

export type ShellToSave = Omit<ShellRow, 'attachedAt' | 'endBy' | 'endedAt' | 'why'>;

const COLUMNS = `s.id, s.environment, s.kind, s.read_only as "readOnly", s.glass, s.role, s.command, s.terminal, s.columns, s.rows,
  s.opened_by as "openedBy", s.opened_as as "openedAs", s.opened_at as "openedAt", s.attach_until as "attachUntil",
  s.ends_at as "endsAt", s.attached_at as "attachedAt", s.end_by as "endBy", s.ended_at as "endedAt", s.why`;

/** False: this person has as many open as they may. Who opens two at once is counted one after the other. */
export const saveShell = async (tx: Queryable, shell: ShellToSave, most: number): Promise<boolean> => {
  await query(tx, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [`shells of ${shell.openedBy}`]);
  if ((await countOpen(tx, { who: shell.openedBy, user: shell.openedAs })) >= most) return false;
  await query(
    tx,
    `insert into ops.shells (id, environment, kind, read_only, glass, role, command, terminal, columns, rows, opened_by, opened_as,
       opened_at, attach_until, ends_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      ...[shell.id, shell.environment, shell.kind, shell.readOnly, shell.glass, shell.role, json(shell.command)],
      ...[shell.terminal, shell.columns, shell.rows, shell.openedBy, shell.openedAs],
      ...[shell.openedAt, shell.attachUntil, shell.endsAt],
    ],
  );
  return true;
};

const countOpen = async (db: Queryable, { who, user }: Person): Promise<number> => {
  const row = await queryOne<{ count: number }>(
    db,
    `select count(*) as count from ops.shells where ended_at is null and opened_by = $1 and opened_as is not distinct from $2`,
    [who, user],
  );
  return row?.count ?? 0;
};

export const shellById = (db: Queryable, id: string): Promise<ShellRow | null> =>
  queryOne(db, `select ${COLUMNS} from ops.shells s where s.id = $1`, [id]);

/** For whoever comes first, while it is worth attaching to. Null: it is not, or not any more. */
export const takeShell = (
  db: Queryable,
  taking: { readonly id: string; readonly holder: string; readonly now: string },
): Promise<ShellRow | null> =>
  queryOne(
    db,
    `update ops.shells s set attached_at = $3, seen_at = $3, holder = $2
     where s.id = $1 and s.attached_at is null and s.ended_at is null and s.end_by is null and s.attach_until > $3
       and (s.glass is null or exists (select from ops.break_glass g where g.id = s.glass and g.closed_at is null and g.until > $3))
     returning ${COLUMNS}`,
    [taking.id, taking.holder, taking.now],
  );

/** What a living shell has to know: who wants it to end, and whether what it stands on is still there. */
export interface ShellStanding {
  readonly endBy: string | null;
  readonly endedAt: string | null;
  readonly glassOpen: boolean;
  readonly running: boolean;
}

/** Says that it lives, and asks how things stand. */
export const standingOf = (db: Queryable, id: string, now: string): Promise<ShellStanding | null> =>
  queryOne(
    db,
    `update ops.shells s set seen_at = $2 from ops.environments e
     where s.id = $1 and e.id = s.environment
     returning s.end_by as "endBy", s.ended_at as "endedAt",
       s.glass is null or exists (select from ops.break_glass g where g.id = s.glass and g.closed_at is null and g.until > $2)
         as "glassOpen",
       e.closed_at is null and e.live_slot is not null and not e.asleep as running`,
    [id, now],
  );

/** Asks whoever holds it to end it. Null: it has ended. */
export const askShellToEnd = (db: Queryable, id: string, by: string): Promise<ShellRow | null> =>
  queryOne(
    db,
    `update ops.shells s set end_by = coalesce(s.end_by, $2) where s.id = $1 and s.ended_at is null returning ${COLUMNS}`,
    [id, by],
  );

export interface ShellEnding {
  readonly id: string;
  readonly now: string;
  readonly why: string;
  readonly exitCode: number | null;
  readonly recorded: number | null;
}

/** Null: it had ended before. */
export const shellEnded = (db: Queryable, ending: ShellEnding): Promise<ShellRow | null> =>
  queryOne(
    db,
    `update ops.shells s set ended_at = $2, why = $3, exit_code = $4, recorded = $5, command = '[]'
     where s.id = $1 and s.ended_at is null returning ${COLUMNS}`,
    [ending.id, ending.now, ending.why, ending.exitCode, ending.recorded],
  );

/**
 * Those that nobody will end: nobody came in time, or whoever held them has not been heard of, or their own time is over and they did not
 * notice.
 */
export const lostShells = (
  db: Queryable,
  { now, silentSince }: { readonly now: string; readonly silentSince: string },
): Promise<ShellRow[]> =>
  query(
    db,
    `select ${COLUMNS} from ops.shells s
     where s.ended_at is null and (
       (s.attached_at is null and (s.attach_until <= $1 or s.end_by is not null)) or s.seen_at <= $2)`,
    [now, silentSince],
  );

/** Ended, with something of theirs that may still be there. */
export const uncleanShells = (db: Queryable): Promise<ShellRow[]> =>
  query(
    db,
    `select ${COLUMNS} from ops.shells s where s.cleaned_at is null and s.ended_at is not null order by s.ended_at limit 50`,
  );

export const shellCleaned = async (db: Queryable, id: string, now: string): Promise<void> => {
  await query(db, 'update ops.shells set cleaned_at = $2 where id = $1', [id, now]);
};

/** Its file is gone. */
export const recordingForgotten = async (db: Queryable, id: string): Promise<void> => {
  await query(db, 'update ops.shells set recorded = null where id = $1', [id]);
};

const VIEW = `select s.id, s.environment, s.kind, s.read_only as "readOnly", s.glass, s.opened_by as "openedBy", s.opened_at as "openedAt",
    s.attached_at as "attachedAt", s.ends_at as "endsAt", s.ended_at as "endedAt", s.exit_code as "exitCode", s.why, s.recorded,
    s.opened_as as "openedAs", e.project, e.stage
  from ops.shells s join ops.environments e on e.id = s.environment`;

export type ShellInList = ShellView & {
  readonly openedAs: string | null;
  readonly project: string;
  readonly stage: string;
};

/** Newest first. Who may see which is asked afterwards, so more than wanted are read. */
export const listShells = (
  db: Queryable,
  wanted: { readonly environment: string | null; readonly open: boolean; readonly organisation: string },
): Promise<ShellInList[]> =>
  query(
    db,
    `${VIEW} where ($1::text is null or s.environment = $1) and (not $2 or s.ended_at is null) and s.organisation = $3
     order by s.opened_at desc, s.id desc limit 2000`,
    [wanted.environment, wanted.open, wanted.organisation],
  );

export const readShell = (db: Queryable, id: string, organisation: string): Promise<ShellInList | null> =>
  queryOne(db, `${VIEW} where s.id = $1 and s.organisation = $2`, [id, organisation]);
