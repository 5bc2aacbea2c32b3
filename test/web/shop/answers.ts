/** What the API says of the shop: one answer for each route that a page asks. */
import { MAIL_PAGE_POLICY, mailPage } from '../../../packages/server/src/views/mail-page.ts';
import { type Answers, type Asked, refused, verbatim } from '../stand-in.ts';
import { BOARD, ENDED, QUEUE, REPOSITORY } from './board.ts';
import { DATA, GLASS, MAIL, MAIL_HTML, MAILS, OPENED, SHELLS, SNAPSHOTS } from './data.ts';
import { DOCTOR, detailsOf, trafficOf, variablesOf } from './inside.ts';
import * as office from './office.ts';
import { ago, DAY, environmentName, PROJECT } from './people.ts';
import { environment, logOf, PREVIEW, RUNS, windowOf } from './preview.ts';
import { PRODUCTION, PROMOTION, PROMOTIONS, REHEARSALS } from './stages.ts';

export const PROJECTS = [
  {
    ...{ name: PROJECT, repository: REPOSITORY, defaultBranch: 'main', role: null },
    stages: { production: true, staging: true },
  },
  {
    ...{ name: 'roastery-hr', repository: 'harbour-coffee/hr-addons', defaultBranch: '18.0', role: null },
    stages: { production: false, staging: true },
  },
];
const nameOf = ({ parameters }: Asked): string => parameters['environment']?.split('/').at(-1) ?? '';
/** Of the environment that is asked for. */
const runsOf = (asked: Asked): readonly unknown[] =>
  ENDED.filter((run) => Reflect.get(run, 'environment') === environmentName(nameOf(asked)));

const MAIL_ANSWERS: Answers = {
  mails: (asked: Asked) => (nameOf(asked) === 'pr-214' ? MAILS : []),
  mail: MAIL,
  mailHtml: async () =>
    verbatim('text/html; charset=utf-8', await mailPage(MAIL_HTML, Buffer.alloc(0)), {
      'content-security-policy': MAIL_PAGE_POLICY,
    }),
};
const OFFICE: Answers = {
  ...{ me: office.ME, users: office.USERS, invitations: office.INVITATIONS, tokens: office.TOKENS },
  ...{ mySessions: office.SESSIONS, myTokens: office.MY_TOKENS, audit: office.AUDIT_LOG },
  ...{ projectAudit: office.AUDIT_LOG, secrets: office.SECRETS, members: office.MEMBERS, webhooks: office.WEBHOOKS },
  ...{ webhookDeliveries: [], notices: office.NOTICES, status: office.STATUS, doctor: DOCTOR },
};
const ENTRY: Answers = {
  signInWays: { providers: [{ id: 'github', name: 'GitHub' }], setup: false },
  setup: { needed: true },
  lookAtInvitation: {
    ...{ email: 'mia@accountants.example', name: 'Mia Sørensen', installation: false, expiresAt: ago(-6 * DAY) },
    roles: { [PROJECT]: 'viewer' },
  },
};

const INSIDE: Answers = {
  environmentDetails: (asked: Asked) => detailsOf(nameOf(asked)),
  environmentTraffic: (asked: Asked) => trafficOf(nameOf(asked)),
  environmentVariables: (asked: Asked) => variablesOf(nameOf(asked)),
  environmentUsers: [{ login: 'admin', name: 'Administrator', active: true, kind: 'internal' }],
};

export const SHOP: Answers = {
  ...INSIDE,
  ...{ ...MAIL_ANSWERS, ...OFFICE, ...ENTRY },
  ...{ projects: PROJECTS, board: BOARD, queue: QUEUE, preview: PREVIEW, production: PRODUCTION },
  ...{ promotions: PROMOTIONS, promotion: PROMOTION, rehearsals: REHEARSALS, data: DATA, snapshots: SNAPSHOTS },
  ...{ shells: SHELLS, openShell: OPENED, endShell: SHELLS[0], environmentRuns: runsOf },
  requestPromotion: { ...PROMOTION, id: null, createdAt: null, expiresAt: null },
  environment: (asked: Asked) => environment(nameOf(asked)),
  glasses: [GLASS],
  run: ({ parameters }: Asked) => RUNS[parameters['run'] ?? ''] ?? refused(404, 'run-unknown', 'There is no such run.'),
  logWindow: ({ parameters, query }: Asked) => windowOf(parameters['run'] ?? '', query),
  runLogs: ({ parameters }: Asked) => verbatim('application/x-ndjson', logOf(parameters['run'] ?? '')),
};
