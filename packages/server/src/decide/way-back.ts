/** What production can go back to: a version whose database is still there as it was left, or in a backup as it was then. */

/** Of a deployment, what that takes. In the order in which they were made. */
export interface Deployed {
  readonly id: string;
  readonly kind: 'open' | 'deploy' | 'rollback';
  readonly status: string;
  readonly sha: string;
  readonly database: string | null;
  /** The deployment that made its database; null: one that ended before it did anything to a database. */
  readonly generation: string | null;
  /** The deployment whose version served after it. */
  readonly version: string | null;
  readonly switchedAt: string | null;
  /** When writes were held for it; null: they were not. */
  readonly heldAt: string | null;
  /** Whether it changed its database in place: updated it, or went back to a backup of it. Left out: no. */
  readonly inPlace?: boolean;
  /** The backup of that database as it was before; null: that is kept no more. */
  readonly backup?: string | null;
}

export type WayBack<D extends Deployed> =
  | {
      readonly now: D;
      readonly back: D;
      readonly losesData: boolean;
      readonly since: string | null;
      /** What its database is brought back from; null: it is there. */
      readonly backup: string | null;
    }
  | { readonly reason: string };

/** `to`: which deployment; null: the one that served before. `all`: oldest first. */
export const wayBack = <D extends Deployed>(all: readonly D[], to: string | null): WayBack<D> => {
  const ended = all.filter(({ status }) => status === 'succeeded');
  const now = ended.find(({ id }) => id === ended.at(-1)?.version);
  if (now === undefined) return { reason: 'nothing has been deployed yet' };
  const versions = ended.filter(({ kind }) => kind !== 'rollback');
  const back =
    to === null ? servedBefore(ended, now) : versions.findLast(({ id, sha }) => id === to || sha.startsWith(to));
  if (back === undefined)
    return { reason: to === null ? `${now.id} is the first version` : `no deployment is called ${to}` };
  if (back === now) return { reason: `${back.id} is what serves` };
  const { there, saved } = contentsOf(all, back);
  if (!there && saved === undefined)
    return { reason: `the database that ${back.id} had has been replaced by a later copy` };
  if (!there && saved === null)
    return { reason: `the database that ${back.id} had was updated in place, and the backup of it is kept no more` };
  const backup = there ? null : (saved ?? null);
  const losesData = backup !== null || back.database !== now.database;
  return { now, back, losesData, since: losesData ? leftAt(ended, back) : null, backup };
};

/** What the deployment of `now` took over from: not what had been taken back by then. */
const servedBefore = <D extends Deployed>(ended: readonly D[], now: D): D | undefined => {
  const former = ended[ended.indexOf(now) - 1]?.version;
  return ended.find(({ id }) => id === former);
};

/**
 * Two names take turns: the newest generation that had the name is what is there. One that failed has removed what was there before; one
 * that was made in place has put what was there before into a backup.
 */
const contentsOf = (
  all: readonly Deployed[],
  { database, generation }: Deployed,
): { readonly there: boolean; readonly saved: string | null | undefined } => {
  let now: string | null = null;
  const saved = new Map<string | null, string | null>();
  for (const one of all) {
    if (one.database !== database || one.generation === null) continue;
    if (one.kind === 'rollback' && one.inPlace !== true) continue;
    if (one.inPlace === true) saved.set(now, one.backup ?? null);
    now = one.generation;
  }
  return { there: now === generation, saved: saved.get(generation) };
};

/** The first time that its database was left after it last served: from when writes were held, since Odoo stamps a record with the beginning of its transaction. */
const leftAt = (ended: readonly Deployed[], { database, generation }: Deployed): string | null => {
  const versionOf = ({ version }: Deployed): Deployed | undefined => ended.find(({ id }) => id === version);
  const last = ended.findLastIndex((one) => {
    const served = versionOf(one);
    return served?.database === database && served.generation === generation;
  });
  const next = ended[last + 1];
  return next?.heldAt ?? next?.switchedAt ?? null;
};
