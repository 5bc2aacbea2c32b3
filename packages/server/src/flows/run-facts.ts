import type { InstalledModules } from '../domain/modules.ts';
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
}

export interface PlannedRun {
  readonly plan: Plan;
  readonly facts: RunFacts;
}

export interface Draft extends PlannedRun {
  /** What the store is told once the plan is known to be possible. */
  readonly remember?: () => Promise<void>;
}
