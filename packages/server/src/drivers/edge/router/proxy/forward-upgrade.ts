import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Limits } from '../limits.ts';
import type { UpstreamPool } from '../routes/upstreams.ts';
import { type ClientFacts, requestHeaders, responseHeaders } from './headers.ts';

export interface UpgradeExchange {
  readonly req: IncomingMessage;
  readonly socket: Duplex;
  /** What the client sent beyond its request already. */
  readonly head: Buffer;
  readonly facts: ClientFacts;
  status: number;
  /** Of the last attempt, for the log. */
  error?: unknown;
}

/** `failed`: nothing was answered yet. */
export type UpgradeOutcome = 'open' | 'answered' | 'gone' | 'failed';

/**
 * Opens a websocket upstream and joins the two connections, byte for byte. The upstream's answer is parsed, not piped: only after
 * a 101 do the client's bytes go through. (A proxy that pipes without looking lets a client follow a refused upgrade with requests
 * of its own, with headers of its own: "websocket smuggling".)
 */
export function forwardUpgrade(
  exchange: UpgradeExchange,
  upstream: UpstreamPool,
  limits: Limits,
): Promise<UpgradeOutcome> {
  return new Promise((resolve) => {
    const attempt = new UpgradeAttempt(exchange, limits, resolve);
    const { req, facts } = exchange;
    const options = {
      path: req.url ?? '/',
      method: 'GET',
      upgrade: 'websocket',
      headers: requestHeaders(req.rawHeaders, facts),
    };
    try {
      upstream.pool.dispatch(options, attempt);
    } catch (error) {
      attempt.onResponseError(null, error);
    }
  });
}

class UpgradeAttempt implements Dispatcher.DispatchHandler {
  readonly #exchange: UpgradeExchange;
  readonly #limits: Limits;
  readonly #resolve: (outcome: UpgradeOutcome) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #answering = false;

  constructor(exchange: UpgradeExchange, limits: Limits, resolve: (outcome: UpgradeOutcome) => void) {
    this.#exchange = exchange;
    this.#limits = limits;
    this.#resolve = resolve;
    exchange.socket.once('close', this.#onClientGone);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#exchange.socket.destroyed) controller.abort(new Error('the client left'));
  }

  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    upstream: Duplex,
  ): void {
    const { socket, head, facts } = this.#exchange;
    this.#exchange.status = status;
    socket.off('close', this.#onClientGone);
    socket.write(
      `${responseHead(status, 'Switching Protocols', rawHeaders(controller), facts)}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      'latin1',
    );
    if (head.length > 0) upstream.write(head);
    join(socket, upstream, this.#limits);
    this.#resolve('open');
  }

  /** The upstream would not upgrade: its answer goes back, and the connection ends. */
  onResponseStart(controller: Dispatcher.DispatchController, status: number, _headers: unknown, message = ''): void {
    if (status < 200) return;
    const { socket, facts } = this.#exchange;
    this.#exchange.status = status;
    this.#answering = true;
    const reason = /^[\t -~]*$/.test(message) ? message : '';
    socket.write(`${responseHead(status, reason, rawHeaders(controller), facts)}Connection: close\r\n\r\n`, 'latin1');
    socket.on('drain', () => controller.resume());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#exchange.socket.write(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#exchange.socket.off('close', this.#onClientGone);
    endSocket(this.#exchange.socket);
    this.#resolve('answered');
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: unknown): void {
    const { socket } = this.#exchange;
    this.#exchange.error = error;
    socket.off('close', this.#onClientGone);
    if (this.#answering) socket.destroy();
    this.#resolve(socket.destroyed ? (this.#answering ? 'answered' : 'gone') : 'failed');
  }

  readonly #onClientGone = (): void => {
    this.#controller?.abort(new Error('the client left'));
    this.#resolve('gone');
  };
}

const rawHeaders = (controller: Dispatcher.DispatchController): readonly (string | Buffer)[] =>
  Array.isArray(controller.rawHeaders) ? controller.rawHeaders : [];

function responseHead(status: number, reason: string, raw: readonly (string | Buffer)[], facts: ClientFacts): string {
  const headers = responseHeaders(raw, facts.requestId);
  let head = `HTTP/1.1 ${status} ${reason}\r\n`;
  for (let i = 0; i + 1 < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return head;
}

/** Sends what is written and closes, also when the client does not. */
export function endSocket(socket: Duplex): void {
  socket.end(() => socket.destroy());
  socket.resume();
}

/** Each side is read only as fast as the other takes it; each may end first; a silence of any length is fine. */
function join(client: Duplex, upstream: Duplex, limits: Limits): void {
  client.pipe(upstream);
  upstream.pipe(client);
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    one.on('error', () => other.destroy());
    // One side said its last word: the other gets a while to do so too, else both are dead weight.
    one.once('end', () => {
      const late = setTimeout(() => {
        one.destroy();
        other.destroy();
      }, limits.halfOpenMs);
      other.once('close', () => clearTimeout(late));
    });
    // Gone without an end (reset, destroyed): nothing more will come for the other.
    one.once('close', () => {
      if (!one.readableEnded) other.destroy();
    });
  }
}
