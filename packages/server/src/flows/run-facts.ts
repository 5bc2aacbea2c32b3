import type { DeploymentPath } from '@slipway/contracts/forecast-views';
import type { Forecast } from '../domain/forecast.ts';
import type { InstalledModules } from '../domain/modules.ts';
import type { Slot } from '../domain/names.ts';
import type { Release } from '../domain/release.ts';
import type { Plan } from '../plan/plan.ts';
import type { EnvironmentFacts, PreviewFacts } from '../plan/preview-facts.ts';

/** What is stored with a run when it was planned: enough to go on after a crash, and to wake or undo later. */
export interface RunFacts {
  readonly fresh?: boolean;
  readonly build?: string;
  /** Of what is brought to life: a preview's, or a stage's. */
  readonly preview?: PreviewFacts | EnvironmentFacts;
  /** The snapshot that is made or restored. */
  readonly snapshot?: string | null;
  readonly installed?: InstalledModules;
  /** Of a run that changes what production serves. */
  readonly production?: ProductionFacts;
  /** Of a rehearsal. */
  readonly rehearsal?: RehearsalFacts;
}

/** On what a release is rehearsed: what production ran when it was planned. */
export interface RehearsalFacts {
  /** Null: not known, as of one that Slipway does not run. */
  readonly production: { readonly sha: string; readonly since: string } | null;
  readonly snapshot: string;
}

export interface ProductionFacts {
  readonly kind: 'open' | 'deploy' | 'rollback';
  readonly release: Release;
  readonly slot: Slot;
  /** The deployment whose version serves when this run has ended. */
  readonly version: string;
  /** The deployment that made its database. */
  readonly generation: string;
  /** The deployment that served before; null: none. */
  readonly former: string | null;
  /** What was asked, and by whom it was approved. */
  readonly promotion: string | null;
  readonly approver: string | null;
  /** Why this way of going live was chosen, in words. */
  readonly why: string;
  /** Of a deployment: the way, how long it was to take, and how large its database was then. */
  readonly path?: DeploymentPath;
  readonly forecast?: Forecast | null;
  readonly bytes?: number | null;
  /** The backup that is the way back, where the database was updated in place. */
  readonly backup?: string;
}

export interface PlannedRun {
  readonly plan: Plan;
  readonly facts: RunFacts;
}

export interface Draft extends PlannedRun {
  /** What the store is told once the plan is known to be possible. */
  readonly remember?: () => Promise<void>;
}
