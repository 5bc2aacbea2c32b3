/** What an Odoo answers that is well: as much of it as a smoke test without a login asks for. */
import type { Answered, SmokeRequest } from '@slipway/smoke/request';

type Answer = Pick<Answered, 'status'> & Partial<Pick<Answered, 'headers' | 'cookies' | 'body'>>;

const LOGIN = `<html><head><title>Odoo</title><link rel="stylesheet" href="/web/assets/1/web.css"/>
<script src="/web/assets/1/web.js"></script></head><body><form><input name="csrf_token" value="t"/><input name="login"/>
<input name="password"/></form></body></html>`;

const json = (value: unknown): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
const file = (type: string): Answer => ({ status: 200, headers: { 'content-type': type }, body: '/* of Odoo */' });

const ANSWERS: Readonly<Record<string, Answer>> = {
  '/web/health': json({ status: 'pass', db_server_status: true }),
  '/web/login': { status: 200, headers: { 'content-type': 'text/html' }, body: LOGIN, cookies: ['session_id=s'] },
  '/': { status: 303, headers: { location: '/web/login' } },
  '/web/assets/1/web.css': file('text/css'),
  '/web/assets/1/web.js': file('application/javascript'),
  '/web/database/list': json({ error: { data: { name: 'odoo.exceptions.AccessDenied' } } }),
  '/websocket': { status: 101 },
  '/json/2/res.users/context_get': { status: 401 },
};

/** `status`: what it answers instead, when it is not well. */
export const odooAnswer = ({ path }: SmokeRequest, status: number | undefined): Answered => {
  const { pathname } = new URL(path, 'http://odoo');
  const answer = status === undefined ? (ANSWERS[pathname] ?? { status: 404 }) : { status };
  const { body = '', headers = {}, cookies = [] } = answer;
  return { status: answer.status, headers, cookies, body, bytes: body.length, milliseconds: 1 };
};
