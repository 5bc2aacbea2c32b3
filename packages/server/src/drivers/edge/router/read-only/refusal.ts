import { clockTime, secondsUntil } from '../pages/clock-time.ts';
import { escapeHtml } from '../pages/page-html.ts';
import type { Facts } from '../pages/pages.ts';

/** A time in which the database takes no writes. ISO. */
export interface ReadOnlyTime {
  readonly since: string;
  readonly until: string;
}

/** What a refused write is told, in every form alike. */
export function sentence(time: ReadOnlyTime, now: Date): string {
  const until = new Date(time.until);
  const when = clockTime(until, now);
  return until > now
    ? `Production is being updated. Reading works; saving will be possible again ${when}.`
    : `Production is being updated, and it takes longer than forecast (it was to end ${when}). Reading works; saving will be possible again soon.`;
}

export const retryAfter = (time: ReadOnlyTime, now: Date): number => secondsUntil(time.until, now);

export const refusalFacts = (time: ReadOnlyTime, now: Date): Facts => ({
  message: sentence(time, now),
  since: time.since,
  until: time.until,
});

export interface Refusal {
  readonly type: string;
  readonly body: string;
  /** In place of "Service Unavailable", for clients that show nothing else. */
  readonly reason?: string;
}

/** Whoever opens a channel marks it as read, without meaning to save: Odoo's web client says nothing of this call's error 404. */
const BY_ITSELF = '/discuss/channel/mark_as_read';
const CALLS_JSON = ['/jsonrpc', '/web/dataset/', '/longpolling/'];

/** The form in which Odoo would answer this request with an error; null: a page or a problem document, as for every other host. */
export function refusalFor(
  asked: { readonly path: string; readonly contentType: string | undefined },
  time: ReadOnlyTime,
  now: Date,
): Refusal | null {
  const { path } = asked;
  const said = sentence(time, now);
  if (path.startsWith('/json/2/')) return json(userError(said, time));
  if (path.startsWith('/xmlrpc/')) return xmlFault(said, path.startsWith('/xmlrpc/2/'));
  const callsJson =
    /^application\/json\b/i.test(asked.contentType ?? '') || CALLS_JSON.some((by) => path.startsWith(by));
  return callsJson ? json(jsonRpcError(said, time, path === BY_ITSELF ? 404 : 0)) : null;
}

const json = (value: unknown): Refusal => ({ type: 'application/json', body: JSON.stringify(value) });

/** By this name Odoo's web client shows a dialog with nothing but the sentence. */
const userError = (said: string, { since, until }: ReadOnlyTime) => ({
  name: 'odoo.exceptions.UserError',
  message: said,
  arguments: [said],
  context: {},
  debug: '',
  read_only: { since, until },
});

/** Its id stands in a body that was not read; the web client does not look at it, and null is what the specification has for that. */
const jsonRpcError = (said: string, time: ReadOnlyTime, code: number) => ({
  jsonrpc: '2.0',
  id: null,
  error: { code, message: 'Production is being updated', data: userError(said, time) },
});

/** As Odoo answers a UserError: with a code of 2, or by the older path as text. */
function xmlFault(said: string, numbered: boolean): Refusal {
  const code = numbered ? '<int>2</int>' : `<string>warning -- UserError\n\n${escapeHtml(said)}</string>`;
  const text = numbered ? escapeHtml(said) : '';
  const member = (name: string, value: string): string =>
    `<member><name>${name}</name><value>${value}</value></member>`;
  const fault = member('faultCode', code) + member('faultString', `<string>${text}</string>`);
  return {
    type: 'text/xml',
    body: `<?xml version="1.0"?>\n<methodResponse><fault><value><struct>${fault}</struct></value></fault></methodResponse>\n`,
    // Python's client raises at any status but 200, with these words and without the body.
    reason: said,
  };
}
