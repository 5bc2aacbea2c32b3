import { seconds } from '@slipway/contracts/project-config';
import { watchSection } from '@slipway/contracts/watch-config';
import { WATCH_LIMITS, type WatchLimits } from '../odoo/watch/judge-watch.ts';
import type { Project } from '../store/projects.ts';

export interface WatchWish {
  /** How long after a deployment; 0: not at all. */
  readonly seconds: number;
  /** Whether code goes back by itself. */
  readonly rollback: boolean;
  readonly limits: WatchLimits;
}

/** Of a project that was saved by an earlier version: the defaults. */
export const watchOf = ({ config }: Pick<Project, 'config'>): WatchWish => {
  const { production } = config.stages;
  const watch = watchSection.parse(production?.watch ?? {});
  return {
    seconds: watch.for === 'off' || production?.target !== 'docker' ? 0 : seconds(watch.for),
    rollback: watch.rollback,
    limits: {
      ...WATCH_LIMITS,
      newErrors: watch.new_errors,
      errorPercent: watch.error_percent,
      p95: watch.p95,
      p95Times: watch.p95_times,
      requestsAtLeast: watch.requests,
      cronFailures: watch.cron_failures,
    },
  };
};
