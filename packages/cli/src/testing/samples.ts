/** One valid view of each kind, for the contract server. */
import type { NoticeView } from '@slipway/contracts/notice-views';
import type {
  AttemptView,
  BuildView,
  EnvironmentView,
  EvidenceVerdict,
  EvidenceView,
  MailView,
  NeutralisationView,
  PreviewView,
  ProjectDataView,
  RunView,
  SecretView,
  SnapshotView,
  StatusView,
  StoredSnapshotView,
} from '@slipway/contracts/views';

const SHA = '4f1c0de5a3b2918273645566778899aabbccddee';
const AT = '2026-03-01T10:00:00.000Z';

export const preview: PreviewView = {
  project: 'shop',
  number: 12,
  title: 'Round invoices',
  state: 'live',
  position: null,
  reason: null,
  url: 'http://pr-12-round-invoices.localhost:8080',
  login: { user: 'admin', password: 'tall-otter-31' },
  database: 'odoo_pr_12',
  branch: 'round-invoices',
  sha: SHA,
  liveSha: SHA,
  verdict: 'green',
  tests: { run: 12, failed: 0 },
  guards: { unfinished: null, errors: 0, warnings: 0, notes: 0, guards: [], first: [] },
  modules: [{ name: 'shop_order', action: 'update', why: 'views/order.xml changed', version: '19.0.1.0.0' }],
  timings: { 'clone-database': 812, 'boot-blue': 2950, total: 6100 },
  run: 'run_1',
  build: 'bld_1',
  failure: null,
  createdAt: AT,
  updatedAt: AT,
  lastUsedAt: null,
};

const step = (index: number, name: string, state: RunView['steps'][number]['state']): RunView['steps'][number] => ({
  index,
  name,
  kind: name,
  state,
  attempts: state === 'pending' ? 0 : 1,
  startedAt: state === 'pending' ? null : AT,
  milliseconds: state === 'done' ? 812 : null,
  note: null,
});

export const run: RunView = {
  id: 'run_1',
  project: 'shop',
  environment: 'shop/pr-12',
  kind: 'open-preview',
  state: 'succeeded',
  position: null,
  reason: null,
  sha: SHA,
  requestedBy: 'operator',
  requestedAt: AT,
  startedAt: AT,
  finishedAt: '2026-03-01T10:00:06.100Z',
  steps: [step(0, 'clone-database', 'done'), step(1, 'boot-blue', 'done')],
  failure: null,
};

export const running: RunView = {
  ...run,
  state: 'running',
  finishedAt: null,
  steps: [step(0, 'clone-database', 'done'), step(1, 'boot-blue', 'running'), step(2, 'await-ready', 'pending')],
};

export const environment: EnvironmentView = {
  name: 'shop/pr-12',
  project: 'shop',
  stage: 'preview',
  state: 'live',
  database: 'odoo_pr_12',
  url: preview.url,
  sha: SHA,
  image: 'slipway/shop:sha-4f1c0de5',
  createdAt: AT,
  updatedAt: AT,
};

export const build: BuildView = {
  id: 'bld_1',
  project: 'shop',
  sha: SHA,
  branch: 'round-invoices',
  message: 'Round invoices\n\nTo the cent.',
  author: 'Ada',
  committedAt: AT,
  lockHash: 'a1b2',
  image: 'slipway/shop:sha-4f1c0de5',
  imageDigest: 'sha256:ab',
  verdict: 'green',
  tests: { run: 12, failed: 0 },
  state: 'built',
  cached: true,
  createdAt: AT,
  milliseconds: 4100,
};

export const evidence: EvidenceView = {
  run: 'run_1',
  folder: 'evidence/2026-03-01T10-00-00Z',
  kind: 'open-preview',
  artifacts: [{ sequence: 1, path: 'build/log.txt', sha256: 'f00d', bytes: 2048, chain: 'beef', createdAt: AT }],
};

export const evidenceVerdict: EvidenceVerdict = {
  ok: true,
  checked: 7,
  firstAltered: null,
  heads: 2,
  newestHead: { number: 2, hash: 'cafe'.repeat(16), run: 'run_1', sealedAt: AT, key: 'b1c2d3e4f5a60718' },
  publicKey: '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n',
};

export const secret: SecretView = {
  name: 'SMTP_PASSWORD',
  stage: 'preview',
  version: 2,
  updatedAt: AT,
  updatedBy: 'operator',
};

export const status: StatusView = {
  version: '0.1.0',
  instance: 'a1b2c3',
  startedAt: AT,
  edge: { url: 'http://localhost:8080', listening: true },
  database: { ok: true, version: '17.5', managed: true },
  docker: { ok: true, version: '28.0.1' },
  projects: [{ name: 'shop', series: '19.0', source: 'a folder', live: 1, queued: 0, max: 5 }],
  previews: [preview],
};

export const snapshot: SnapshotView = {
  id: 'snap_1',
  project: 'shop',
  kind: 'sanitised',
  reason: 'manual',
  series: '19.0',
  modules: 41,
  rows: 120_345,
  files: 310,
  bytes: 3 * 2 ** 30,
  storedBytes: 700 * 2 ** 20,
  encrypted: true,
  takenAt: '2026-03-01T07:00:00.000Z',
  finishedAt: '2026-03-01T07:02:00.000Z',
  pinned: false,
  keep: 'one of the newest 3',
};

export const backup: SnapshotView = {
  ...snapshot,
  id: 'snap_2',
  kind: 'raw',
  reason: 'schedule',
  keep: 'daily 2026-03-01',
};

export const stored: StoredSnapshotView = {
  id: 'snap_2',
  kind: 'raw',
  takenAt: '2026-03-01T07:00:00.000Z',
  rows: 120_345,
  bytes: 3 * 2 ** 30,
  storedBytes: 700 * 2 ** 20,
  state: 'new',
  reason: null,
};

export const data: ProjectDataView = {
  schedules: [
    { name: 'backup', expression: '0 2 * * *', nextAt: '2026-03-02T02:00:00.000Z', lastAt: AT },
    { name: 'drill', expression: '0 5 * * 0', nextAt: '2026-03-08T05:00:00.000Z', lastAt: null },
    { name: 'refresh', expression: 'never', nextAt: null, lastAt: null },
  ],
  drill: {
    snapshot: 'snap_2',
    recoveryPointSeconds: 7260,
    recoveryTimeSeconds: 95,
    rowsCompared: 120_345,
    at: '2026-03-01T09:01:00.000Z',
  },
  ...{ archive: null, failed: [] },
  events: [],
};

export const LOG_LINES = [
  { at: AT, stream: 'step' as const, text: 'clone-database: done' },
  { at: AT, stream: 'odoo' as const, text: '2026-03-01 10:00:01,000 1 ERROR odoo_pr_12 odoo.http: boom' },
];

export const neutralisation: NeutralisationView = {
  subject: 'shop/staging',
  ok: false,
  arrival: true,
  asked: 71,
  skipped: ['queue-jobs'],
  findings: [
    {
      id: 'crons-off',
      severity: 'refuse',
      meaning: 'No scheduled action runs but the one that clears old records away.',
      mend: 'Neutralise again.',
      rows: 40,
      examples: ['ir_cron 3', 'ir_cron 4'],
    },
    {
      id: 'addresses',
      severity: 'tell',
      meaning: 'A parameter names an address outside.',
      mend: 'Nothing has to be done.',
      rows: 1,
      examples: ['ir_config_parameter erp.url'],
    },
  ],
};

export const mail: MailView = {
  id: 'mail_1',
  environment: 'shop/pr-12',
  receivedAt: AT,
  sender: 'shop@example.com',
  recipients: ['customer@example.com', 'blind@example.com'],
  subject: 'Invoice INV/2026/0001',
  from: 'Shop <shop@example.com>',
  to: 'customer@example.com',
  attachments: [{ name: 'INV_2026_0001.pdf', type: 'application/pdf', bytes: 2048 }],
  bytes: 4096,
  text: 'Dear customer,\nhere is your invoice.\n',
  html: '<p>Dear customer</p>',
};

export const attempt: AttemptView = {
  environment: 'shop/pr-12',
  kind: 'connect',
  host: 'api.stripe.com',
  port: 443,
  outcome: 'refused',
  reason: 'not on the list',
  count: 7,
  bytesSent: 0,
  bytesReceived: 0,
  firstAt: AT,
  lastAt: AT,
};

export const notice: NoticeView = {
  id: 'ntc_1',
  project: 'shop',
  channel: 'ops',
  kind: 'deployment-failed',
  title: 'deploy-production of shop/production failed',
  state: 'given-up',
  attempts: 30,
  error: 'Slack did not take the message: it answered 404.',
  createdAt: AT,
  sentAt: null,
  nextAttemptAt: null,
};
