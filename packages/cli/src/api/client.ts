import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ROUTES, type Route, type RouteName } from '@slipway/contracts/api';
import { MOST_IN_PAGE } from '@slipway/contracts/api-page';
import type { LiveEvent } from '@slipway/contracts/change-views';
import { Failure } from '@slipway/contracts/failure';
import { problem } from '@slipway/contracts/problem';
import { type LogLine, logLine } from '@slipway/contracts/views';
import { z } from 'zod';
import { followEvents } from './follow-events.ts';
import { nextPage } from './next-page.ts';
import { sentAgain } from './sent-again.ts';
import { ServerRefusal } from './server-refusal.ts';
import { type ApiServer, reasonOf, send } from './transport.ts';

type Table = typeof ROUTES;
type ParameterNames<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParameterNames<Rest>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;
type Parameters<N extends RouteName> = Readonly<Record<ParameterNames<Table[N]['path']>, string | number>>;
type Body<N extends RouteName> = Table[N] extends { readonly body: infer S extends z.ZodType } ? z.input<S> : undefined;
type Query<N extends RouteName> = Table[N] extends { readonly query: infer S extends z.ZodType }
  ? z.input<S>
  : undefined;
type QueryValues = Readonly<Record<string, string | undefined>>;
export type Answer<N extends RouteName> = z.output<Table[N]['answer']>;

/** Lists that are answered in pages. */
export type ListName = {
  [N in RouteName]: Query<N> extends undefined ? never : Query<N> extends { cursor?: string | undefined } ? N : never;
}[RouteName];

export interface Call<N extends RouteName> {
  readonly parameters: Parameters<N>;
  readonly body?: Body<N>;
  readonly query?: Query<N>;
  /** How long the server may think before it answers. Default: 30 seconds. */
  readonly headMilliseconds?: number;
}

const HEAD_MILLISECONDS = 30_000;
const MOST_BYTES = 64 * 2 ** 20;

/** The API, typed by the routes of the contracts. Failures: server-unreachable, answer-not-understood; ServerRefusal. */
export class ApiClient {
  readonly server: ApiServer;
  readonly #signal: AbortSignal;

  constructor(server: ApiServer, signal: AbortSignal) {
    this.server = server;
    this.#signal = signal;
  }

  /** Asks, and checks the answer against the route's schema. */
  async call<N extends RouteName>(name: N, call: Call<N>): Promise<Answer<N>> {
    const idempotencyKey = ROUTES[name].method === 'GET' ? undefined : randomUUID();
    const ask = async () => readAll(this.server, await this.#send(name, call, { idempotencyKey }));
    const text = await (idempotencyKey === undefined ? ask() : sentAgain(ask, this.#signal));
    return this.#check(name, text);
  }

  /** The first rows of a list, from as many pages as they take. Default: all that there are. */
  async list<N extends ListName>(name: N, call: Call<N>, most = Number.POSITIVE_INFINITY): Promise<Answer<N>> {
    const rows: unknown[] = [];
    let path: string | undefined;
    do {
      const limit = Number.isFinite(most) ? { limit: String(Math.min(most, MOST_IN_PAGE)) } : {};
      const answer = await this.#send(
        name,
        { ...call, query: { ...(call.query as QueryValues | undefined), ...limit } } as Call<N>,
        { path },
      );
      rows.push(...(this.#check(name, await readAll(this.server, answer)) as unknown[]));
      path = nextPage(answer.headers.link);
    } while (path !== undefined && rows.length < most);
    return rows.slice(0, most) as Answer<N>;
  }

  #check<N extends RouteName>(name: N, text: string): Answer<N> {
    const value = this.#parse(text);
    const checked = ROUTES[name].answer.safeParse(value);
    if (!checked.success) throw this.#misunderstood(firstIssue(checked.error));
    return checked.data as Answer<N>;
  }

  /** A log: newline-delimited JSON, line by line as it comes. */
  async *lines<N extends 'previewLogs' | 'runLogs' | 'buildLogs'>(name: N, call: Call<N>): AsyncGenerator<LogLine> {
    const answer = await this.#send(name, call);
    for await (const line of splitLines(this.server, answer)) {
      const checked = logLine.safeParse(this.#parse(line));
      if (!checked.success) throw this.#misunderstood(firstIssue(checked.error));
      yield checked.data;
    }
  }

  /** Server-sent events as they come, until either side ends it; over connections that are cut. */
  async *events(call: Call<'events'>): AsyncGenerator<LiveEvent> {
    const { after } = call.query ?? {};
    const open = async (last: string | undefined): Promise<AsyncIterable<string>> => {
      const query = { ...call.query, ...(last === undefined ? {} : { after: last }) };
      return splitLines(this.server, await this.#send('events', { ...call, query }));
    };
    try {
      yield* followEvents(open, { after, signal: this.#signal });
    } catch (error) {
      if (error instanceof z.ZodError) throw this.#misunderstood(firstIssue(error));
      throw error instanceof SyntaxError ? this.#misunderstood('it is not JSON') : error;
    }
  }

  /** A file, as its bytes. */
  async bytes<N extends 'mailRaw' | 'mailAttachment'>(name: N, call: Call<N>): Promise<Buffer> {
    const answer = await this.#send(name, call);
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of answer) {
      bytes += (piece as Buffer).length;
      if (bytes > MOST_BYTES) throw this.#misunderstood('it is too long');
      pieces.push(piece as Buffer);
    }
    return Buffer.concat(pieces);
  }

  /** Something large, piece by piece. */
  async stream<N extends 'downloadSnapshot' | 'evidenceBundle' | 'shellRecording'>(
    name: N,
    call: Call<N>,
  ): Promise<AsyncIterable<Buffer>> {
    return this.#send(name, call);
  }

  async #send<N extends RouteName>(
    name: N,
    { parameters, body, query, headMilliseconds = HEAD_MILLISECONDS }: Call<N>,
    how: { readonly idempotencyKey?: string | undefined; readonly path?: string | undefined } = {},
  ): Promise<IncomingMessage> {
    const route: Route = ROUTES[name];
    const path = how.path ?? fillPath(route.path, parameters) + search(query as QueryValues | undefined);
    const { idempotencyKey } = how;
    const request = {
      ...{ method: route.method, path, body, signal: this.#signal, headMilliseconds },
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    };
    const answer = await send(this.server, request);
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return answer;
    throw this.#refusal(status, await readAll(this.server, answer));
  }

  #refusal(status: number, text: string): Error {
    const checked = problem.safeParse(safely(text));
    if (checked.success) {
      const { code, title, hint, facts } = checked.data;
      return new ServerRefusal(status, { code, message: title, hint, facts });
    }
    return this.#misunderstood(`HTTP status ${status} without a reason`);
  }

  #parse(text: string): unknown {
    const value = safely(text);
    if (value === undefined) throw this.#misunderstood('it is not JSON');
    return value;
  }

  #misunderstood(reason: string): Failure {
    return new Failure('answer-not-understood', { url: this.server.url, reason });
  }
}

const safely = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const firstIssue = (error: z.ZodError): string => {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.') || 'the answer'}: ${issue.message}` : 'it has another shape';
};

/** `/projects/:project` with every value encoded, so that a name cannot become a path. */
export const fillPath = (path: string, parameters: Readonly<Record<string, string | number>>): string =>
  path.replace(/:(\w+)/g, (_, name: string) => encodeSegment(String(parameters[name])));

/** `.` and `..` survive encodeURIComponent, and a URL would swallow them. */
const encodeSegment = (text: string): string => {
  if (text === '.' || text === '..' || text === '') throw new Failure('usage', { reason: `"${text}" is no name.` });
  return encodeURIComponent(text);
};

const search = (query: QueryValues = {}): string => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
};

async function* chunks(server: ApiServer, answer: IncomingMessage): AsyncGenerator<string> {
  answer.setEncoding('utf8');
  try {
    for await (const chunk of answer) yield chunk as string;
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new Failure('server-unreachable', { url: server.url, reason: reasonOf(error) }, error);
  }
}

const readAll = async (server: ApiServer, answer: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of chunks(server, answer)) {
    text += chunk;
    if (text.length > MOST_BYTES)
      throw new Failure('answer-not-understood', { url: server.url, reason: 'it is too long' });
  }
  return text;
};

async function* splitLines(server: ApiServer, answer: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks(server, answer)) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    yield* parts.filter((line) => line.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}
