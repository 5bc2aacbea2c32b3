import { Failure } from '@slipway/contracts/failure';
import type { Release } from '../domain/release.ts';
import type { Queryable } from '../store/queryable.ts';
import type { Slipway } from './slipway.ts';

/** A release that may go: its gates were asked a moment ago, by whoever calls. */
export interface DeploymentRequest {
  readonly project: string;
  readonly release: Release;
  /** Its id; what it was judged by is kept with it, and with the evidence of the run. */
  readonly promotion: string | null;
  readonly requestedBy: string;
  /** Whoever approved it, with commas; null: the gate is off, or was passed over. */
  readonly approver: string | null;
  /** The transaction in which the promotion goes: the run is queued in it, or neither is. */
  readonly db?: Queryable;
}

/** Queues the deployment of a release to production; answers the run's id. Failure: stage-missing. */
export const requestDeployment = async (_slipway: Slipway, { project }: DeploymentRequest): Promise<string> => {
  throw new Failure('stage-missing', { project, stage: 'production' });
};
