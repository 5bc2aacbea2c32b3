import { previewSection } from '@slipway/contracts/project-config';
import { describe, expect, it } from 'vitest';
import type { Decision, PullRequestFacts } from '../domain/event.ts';
import type { KnownPull, PullRequestEvent } from './known-pull.ts';
import { judgePullRequest, type PullRequestContext } from './pull-request.ts';

const facts: PullRequestFacts = {
  number: 12,
  title: 'Fix the invoice',
  branch: 'fix-invoice',
  sha: 'a'.repeat(40),
  base: 'main',
  draft: false,
  author: 'mona',
  fork: false,
  labels: [],
  updatedAt: '2026-11-20T10:00:00.000Z',
};
const opened = (change: Partial<PullRequestFacts> = {}): PullRequestEvent => ({
  kind: 'pull-request-opened',
  repository: 'octo/shop',
  sender: 'mona',
  pull: { ...facts, ...change },
});
type Cause = Extract<PullRequestEvent, { kind: 'pull-request-updated' }>['cause'];
const updated = (cause: Cause, change: Partial<PullRequestFacts> = {}): PullRequestEvent => ({
  ...opened(change),
  kind: 'pull-request-updated',
  cause,
});
const closed = (change: Partial<PullRequestFacts> = {}, merged = false): PullRequestEvent => ({
  ...opened(change),
  kind: 'pull-request-closed',
  merged,
});
const settings = (given: object = {}) => previewSection.parse(given);
const live: KnownPull = {
  state: 'live',
  headUpdatedAt: '2026-11-20T09:00:00.000Z',
  approved: false,
  sha: 'b'.repeat(40),
};
const context = (change: Partial<PullRequestContext> = {}): PullRequestContext => ({
  settings: settings(),
  known: null,
  mayWrite: true,
  ...change,
});
const said = (decision: Decision): string => `${decision.kind}: ${decision.reason}`;

describe('judgePullRequest', () => {
  const rows: readonly [string, PullRequestEvent, Partial<PullRequestContext>, string][] = [
    ['opens one that is new', opened(), {}, 'open-preview: opened'],
    ['moves a live one to a new commit', updated('synchronize'), { known: live }, 'open-preview: new commit aaaaaaaa'],
    [
      'ignores an event that changes nothing for the preview',
      updated('labeled'),
      { known: { ...live, sha: facts.sha } },
      'ignore: nothing changed for its preview',
    ],
    [
      'ignores when previews are switched off',
      opened(),
      { settings: settings({ enabled: false }) },
      'ignore: previews are switched off (stages.preview.enabled)',
    ],
    ['ignores a draft', opened({ draft: true }), {}, 'ignore: it is a draft (stages.preview.drafts)'],
    [
      'opens a draft where drafts are wanted',
      opened({ draft: true }),
      { settings: settings({ drafts: true }) },
      'open-preview: opened',
    ],
    ['opens a draft that is ready', updated('ready'), {}, 'open-preview: it is wanted now'],
    [
      'closes one that became a draft',
      updated('edited', { draft: true }),
      { known: live },
      'close-preview: it is a draft (stages.preview.drafts)',
    ],
    [
      'ignores a target branch that is not tracked',
      opened({ base: 'wip/x' }),
      { settings: settings({ branches: ['main', '1*.0'] }) },
      'ignore: its target branch wip/x is not tracked (stages.preview.branches)',
    ],
    [
      'opens on a target branch that matches a pattern',
      opened({ base: '19.0' }),
      { settings: settings({ branches: ['1*.0'] }) },
      'open-preview: opened',
    ],
    [
      'closes one whose target branch was changed to one not tracked',
      updated('edited', { base: 'old' }),
      { known: live, settings: settings({ branches: ['main'] }) },
      'close-preview: its target branch old is not tracked (stages.preview.branches)',
    ],
    [
      'ignores one without the label',
      opened({ labels: ['bug'] }),
      { settings: settings({ labels: ['preview', 'demo'] }) },
      'ignore: it has none of the labels preview, demo (stages.preview.labels)',
    ],
    [
      'opens one that got the label',
      updated('labeled', { labels: ['bug', 'demo'] }),
      { settings: settings({ labels: ['preview', 'demo'] }) },
      'open-preview: it is wanted now',
    ],
    [
      'closes one whose last label was taken away',
      updated('labeled'),
      { known: live, settings: settings({ labels: ['preview'] }) },
      'close-preview: it has none of the labels preview (stages.preview.labels)',
    ],
    [
      'ignores a commit that says so',
      updated('synchronize', { headMessage: 'Docs [skip ci]' }),
      { known: live },
      'ignore: [skip ci] in the commit message',
    ],
    [
      'ignores the other spelling',
      opened({ headMessage: 'x\n\n[CI SKIP]' }),
      {},
      'ignore: [CI SKIP] in the commit message',
    ],
    [
      'ignores a title that says so',
      opened({ title: '[skip slipway] wip' }),
      {},
      'ignore: [skip slipway] in the title',
    ],
    [
      'ignores an older delivery that comes after a newer one',
      updated('synchronize', { updatedAt: '2026-11-20T08:59:59.000Z' }),
      { known: live },
      'ignore: an older delivery that arrived after a newer one',
    ],
    [
      'ignores an old close after a reopening',
      closed({ updatedAt: '2026-11-20T08:00:00.000Z' }),
      { known: live },
      'ignore: an older delivery that arrived after a newer one',
    ],
    ['closes', closed(), { known: live }, 'close-preview: the pull request was closed'],
    [
      'closes at a merge',
      closed({}, true),
      { known: { ...live, state: 'sleeping' } },
      'close-preview: the pull request was merged',
    ],
    [
      'closes also one that failed',
      closed(),
      { known: { ...live, state: 'failed' } },
      'close-preview: the pull request was closed',
    ],
    ['ignores a close of one it never heard of', closed(), {}, 'ignore: the pull request was closed'],
    [
      'ignores a second close',
      closed(),
      { known: { ...live, state: 'closed' } },
      'ignore: the pull request was closed',
    ],
    ['opens one that was reopened', opened(), { known: { ...live, state: null } }, 'open-preview: opened'],
    [
      'opens one that was closed by hand when there is a push',
      updated('synchronize'),
      { known: { ...live, state: 'closed' } },
      'open-preview: it is wanted now',
    ],
    [
      'leaves one that was closed by hand when it only gets a label',
      updated('labeled'),
      { known: { ...live, state: 'closed' } },
      'ignore: its preview was closed; a push or `/slipway open` opens it again',
    ],
    [
      'blocks a fork whose author has no write access',
      opened({ fork: true }),
      { mayWrite: false },
      'block-preview: from a fork, by mona, who has no write access: a maintainer comments `/slipway approve`',
    ],
    [
      'blocks an author without write access also without a fork',
      opened(),
      { mayWrite: false },
      'block-preview: by mona, who has no write access: a maintainer comments `/slipway approve`',
    ],
    [
      'blocks a fork when GitHub could not be asked',
      opened({ fork: true }),
      { mayWrite: 'unknown' },
      'block-preview: from a fork, by mona, whose write access could not be asked: a maintainer comments `/slipway approve`',
    ],
    [
      'opens a branch of the repository itself when GitHub could not be asked',
      opened(),
      { mayWrite: 'unknown' },
      'open-preview: opened',
    ],
    ['opens a fork whose author may write', opened({ fork: true }), {}, 'open-preview: opened'],
    [
      'opens a fork where everyone may',
      opened({ fork: true }),
      { mayWrite: false, settings: settings({ approve: 'everyone' }) },
      'open-preview: opened',
    ],
    [
      'opens a fork at the approved commit',
      updated('edited', { fork: true }),
      { mayWrite: false, known: { ...live, state: 'blocked', approved: true, sha: facts.sha } },
      'open-preview: it is wanted now',
    ],
    [
      'blocks an approved fork again when there are new commits',
      updated('synchronize', { fork: true }),
      { mayWrite: false, known: { ...live, approved: true } },
      'block-preview: from a fork, by mona, who has no write access: it has new commits since it was approved; a maintainer comments `/slipway approve`',
    ],
  ];
  it.each(rows)('%s', (_name, event, change, expected) => {
    expect(said(judgePullRequest(event, context(change)).decision)).toBe(expected);
  });
});

/** Plays a life through, as the flow does: what a judgement says to remember is what the next one knows. */
const play = (events: readonly PullRequestEvent[], change: Partial<PullRequestContext> = {}) => {
  let known: KnownPull | null = null;
  for (const event of events) known = judgePullRequest(event, context({ ...change, known })).remember ?? known;
  return known && { state: known.state, sha: known.state === null ? null : known.sha };
};

describe('deliveries in any order', () => {
  const at = (second: number) => `2026-11-20T10:00:${String(second).padStart(2, '0')}.000Z`;
  const sha = (digit: number) => String(digit).repeat(40);
  const lives: readonly [string, PullRequestEvent[], Partial<PullRequestContext>][] = [
    [
      'opened, pushed, pushed',
      [
        opened({ sha: sha(1), updatedAt: at(1) }),
        updated('synchronize', { sha: sha(2), updatedAt: at(2) }),
        updated('synchronize', { sha: sha(3), updatedAt: at(3) }),
      ],
      {},
    ],
    [
      'opened, pushed, closed',
      [
        opened({ sha: sha(1), updatedAt: at(1) }),
        updated('synchronize', { sha: sha(2), updatedAt: at(2) }),
        closed({ sha: sha(2), updatedAt: at(3) }),
      ],
      {},
    ],
    [
      'opened, closed, reopened, edited',
      [
        opened({ sha: sha(1), updatedAt: at(1) }),
        closed({ sha: sha(1), updatedAt: at(2) }),
        opened({ sha: sha(1), updatedAt: at(3) }),
        updated('edited', { sha: sha(1), updatedAt: at(4) }),
      ],
      {},
    ],
    [
      'a draft that becomes ready, is a draft again and ready again',
      [
        opened({ sha: sha(1), draft: true, updatedAt: at(1) }),
        updated('ready', { sha: sha(1), updatedAt: at(2) }),
        updated('edited', { sha: sha(2), draft: true, updatedAt: at(3) }),
        updated('ready', { sha: sha(3), updatedAt: at(4) }),
      ],
      {},
    ],
    [
      'labels that come and go',
      [
        opened({ sha: sha(1), updatedAt: at(1) }),
        updated('labeled', { sha: sha(1), labels: ['preview'], updatedAt: at(2) }),
        updated('synchronize', { sha: sha(2), labels: ['preview'], updatedAt: at(3) }),
        updated('labeled', { sha: sha(2), updatedAt: at(4) }),
      ],
      { settings: settings({ labels: ['preview'] }) },
    ],
    [
      'a last commit that is skipped',
      [
        opened({ sha: sha(1), updatedAt: at(1) }),
        updated('synchronize', { sha: sha(2), updatedAt: at(2) }),
        updated('synchronize', { sha: sha(3), headMessage: '[skip ci]', updatedAt: at(3) }),
      ],
      {},
    ],
    [
      'a fork that nobody approves',
      [
        opened({ sha: sha(1), fork: true, updatedAt: at(1) }),
        updated('synchronize', { sha: sha(2), fork: true, updatedAt: at(2) }),
        updated('labeled', { sha: sha(2), fork: true, updatedAt: at(3) }),
      ],
      { mayWrite: false },
    ],
  ];

  it.each(lives)('%s: every order ends as the right one does', (_name, life, change) => {
    const expected = play(life, change);

    for (const order of permutations(life)) expect(play(order, change)).toEqual(expected);
  });

  it.each(lives)('%s: deliveries that come twice change nothing', (_name, life, change) => {
    const expected = play(life, change);

    for (const order of permutations(life)) expect(play([...order, ...order], change)).toEqual(expected);
  });
});

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length <= 1
    ? [[...items]]
    : items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
