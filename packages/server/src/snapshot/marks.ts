/**
 * Writers and whoever prunes keep out of each other's way by marks in the store itself, so that two control planes, or two
 * machines, may share one. Each puts its mark first and looks for the other's afterwards: at least one of two sees the other.
 */
import { Failure } from '@slipway/contracts/failure';
import type { Repository } from './repository.ts';

const WRITING = 'writing/';
const PRUNING = 'pruning/';
/** A mark is renewed each minute. One that was not for so long was left by a crash. */
const RENEW_MILLISECONDS = 60_000;
export const STALE_MILLISECONDS = 15 * 60_000;

/** Any number of writers at once; nobody prunes meanwhile. Failure: snapshot-store-busy. */
export const whileWriting = <T>(at: Repository, id: string, work: () => Promise<T>): Promise<T> =>
  whileMarked(at, `${WRITING}${id}`, async () => {
    if (await anyFresh(at, PRUNING, '')) throw new Failure('snapshot-store-busy', { reason: 'it is being pruned' });
    return work();
  });

/** The mark of a writer that was killed, taken away by whoever knows that it is. */
export const unmarkWriting = (at: Repository, id: string): Promise<void> => at.store.remove(`${WRITING}${id}`);

/** One at a time, and while nobody writes. What crashes left goes first. Failure: snapshot-store-busy. */
export const whilePruning = <T>(at: Repository, work: () => Promise<T>): Promise<T> => {
  const own = `${PRUNING}${at.newId('prune')}`;
  return whileMarked(at, own, async () => {
    if (await anyFresh(at, WRITING, ''))
      throw new Failure('snapshot-store-busy', { reason: 'a snapshot is being written' });
    if (await anyFresh(at, PRUNING, own))
      throw new Failure('snapshot-store-busy', { reason: 'somebody else prunes it' });
    await removeStale(at);
    return work();
  });
};

const whileMarked = async <T>(at: Repository, name: string, work: () => Promise<T>): Promise<T> => {
  const put = (): Promise<unknown> => at.store.put(name, Buffer.from(at.clock.now().toISOString()));
  await put();
  // A renewal that fails is made up for by the next one; the work itself notices a store that stays away.
  const timer = setInterval(() => void put().catch(() => undefined), RENEW_MILLISECONDS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await at.store.remove(name).catch(() => undefined);
  }
};

const isFresh = (at: Repository, modifiedAt: string): boolean =>
  at.clock.now().getTime() - Date.parse(modifiedAt) < STALE_MILLISECONDS;

const anyFresh = async (at: Repository, prefix: string, except: string): Promise<boolean> => {
  for await (const { name, modifiedAt } of at.store.list(prefix))
    if (name !== except && isFresh(at, modifiedAt)) return true;
  return false;
};

/** Never a fresh one: its writer may come to look for pruners only when we have gone, and would then write without a mark. */
const removeStale = async (at: Repository): Promise<void> => {
  for (const prefix of [WRITING, PRUNING])
    for await (const { name, modifiedAt } of at.store.list(prefix))
      if (!isFresh(at, modifiedAt)) await at.store.remove(name);
};
