import type { PreviewSettings } from '@slipway/contracts/project-config';
import type { PullRequestFacts } from '../domain/event.ts';
import { type Judgement, type KnownPull, type PullRequestEvent, present } from './known-pull.ts';
import { matchesGlob } from './matches-glob.ts';
import { skipMarker } from './skip-marker.ts';

export interface PullRequestContext {
  readonly settings: PreviewSettings;
  /** null: nothing was ever heard of it. */
  readonly known: KnownPull | null;
  /** Whether the author may write to the repository; `unknown` when GitHub could not be asked. */
  readonly mayWrite: boolean | 'unknown';
}

/**
 * What a delivery about a pull request means, and what to remember, to be stored together with it. Depends on nothing but its arguments; an
 * order of deliveries that GitHub does not promise is not needed.
 */
export const judgePullRequest = (event: PullRequestEvent, context: PullRequestContext): Judgement => {
  const { pull } = event;
  const { known, settings } = context;
  if (isOlder(event, known)) return ignore('an older delivery that arrived after a newer one');
  if (event.kind === 'pull-request-closed')
    return withdraw(event, known, event.merged ? 'the pull request was merged' : 'the pull request was closed');
  const unwanted = whyUnwanted(pull, settings);
  if (unwanted !== null) return withdraw(event, known, unwanted);
  const marker = skipMarker(pull.headMessage) ?? skipMarker(pull.title);
  // What runs goes on running: a skipped commit is not a reason to take a preview away.
  if (marker !== null) return ignore(`${marker} in the ${skipMarker(pull.headMessage) ? 'commit message' : 'title'}`);
  if (!mayReopen(event, known))
    return ignore('its preview was closed; a push or `/slipway open` opens it again', remembered(pull, known, {}));
  const blocked = whyBlocked(pull, context);
  if (blocked !== null) return block(event, known, blocked);
  return open(event, known);
};

const isOlder = (event: PullRequestEvent, known: KnownPull | null): boolean => {
  if (known === null || event.pull.updatedAt > known.headUpdatedAt) return false;
  if (event.pull.updatedAt < known.headUpdatedAt) return true;
  // GitHub counts in whole seconds. Of two events in one second `opened` was the first, unless it reopened what is gone.
  return event.kind === 'pull-request-opened' && known.state !== null;
};

const whyUnwanted = (pull: PullRequestFacts, settings: PreviewSettings): string | null => {
  if (!settings.enabled) return 'previews are switched off (stages.preview.enabled)';
  if (pull.draft && !settings.drafts) return 'it is a draft (stages.preview.drafts)';
  if (!settings.branches.some((pattern) => matchesGlob(pattern, pull.base)))
    return `its target branch ${pull.base} is not tracked (stages.preview.branches)`;
  if (settings.labels.length > 0 && !settings.labels.some((label) => pull.labels.includes(label)))
    return `it has none of the labels ${settings.labels.join(', ')} (stages.preview.labels)`;
  return null;
};

/** A bot that labels old pull requests must not wake the previews that nobody used. */
const mayReopen = (event: PullRequestEvent, known: KnownPull | null): boolean =>
  known?.state !== 'closed' ||
  event.kind === 'pull-request-opened' ||
  (event.kind === 'pull-request-updated' && (event.cause === 'synchronize' || event.cause === 'ready'));

const whyBlocked = (pull: PullRequestFacts, { settings, known, mayWrite }: PullRequestContext): string | null => {
  if (settings.approve === 'everyone' || mayWrite === true) return null;
  // Whoever made a branch in the repository itself may write to it.
  if (mayWrite === 'unknown' && !pull.fork) return null;
  if (isApproved(pull, known)) return null;
  const where = pull.fork ? 'from a fork, by' : 'by';
  const who =
    mayWrite === 'unknown'
      ? `${pull.author}, whose write access could not be asked`
      : `${pull.author}, who has no write access`;
  const again = known?.approved ? 'it has new commits since it was approved; ' : '';
  return `${where} ${who}: ${again}a maintainer comments \`/slipway approve\``;
};

/** An approval holds for the commit that the maintainer could see, not for what is pushed afterwards. */
const isApproved = (pull: PullRequestFacts, known: KnownPull | null): boolean =>
  known?.approved === true && (known.sha === null || known.sha === pull.sha);

const open = ({ kind, pull }: PullRequestEvent, known: KnownPull | null): Judgement => {
  const here = present(known?.state) && known?.state !== 'blocked';
  if (here && known?.sha === pull.sha) return ignore('nothing changed for its preview', remembered(pull, known, {}));
  const reason = here
    ? `new commit ${pull.sha.slice(0, 8)}`
    : kind === 'pull-request-opened'
      ? 'opened'
      : 'it is wanted now';
  return {
    decision: { kind: 'open-preview', number: pull.number, reason, fresh: false },
    remember: remembered(pull, known, { state: 'queued', sha: pull.sha }),
  };
};

const block = ({ pull }: PullRequestEvent, known: KnownPull | null, reason: string): Judgement => ({
  decision: { kind: 'block-preview', number: pull.number, reason },
  remember: remembered(pull, known, { state: 'blocked', sha: pull.sha, approved: false }),
});

const withdraw = ({ pull }: PullRequestEvent, known: KnownPull | null, reason: string): Judgement => {
  // Remembered even though nothing happens: an `opened` that comes late must not open it.
  const remember = remembered(pull, known, { state: null, sha: known?.sha ?? pull.sha });
  if (!present(known?.state)) return ignore(reason, remember);
  return { decision: { kind: 'close-preview', number: pull.number, reason }, remember };
};

const ignore = (reason: string, remember: KnownPull | null = null): Judgement => ({
  decision: { kind: 'ignore', reason },
  remember,
});

const remembered = (pull: PullRequestFacts, known: KnownPull | null, change: Partial<KnownPull>): KnownPull => ({
  state: known?.state ?? null,
  approved: known?.approved ?? false,
  sha: known?.sha ?? null,
  ...change,
  headUpdatedAt: pull.updatedAt,
});
