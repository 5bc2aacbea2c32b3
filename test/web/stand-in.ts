/**
 * The built dashboard as the control plane serves it (its policy, its headers), in a Chromium, with an API that answers what a test says.
 * Each answer is read by the schema of its route first: a page cannot be tested against what no server says.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ROUTES, type RouteName } from '@slipway/contracts/api';
import Fastify from 'fastify';
import type { Browser, Page, Request, Route } from 'playwright-core';
import { openDashboard, setSecurityHeaders } from '../../packages/server/src/http/dashboard.ts';
import { openBrowser } from './browser.ts';

const DIST = join(import.meta.dirname, '../../packages/web/dist');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };

export interface Asked {
  readonly name: RouteName;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}
/** `refused(…)`, or what the route answers. */
export type Answering = unknown | ((asked: Asked) => unknown);
export type Answers = Partial<Record<RouteName, Answering>>;

class Refused {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  constructor(status: number, code: string, title: string, hint: string) {
    this.status = status;
    this.body = { type: 'about:blank', status, code, title, hint, facts: {} };
  }
}
export const refused = (status: number, code: string, title: string, hint = ''): Refused =>
  new Refused(status, code, title, hint);

/** What is no JSON: a log, a mail's own page. */
class Verbatim {
  readonly contentType: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(contentType: string, body: string, headers: Readonly<Record<string, string>>) {
    this.contentType = contentType;
    this.body = body;
    this.headers = headers;
  }
}
export const verbatim = (contentType: string, body: string, headers: Readonly<Record<string, string>> = {}): Verbatim =>
  new Verbatim(contentType, body, headers);

export interface Look {
  readonly phone?: boolean;
  readonly dark?: boolean;
}

export interface Seen {
  readonly page: Page;
  /** What was asked of the API, and changes something. */
  readonly asked: readonly Asked[];
  /** Errors of the page and violations of its policy; each is a defect. */
  readonly defects: readonly string[];
  close(): Promise<void>;
}

export interface StandIn {
  readonly url: string;
  open(path: string, answers: Answers, look?: Look): Promise<Seen>;
  close(): Promise<void>;
}

const rows = Object.entries(ROUTES).map(([name, { method, path }]) => ({
  ...{ name: name as RouteName, method, names: [...path.matchAll(/:([A-Za-z]+)/g)].map(([, one]) => one ?? '') },
  pattern: new RegExp(`^${path.replace(/:[A-Za-z]+/g, '([^/]+)').replaceAll('.', '\\.')}$`),
}));

const askedBy = (request: Request): Asked | null => {
  const { pathname, searchParams } = new URL(request.url());
  // A path without parameters comes before one that would take its last part for a name.
  const fitting = rows.filter(({ method, pattern }) => method === request.method() && pattern.test(pathname));
  const row = fitting.toSorted((one, other) => one.names.length - other.names.length)[0];
  if (row === undefined) return null;
  const values = (row.pattern.exec(pathname) ?? []).slice(1).map(decodeURIComponent);
  return {
    name: row.name,
    parameters: Object.fromEntries(row.names.map((name, index) => [name, values[index] ?? ''])),
    query: Object.fromEntries(searchParams),
    body: request.postData() === null ? undefined : (JSON.parse(request.postData() ?? 'null') as unknown),
  };
};

const reply = async (route: Route, status: number, body: unknown): Promise<void> => {
  await route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) });
};

const answer = async (route: Route, answers: Answers, log: Asked[]): Promise<void> => {
  const asked = askedBy(route.request());
  if (asked === null || !(asked.name in answers))
    return reply(route, 404, refused(404, 'route-unknown', 'No such route.').body);
  const row = ROUTES[asked.name];
  if (row.method !== 'GET') log.push(asked);
  if ('body' in row) row.body.parse(asked.body ?? {});
  const given = answers[asked.name];
  const said: unknown = typeof given === 'function' ? await (given as (asked: Asked) => unknown)(asked) : given;
  if (said instanceof Refused) return reply(route, said.status, said.body);
  if (said instanceof Verbatim) {
    const headers = { ...said.headers, 'content-type': said.contentType };
    return route.fulfill({ status: 200, headers, body: said.body });
  }
  return reply(route, 200, row.answer.parse(said));
};

const watch = (page: Page): string[] => {
  const defects: string[] = [];
  page.on('pageerror', (error) => defects.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    // A refusal that a test asked for is told there, too.
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) defects.push(text);
  });
  return defects;
};

export const startStandIn = async (): Promise<StandIn> => {
  const app = Fastify();
  const dashboard = openDashboard(DIST);
  app.addHook('onRequest', async (_, reply) => setSecurityHeaders(reply));
  app.setNotFoundHandler((request, reply) => dashboard.answer(request, reply));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const browser = await openBrowser();
  return {
    url,
    open: (path, answers, look = {}) => openPage(browser, url, path, answers, look),
    close: async () => {
      await browser.close();
      await app.close();
    },
  };
};

const openPage = async (browser: Browser, url: string, path: string, answers: Answers, look: Look): Promise<Seen> => {
  const context = await browser.newContext({
    viewport: look.phone === true ? PHONE : DESK,
    colorScheme: look.dark === true ? 'dark' : 'light',
    reducedMotion: 'reduce',
    hasTouch: look.phone === true,
    isMobile: look.phone === true,
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const asked: Asked[] = [];
  const defects = watch(page);
  await page.route('**/api/v1/**', (route) => {
    if (route.request().url().includes('/api/v1/events')) return route.abort();
    return answer(route, answers, asked).catch(async (error: unknown) => {
      defects.push(String(error));
      await reply(route, 500, refused(500, 'internal', String(error)).body);
    });
  });
  await page.goto(`${url}${path}`);
  return { page, asked, defects, close: () => context.close() };
};

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds that is serious or worse, one line each. */
export const barriers = async (page: Page): Promise<readonly string[]> => {
  // Through the protocol, which the page's policy does not govern.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: AXE });
  const found = await session.send('Runtime.evaluate', {
    expression:
      'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => JSON.stringify(violations))',
    awaitPromise: true,
  });
  await session.detach();
  const violations = JSON.parse(String(found.result.value)) as readonly Violation[];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`));
};

/** Whether something is wider than the window. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth') as Promise<boolean>;

/** SLIPWAY_SHOTS names a folder where pictures of pages are wanted. */
export const shoot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env['SLIPWAY_SHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};

const nameOf = (path: string): string =>
  path
    .replace(/[#?].*/, '')
    .slice(1)
    .replaceAll('/', '-');

const wrongIn = async (page: Page, picture: string): Promise<readonly string[]> => {
  await shoot(page, picture);
  return [...(await barriers(page)), ...((await overflows(page)) ? ['wider than the window'] : [])];
};

interface Looking {
  readonly standIn: StandIn;
  readonly path: string;
  readonly answers: Answers;
  readonly until: string;
  act(page: Page): Promise<void>;
}

/** A page for each theme: one whose theme was changed was seen to keep colours of the former one for a while. */
const lookIn = async (dark: boolean, { standIn, path, answers, until, act }: Looking): Promise<readonly string[]> => {
  const { page, defects, close } = await standIn.open(path, answers, { dark });
  await page.getByText(until).first().waitFor();
  await act(page);
  const name = `${nameOf(path)} ${dark ? 'dark' : 'light'}`;
  const wide = await wrongIn(page, `${name} desk`);
  await page.setViewportSize(PHONE);
  const narrow = await wrongIn(page, `${name} phone`);
  const hacked = (await page.evaluate('window.hacked')) === undefined ? [] : ["a stranger's text ran"];
  await close();
  return [...wide, ...narrow.map((one) => `phone: ${one}`), ...hacked, ...defects].map((one) => `${name}: ${one}`);
};

/** Opens a page at both widths, light and dark, and says everything that is wrong with it. */
export const lookAt = async (
  standIn: StandIn,
  path: string,
  answers: Answers,
  until: string,
  act: (page: Page) => Promise<void> = async () => undefined,
): Promise<readonly string[]> => {
  const looking = { standIn, path, answers, until, act };
  return [...(await lookIn(false, looking)), ...(await lookIn(true, looking))];
};
