import { Failure } from '@slipway/contracts/failure';
import type { PromotionView } from '@slipway/contracts/promotion-views';
import type { ApiClient } from '../api/client.ts';
import { printable } from '../output/printable.ts';
import { spinner } from '../output/screen.ts';
import { elapsed } from '../output/time.ts';
import type { Session } from '../session.ts';
import { holding } from '../show/promotion.ts';

const POLL_MILLISECONDS = 2000;
/** How often everything is gathered anew: a backup that was begun ends, a smoke test comes in. */
const GATHER_MILLISECONDS = 30_000;
/** What moves by itself between two gatherings: people, and time. */
const LIVE = new Set(['approval', 'window']);

export interface PromotionWish {
  readonly project: string;
  readonly emergency: string | null;
}

export const askFor = (api: ApiClient, { project, emergency }: PromotionWish, dry = false): Promise<PromotionView> =>
  api.call('requestPromotion', { parameters: { project }, body: { emergency, dry_run: dry } });

/** Whether waiting can help: a gate that fails needs another release. */
const canWait = (view: PromotionView): boolean =>
  view.state === 'open' && !view.ready && holding(view).every(({ state }) => state === 'wait');

interface Waiting {
  readonly session: Session;
  readonly api: ApiClient;
  readonly wish: PromotionWish;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * Looks until every gate lets it through, or one never will. Of a newer release that supersedes it nothing is promoted in its place.
 * Failures: wait-timeout, server-unreachable.
 */
export const awaitGates = async (
  first: PromotionView,
  { session, api, wish, timeout }: Waiting,
): Promise<PromotionView> => {
  const { io } = session;
  const progress = session.progress();
  const since = io.now().getTime();
  let [view, gathered] = [first, since];
  while (canWait(view)) {
    const now = io.now().getTime();
    if (now - since > timeout)
      throw new Failure('wait-timeout', { what: `Promotion ${first.id}`, seconds: Math.round(timeout / 1000) });
    const words = holding(view).map(({ gate, why }) => `${gate}: ${printable(why)}`);
    const line = `${spinner(session.noteScreen, now - since)} Waiting  ${elapsed(now - since)}`;
    progress.show([line, ...words], `waiting for ${words.join('; ')}`);
    await io.sleep(POLL_MILLISECONDS, io.signal);
    view = await lookAgain(first, { api, wish });
    if (!isStuck(view) || now - gathered < GATHER_MILLISECONDS) continue;
    gathered = now;
    const anew = await askFor(api, wish);
    // Staging has moved on meanwhile: that is another release, which nobody here has seen.
    view = anew.id === first.id ? anew : await lookAgain(first, { api, wish });
  }
  progress.clear();
  return view;
};

const lookAgain = ({ id }: PromotionView, { api, wish }: Pick<Waiting, 'api' | 'wish'>): Promise<PromotionView> =>
  api.call('promotion', { parameters: { project: wish.project, promotion: id ?? '' } });

const isStuck = (view: PromotionView): boolean =>
  view.state === 'open' && holding(view).some(({ gate }) => !LIVE.has(gate));
