import type { GlassView } from '@slipway/contracts/shell-views';
import { type Queryable, query, queryOne } from './queryable.ts';

/** Times are ISO 8601. */
export interface Glass {
  readonly id: string;
  readonly environment: string;
  readonly reason: string;
  readonly write: boolean;
  readonly openedBy: string;
  readonly openedAs: string | null;
  readonly openedAt: string;
  readonly until: string;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
}

/** Whose: the name, and the account behind it where there is one. */
export interface Person {
  readonly who: string;
  readonly user: string | null;
}

const COLUMNS = `g.id, g.environment, g.reason, g.write, g.opened_by as "openedBy", g.opened_as as "openedAs",
  g.opened_at as "openedAt", g.until, g.closed_at as "closedAt", g.closed_by as "closedBy"`;

export const saveGlass = async (db: Queryable, glass: Omit<Glass, 'closedAt' | 'closedBy'>): Promise<void> => {
  await query(
    db,
    `insert into ops.break_glass (id, environment, reason, write, opened_by, opened_as, opened_at, until)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[glass.id, glass.environment, glass.reason, glass.write],
      ...[glass.openedBy, glass.openedAs, glass.openedAt, glass.until],
    ],
  );
};

/** The one that this person has open now; of several the one that allows most, then the one that lasts longest. */
export const openGlassOf = (
  db: Queryable,
  wanted: { readonly environment: string; readonly person: Person; readonly now: string },
): Promise<Glass | null> =>
  queryOne(
    db,
    `select ${COLUMNS} from ops.break_glass g
     where g.environment = $1 and g.opened_by = $2 and g.opened_as is not distinct from $3
       and g.closed_at is null and g.until > $4
     order by g.write desc, g.until desc limit 1`,
    [wanted.environment, wanted.person.who, wanted.person.user, wanted.now],
  );

export const glassIsOpen = async (db: Queryable, id: string, now: string): Promise<boolean> =>
  (await queryOne(db, 'select from ops.break_glass where id = $1 and closed_at is null and until > $2', [id, now])) !==
  null;

/** Null: it is not there, or was closed before. */
export const closeGlass = (
  db: Queryable,
  closing: { readonly id: string; readonly environment: string; readonly by: string; readonly now: string },
): Promise<Glass | null> =>
  queryOne(
    db,
    `update ops.break_glass g set closed_at = $3, closed_by = $4
     where g.id = $1 and g.environment = $2 and g.closed_at is null and g.until > $3 returning ${COLUMNS}`,
    [closing.id, closing.environment, closing.now, closing.by],
  );

/** Those whose time is over, or that were closed, with something left to do for it. */
export const unsettledGlasses = (db: Queryable, now: string): Promise<Glass[]> =>
  query(
    db,
    `select ${COLUMNS} from ops.break_glass g
     where g.settled_at is null and (g.until <= $1 or g.closed_at is not null) order by g.until`,
    [now],
  );

/** False: another process did it. */
export const settleGlass = async (db: Queryable, id: string, now: string): Promise<boolean> =>
  (await queryOne(
    db,
    `update ops.break_glass set settled_at = $2, closed_at = coalesce(closed_at, until),
       closed_by = coalesce(closed_by, 'slipway: its time was over')
     where id = $1 and settled_at is null returning id`,
    [id, now],
  )) !== null;

const VIEW = `select ${COLUMNS}, e.project,
    coalesce((select array_agg(s.id order by s.opened_at) from ops.shells s where s.glass = g.id), '{}') as shells
  from ops.break_glass g join ops.environments e on e.id = g.environment`;

type ViewRow = GlassView & { readonly openedAs: string | null };
const viewOf = ({ openedAs: _, ...view }: ViewRow): GlassView => view;

/** `openAt`: only those that are open then. */
export const listGlasses = async (
  db: Queryable,
  environment: string,
  openAt: string | null,
): Promise<readonly GlassView[]> =>
  (
    await query<ViewRow>(
      db,
      `${VIEW} where g.environment = $1 and ($2::timestamptz is null or (g.closed_at is null and g.until > $2))
       order by g.opened_at desc limit 200`,
      [environment, openAt],
    )
  ).map(viewOf);

export const readGlass = async (db: Queryable, environment: string, id: string): Promise<GlassView | null> => {
  const row = await queryOne<ViewRow>(db, `${VIEW} where g.environment = $1 and g.id = $2`, [environment, id]);
  return row === null ? null : viewOf(row);
};
