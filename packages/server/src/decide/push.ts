import type { PreviewState } from '@slipway/contracts/views';
import type { Decision, SourceEvent } from '../domain/event.ts';
import { present } from './known-pull.ts';
import { skipMarker } from './skip-marker.ts';

export type PushEvent = Extract<SourceEvent, { kind: 'branch-pushed' }>;

export interface PushContext {
  readonly source: 'github' | 'git';
  /** The previews that were opened on this branch. */
  readonly previews: readonly { readonly number: number; readonly state: PreviewState; readonly sha: string }[];
}

/** What a push to a branch means for the previews on it: one decision for each, or one that says why nothing happens. */
export const decidePush = (event: PushEvent, { source, previews }: PushContext): readonly Decision[] => {
  if (source === 'github') return [ignore('GitHub tells of pull requests by itself')];
  const here = previews.filter((preview) => present(preview.state));
  if (here.length === 0) return [ignore(`no preview is on branch ${event.branch}`)];
  return here.map((preview) => decideFor(event, preview));
};

const decideFor = (event: PushEvent, { number, sha }: PushContext['previews'][number]): Decision => {
  if (event.deleted) return { kind: 'close-preview', number, reason: `branch ${event.branch} was deleted` };
  const marker = skipMarker(event.message);
  if (marker !== null) return ignore(`${marker} in the commit message`);
  if (sha === event.sha) return ignore('its preview is at this commit');
  return { kind: 'open-preview', number, reason: `new commit ${event.sha.slice(0, 8)}`, fresh: false };
};

const ignore = (reason: string): Decision => ({ kind: 'ignore', reason });
