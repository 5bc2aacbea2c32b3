import type { SourceEvent } from '../../domain/event.ts';

export type BranchPushed = Extract<SourceEvent, { kind: 'branch-pushed' }>;
export type Heads = Readonly<Record<string, string>>;

export interface PolledRepository {
  readonly repository: string;
  /** First line and body of a commit's message, for `[skip ci]`; '' when it is not known. */
  message(sha: string): string;
}

/** What happened between two looks at a remote's heads. No events at the first look (`previous` null): nothing was pushed, it was only seen. */
export const pollBranches = (
  previous: Heads | null,
  current: Heads,
  { repository, message }: PolledRepository,
): readonly BranchPushed[] => {
  if (previous === null) return [];
  const said = { kind: 'branch-pushed', repository, sender: 'poll' } as const;
  const pushed = Object.entries(current)
    .filter(([branch, sha]) => !Object.hasOwn(previous, branch) || previous[branch] !== sha)
    .map(([branch, sha]) => ({ ...said, branch, sha, deleted: false, message: message(sha) }));
  const deleted = Object.entries(previous)
    .filter(([branch]) => !Object.hasOwn(current, branch))
    .map(([branch, sha]) => ({ ...said, branch, sha, deleted: true, message: '' }));
  return [...pushed, ...deleted];
};
