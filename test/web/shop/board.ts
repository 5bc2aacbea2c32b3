/** The board of the shop: production, staging, and pull requests in every state that there is. */
import {
  AMARA,
  address,
  ago,
  DAY,
  environmentName,
  HOUR,
  JONAS,
  LENA,
  LIVE,
  NEXT,
  PRIYA,
  PROJECT,
  sha,
  TOMAS,
} from './people.ts';

export const REPOSITORY = 'harbour-coffee/odoo-addons';

interface Branch {
  readonly number: number;
  readonly branch: string;
  readonly title: string;
  readonly message: string;
  readonly author: string;
  readonly minutes: number;
  readonly state: string;
  readonly more?: object;
}

const FAILURE = {
  code: 'module-update-failed',
  message: 'Module coffee_stock_labels does not update: field "lot_expiry" is not on model "stock.quant".',
  hint: 'Add the field to the model, or take it out of the view at views/stock_quant_views.xml:34.',
};
const BUILDING = {
  ...{ id: 'run_01k9', kind: 'update-preview', state: 'running', startedAt: ago(1.2), step: 'update-modules' },
  ...{ done: 3, steps: 7, position: null, reason: null },
};
const WAITING = {
  ...{ id: 'run_01ka', kind: 'open-preview', state: 'queued', startedAt: null, step: null, done: 0, steps: 0 },
  ...{ position: 1, reason: 'Two builds run already, which is as many as this machine builds at once.' },
};

const BRANCHES: readonly Branch[] = [
  {
    ...{
      number: 218,
      branch: 'feature/subscription-boxes',
      title: 'Subscription boxes: pause and resume from the portal',
    },
    ...{ message: 'Let customers pause a box until a date', author: LENA.name, minutes: 1, state: 'building' },
    more: { run: BUILDING, liveSha: sha(1), commit: sha(2) },
  },
  {
    ...{ number: 217, branch: 'fix/pos-rounding-chf', title: 'Point of sale: round cash totals to 5 centimes' },
    ...{ message: 'Round cash payments only, cards stay exact', author: TOMAS.name, minutes: 4, state: 'queued' },
    more: { run: WAITING },
  },
  {
    ...{ number: 214, branch: 'feature/roast-batches', title: 'Roast batches: trace green beans to the bag' },
    ...{ message: 'Print the batch on the delivery slip', author: AMARA.name, minutes: 26, state: 'live' },
    more: { tests: { run: 148, failed: 0 } },
  },
  {
    ...{ number: 211, branch: 'feature/expiry-labels', title: 'Labels: expiry date and lot on every shelf label' },
    ...{ message: 'Show the expiry of the oldest lot', author: JONAS.name, minutes: 48, state: 'failed' },
    more: { failure: { ...FAILURE, run: 'run_01k6', kind: 'open-preview' }, tests: { run: 61, failed: 2 } },
  },
  {
    ...{ number: 209, branch: 'feature/wholesale-prices', title: 'Wholesale price lists by volume' },
    ...{ message: 'Volume steps per kilogram, not per bag', author: LENA.name, minutes: 3 * HOUR, state: 'live' },
    more: { verdict: 'yellow', tests: { run: 92, failed: 0 } },
  },
  {
    ...{ number: 206, branch: 'chore/odoo-19-views', title: 'Views: the new list and kanban tags of Odoo 19' },
    ...{ message: 'Replace tree by list in all 34 views', author: PRIYA.name, minutes: 9 * HOUR, state: 'sleeping' },
    more: { tests: { run: 310, failed: 0 } },
  },
  {
    ...{ number: 203, branch: 'contributor/fix-typo', title: 'Typo in the German delivery slip' },
    ...{ message: 'Liefferschein → Lieferschein', author: 'mkowalski', minutes: 22 * HOUR, state: 'blocked' },
    more: { reason: 'The author may not write to the repository: somebody who may has to let it build.' },
  },
  {
    ...{ number: 198, branch: 'feature/payroll-shift-bonus', title: 'Night and weekend bonus for the roastery shifts' },
    ...{ message: 'Bonus by calendar, not by weekday', author: TOMAS.name, minutes: 2 * DAY, state: 'sleeping' },
    more: { tests: { run: 37, failed: 0 } },
  },
];

const EMPTY = { number: null, title: null, reason: null, verdict: null, tests: null, failure: null, upkeep: [] };
const lastRun = (id: string, kind: string, state = 'succeeded'): object => ({
  ...{ ...WAITING, id, kind, state, position: null, reason: null },
});

const SERVING = ['live', 'sleeping', 'building'];
const preview = ({ number, branch, title, message, author, minutes, state, more = {} }: Branch): object => {
  const name = `pr-${number}`;
  const ended = lastRun(`run_${number}`, 'open-preview', state === 'failed' ? 'failed' : 'succeeded');
  const { commit = sha(number), ...rest } = more as { readonly commit?: string };
  return {
    ...EMPTY,
    ...{ environment: environmentName(name), name, stage: 'preview', number, title, branch, state },
    ...{ url: address(name), updatedAt: ago(minutes), liveSha: SERVING.includes(state) ? commit : null },
    ...{ commit: { sha: commit, message, author, at: ago(minutes + 3) }, run: ended, ...rest },
  };
};

const stage = (name: string, branch: string, minutes: number, commit: object, more: object): object => ({
  ...EMPTY,
  ...{ environment: environmentName(name), name, stage: name, branch, state: 'live', verdict: 'green' },
  ...{ url: address(name === 'production' ? 'erp' : name), updatedAt: ago(minutes), commit, ...more },
});

export const BOARD = {
  ...{ project: PROJECT, repository: REPOSITORY, defaultBranch: 'main', places: { used: 4, max: 6 } },
  production: [
    stage(
      ...(['production', 'main', 2 * DAY] as const),
      { sha: LIVE, message: 'Shipping: labels from the new carrier', author: LENA.name, at: ago(3 * DAY) },
      { liveSha: LIVE, run: lastRun('run_01k2', 'deploy-production') },
    ),
  ],
  staging: [
    stage(
      ...(['staging', 'release', 35] as const),
      { sha: NEXT, message: 'Loyalty points on the web shop', author: AMARA.name, at: ago(50) },
      { liveSha: NEXT, tests: { run: 412, failed: 0 }, run: lastRun('run_01k7', 'deploy-staging') },
    ),
  ],
  previews: BRANCHES.map(preview),
};

/** Of production: what failed beside it. */
export const UPKEEP = [
  {
    ...{ run: 'run_01k1', kind: 'create-snapshot', of: 'sanitised', at: ago(41) },
    failure: {
      code: 'schema-drift',
      message:
        'coffee_roast_batch.taster_note: new in production since the last snapshot, and not masked, since no rule knows what it holds.',
      hint: 'Add a rule under `sanitise.columns`, or accept it.',
    },
  },
];

interface Run {
  readonly id: string;
  readonly kind: string;
  readonly place: string;
  readonly state: string;
  readonly commit: string;
  readonly by: string;
  readonly minutes: number;
  readonly seconds: number;
}

const inList = ({ id, kind, place, state, commit, by, minutes, seconds }: Run): object => ({
  ...{ id, kind, state, step: null, done: 7, steps: 7, position: null, reason: null },
  ...{ environment: environmentName(place), sha: commit, requestedBy: by, requestedAt: ago(minutes + seconds / 60) },
  ...{ startedAt: ago(minutes + seconds / 60), finishedAt: ago(minutes) },
});
const open = (run: object, place: string, by: string, minutes: number): object => ({
  ...run,
  ...{
    environment: environmentName(place),
    sha: sha(minutes),
    requestedBy: by,
    requestedAt: ago(minutes),
    finishedAt: null,
  },
});

export const ENDED: readonly object[] = [
  {
    id: 'run_01k8',
    kind: 'update-preview',
    place: 'pr-214',
    state: 'succeeded',
    commit: sha(214),
    by: AMARA.who,
    minutes: 26,
    seconds: 64,
  },
  {
    id: 'run_01k7',
    kind: 'deploy-staging',
    place: 'staging',
    state: 'succeeded',
    commit: NEXT,
    by: AMARA.who,
    minutes: 35,
    seconds: 148,
  },
  {
    id: 'run_01k6',
    kind: 'open-preview',
    place: 'pr-211',
    state: 'failed',
    commit: sha(211),
    by: JONAS.who,
    minutes: 48,
    seconds: 39,
  },
  {
    id: 'run_01k5',
    kind: 'rehearse',
    place: 'staging',
    state: 'succeeded',
    commit: NEXT,
    by: LENA.who,
    minutes: 20,
    seconds: 252,
  },
  {
    id: 'run_01k4',
    kind: 'update-preview',
    place: 'pr-209',
    state: 'succeeded',
    commit: sha(209),
    by: LENA.who,
    minutes: 3 * HOUR,
    seconds: 71,
  },
  {
    id: 'run_01k3',
    kind: 'refresh-staging',
    place: 'staging',
    state: 'succeeded',
    commit: NEXT,
    by: 'schedule',
    minutes: 7 * HOUR,
    seconds: 196,
  },
  {
    id: 'run_01k2',
    kind: 'deploy-production',
    place: 'production',
    state: 'succeeded',
    commit: LIVE,
    by: LENA.who,
    minutes: 2 * DAY,
    seconds: 214,
  },
].map(inList);

export const QUEUE = {
  open: [
    open(BUILDING, 'pr-218', LENA.who, 1.4),
    open(
      { ...BUILDING, id: 'run_01kb', kind: 'back-up', step: 'take-snapshot', done: 1, steps: 3, startedAt: ago(0.4) },
      ...(['production', 'schedule', 0.5] as const),
    ),
    open(WAITING, 'pr-217', TOMAS.who, 4),
  ],
  ended: ENDED,
};
