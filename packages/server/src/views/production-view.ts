import type { ProductionView } from '@slipway/contracts/production-views';
import { wayBack } from '../decide/way-back.ts';
import { deployments } from '../store/deployments.ts';
import { requireEnvironment } from '../store/environments.ts';
import { openEvents } from '../store/events.ts';
import { namesOf } from '../store/names.ts';
import type { Queryable } from '../store/queryable.ts';
import { deploymentTimes } from './deployment-times.ts';
import { lastWatchView } from './watch-view.ts';

const SHOWN = 50;

/** `login`: of whoever may see it; a production that came with its own users has none of ours. */
export const productionView = async (
  db: Queryable,
  environment: string,
  login: ProductionView['login'],
): Promise<ProductionView> => {
  const live = await requireEnvironment(db, environment);
  const all = await deployments(db, environment);
  const way = wayBack(all, null);
  const shown = all.slice(-SHOWN).reverse();
  const runs = shown.flatMap(({ run }) => (run === null ? [] : [run]));
  const times = await deploymentTimes(db, environment, runs);
  const names = await namesOf(
    db,
    shown.flatMap(({ actor, approver }) => [actor, approver]),
  );
  const nameOf = (who: string | null): string | null => names.get(who ?? '') ?? null;
  const serves = all.findLast(({ status }) => status === 'succeeded')?.version ?? null;
  return {
    project: live.project,
    state: live.state,
    url: live.url,
    database: live.database,
    slot: live.liveSlot,
    sha: live.liveSha,
    image: live.image,
    wayBack:
      'reason' in way
        ? null
        : {
            ...{ deployment: way.back.id, sha: way.back.sha, losesData: way.losesData, since: way.since },
            ...(way.backup === null ? {} : { backup: way.backup }),
          },
    noWayBack: 'reason' in way ? way.reason : null,
    troubles: (await openEvents(db, live.project))
      .filter(({ subject }) => subject === environment)
      .map(({ message }) => message),
    deployments: shown.map(({ id, kind, status, sha, image, database, actor, approver, ...more }) => ({
      ...{ id, kind, status, sha, image, database, actor, approver },
      ...{ actorName: nameOf(actor), approverName: nameOf(approver) },
      ...{ startedAt: more.startedAt, switchedAt: more.switchedAt, finishedAt: more.finishedAt },
      serves: id === serves,
      times: times.get(more.run ?? '') ?? null,
    })),
    watch: await lastWatchView(db, environment),
    login,
  };
};
