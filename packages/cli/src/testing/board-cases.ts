/** The verbs about projects as a whole, as api-verbs.test.ts tries each verb. */
import type { BoardCard, RunInList } from '@slipway/contracts/board-views';
import type { ApiCase } from './api-case.ts';

const AT = '2026-03-01T10:00:00.000Z';
const project = ['--project', 'shop'];

const waiting: RunInList = {
  ...{ id: 'run_1', kind: 'open-preview', state: 'queued', startedAt: null, step: null, done: 0, steps: 0 },
  ...{ position: 2, reason: 'it waits for a free builder (1 busy)', environment: 'shop/pr-12', sha: 'a'.repeat(40) },
  ...{ requestedBy: 'ada', requestedAt: AT, finishedAt: null },
};
const { environment: _, sha: __, requestedBy: ___, requestedAt: ____, finishedAt: _____, ...run } = waiting;
const card: BoardCard = {
  ...{ environment: 'shop/pr-12', name: 'pr-12', stage: 'preview', number: 12, title: null, branch: 'round-invoices' },
  ...{ state: 'queued', reason: null, url: null, verdict: null, tests: null, liveSha: null, run, failure: null },
  upkeep: [],
  ...{ commit: { sha: 'a'.repeat(40), message: null, author: null, at: null }, updatedAt: AT },
};
const board = {
  ...{ project: 'shop', repository: 'acme/shop', defaultBranch: 'main', production: [], staging: [], previews: [card] },
  places: { used: 1, max: 5 },
};
const listed = {
  ...{ name: 'shop', repository: 'acme/shop', defaultBranch: 'main', role: null },
  stages: { production: true, staging: false },
};
const queue = { open: [waiting], ended: [] };

export const BOARD_CASES: readonly ApiCase[] = [
  { path: 'project list', replies: { projects: () => [listed] }, view: [listed], reads: 'acme/shop' },
  { path: 'project board', words: project, replies: { board: () => board }, view: board, reads: 'nr. 2 in the queue' },
  { path: 'project queue', words: project, replies: { queue: () => queue }, view: queue, reads: 'free builder' },
  {
    path: 'env runs',
    words: ['shop/pr-12'],
    replies: { environmentRuns: () => [waiting] },
    view: [waiting],
    reads: 'open-preview',
  },
];
