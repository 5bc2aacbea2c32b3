import { type Queryable, query, queryOne } from './queryable.ts';

export interface TicketToSave {
  readonly id: string;
  readonly environment: string;
  readonly sha256: Buffer;
  readonly uid: number;
  readonly login: string;
  readonly glass: string | null;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly expiresAt: string;
}

export const saveTicket = async (db: Queryable, ticket: TicketToSave): Promise<void> => {
  await query(
    db,
    `insert into ops.connect_tickets (id, environment, sha256, uid, login, glass, asked_by, asked_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[ticket.id, ticket.environment, ticket.sha256, ticket.uid, ticket.login, ticket.glass],
      ...[ticket.askedBy, ticket.askedAt, ticket.expiresAt],
    ],
  );
};

export interface UsedTicket {
  readonly id: string;
  readonly environment: string;
  readonly uid: number;
  readonly login: string;
  readonly glass: string | null;
  readonly askedBy: string;
}

/**
 * Takes the ticket, once and for all: of two who come at the same moment one gets it. Null: it is not worth anything, for this host. One
 * of production is worth as much as its break-glass.
 */
export const takeTicket = (
  db: Queryable,
  use: { readonly sha256: Buffer; readonly host: string; readonly from: string; readonly now: string },
): Promise<UsedTicket | null> =>
  queryOne(
    db,
    `update ops.connect_tickets t set used_at = $3, used_from = $4
     where t.sha256 = $1 and t.used_at is null and t.expires_at > $3
       and exists (select from ops.environments e where e.id = t.environment and e.host = $2 and e.closed_at is null)
       and (t.glass is null or exists (select from ops.break_glass g
         where g.id = t.glass and g.write and g.closed_at is null and g.until > $3))
     returning t.id, t.environment, t.uid, t.login, t.glass, t.asked_by as "askedBy"`,
    [use.sha256, use.host, use.now, use.from],
  );

/** Whether a login came about through this break-glass: then there is a session to end. */
export const glassHasLogins = async (db: Queryable, glass: string): Promise<boolean> =>
  (await queryOne(db, 'select from ops.connect_tickets where glass = $1 and used_at is not null limit 1', [glass])) !==
  null;
