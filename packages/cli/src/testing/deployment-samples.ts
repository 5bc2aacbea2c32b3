import type { DeploymentTimesView, PlannedDeploymentView } from '@slipway/contracts/forecast-views';

const AT = '2026-03-01T10:00:00.000Z';
const forecast: NonNullable<PlannedDeploymentView['forecast']> = {
  ...{ copySeconds: 4, updateSeconds: 90, figuresSeconds: 3, bootSeconds: 12, smokeSeconds: 6 },
  ...{ readOnlySeconds: 117, source: 'last deployment', from: 'run_1' },
};

export const planned: PlannedDeploymentView = {
  path: 'clone-and-switch',
  why: 'updates shop_order: on a copy of the database (it needs 1.2 GB, and 40.0 GB are free), while the old version answers who only reads',
  ...{ forecast, readOnlySeconds: 117, awaySeconds: 0, refused: null },
};

export const times: DeploymentTimesView = {
  ...{ path: planned.path, why: planned.why, forecast },
  measured: {
    ...{ heldSeconds: 0.9, readOnlySeconds: 101.2, awaySeconds: null, backupSeconds: null, copySeconds: 3.1 },
    ...{ updateSeconds: 78.4, figuresSeconds: 2.2, bootSeconds: 11.8, smokeSeconds: 5.1, switchSeconds: 0.2 },
    totalSeconds: 140.5,
  },
  requests: [{ since: AT, until: AT, reads: 812, refused: 3, firstRefusedAt: AT, lastRefusedAt: AT }],
};
