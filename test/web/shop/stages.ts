/** Production, staging, a promotion on its way, rehearsals. */

import { AMARA, address, ago, DAY, FORMER, HOUR, LENA, LIVE, NEXT, PRIYA, PROJECT, sha, TOMAS } from './people.ts';
import { MODULES } from './preview.ts';

const by = (actor: typeof LENA, approver: typeof LENA): object => ({
  ...{ actor: actor.email, actorName: actor.name, approver: approver.email, approverName: approver.name },
});
const asker = ({ email, name }: typeof LENA): object => ({ requestedBy: email, requesterName: name });
const deployment = (id: string, commit: string, minutes: number, more: object = {}): object => ({
  ...{ id, kind: 'deploy', status: 'succeeded', sha: commit, image: null, database: 'odoo_production' },
  ...by(LENA, PRIYA),
  ...{ startedAt: ago(minutes + 4), switchedAt: ago(minutes) },
  ...{ finishedAt: ago(minutes - 1), serves: false, times: null, ...more },
});
const side = (requests: number, p95: number): object => ({
  ...{ seconds: 1_800, requests, serverErrors: 0, p95, kinds: 1, failingCrons: [] },
  errors: [
    { id: 'e1', level: 'WARNING', logger: 'odoo.addons.mail', text: 'Mail server <…> answered slowly', count: 3 },
  ],
});

export const PRODUCTION = {
  ...{ project: PROJECT, state: 'live', url: address('erp'), database: 'odoo_production', slot: 'green', sha: LIVE },
  ...{ image: null, noWayBack: null, troubles: [], login: null },
  wayBack: { deployment: 'dep_40', sha: FORMER, losesData: true, since: ago(2 * DAY) },
  deployments: [
    deployment('dep_41', LIVE, 2 * DAY, { serves: true }),
    deployment('dep_40', FORMER, 6 * DAY, by(TOMAS, PRIYA)),
    deployment('dep_39', sha(39), 9 * DAY, { status: 'rolled-back', ...by(AMARA, LENA) }),
    deployment('dep_38', sha(38), 13 * DAY),
  ],
  watch: {
    ...{
      deployment: 'dep_41',
      state: 'kept',
      since: ago(2 * DAY),
      until: ago(2 * DAY - 30),
      endedAt: ago(2 * DAY - 30),
    },
    ...{ reason: null, rollback: null, why: [], remarks: ['No new kind of error in 30 minutes.'] },
    compared: { before: side(4_812, 231), present: side(5_140, 226) },
  },
};

const FORECAST = {
  ...{ copySeconds: 38, updateSeconds: 122, figuresSeconds: 11, bootSeconds: 19, smokeSeconds: 8 },
  ...{ readOnlySeconds: 198, source: 'rehearsal', from: 'run_01k5' },
};
const gate = (gate: string, state: string, why: string, fix: string | null = null): object => ({
  ...{ gate, state, why, fix, passedOver: false },
});
const GATES = [
  gate('artifact', 'pass', `staging runs ${NEXT.slice(0, 8)} in sha256:9f2c41d07a13`),
  gate('evidence', 'pass', 'every file, link and signature holds'),
  gate('branch', 'pass', `main can be moved forward from ${LIVE.slice(0, 8)} to ${NEXT.slice(0, 8)}`),
  gate('tests', 'pass', 'green on staging: 412 tests, none failed'),
  gate('smoke', 'pass', 'all passed on staging'),
  gate('guards', 'pass', 'no errors, 1 warning'),
  gate('neutralisation', 'pass', 'staging reaches nothing outside'),
  gate('rehearsal', 'pass', 'about 4 min read-only, 3 modules, no lock > 2 s; data of last night'),
  gate('invariants', 'pass', 'the update changes no figure'),
  gate('backup', 'pass', 'snap_raw_0931 is 41 min old'),
  gate('drift', 'pass', 'production is as the last snapshot saw it'),
  gate('approval', 'wait', 'nobody has approved it yet', 'Somebody who neither wrote it nor asked for it approves.'),
  gate('window', 'off', 'slipway.yaml sets no times'),
];
const commit = (seed: number, who: typeof AMARA, subject: string, minutes: number): object => ({
  ...{ sha: seed === 44 ? NEXT : sha(seed), author: who.name, email: who.email, subject, at: ago(minutes) },
});

export const PROMOTION = {
  ...{
    id: 'prom_19',
    project: PROJECT,
    state: 'open',
    reason: null,
    requestedBy: { who: AMARA.email, name: AMARA.name, email: AMARA.email },
  },
  release: {
    sha: NEXT,
    build: 'build_01k7',
    image: `slipway/${PROJECT}:c4e1`,
    imageDigest: `sha256:9f2c41d07a13${'0'.repeat(52)}`,
  },
  commits: [
    commit(44, AMARA, 'Loyalty points on the web shop', 50),
    commit(43, LENA, 'Portal: download every invoice of a year at once', 5 * HOUR),
    commit(42, TOMAS, 'Delivery slip: weight per parcel', 26 * HOUR),
  ],
  change: {
    ...{ action: 'update', install: ['coffee_loyalty'], update: ['coffee_delivery_slip', 'coffee_portal'] },
    ...{ why: 'Modules are updated, so the database changes.', modules: MODULES },
  },
  deployment: {
    ...{ path: 'clone-and-switch', why: 'Modules are updated, and a copy of 6.1 GB takes 38 s.', forecast: FORECAST },
    ...{ readOnlySeconds: 198, awaySeconds: 0, refused: null },
  },
  ...{ times: null, production: { sha: LIVE, image: `slipway/${PROJECT}:b07d`, since: ago(2 * DAY) } },
  rehearsal: { id: 'run_01k5', succeeded: true, at: ago(20), says: 'about 4 min read-only, 3 modules, no lock > 2 s' },
  ...{
    branch: { name: 'main', head: LIVE, contained: true },
    gates: GATES,
    ready: false,
    approvals: [],
    emergency: null,
  },
  ...{ run: null, createdAt: ago(12), expiresAt: ago(-3 * DAY), wentAt: null, endedAt: null },
};

const inList = (id: string, state: string, commit: string, minutes: number, more: object = {}): object => ({
  ...{ id, project: PROJECT, state, reason: null, sha: commit, ...asker(LENA), waitsFor: [], run: null },
  ...{ createdAt: ago(minutes), endedAt: state === 'open' ? null : ago(minutes - 25), ...more },
});
export const PROMOTIONS = [
  inList('prom_19', 'open', NEXT, 12, { ...asker(AMARA), waitsFor: ['approval'] }),
  inList('prom_18', 'succeeded', LIVE, 2 * DAY + 30, { run: 'run_01k2' }),
  inList('prom_17', 'refused', sha(37), 3 * DAY, {
    ...{ ...asker(TOMAS), reason: 'Not on the last day of the quarter: please ask again on Monday.' },
  }),
  inList('prom_16', 'succeeded', FORMER, 6 * DAY + 30, asker(TOMAS)),
  inList('prom_15', 'expired', sha(36), 8 * DAY, asker(AMARA)),
];

export const REHEARSALS = [
  {
    ...{ id: 'run_01k5', project: PROJECT, state: 'succeeded', sha: NEXT, imageDigest: 'sha256:9f2c41d07a13' },
    ...{ productionSha: LIVE, snapshot: { id: 'snap_san_0412', takenAt: ago(7 * HOUR) }, requestedBy: LENA.name },
    ...{ at: ago(20), seconds: 252, failure: null, lastLines: [] },
    report: {
      ...{
        action: 'update',
        modules: [{ name: 'coffee_portal', action: 'update', seconds: 31 }],
        update: null,
        locks: null,
      },
      ...{ tables: null, figures: { compared: 46, broken: [] }, smoke: { passed: 9, skipped: 0, failed: [] } },
      ...{ forecast: FORECAST, says: 'about 4 min read-only, 3 modules, no lock > 2 s' },
    },
  },
];
