import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Route } from '../../../../domain/environment.ts';
import { endAnswer } from '../proxy/end-answer.ts';
import { PAGE_POLICY, renderPage } from './page-html.ts';
import { makePage, type Page, type PageName } from './pages.ts';

/** Changes whenever a page would say something else. The address of one that serves is nobody's business. */
export const fingerprint = (route: Route | undefined): string => {
  const said = route === undefined ? 'unknown' : JSON.stringify({ ...route, upstream: null });
  return createHash('sha256').update(said).digest('base64url').slice(0, 16);
};

export interface PageRequest {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly route: Route | undefined;
  readonly requestId: string;
  /** Pages say until when. */
  readonly now: Date;
}

/** The page for browsers, a problem document (RFC 9457) for everybody else. Does nothing when an answer has begun. */
export function sendPage(request: PageRequest, name: PageName): void {
  const { route } = request;
  sendMade(request, makePage(name, route?.kind === 'page' ? route.facts : {}, request.now));
}

/** A page that its caller has made. */
export function sendMade(request: Omit<PageRequest, 'now'>, page: Page): void {
  const { req, res, route } = request;
  if (res.headersSent || res.destroyed) return;
  const html = wantsHtml(req.headers.accept);
  const method = req.method ?? 'GET';
  const body = html ? renderPage(page, { fingerprint: fingerprint(route), method }) : problem(page, request.requestId);
  res.writeHead(page.status, {
    'Content-Type': html ? 'text/html; charset=utf-8' : 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Slipway-Page': page.name,
    'X-Request-Id': request.requestId,
    Vary: 'Accept',
    ...(html ? { 'Content-Security-Policy': PAGE_POLICY, 'Referrer-Policy': 'no-referrer' } : {}),
    ...(page.retryAfter === null ? {} : { 'Retry-After': page.retryAfter }),
  });
  endAnswer(req, res, method === 'HEAD' ? undefined : body);
}

const problem = (page: Page, requestId: string): string =>
  JSON.stringify({
    type: 'about:blank',
    title: page.heading,
    status: page.status,
    detail: page.says.join(' '),
    page: page.name,
    facts: page.facts,
    retryAfter: page.retryAfter,
    requestId,
  });

export function wantsHtml(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === 'text/html' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

export function sendJson(res: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  endAnswer(res.req, res, res.req.method === 'HEAD' ? undefined : body);
}
