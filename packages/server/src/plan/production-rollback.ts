/** Production goes back to a version that it had, or on with the one that it has. */
import { freezeWrites } from '../steps/freeze-writes.ts';
import { moveSessions } from '../steps/move-sessions.ts';
import { removeCron } from '../steps/remove-cron.ts';
import { setRoute } from '../steps/set-route.ts';
import { thawWrites } from '../steps/thaw-writes.ts';
import { type Plan, showing } from './plan.ts';
import {
  cron,
  FREEZE_SECONDS,
  type ProductionSettings,
  provenSlot,
  serveAgain,
  stopOld,
  type Version,
} from './production-version.ts';

export interface Rollback {
  /** What is gone back to. */
  readonly back: Version;
  readonly now: Version;
  readonly settings: ProductionSettings;
}

/** A plan like any other: what was proved before starts again and takes over; what served until now is stopped and kept. */
export const planRollbackProduction = ({ back, now, settings }: Rollback): Plan => {
  const { environment, host, role } = back.facts;
  const names = { from: now.facts.database, to: back.facts.database };
  const same = names.from === names.to;
  const hold = setRoute.as('hold-for-switch', { environment, host, route: { kind: 'hold' } });
  const steps = provenSlot(back);
  return {
    kind: 'rollback-production',
    steps: [
      // Odoo does not start on a database that takes no writes; nobody is sent to it yet.
      ...(same ? [] : showing('building', thawWrites.as('thaw-writes', { database: names.to, role }))),
      ...showing('building', ...steps.slice(0, -1)),
      ...(same
        ? []
        : showing(
            'building',
            removeCron.as('stop-cron', { environment }),
            hold,
            freezeWrites.as('freeze-writes', { database: names.from, role, graceSeconds: FREEZE_SECONDS }),
            moveSessions.as('move-sessions', { owner: environment, ...names }),
          )),
      ...showing('building', ...steps.slice(-1)),
      ...showing(null, cron(back, settings, 'start-cron'), ...stopOld(now, settings)),
    ],
    cleanUp: showing(
      null,
      ...(same
        ? []
        : [
            thawWrites.as('thaw-former', { database: names.from, role }),
            moveSessions.as('sessions-as-before', { owner: environment, from: names.to, to: names.from }),
          ]),
      ...serveAgain(now, settings),
      ...stopOld(back, settings),
      ...(same ? [] : [freezeWrites.as('close-again', { database: names.to, role, graceSeconds: 1 })]),
    ),
  };
};

/** What is meant to serve and does not: its container is gone, or that of its scheduled actions. */
export const planStartProduction = (version: Version, settings: ProductionSettings): Plan => ({
  kind: 'start-production',
  steps: showing(null, ...serveAgain(version, settings)),
  cleanUp: [],
});
