import type { Route } from '../../../../domain/environment.ts';
import { clockTime, secondsUntil } from './clock-time.ts';

type PageRoute = Extract<Route, { readonly kind: 'page' }>;
export type Facts = PageRoute['facts'];

/** The pages that the edge makes by itself, besides those that the control plane asks for. */
export type PageName =
  | PageRoute['page']
  | 'waking'
  | 'restarting'
  | 'starting'
  | 'busy'
  | 'not-found'
  | 'bad-gateway'
  | 'read-only'
  | 'updating';

/** One page as plain words; nothing in it is HTML, all of it may be hostile. */
export interface Page {
  readonly name: PageName;
  /** Never 2xx: a program that calls the API must not take a page for an answer of Odoo. */
  readonly status: number;
  /** Seconds; null when asking again does not help. */
  readonly retryAfter: number | null;
  readonly heading: string;
  readonly says: readonly string[];
  /** What a page that answered a form says once the form could be sent again; null: it is left for what serves. */
  readonly again: string | null;
  readonly facts: Facts;
}

interface Row {
  readonly status: number;
  readonly retryAfter: number | null | ((facts: Facts, now: Date) => number);
  readonly heading: (facts: Facts) => string;
  readonly says: (facts: Facts, now: Date) => readonly (string | null)[];
  readonly again?: string;
}

const why = ({ message, reason }: Facts): string | number | undefined => message ?? reason;
const message = (facts: Facts): string | null => (why(facts) === undefined ? null : sentence(String(why(facts))));
const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);
const atStep = (facts: Facts): string | null => (facts.step === undefined ? null : `Step: ${facts.step}.`);

const place = (facts: Facts): string => {
  if (facts.position === undefined) return 'It waits for its turn';
  return `It is number ${facts.position}${facts.of === undefined ? '' : ` of ${facts.of}`} in the queue`;
};

const backAt = (until: Date, now: Date): string => {
  if (Number.isNaN(until.getTime())) return 'It will be back soon.';
  return until > now
    ? `It will be back ${clockTime(until, now)}.`
    : `It takes longer than forecast (it was to end ${clockTime(until, now)}). It will be back soon.`;
};

/** What each page says, with its status. 503 = will be there later; 410 = will not come back; 502 = ours or Odoo's trouble now. */
const PAGES: Readonly<Record<PageName, Row>> = {
  queued: {
    status: 503,
    retryAfter: 5,
    heading: ({ position, of }) =>
      position === undefined ? 'Queued' : `Queued (position ${position}${of === undefined ? '' : ` of ${of}`})`,
    says: (facts) => [
      why(facts) === undefined ? `${place(facts)}.` : sentence(`${place(facts)}, because ${why(facts)}`),
    ],
  },
  building: {
    status: 503,
    retryAfter: 5,
    heading: () => 'Building',
    says: (facts) => [
      'The preview is being built; this page opens it as soon as it is there.',
      atStep(facts),
      message(facts),
    ],
  },
  testing: {
    status: 503,
    retryAfter: 5,
    heading: () => 'Testing',
    says: (facts) => [
      'The tests run; this page opens the preview as soon as it is there.',
      atStep(facts),
      message(facts),
    ],
  },
  failed: {
    status: 503,
    retryAfter: null,
    heading: ({ step }) => (step === undefined ? 'Failed' : `Failed at step ${step}`),
    says: (facts) => [message(facts), 'A new commit, or a rebuild, tries again.'],
  },
  blocked: {
    status: 503,
    retryAfter: 60,
    heading: () => "Blocked: waits for a maintainer's approval",
    says: (facts) => [
      message(facts) ?? 'Nothing of this pull request is built or run before a maintainer approves it.',
    ],
  },
  closed: {
    status: 410,
    retryAfter: null,
    heading: () => 'Closed',
    says: (facts) => ['This preview was closed, and its data was removed.', message(facts)],
  },
  waking: {
    status: 503,
    retryAfter: 5,
    heading: () => 'Waking up',
    says: () => ['This preview was asleep and is being woken; this page opens it as soon as it is there.'],
  },
  restarting: {
    status: 503,
    retryAfter: 5,
    heading: () => 'One moment',
    says: () => ['A new version takes over; this page opens it as soon as it is there.'],
  },
  starting: {
    status: 503,
    retryAfter: 2,
    heading: () => 'One moment',
    says: () => ['Slipway has just started and does not know its addresses yet.'],
  },
  busy: {
    status: 503,
    retryAfter: 10,
    heading: () => 'Too many requests are waiting',
    says: () => [
      'This preview is not awake yet, and many requests wait for it already. This page tries again by itself.',
    ],
  },
  'not-found': {
    status: 404,
    retryAfter: null,
    heading: () => 'Nothing here',
    says: () => ['No preview has this address. It may have a typing error, or the preview was removed.'],
  },
  'bad-gateway': {
    status: 502,
    retryAfter: 5,
    heading: () => 'Odoo does not answer',
    says: () => ['The preview is there, but its Odoo takes no requests right now. This page tries again by itself.'],
  },
  maintenance: {
    status: 503,
    retryAfter: ({ until }, now) => secondsUntil(String(until), now),
    heading: () => 'Being updated',
    says: ({ until }, now) => [
      backAt(new Date(String(until)), now),
      'Everything that was saved before is kept. This page opens Odoo as soon as it is there.',
    ],
  },
  'read-only': {
    status: 503,
    retryAfter: 5,
    heading: () => 'Saving is not possible just now',
    says: (facts) => [
      message(facts),
      'Nothing of what was sent has been stored. It can be sent again afterwards, from the page before this one.',
    ],
    again: 'Saving is possible again: go back, and send it once more',
  },
  updating: {
    status: 503,
    retryAfter: 5,
    heading: () => 'This page cannot be shown just now',
    says: (facts) => [message(facts), 'This page opens as soon as the update is over.'],
  },
};

export function makePage(name: PageName, facts: Facts, now: Date): Page {
  const row = PAGES[name];
  const says = row.says(facts, now).filter((text) => text !== null);
  const { status, again = null } = row;
  const retryAfter = typeof row.retryAfter === 'function' ? row.retryAfter(facts, now) : row.retryAfter;
  return { name, status, retryAfter, heading: row.heading(facts), says, again, facts };
}
