/** Section `notify` of slipway.yaml: who is told of what. Addresses and keys are names of secrets. */
import { z } from 'zod';
import { secretName } from './config-values.ts';

/** What can be told. Anything else that `slipway backup list` names as wrong is `attention`. */
export const NOTICE_KINDS = [
  'deployment-started',
  'deployment-succeeded',
  'deployment-failed',
  'deployment-rolled-back',
  'approval-wanted',
  'emergency',
  'break-glass',
  'backup-late',
  'evidence-broken',
  'attention',
] as const;
export const noticeKind = z.enum(NOTICE_KINDS);
export type NoticeKind = z.infer<typeof noticeKind>;

/** What somebody has to get up for. */
const ALARMS: NoticeKind[] = ['deployment-failed', 'deployment-rolled-back', 'backup-late', 'evidence-broken'];

const common = (events: readonly NoticeKind[]) => ({
  events: z
    .array(noticeKind)
    .min(1)
    .default([...events])
    .describe('What is told here.'),
  stages: z
    .array(z.enum(['staging', 'production']))
    .min(1)
    .default(['staging', 'production'])
    .describe('Whose deployments are told here.'),
});

const slack = z.strictObject({
  kind: z.literal('slack'),
  url: secretName.default('SLACK_WEBHOOK_URL').describe('Secret with the address of an incoming webhook.'),
  ...common(NOTICE_KINDS),
});

const pagerduty = z.strictObject({
  kind: z.literal('pagerduty'),
  key: secretName.default('PAGERDUTY_KEY').describe('Secret with the integration key (Events API v2).'),
  region: z.enum(['us', 'eu']).default('us').describe("PagerDuty's service region."),
  ...common(ALARMS),
});

const email = z.strictObject({
  kind: z.literal('email'),
  server: secretName
    .default('SMTP_URL')
    .describe('Secret with the mail server: smtps://user:password@host, or smtp://…:587.'),
  tls: z
    .enum(['required', 'off'])
    .default('required')
    .describe('off: also without encryption, for a relay on this machine.'),
  from: z.email().describe('The sender.'),
  to: z.array(z.email()).min(1).describe('The recipients.'),
  ...common(NOTICE_KINDS),
});

const webhook = z.strictObject({
  kind: z.literal('webhook'),
  url: secretName.default('NOTIFY_URL').describe('Secret with the address that is posted to.'),
  secret: secretName.default('NOTIFY_SECRET').describe('Secret that each message is signed with.'),
  ...common(NOTICE_KINDS),
});

export const notifyChannel = z.discriminatedUnion('kind', [slack, pagerduty, email, webhook]);
export type NotifyChannel = z.infer<typeof notifyChannel>;

export const notifySection = z.strictObject({
  channels: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'lower case letters, digits and -'), notifyChannel)
    .default({})
    .describe('Where messages go, by a name of yours. Secrets are those of stage production.'),
});
export type NotifySettings = z.infer<typeof notifySection>;
