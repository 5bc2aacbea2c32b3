import { createHmac } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, request as overHttp, type RequestOptions } from 'node:http';
import { request as overHttps } from 'node:https';
import { performance } from 'node:perf_hooks';
import type { Secret } from '../../domain/secret.ts';
import type { WebhookAnswer, WebhookPost, WebhookSender } from '../../ports/webhook-sender.ts';
import { InsideAddress, lookUpOutside, malformed, refusedLiteral, refusedName } from './pick-address.ts';

const PATIENCE_MILLISECONDS = 10_000;
const ANSWER_BYTES = 2048;
const LONGEST_WAIT_SECONDS = 24 * 3600;

export interface SenderSettings {
  /** Addresses of one's own machine and network are allowed. */
  readonly privateToo: boolean;
  readonly patienceMilliseconds?: number;
}

/** https://www.standardwebhooks.com: HMAC-SHA256 over id, time and bytes; receivers have libraries for it. */
export const openWebhookSender = (settings: SenderSettings): WebhookSender => ({
  refusal: async (url) =>
    malformed(url) ?? refusedLiteral(url, settings.privateToo) ?? (await refusedName(url, settings.privateToo)),
  send: async (post) => {
    const began = performance.now();
    const outcome = await attempt(post, settings).catch((error: unknown) => failed(reasonOf(error)));
    return { ...outcome, milliseconds: performance.now() - began };
  },
});

type Outcome = Omit<WebhookAnswer, 'milliseconds'>;

const failed = (error: string): Outcome => ({ code: null, answer: null, error, retryAfter: null });

const attempt = async (post: WebhookPost, { privateToo, patienceMilliseconds }: SenderSettings): Promise<Outcome> => {
  const wrong = malformed(post.url) ?? refusedLiteral(post.url, privateToo);
  if (wrong !== null) return failed(wrong);
  const signal = AbortSignal.any([post.signal, AbortSignal.timeout(patienceMilliseconds ?? PATIENCE_MILLISECONDS)]);
  const response = await open(post, { signal, ...(privateToo ? {} : { lookup: lookUpOutside }) });
  const code = response.statusCode ?? 0;
  const answer = await beginningOf(response);
  const taken = code >= 200 && code < 300;
  const elsewhere = code >= 300 && code < 400 ? '; redirections are not followed' : '';
  return { code, answer, error: taken ? null : `it answered ${code}${elsewhere}`, retryAfter: waitOf(response) };
};

/** A connection of its own: one that is kept would lead to where an earlier look-up led. */
const open = ({ url, id, at, body, secrets }: WebhookPost, options: RequestOptions): Promise<IncomingMessage> => {
  const timestamp = Math.floor(at.getTime() / 1000);
  const bytes = Buffer.from(body, 'utf8');
  const headers = {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'user-agent': 'slipway',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map((secret) => sign(secret, `${id}.${timestamp}.${body}`)).join(' '),
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const over = url.startsWith('https:') ? overHttps : overHttp;
  const asked: ClientRequest = over(URL.parse(url) ?? url, { method: 'POST', agent: false, headers, ...options });
  asked.once('response', resolve);
  asked.on('error', reject);
  asked.end(bytes);
  return promise;
};

const SECRET_PREFIX = /^whsec_/;

const sign = (secret: Secret, content: string): string => {
  const key = Buffer.from(secret.reveal().replace(SECRET_PREFIX, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
};

/** As much as people read, however much comes, and however slowly. */
const beginningOf = async (response: IncomingMessage): Promise<string> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of response) {
      pieces.push(piece as Buffer);
      bytes += (piece as Buffer).length;
      if (bytes >= ANSWER_BYTES) break;
    }
  } catch {
    // What came until then says enough: the status was there.
  }
  response.destroy();
  return new TextDecoder().decode(Buffer.concat(pieces).subarray(0, ANSWER_BYTES));
};

const waitOf = ({ headers }: IncomingMessage): number | null => {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(Math.ceil(seconds), LONGEST_WAIT_SECONDS) : null;
};

/** Never the message of an error: it may repeat the address, which may be a secret by itself. */
const reasonOf = (error: unknown): string => {
  if (error instanceof InsideAddress) return error.message;
  const { name, code, cause } = error as Error & { code?: string; cause?: { name?: string } };
  if (name === 'TimeoutError' || cause?.name === 'TimeoutError') return 'there was no answer in time';
  if (name === 'AbortError') return 'it was broken off';
  return code ?? 'it cannot be reached';
};
