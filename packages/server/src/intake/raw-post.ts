import type { IncomingMessage, ServerResponse } from 'node:http';
import { asFailure, Failure } from '@slipway/contracts/failure';
import type { Logger } from 'pino';

/** GitHub caps its deliveries at 25 MB; the largest recorded one is 30 kB. */
export const BODY_LIMIT = 10_000_000;
const LIMIT_SHOWN = '10 MB';
/** A media type may have parameters (RFC 9110, section 8.3.1). */
const JSON_TYPE = /^application\/json[\t ]*(;|$)/i;

export interface Refusing {
  readonly path: string;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** What a refusal is called, and with which status. */
export interface Problem {
  readonly failure: Failure;
  readonly status: number;
}

export const tooLarge = (): Problem => withStatus(new Failure('payload-too-large', { limit: LIMIT_SHOWN }));

export const notJson = (contentType: string | undefined): Problem => {
  const given = (contentType ?? 'none').slice(0, 80);
  const reason = `content type ${given}; set the webhook's content type to application/json`;
  return { failure: new Failure('payload-invalid', { reason }), status: 415 };
};

export const problemOf = (error: unknown, id: string): Problem => withStatus(asFailure(error, id));

const withStatus = (failure: Failure): Problem => ({ failure, status: failure.row.status });

/** A fault of ours is told in the log with its cause. */
export const logRefusal = ({ path, logger }: Refusing, failure: Failure): void => {
  const facts = { path, code: failure.code, reason: failure.message };
  if (failure.row.fault === 'user') logger.info(facts, 'delivery refused');
  else logger.error({ ...facts, err: failure.cause ?? failure }, 'delivery not taken');
};

/**
 * A POST of JSON whose body stays the bytes that came over the wire, answered without a framework: for the thread that takes webhooks in.
 * What `answer` throws becomes a JSON problem.
 */
export const answerRawPost = async (
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly id: string },
  route: Refusing & { answer(body: Buffer): Promise<Answer> },
): Promise<void> => {
  const { request, response, id } = exchange;
  const body = await readBody(request);
  // Whoever sent it went away.
  if (body === null) return;
  const { status, body: said } = Buffer.isBuffer(body)
    ? await route.answer(body).catch((error: unknown) => refused(route, problemOf(error, id)))
    : refused(route, body);
  send(response, status, said);
  // What is still on its way of a body that is not read would otherwise reset the connection before the answer is seen.
  request.resume();
};

const refused = (route: Refusing, { failure, status }: Problem): Answer => {
  logRefusal(route, failure);
  return { status, body: failure.toJSON() };
};

/** The bytes; why they are not taken; null when they did not all come. */
const readBody = (request: IncomingMessage): Promise<Buffer | Problem | null> => {
  const type = request.headers['content-type'];
  if (type === undefined || !JSON_TYPE.test(type)) return Promise.resolve(notJson(type));
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) return Promise.resolve(tooLarge());
  const { promise, resolve } = Promise.withResolvers<Buffer | Problem | null>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= BODY_LIMIT) return chunks.push(chunk);
    chunks.length = 0;
    return resolve(tooLarge());
  });
  request.once('end', () => resolve(Buffer.concat(chunks)));
  request.once('error', () => resolve(null));
  request.once('close', () => resolve(null));
  return promise;
};

const send = (response: ServerResponse, status: number, body: object): void => {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': text.length });
  response.end(text);
};
