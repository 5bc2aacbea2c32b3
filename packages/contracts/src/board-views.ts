/** What a project is at one look: every place where its Odoo runs, and what is happening there. */
import { z } from 'zod';
import { failedUpkeep, failureData, previewState, runState, testCounts, verdict } from './views.ts';

export const projectInList = z.object({
  name: z.string(),
  /** `owner/name`, or the folder that it was added from. */
  repository: z.string().nullable(),
  defaultBranch: z.string().nullable(),
  /** What the caller may there; null: they administer the installation. */
  role: z.enum(['viewer', 'developer', 'tester', 'admin']).nullable(),
  /** Whether there is one. */
  stages: z.object({ production: z.boolean(), staging: z.boolean() }),
});
export type ProjectInList = z.infer<typeof projectInList>;

/** A run that waits or works, as far as a card shows it. */
export const cardRun = z.object({
  id: z.string(),
  kind: z.string(),
  state: runState,
  startedAt: z.string().nullable(),
  /** The step that runs now. */
  step: z.string().nullable(),
  /** Steps that are done, of all in the plan; 0 of 0 before there is a plan. */
  done: z.int(),
  steps: z.int(),
  /** 1 = next; null when it does not wait. */
  position: z.int().nullable(),
  /** Why it waits, in words. */
  reason: z.string().nullable(),
});
export type CardRun = z.infer<typeof cardRun>;

export const boardCard = z.object({
  environment: z.string(),
  /** `production`, `staging`, `pr-12`. */
  name: z.string(),
  stage: z.enum(['production', 'staging', 'preview', 'development']),
  number: z.int().nullable(),
  title: z.string().nullable(),
  branch: z.string().nullable(),
  state: previewState,
  reason: z.string().nullable(),
  url: z.string().nullable(),
  verdict: verdict.nullable(),
  tests: testCounts.nullable(),
  /** Asked for last. Message, author and time are known once it was built. */
  commit: z.object({
    sha: z.string(),
    message: z.string().nullable(),
    author: z.string().nullable(),
    at: z.string().nullable(),
  }),
  /** What is being served; differs from `commit` while a newer one builds, or after it failed. */
  liveSha: z.string().nullable(),
  run: cardRun.nullable(),
  /** Why it does not serve what was asked for, and the run that says more; null: it does, or nobody has tried yet. */
  failure: failureData
    .pick({ code: true, message: true, hint: true })
    .extend({ run: z.string().nullable(), kind: z.string().nullable() })
    .nullable(),
  /** Backups and the like that failed when they were last tried, newest first: what it serves is not touched by them. */
  upkeep: z.array(failedUpkeep),
  updatedAt: z.string(),
});
export type BoardCard = z.infer<typeof boardCard>;

export const boardView = z.object({
  project: z.string(),
  repository: z.string().nullable(),
  defaultBranch: z.string().nullable(),
  production: z.array(boardCard),
  staging: z.array(boardCard),
  /** What moved last comes first. */
  previews: z.array(boardCard),
  /** Previews that are awake, and how many may be. */
  places: z.object({ used: z.int(), max: z.int() }),
});
export type BoardView = z.infer<typeof boardView>;

/** A run as lists show it: without its steps. */
export const runInList = cardRun.extend({
  environment: z.string(),
  sha: z.string().nullable(),
  requestedBy: z.string(),
  requestedAt: z.string(),
  finishedAt: z.string().nullable(),
});
export type RunInList = z.infer<typeof runInList>;

export const queueView = z.object({
  /** What works now, then what waits, in the order of its turn. */
  open: z.array(runInList),
  /** What ended last, newest first. */
  ended: z.array(runInList),
});
export type QueueView = z.infer<typeof queueView>;
