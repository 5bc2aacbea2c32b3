import type { ChangeView } from '@slipway/contracts/change-views';
import { Failure } from '@slipway/contracts/failure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ChangeFeed, ChangePage } from '../flows/change-feed.ts';
import type { Slipway } from '../flows/slipway.ts';
import type { Change, ChangeBounds } from '../store/changes.ts';
import { locate } from '../store/locate.ts';
import { addRoute, type Call } from './api.ts';
import { type Caller, requireScope } from './callers.ts';
import { eventText, openEventStream } from './event-stream.ts';
import { maySeeChange } from './visible.ts';

/** Often enough that no proxy takes the connection for a dead one, and that whoever may no longer read is cut off within half a minute. */
const HEARTBEAT_MILLISECONDS = 15_000;
const MOST_READERS = 1000;

export interface EventSettings {
  readonly heartbeatMilliseconds?: number;
  readonly mostReaders?: number;
}

export const eventRoutes = (
  app: FastifyInstance,
  slipway: Pick<Slipway, 'db' | 'logger'>,
  feed: ChangeFeed,
  { heartbeatMilliseconds = HEARTBEAT_MILLISECONDS, mostReaders = MOST_READERS }: EventSettings = {},
): void => {
  addRoute(app, 'events', async (call) => {
    const project = call.query['project'] ?? null;
    if (project !== null) await locate(slipway.db, 'project', project, call.sight);
    if (feed.readers >= mostReaders) throw new Failure('events-too-many', { most: mostReaders });
    const bounds = await feed.join();
    try {
      await follow(app, call, { feed, bounds, project, heartbeatMilliseconds });
    } catch (error) {
      // The answer has begun: all that is left is to cut it off, so that its reader knows that more would have come.
      slipway.logger.warn({ err: error }, 'live events ended');
      call.reply.raw.destroy();
    } finally {
      feed.leave();
      call.reply.raw.end();
    }
  });
};

interface Following {
  readonly feed: ChangeFeed;
  readonly bounds: ChangeBounds;
  readonly project: string | null;
  readonly heartbeatMilliseconds: number;
}

const follow = async (app: FastifyInstance, call: Call, following: Following): Promise<void> => {
  const { feed, bounds, heartbeatMilliseconds } = following;
  const wanted = lastSeen(call);
  const resumes = wanted === null || (wanted >= bounds.removed && wanted <= bounds.newest);
  call.reply.hijack();
  const stream = openEventStream(call.reply.raw);
  await stream.begin();
  let after = resumes ? (wanted ?? bounds.newest) : bounds.newest;
  await stream.write(eventText({ id: after, event: resumes ? null : 'reset' }));
  let caller = await stillMay(app, call.request);
  const nextBeat = (): AbortSignal => AbortSignal.any([stream.gone, AbortSignal.timeout(heartbeatMilliseconds)]);
  let beat = nextBeat();
  while (caller !== null && !stream.gone.aborted) {
    const page = await feed.next(after, beat);
    if (beat.aborted) {
      caller = await stillMay(app, call.request);
      if (caller === null) return;
      beat = nextBeat();
      await stream.write(': still here\n\n');
      // Should a notification have been lost, this is how late its changes come.
      feed.wake();
    }
    after = page.last;
    await stream.write(textOf(page, following.project, caller));
  }
};

/** Null: from now on. What is no number of ours is older than everything. */
const lastSeen = ({ request, query }: Call): number | null => {
  const given = request.headers['last-event-id'] ?? query['after'];
  if (given === undefined || given === '') return null;
  return /^\d{1,15}$/.test(String(given)) ? Number(given) : -1;
};

const NO_LONGER = new Set(['unauthorized', 'token-scope']);

/** Who asks, looked at anew: a token may have been revoked, a session ended, a role taken away. Null: they may no longer. */
const stillMay = async (app: FastifyInstance, request: FastifyRequest): Promise<Caller | null> => {
  try {
    const caller = await app.identify(request);
    requireScope(caller, 'read');
    return caller;
  } catch (error) {
    if (error instanceof Failure && NO_LONGER.has(error.code)) return null;
    throw error;
  }
};

/** Where others' changes were passed over, how far the reader is. */
const textOf = ({ changes, last }: ChangePage, project: string | null, caller: Caller): string => {
  const told = changes.filter((one) => (project === null || one.project === project) && maySeeChange(caller, one));
  if (changes.length === 0) return '';
  const text = told.map((one) => eventText({ id: one.id, event: 'change', data: viewOf(one) })).join('');
  return told.at(-1)?.id === last ? text : `${text}${eventText({ id: last, event: null })}`;
};

const viewOf = ({ kind, project, environment, subject, at }: Change): ChangeView => ({
  kind,
  project,
  environment,
  id: subject,
  at,
});
