/** What strangers called things, through the store and the API of a running control plane. */
import { createTransport } from 'nodemailer';
import { readMail } from '../../packages/server/src/drivers/egress/gateway/mails.ts';
import { keepMail } from '../../packages/server/src/store/mails.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { HOSTILE } from './hostile.ts';
import { seed } from './seed.ts';
import { PASSWORD, type SessionStand } from './session-stand.ts';

const IMG = '<img src=x onerror=window.hacked=1>';

/** Each is different, so that it is seen where it is shown. */
export const VALUES = {
  module: `mod_${IMG}`,
  version: `19.0"><svg/onload=window.hacked=1>`,
  why: `why <script>window.hacked=1</script>`,
  file: `addons/${IMG}/models.py`,
  finding: `found "><iframe srcdoc="<script>parent.hacked=1</script>">`,
  failure: `failed ${IMG}`,
  hint: `hint <a href="javascript:window.hacked=1">here</a>`,
  lastLine: `last ${IMG} line`,
  reason: `reason ${IMG}`,
  subject: `subject <script>window.hacked=1</script>`,
  from: `From ${IMG}`,
  attachment: `<img src=x onerror=window.hacked=1>.html`,
  text: `text <script>window.hacked=1</script>`,
  browser: `Browser ${IMG}`,
  person: `Eve ${IMG}`,
  invited: `Mallory ${IMG}`,
  requester: `requester ${IMG}`,
  target: `target ${IMG}`,
  stagingBranch: `release/${IMG}`,
  stagingMessage: `staging <svg/onload=window.hacked=1> message`,
} as const;

const HTML = `<body onload="parent.hacked=1"><script>parent.hacked=1</script><img src="https://tracker.example/pixel.gif">
  <a href="javascript:parent.hacked=1">Run</a><form action="https://tracker.example/"><button>Send</button></form>Hello from a stranger</body>`;

const mail = async ({ db }: SessionStand): Promise<void> => {
  const { message } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
    ...{ from: { name: VALUES.from, address: 'eve@example.com' }, to: 'customer@example.com', subject: VALUES.subject },
    ...{ text: VALUES.text, html: HTML },
    attachments: [{ filename: VALUES.attachment, content: 'x', contentType: 'text/html' }],
  });
  const caught = await readMail(message as Buffer);
  const envelope = { environment: 'shop/pr-9', sender: 'eve@example.com', recipients: [`"${IMG}"@example.com`] };
  await keepMail(db, { ...caught, ...envelope }, 'mail-hostile');
};

const rows = async ({ db }: SessionStand): Promise<void> => {
  const failure = {
    ...{ code: 'module-update-failed', message: VALUES.failure, hint: VALUES.hint, facts: {} },
    ...{ step: HOSTILE.step, lastLines: [VALUES.lastLine] },
  };
  const guards = {
    ...{ unfinished: null, errors: 1, warnings: 0, notes: 0, guards: [] },
    first: [{ severity: 'error', rule: HOSTILE.step, file: VALUES.file, line: 7, message: VALUES.finding }],
  };
  const modules = [{ name: VALUES.module, action: 'update', why: VALUES.why, version: VALUES.version }];
  const statements: readonly (readonly [string, readonly unknown[]])[] = [
    [
      `update ops.environments set modules = $1, reason = $2 where id = 'shop/pr-5'`,
      [JSON.stringify(modules), VALUES.reason],
    ],
    [`update ops.environments set failure = $1 where id = 'shop/pr-11'`, [JSON.stringify(failure)]],
    [
      `update ops.runs set failure = $1, requested_by = $2 where id = 'run-pr-11'`,
      [JSON.stringify(failure), VALUES.requester],
    ],
    [`update ops.environments set branch = $1 where id = 'shop/staging'`, [VALUES.stagingBranch]],
    [
      `update ops.builds set commit_message = $1, branch = $2 where run = 'run-staging'`,
      [VALUES.stagingMessage, VALUES.stagingBranch],
    ],
    [
      `insert into ops.steps (organisation, run, index, name, kind, state, started_at, finished_at, milliseconds, receipt)
       values ('default', 'run-pr-5', 1001, 'check-repository', 'check-repository', 'done', now(), now(), 5, $1)`,
      [JSON.stringify(guards)],
    ],
    [
      `insert into ops.audit_log (organisation, who, what, target, result, from_where, details)
       values ('default', $1, 'preview.close', $2, 'refused', $1, jsonb_build_object($1::text, $2::text))`,
      [VALUES.requester, VALUES.target],
    ],
  ];
  for (const [text, values] of statements) await query(db, text, values);
};

const people = async ({ owner, visitor }: SessionStand): Promise<void> => {
  const must = async (method: string, path: string, body: object): Promise<Record<string, string>> => {
    const answer = await owner.ask(method, path, { body });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.text}`);
    return answer.body;
  };
  const link = await must('POST', '/api/v1/invitations', { email: 'eve@example.org', roles: { shop: 'viewer' } });
  const token = String(link['link']).split('#token=')[1];
  const body = { token, name: VALUES.person, password: PASSWORD };
  const joined = await visitor().ask('POST', '/api/v1/invitations/accept', { body });
  if (joined.status !== 200) throw new Error(joined.text);
  await must('POST', '/api/v1/invitations', { email: 'mallory@example.org', name: VALUES.invited });
  await must('POST', '/api/v1/projects/shop/webhooks', {
    url: `https://hooks.example.com/${IMG}`,
    kinds: ['run.finished'],
  });
  await visitor().ask('POST', '/api/v1/auth/sign-in/email', {
    ...{ body: { email: 'ada@example.org', password: PASSWORD }, headers: { 'user-agent': VALUES.browser } },
  });
};

export const seedHostile = async (stand: SessionStand): Promise<void> => {
  await seed(stand.db, { previews: 12, lines: 40 });
  await mail(stand);
  await rows(stand);
  await people(stand);
};
