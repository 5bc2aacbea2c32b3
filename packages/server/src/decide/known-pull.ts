import type { PreviewState } from '@slipway/contracts/views';
import type { Decision, SourceEvent } from '../domain/event.ts';

/** What is remembered of a pull request between two deliveries. Kept also for one that has no preview: that is what makes their order not matter. */
export interface KnownPull {
  /** null: it has no preview and never had, or lost it because of what GitHub said. `closed`: closed by a person or for lack of use. */
  readonly state: PreviewState | null;
  /** `updatedAt` of the newest event that counted. */
  readonly headUpdatedAt: string;
  /** Whether a maintainer approved `sha`. */
  readonly approved: boolean;
  /** The commit that was asked for (or blocked) last. */
  readonly sha: string | null;
}

export type PullRequestEvent = Extract<
  SourceEvent,
  { kind: 'pull-request-opened' | 'pull-request-updated' | 'pull-request-closed' }
>;

/** A decision together with what has to be remembered from now on; null: what was known stays. */
export interface Judgement {
  readonly decision: Decision;
  readonly remember: KnownPull | null;
}

/** Whether there is a preview that a close would remove. */
export const present = (state: PreviewState | null | undefined): boolean =>
  state !== null && state !== undefined && state !== 'closed';
