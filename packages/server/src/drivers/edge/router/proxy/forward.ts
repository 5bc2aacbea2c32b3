import { PassThrough } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Limits } from '../limits.ts';
import { type AnswerWatch, watchAnswer } from '../read-only/late-refusal.ts';
import type { UpstreamPool } from '../routes/upstreams.ts';
import { endAnswer } from './end-answer.ts';
import type { Exchange } from './exchange.ts';
import { requestHeaders, responseHeaders } from './headers.ts';

export type Outcome =
  /** Answered, or begun to answer and broken off (the client then sees a cut connection, not a complete answer). */
  | { readonly kind: 'answered' }
  /** The client left. */
  | { readonly kind: 'gone' }
  /** Nothing was answered yet: the database took no writes, and this was one. */
  | { readonly kind: 'refused' }
  /** Nothing was answered yet; `sent`: the upstream may have seen (and done) the request. */
  | { readonly kind: 'failed'; readonly sent: boolean; readonly error: Error };

/** Sends one request to an upstream and its answer back, both streaming, both with back-pressure. Never throws. */
export function forward(exchange: Exchange, upstream: UpstreamPool, limits: Limits): Promise<Outcome> {
  exchange.upstream = upstream.address;
  return new Promise((resolve) => {
    const attempt = new Attempt(exchange, limits, resolve);
    try {
      upstream.pool.dispatch(attempt.options(), attempt);
    } catch (error) {
      // undici refuses what it cannot send safely, e.g. a header value with a line feed.
      attempt.onResponseError(null, error as Error);
    }
  });
}

interface Head {
  readonly status: number;
  readonly raw: readonly (string | Buffer)[];
  readonly message: string;
}

interface Kept {
  readonly head: Head;
  readonly watch: AnswerWatch;
  readonly parts: Buffer[];
}

class Attempt implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  readonly #limits: Limits;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #body: PassThrough | null;
  #controller: Dispatcher.DispatchController | null = null;
  #stalled: NodeJS.Timeout | null = null;
  #unread: NodeJS.Timeout | null = null;
  #settled = false;
  /** An answer that is looked at before any of it is sent on. */
  #kept: Kept | null = null;

  constructor(exchange: Exchange, limits: Limits, resolve: (outcome: Outcome) => void) {
    this.#exchange = exchange;
    this.#limits = limits;
    this.#resolve = resolve;
    // A stream of our own between the two: undici destroys the body it was given when an upstream fails, and the client's
    // request stream must outlive that, for a retry or an answer.
    this.#body = hasBody(exchange) ? new PassThrough() : null;
    this.#body?.on('error', () => {});
    exchange.res.once('close', this.#onClientGone);
  }

  options(): Dispatcher.DispatchOptions {
    const { req, facts } = this.#exchange;
    return {
      path: req.url ?? '/',
      method: req.method ?? 'GET',
      headers: requestHeaders(req.rawHeaders, facts),
      body: this.#body,
      // Never on a connection with another request under way: each may take minutes.
      blocking: true,
      idempotent: false,
    };
  }

  /** A connection is there; before this nothing was sent and nothing of the body was read. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    const { req, res, expectsContinue } = this.#exchange;
    if (res.destroyed) controller.abort(new Error('the client left'));
    // undici may start a request anew on another connection; a body that has begun cannot.
    else if (this.#stalled) controller.abort(new Error('the connection was lost'));
    else if (this.#body) {
      this.#stalled = setTimeout(this.#onStall, this.#limits.bodyStallMs);
      if (this.#exchange.body) {
        this.#body.end(this.#exchange.body);
        return;
      }
      if (expectsContinue) res.writeContinue();
      req.on('data', this.#onBodyData);
      req.pipe(this.#body);
    }
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    message?: string,
  ): void {
    if (status < 200 || this.#settled) return;
    const raw = Array.isArray(controller.rawHeaders) ? controller.rawHeaders : [];
    const head = { status, raw, message: /^[\t -~]*$/.test(message ?? '') ? (message ?? '') : '' };
    const watch = this.#exchange.takesNoWrites() ? watchAnswer(this.#exchange.req.method ?? '', head) : null;
    if (watch) this.#kept = { head, watch, parts: [] };
    else this.#begin(head);
  }

  #begin({ status, raw, message }: Head): void {
    const { res, facts } = this.#exchange;
    this.#exchange.answeredAt = performance.now();
    res.writeHead(status, message, responseHeaders(raw, facts.requestId));
    res.on('drain', this.#onDrain);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    const seen = this.#kept?.watch.look(chunk);
    this.#kept?.parts.push(chunk);
    if (seen === 'refused') this.#settle({ kind: 'refused' });
    else if (seen === 'fine') this.#release(controller);
    else if (seen === undefined) this.#pass(controller, chunk);
  }

  #release(controller: Dispatcher.DispatchController): void {
    if (!this.#kept) return;
    const { head, parts } = this.#kept;
    this.#kept = null;
    this.#begin(head);
    this.#pass(controller, Buffer.concat(parts));
  }

  #pass(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#exchange.bytes += chunk.length;
    if (chunk.length === 0) return;
    if (this.#exchange.res.write(chunk)) return;
    controller.pause();
    // A client that stops reading keeps an Odoo worker busy.
    this.#unread = setTimeout(() => this.#exchange.res.destroy(), this.#limits.unreadMs);
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (this.#kept?.watch.end() === 'refused') this.#settle({ kind: 'refused' });
    if (this.#settled) return;
    this.#release(controller);
    const { req, res } = this.#exchange;
    this.#settle({ kind: 'answered' });
    endAnswer(req, res);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    const { res } = this.#exchange;
    // Of an answer that was not sent on, for instance.
    if (this.#settled) return;
    if (res.destroyed) this.#settle({ kind: 'gone' });
    else if (!res.headersSent) this.#settle({ kind: 'failed', sent: this.#controller !== null, error });
    else {
      res.destroy();
      this.#settle({ kind: 'answered' });
    }
  }

  readonly #onDrain = (): void => {
    if (this.#unread) clearTimeout(this.#unread);
    this.#controller?.resume();
  };
  readonly #onBodyData = (): void => {
    this.#stalled?.refresh();
  };
  /** Waiting for the client, not for a slow upstream: then the body stream has room. */
  readonly #onStall = (): void => {
    if (this.#exchange.req.complete) return;
    if (this.#body?.writableNeedDrain) this.#stalled?.refresh();
    else this.#exchange.res.destroy();
  };
  readonly #onClientGone = (): void => {
    if (this.#settled) return;
    // Without a controller it waits for a connection; onRequestStart will find the client gone.
    this.#controller?.abort(new Error('the client left'));
    this.#body?.destroy();
    this.#settle({ kind: 'gone' });
  };

  #settle(outcome: Outcome): void {
    if (this.#settled) return;
    this.#settled = true;
    const { req, res } = this.#exchange;
    if (this.#stalled) clearTimeout(this.#stalled);
    if (this.#unread) clearTimeout(this.#unread);
    res.off('close', this.#onClientGone);
    res.off('drain', this.#onDrain);
    req.off('data', this.#onBodyData);
    if (this.#body) {
      req.unpipe(this.#body);
      this.#body.destroy();
    }
    this.#resolve(outcome);
  }
}

export function hasBody({ req }: Pick<Exchange, 'req'>): boolean {
  const length = req.headers['content-length'];
  return req.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const CUT = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/**
 * Whether the same request may be sent once more: it never left; or its connection was cut, doing it twice is doing it once, and it
 * has no body that is half gone. (Not after a time-out, and not for ever: a request may be what makes Odoo fall over.)
 */
export function mayRetry(exchange: Exchange, { sent, error }: Extract<Outcome, { kind: 'failed' }>): boolean {
  if (!sent) return true;
  exchange.cuts += 1;
  const cut = CUT.has((error as NodeJS.ErrnoException).code ?? '');
  return cut && exchange.cuts <= 2 && SAFE.has(exchange.req.method ?? '') && !hasBody(exchange);
}
