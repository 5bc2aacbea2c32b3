import { expect, it } from 'vitest';
import { refusalFor, retryAfter, sentence } from './refusal.ts';

const time = { since: '2026-11-21T21:00:00.000Z', until: '2026-11-21T21:04:00.000Z' };
const at = (iso: string): Date => new Date(iso);
/** By the clock of whoever runs this. */
const clock = (iso: string): string =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' }).format(at(iso));

it('names the time at which saving is possible again, with its zone', () => {
  expect(sentence(time, at('2026-11-21T21:01:00Z'))).toBe(
    `Production is being updated. Reading works; saving will be possible again at about ${clock(time.until)}.`,
  );
});

it('names the day, too, when it is another one', () => {
  const later = { ...time, until: '2026-11-24T12:00:00.000Z' };

  expect(sentence(later, at('2026-11-21T12:00:00Z'))).toContain('on 24 November at about ');
});

it('promises no time any more once the forecast has passed', () => {
  const said = sentence(time, at('2026-11-21T21:10:00Z'));

  expect(said).toContain('takes longer than forecast');
  expect(said).not.toContain('again at about');
});

it('asks to come back when the forecast ends, but not at once and not after more than ten minutes', () => {
  expect(
    ['21:01:00', '21:03:59', '21:30:00', '09:00:00'].map((now) => retryAfter(time, at(`2026-11-21T${now}Z`))),
  ).toEqual([180, 5, 5, 600]);
});

const refusal = (path: string, contentType?: string) =>
  refusalFor({ path, contentType }, time, at('2026-11-21T21:01:00Z'));
const said = sentence(time, at('2026-11-21T21:01:00Z'));
const userError = {
  name: 'odoo.exceptions.UserError',
  message: said,
  arguments: [said],
  context: {},
  debug: '',
  read_only: time,
};

it('speaks to each client in the form of its errors', () => {
  expect(JSON.parse(refusal('/json/2/res.partner/create', 'application/json')?.body ?? '')).toEqual(userError);
  for (const [path, type] of [
    ['/web/dataset/call_kw/res.partner/create', 'application/json'],
    ['/mail/message/post', 'application/json; charset=utf-8'],
    ['/jsonrpc', undefined],
  ] as const) {
    expect(JSON.parse(refusal(path, type)?.body ?? '')).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: { code: 0, data: userError },
    });
  }
  expect(JSON.parse(refusal('/discuss/channel/mark_as_read', 'application/json')?.body ?? '').error.code).toBe(404);
  expect(refusal('/xmlrpc/2/object', 'text/xml')).toMatchObject({ type: 'text/xml', reason: said });
  expect(refusal('/xmlrpc/2/object')?.body).toContain(
    `<int>2</int></value></member><member><name>faultString</name><value><string>${said}`,
  );
  expect(refusal('/xmlrpc/object')?.body).toContain('<name>faultCode</name><value><string>warning -- UserError');
  expect(refusal('/web/login', 'application/x-www-form-urlencoded')).toBeNull();
});
