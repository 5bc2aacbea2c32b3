import { Failure } from '@slipway/contracts/failure';
import type { GateResult, PromotionFacts } from '../domain/promotion.ts';
import type { Release } from '../domain/release.ts';
import type { Queryable } from '../store/queryable.ts';
import type { Slipway } from './slipway.ts';

/** A release that may go: every gate was asked a moment ago. */
export interface DeploymentRequest {
  readonly project: string;
  readonly release: Release;
  /** Kept with the run, so that its evidence says by what it was let through. */
  readonly promotion: {
    readonly id: string;
    readonly facts: PromotionFacts;
    readonly gates: readonly GateResult[];
    readonly passedOver: readonly string[];
  };
  readonly requestedBy: string;
  /** Whoever approved it, with commas; null: the gate is off, or was passed over. */
  readonly approver: string | null;
  /** The transaction in which the promotion goes: the run is queued in it, or neither is. */
  readonly db: Queryable;
}

/** Queues the deployment of a release to production; answers the run's id. Failure: stage-missing. */
export const requestDeployment = async (_slipway: Slipway, { project }: DeploymentRequest): Promise<string> => {
  throw new Failure('stage-missing', { project, stage: 'production' });
};
