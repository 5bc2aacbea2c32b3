/** What happened outside, after its bytes were verified. Past tense. */
export interface PullRequestFacts {
  readonly number: number;
  readonly title: string;
  readonly branch: string;
  readonly sha: string;
  readonly base: string;
  readonly draft: boolean;
  readonly author: string;
  /** True when the head repository is another one than the base repository. */
  readonly fork: boolean;
  readonly labels: readonly string[];
  /** ISO 8601, GitHub's `updated_at`: orders deliveries that arrive in any order. */
  readonly updatedAt: string;
  readonly headMessage?: string;
}

export type SourceEvent =
  | {
      readonly kind: 'pull-request-opened';
      readonly repository: string;
      readonly pull: PullRequestFacts;
      readonly sender: string;
    }
  | {
      readonly kind: 'pull-request-updated';
      readonly repository: string;
      readonly pull: PullRequestFacts;
      readonly sender: string;
      readonly cause: 'synchronize' | 'labeled' | 'ready' | 'edited';
    }
  | {
      readonly kind: 'pull-request-closed';
      readonly repository: string;
      readonly pull: PullRequestFacts;
      readonly sender: string;
      readonly merged: boolean;
    }
  | {
      readonly kind: 'comment-commanded';
      readonly repository: string;
      readonly number: number;
      readonly command: CommentCommand;
      readonly sender: string;
      readonly at: string;
    }
  | {
      readonly kind: 'branch-pushed';
      readonly repository: string;
      readonly branch: string;
      readonly sha: string;
      readonly deleted: boolean;
      readonly message: string;
      readonly sender: string;
    }
  | { readonly kind: 'pinged'; readonly repository: string };

/** `/slipway rebuild`, `/slipway rebuild fresh`, `/slipway open`, `/slipway close`, `/slipway approve`. */
export type CommentCommand = { readonly verb: 'rebuild' | 'open' | 'close' | 'approve'; readonly fresh: boolean };

/** What an event means for a project, with the reason, also for a "no". */
export type Decision =
  | { readonly kind: 'open-preview'; readonly number: number; readonly reason: string; readonly fresh: boolean }
  | { readonly kind: 'close-preview'; readonly number: number; readonly reason: string }
  | { readonly kind: 'block-preview'; readonly number: number; readonly reason: string }
  | { readonly kind: 'deploy-staging'; readonly reason: string }
  | { readonly kind: 'approve-preview'; readonly number: number; readonly reason: string }
  | { readonly kind: 'ignore'; readonly reason: string };
