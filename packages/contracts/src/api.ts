/** The routes that CLI and web call. One row each: method, path, body, query, answer. docs/reference/api.md is generated from here. */
import { z } from 'zod';
import { AUDIT_ROUTES } from './api-audit.ts';
import { BOARD_ROUTES } from './api-board.ts';
import { ENVIRONMENT_ROUTES } from './api-environments.ts';
import { EVENT_ROUTES } from './api-events.ts';
import { FIGURES_ROUTES } from './api-figures.ts';
import { MAIL_ROUTES } from './api-mails.ts';
import { MEMBER_ROUTES } from './api-members.ts';
import { pageQuery } from './api-page.ts';
import { PEOPLE_ROUTES } from './api-people.ts';
import { PROMOTION_ROUTES } from './api-promotions.ts';
import { REHEARSAL_ROUTES } from './api-rehearsal.ts';
import { SHELL_ROUTES } from './api-shells.ts';
import { WEBHOOK_ROUTES } from './api-webhooks.ts';
import { databaseUrl } from './database-url.ts';
import { descriptionView } from './description-views.ts';
import { noticeTest, noticeView } from './notice-views.ts';
import { postmortemView } from './postmortem-view.ts';
import { openProductionBody, productionView, rollbackBody, rollbackPreview } from './production-views.ts';
import type { Route } from './route.ts';
import {
  attemptView,
  buildView,
  dataView,
  environmentView,
  evidenceVerdict,
  evidenceView,
  logLine,
  mailView,
  mailViewInList,
  neutralisationView,
  previewView,
  runView,
  secretView,
  snapshotVerdict,
  snapshotView,
  statusView,
  storedSnapshotView,
} from './views.ts';

export type { Route } from './route.ts';

const project = z.string().min(1);
export const openPreviewBody = z.strictObject({
  number: z.int().min(1),
  ref: z.string().min(1).max(255).describe('A branch, tag or commit.'),
  base: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe("The branch that the pull request wants to change. Default: the repository's default branch."),
  title: z.string().max(500).optional(),
});
export const rebuildBody = z.strictObject({
  fresh: z.boolean().default(false).describe('Start from a new database instead of updating the present one.'),
});
export const secretBody = z.strictObject({ value: z.string().min(1).max(65_536) });
export const neutralisationBody = z.union([
  z.strictObject({
    environment: z.string().min(1),
    arrival: z.boolean().default(false).describe('Also ask what must have gone when the data came.'),
  }),
  z.strictObject({
    url: databaseUrl,
  }),
]);
const sequence = z
  .string()
  .regex(/^\d{1,15}$/, 'the sequence of a line')
  .optional();
export const requested = z.object({ run: z.string() });
export const snapshotBody = z.strictObject({
  kind: z.enum(['raw', 'sanitised']).describe('sanitised: a snapshot; raw: an encrypted backup.'),
  accept_drift: z
    .boolean()
    .default(false)
    .describe('Somebody has looked at the columns that came since the last snapshot.'),
});
export const refreshBody = z
  .strictObject({
    snapshot: z.string().min(1).max(100).nullable().default(null).describe('Which one. Default: the newest.'),
    renew: z
      .boolean()
      .default(false)
      .describe('Take a new snapshot of production first; not together with one that is named.'),
  })
  .refine((body) => body.snapshot === null || !body.renew, 'a snapshot that is named is not taken anew');
export const restoreBody = z.strictObject({
  to: z.enum(['staging', 'production']),
  confirm: z.string().max(100).nullable().default(null).describe('`production`, where that is meant.'),
});
export const downloadBody = z.strictObject({
  raw: z.boolean().default(false).describe('Real data is wanted.'),
});
export const storeKeyBody = z.strictObject({
  key: z
    .string()
    .trim()
    .min(32, 'a key has 32 characters or more')
    .max(1000)
    .regex(/^[\x21-\x7e]+$/, 'a key is one word')
    .describe('As `slipway backup key` printed it.'),
});
export const drillBody = z.strictObject({ snapshot: z.string().min(1).max(100).nullable().default(null) });
export const notifyTestBody = z.strictObject({ channel: z.string().min(1).max(100).nullable().default(null) });
export const accepted = z.object({ run: z.string().nullable(), preview: previewView });

export const ROUTES = {
  health: {
    method: 'GET',
    path: '/api/v1/health',
    needs: 'nobody',
    says: 'Whether the control plane answers.',
    answer: z.object({ status: z.literal('ok') }),
  },
  status: {
    method: 'GET',
    path: '/api/v1/status',
    needs: 'self',
    of: 'list',
    says: 'What runs here.',
    answer: statusView,
  },
  previews: {
    method: 'GET',
    path: '/api/v1/projects/:project/previews',
    says: 'The previews of a project, newest first.',
    query: z.object({ all: z.enum(['true', 'false']).optional(), ...pageQuery }),
    answer: z.array(previewView),
  },
  preview: {
    method: 'GET',
    path: '/api/v1/projects/:project/previews/:number',
    says: 'One preview.',
    answer: previewView,
  },
  openPreview: {
    method: 'POST',
    path: '/api/v1/projects/:project/previews',
    needs: 'preview',
    says: 'Opens a preview, or moves it to another commit.',
    body: openPreviewBody,
    answer: accepted,
  },
  rebuildPreview: {
    method: 'POST',
    path: '/api/v1/projects/:project/previews/:number/rebuild',
    needs: 'preview',
    says: 'Builds a preview again.',
    body: rebuildBody,
    answer: accepted,
  },
  wakePreview: {
    method: 'POST',
    path: '/api/v1/projects/:project/previews/:number/wake',
    needs: 'preview',
    says: 'Wakes a sleeping preview.',
    answer: accepted,
  },
  sleepPreview: {
    method: 'POST',
    path: '/api/v1/projects/:project/previews/:number/sleep',
    needs: 'preview',
    says: 'Puts a live preview to sleep.',
    answer: accepted,
  },
  approvePreview: {
    method: 'POST',
    path: '/api/v1/projects/:project/previews/:number/approve',
    needs: 'approve',
    says: 'Lets an untrusted pull request build.',
    answer: accepted,
  },
  closePreview: {
    method: 'DELETE',
    path: '/api/v1/projects/:project/previews/:number',
    needs: 'preview',
    says: 'Closes a preview and removes everything it owns.',
    answer: accepted,
  },
  previewLogs: {
    method: 'GET',
    path: '/api/v1/projects/:project/previews/:number/logs',
    needs: 'preview',
    says: 'The log of the running Odoo, as newline-delimited JSON; follow=true goes on.',
    query: z.object({
      follow: z.enum(['true', 'false']).optional(),
      tail: z
        .string()
        .regex(/^\d{1,6}$/)
        .optional(),
    }),
    media: 'application/x-ndjson',
    line: logLine,
    answer: z.unknown(),
  },
  environments: {
    method: 'GET',
    path: '/api/v1/environments',
    of: 'list',
    says: 'All environments.',
    query: z.object(pageQuery),
    answer: z.array(environmentView),
  },
  environment: {
    method: 'GET',
    path: '/api/v1/environments/:environment',
    says: 'One environment.',
    answer: environmentView,
  },
  checkNeutralisation: {
    method: 'POST',
    path: '/api/v1/neutralisation/check',
    needs: 'self',
    of: 'list',
    says: 'Looks at the database of an environment, or at any other, for what could reach the outside. Changes nothing.',
    body: neutralisationBody,
    answer: neutralisationView,
  },
  run: { method: 'GET', path: '/api/v1/runs/:run', says: 'One run with its steps.', answer: runView },
  runs: {
    method: 'GET',
    path: '/api/v1/runs',
    of: 'list',
    says: 'The newest runs.',
    query: z.object(pageQuery),
    answer: z.array(runView),
  },
  cancelRun: {
    method: 'POST',
    path: '/api/v1/runs/:run/cancel',
    needs: 'stage',
    says: 'Cancels a queued or running run.',
    answer: runView,
  },
  runLogs: {
    method: 'GET',
    path: '/api/v1/runs/:run/logs',
    says: 'The log of a run, as newline-delimited JSON; follow=true goes on until it ends. Every line has its `sequence`: `after` goes on behind one, `before` answers the last lines in front of one. format=text is a download.',
    query: z.object({
      follow: z.enum(['true', 'false']).optional(),
      after: sequence,
      before: sequence,
      limit: z
        .string()
        .regex(/^\d{1,5}$/)
        .optional()
        .describe('With `before`: at most so many lines; default 200, most 1000.'),
      format: z.enum(['ndjson', 'text']).optional(),
    }),
    media: 'application/x-ndjson',
    line: logLine,
    answer: z.unknown(),
  },
  postmortem: {
    method: 'GET',
    path: '/api/v1/runs/:run/postmortem',
    says: 'An account of a run that failed, in Markdown, for people to finish.',
    answer: postmortemView,
  },
  builds: {
    method: 'GET',
    path: '/api/v1/builds',
    of: 'list',
    says: 'The newest builds.',
    query: z.object(pageQuery),
    answer: z.array(buildView),
  },
  build: { method: 'GET', path: '/api/v1/builds/:build', says: 'One build.', answer: buildView },
  buildLogs: {
    method: 'GET',
    path: '/api/v1/builds/:build/logs',
    says: 'The log of a build, as newline-delimited JSON.',
    media: 'application/x-ndjson',
    line: logLine,
    answer: z.unknown(),
  },
  evidenceList: {
    method: 'GET',
    path: '/api/v1/evidence',
    of: 'list',
    says: 'Evidence by run, newest first.',
    query: z.object(pageQuery),
    answer: z.array(evidenceView),
  },
  evidence: {
    method: 'GET',
    path: '/api/v1/evidence/:run',
    of: 'evidence',
    says: 'The evidence of one run.',
    answer: evidenceView,
  },
  verifyEvidence: {
    method: 'POST',
    path: '/api/v1/evidence/verify',
    needs: 'installation',
    says: 'Checks every file against its hash, the chain and the signatures.',
    scope: 'read',
    answer: evidenceVerdict,
  },
  mails: {
    method: 'GET',
    path: '/api/v1/environments/:environment/mails',
    needs: 'stage',
    says: 'The mails that were caught, newest first. `search` looks in subject, people and text; `before` is the id of the last one of the page before.',
    query: z.object({
      search: z.string().max(200).optional(),
      before: z.string().max(60).optional(),
      ...pageQuery,
    }),
    answer: z.array(mailViewInList),
  },
  mail: {
    method: 'GET',
    path: '/api/v1/environments/:environment/mails/:mail',
    needs: 'stage',
    says: 'One caught mail. Its HTML comes from strangers: show it without scripts and without loading anything.',
    answer: mailView,
  },
  mailRaw: {
    method: 'GET',
    path: '/api/v1/environments/:environment/mails/:mail/raw',
    needs: 'stage',
    says: 'A mail as it came, as message/rfc822.',
    media: 'message/rfc822',
    answer: z.unknown(),
  },
  mailAttachment: {
    method: 'GET',
    path: '/api/v1/environments/:environment/mails/:mail/attachments/:index',
    needs: 'stage',
    says: 'An attachment of a mail, counted from 0, always as a download.',
    media: 'application/octet-stream',
    answer: z.unknown(),
  },
  deleteMail: {
    method: 'DELETE',
    path: '/api/v1/environments/:environment/mails/:mail',
    needs: 'stage',
    says: 'Deletes one caught mail.',
    answer: z.object({ deleted: z.int() }),
  },
  deleteMails: {
    method: 'DELETE',
    path: '/api/v1/environments/:environment/mails',
    needs: 'stage',
    says: 'Deletes all caught mails of an environment.',
    answer: z.object({ deleted: z.int() }),
  },
  egress: {
    method: 'GET',
    path: '/api/v1/environments/:environment/egress',
    says: 'What left an environment or tried to, newest first; equal attempts of an hour are one. `since` is a time as ISO 8601.',
    query: z.object({
      outcome: z.enum(['allowed', 'refused', 'caught']).optional(),
      since: z.iso.datetime({ offset: true }).optional(),
      limit: pageQuery.limit,
    }),
    answer: z.array(attemptView),
  },
  production: {
    method: 'GET',
    path: '/api/v1/projects/:project/production',
    says: 'Production as Slipway runs it: what serves, what was deployed, what a rollback would go back to.',
    answer: productionView,
  },
  describeProduction: {
    method: 'GET',
    path: '/api/v1/projects/:project/production/description',
    says: 'What production consists of, as files for the documentation of its repository: modules, models, menus, actions, addons path, pages.',
    answer: descriptionView,
  },
  openProduction: {
    method: 'POST',
    path: '/api/v1/projects/:project/production',
    needs: 'production',
    says: 'Makes production: with the data of a backup, or as a new company.',
    body: openProductionBody,
    answer: requested,
  },
  rollbackBill: {
    method: 'GET',
    path: '/api/v1/projects/:project/production/rollback-bill',
    needs: 'production',
    says: 'What a rollback would lose: the records that came, changed or went since the database was left that it goes back to.',
    query: z.object({ to: z.string().min(1).max(100).optional() }),
    answer: rollbackPreview,
  },
  rollbackProduction: {
    method: 'POST',
    path: '/api/v1/projects/:project/production/rollback',
    needs: 'production',
    says: 'Brings production back to what served before.',
    body: rollbackBody,
    answer: requested,
  },
  secrets: {
    method: 'GET',
    path: '/api/v1/projects/:project/secrets',
    needs: 'settings',
    says: 'Names of secrets; never values.',
    answer: z.array(secretView),
  },
  setSecret: {
    method: 'PUT',
    path: '/api/v1/projects/:project/secrets/:stage/:name',
    needs: 'settings',
    says: 'Sets a secret.',
    body: secretBody,
    answer: secretView,
  },
  rotateSecrets: {
    method: 'POST',
    path: '/api/v1/secrets/rotate',
    needs: 'installation',
    says: 'Encrypts every secret anew under a new master key.',
    answer: z.object({ rotated: z.int() }),
  },
  evidenceFile: {
    method: 'GET',
    path: '/api/v1/evidence/:run/file',
    of: 'evidence',
    says: 'The text of one file of the evidence of a run.',
    query: z.object({ path: z.string().min(1) }),
    answer: z.object({ path: z.string(), text: z.string() }),
  },
  evidenceBundle: {
    method: 'GET',
    path: '/api/v1/evidence/:run/bundle',
    of: 'evidence',
    says: 'A zip with the evidence of a run or deployment and of the runs that it rests on, a summary, and a signature over all of it; asking is recorded.',
    media: 'application/zip',
    answer: z.unknown(),
  },
  data: {
    method: 'GET',
    path: '/api/v1/projects/:project/data',
    says: 'Schedules, the last drill, and what is wrong with the data of a project.',
    answer: dataView,
  },
  snapshots: {
    method: 'GET',
    path: '/api/v1/projects/:project/snapshots',
    says: 'Snapshots and backups, newest first.',
    query: z.object({ kind: z.enum(['raw', 'sanitised']).optional(), ...pageQuery }),
    answer: z.array(snapshotView),
  },
  createSnapshot: {
    method: 'POST',
    path: '/api/v1/projects/:project/snapshots',
    needs: 'staging',
    says: 'Takes a snapshot or a backup of production.',
    body: snapshotBody,
    answer: requested,
  },
  pinSnapshot: {
    method: 'PUT',
    path: '/api/v1/projects/:project/snapshots/:snapshot/pin',
    needs: 'staging',
    says: 'Says whether pruning leaves a snapshot alone.',
    body: z.strictObject({ pinned: z.boolean() }),
    answer: snapshotView,
  },
  verifySnapshot: {
    method: 'POST',
    path: '/api/v1/projects/:project/snapshots/:snapshot/verify',
    needs: 'staging',
    says: 'Reads every object of a snapshot and checks it.',
    answer: snapshotVerdict,
  },
  downloadSnapshot: {
    method: 'POST',
    path: '/api/v1/projects/:project/snapshots/:snapshot/download',
    needs: 'staging',
    says: 'A snapshot as a tar: manifest.json, dump.sql, filestore/. One with real data only where `raw` says so; asking is recorded.',
    body: downloadBody,
    media: 'application/x-tar',
    answer: z.unknown(),
  },
  removeSnapshot: {
    method: 'DELETE',
    path: '/api/v1/projects/:project/snapshots/:snapshot',
    needs: 'staging',
    says: 'Removes a snapshot or backup.',
    answer: z.object({ removed: z.string() }),
  },
  restoreBackup: {
    method: 'POST',
    path: '/api/v1/projects/:project/snapshots/:snapshot/restore',
    needs: 'production',
    says: "Restores a backup, with real data, into staging; or into production's database and folder, where both are empty.",
    body: restoreBody,
    answer: requested,
  },
  restoreMoment: {
    method: 'POST',
    path: '/api/v1/projects/:project/backups/restore',
    needs: 'production',
    says: 'Restores production as it was at a moment, with real data, into staging.',
    body: z.strictObject({
      at: z.iso.datetime({ offset: true }).describe('The moment, such as 2026-11-21T10:15:00Z.'),
      to: z.literal('staging'),
    }),
    answer: requested,
  },
  drillBackup: {
    method: 'POST',
    path: '/api/v1/projects/:project/backups/drill',
    needs: 'production',
    says: 'Restores a backup into a place of its own, starts it, logs in, and throws it away.',
    body: drillBody,
    answer: requested,
  },
  pruneBackups: {
    method: 'POST',
    path: '/api/v1/projects/:project/backups/prune',
    needs: 'production',
    says: 'Removes snapshots and backups that no rule keeps.',
    answer: requested,
  },
  storeKey: {
    method: 'POST',
    path: '/api/v1/projects/:project/backups/key',
    needs: 'installation',
    says: 'The key that snapshots and backups are encrypted with, for safekeeping; asking is recorded.',
    secretAnswer: true,
    answer: z.object({ id: z.string(), key: z.string() }),
  },
  giveStoreKey: {
    method: 'PUT',
    path: '/api/v1/projects/:project/backups/key',
    needs: 'installation',
    says: 'Takes the key of a former Slipway, so that what that one stored can be read. Refused for a key that opens nothing in the store.',
    body: storeKeyBody,
    answer: z.object({ id: z.string(), opens: z.int() }),
  },
  storedSnapshots: {
    method: 'GET',
    path: '/api/v1/projects/:project/store',
    needs: 'production',
    says: 'What the store itself holds, whether the list knows it or not.',
    answer: z.array(storedSnapshotView),
  },
  adoptSnapshots: {
    method: 'POST',
    path: '/api/v1/projects/:project/store/adopt',
    needs: 'production',
    says: 'Takes every readable snapshot and backup of this project that is in the store into the list.',
    answer: z.array(storedSnapshotView),
  },
  refreshStaging: {
    method: 'POST',
    path: '/api/v1/projects/:project/staging/refresh',
    needs: 'staging',
    says: "Replaces staging's data by a sanitised snapshot of production.",
    body: refreshBody,
    answer: requested,
  },
  deployStaging: {
    method: 'POST',
    path: '/api/v1/projects/:project/staging/deploy',
    needs: 'staging',
    says: "Brings staging to its branch's newest commit, on the data that it has.",
    answer: requested,
  },
  notices: {
    method: 'GET',
    path: '/api/v1/projects/:project/notices',
    needs: 'settings',
    says: 'What the channels of a project were told, and what waits or was given up, newest first.',
    query: z.object({
      ...pageQuery,
    }),
    answer: z.array(noticeView),
  },
  testNotify: {
    method: 'POST',
    path: '/api/v1/projects/:project/notify/test',
    needs: 'settings',
    says: 'Sends a message to each channel, or to one, at once; says what became of it.',
    body: notifyTestBody,
    answer: z.array(noticeTest),
  },
  addProject: {
    method: 'POST',
    path: '/api/v1/projects',
    needs: 'installation',
    says: 'Adds a project, or takes its changed slipway.yaml.',
    body: z.strictObject({ folder: z.string().min(1) }),
    answer: z.object({ project }),
  },
  ...AUDIT_ROUTES,
  ...BOARD_ROUTES,
  ...ENVIRONMENT_ROUTES,
  ...FIGURES_ROUTES,
  ...MEMBER_ROUTES,
  ...PEOPLE_ROUTES,
  ...MAIL_ROUTES,
  ...PROMOTION_ROUTES,
  ...REHEARSAL_ROUTES,
  ...EVENT_ROUTES,
  ...WEBHOOK_ROUTES,
  ...SHELL_ROUTES,
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
