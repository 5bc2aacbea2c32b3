import type { PreviewState } from '@slipway/contracts/views';
import type { Decision, SourceEvent } from '../domain/event.ts';
import { present } from './known-pull.ts';
import { skipMarker } from './skip-marker.ts';

export type PushEvent = Extract<SourceEvent, { kind: 'branch-pushed' }>;

export interface PushedStaging {
  readonly branch: string;
  /** The branch's newest commit now, which a late or repeated event does not say; null: the branch is gone. */
  readonly head: string | null;
  /** The commit that was asked for last; null: none ever was. */
  readonly sha: string | null;
  /** A refresh brought it some, or is about to. */
  readonly hasData: boolean;
}

export interface PushContext {
  readonly source: 'github' | 'git';
  /** The previews that were opened on this branch. */
  readonly previews: readonly { readonly number: number; readonly state: PreviewState; readonly sha: string }[];
  /** Null: slipway.yaml has none. */
  readonly staging: PushedStaging | null;
}

/** What a push to a branch means for staging and for the previews on it: one decision for each, or one that says why nothing happens. */
export const decidePush = (event: PushEvent, { source, previews, staging }: PushContext): readonly Decision[] => {
  const forStaging = staging?.branch === event.branch ? [decideStaging(event, staging)] : [];
  if (source === 'github')
    return forStaging.length > 0 ? forStaging : [ignore('GitHub tells of pull requests by itself')];
  const here = previews.filter((preview) => present(preview.state));
  const decisions = [...forStaging, ...here.map((preview) => decideFor(event, preview))];
  return decisions.length > 0 ? decisions : [ignore(`no preview is on branch ${event.branch}`)];
};

const decideStaging = (event: PushEvent, { branch, head, sha, hasData }: PushedStaging): Decision => {
  if (event.deleted || head === null) return ignore(`branch ${branch} was deleted; staging stays as it is`);
  // The marker of an older commit says nothing of the newest.
  const marker = head === event.sha ? skipMarker(event.message) : null;
  if (marker !== null) return ignore(`${marker} in the commit message`);
  if (!hasData) return ignore('staging has no data yet; its first refresh brings the newest commit');
  if (sha === head) return ignore(`staging is at ${head.slice(0, 8)}, or on its way there`);
  return { kind: 'deploy-staging', reason: `new commit ${head.slice(0, 8)} on ${branch}` };
};

const decideFor = (event: PushEvent, { number, sha }: PushContext['previews'][number]): Decision => {
  if (event.deleted) return { kind: 'close-preview', number, reason: `branch ${event.branch} was deleted` };
  const marker = skipMarker(event.message);
  if (marker !== null) return ignore(`${marker} in the commit message`);
  if (sha === event.sha) return ignore('its preview is at this commit');
  return { kind: 'open-preview', number, reason: `new commit ${event.sha.slice(0, 8)}`, fresh: false };
};

const ignore = (reason: string): Decision => ({ kind: 'ignore', reason });
