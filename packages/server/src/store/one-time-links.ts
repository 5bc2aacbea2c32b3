import { Failure } from '@slipway/contracts/failure';
import { type Queryable, query, queryOne } from './queryable.ts';

export interface LinkToSave {
  readonly id: string;
  readonly purpose: 'setup' | 'reset-password';
  /** Whose password; null: of a link for the first account. */
  readonly user: string | null;
  readonly sha256: Buffer;
  readonly expiresAt: string;
}

/** The one before it, of the same purpose and person, is worth nothing from then on. */
export const saveLink = async (db: Queryable, link: LinkToSave): Promise<void> => {
  await query(
    db,
    'delete from ops.one_time_links where purpose = $1 and user_id is not distinct from $2 and used_at is null',
    [link.purpose, link.user],
  );
  await query(
    db,
    'insert into ops.one_time_links (id, purpose, user_id, sha256, expires_at) values ($1, $2, $3, $4, $5)',
    [link.id, link.purpose, link.user, link.sha256, link.expiresAt],
  );
};

/** Uses a link up: of two who come with it at once, one gets it. Answers whose it is. Failure: link-worthless. */
export const takeLink = async (
  db: Queryable,
  link: { readonly purpose: LinkToSave['purpose']; readonly sha256: Buffer; readonly now: string },
): Promise<string | null> => {
  const taken = await queryOne<{ user: string | null }>(
    db,
    `update ops.one_time_links set used_at = $3 where purpose = $1 and sha256 = $2 and used_at is null and expires_at > $3
     returning user_id as "user"`,
    [link.purpose, link.sha256, link.now],
  );
  if (taken === null) throw new Failure('link-worthless', {});
  return taken.user;
};
