import { Failure } from '@slipway/contracts/failure';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignIn } from '../ports/sign-in.ts';
import { addressOf, FROM_HEADER } from './address.ts';

/** What of a request the library is told: its cookies, the browser, where it came from. That the page is ours was looked at before. */
const headersFor = (request: FastifyRequest, origin: string): Headers => {
  const { cookie, 'user-agent': browser } = request.headers;
  return new Headers({
    origin,
    'content-type': 'application/json',
    'user-agent': (browser ?? '').slice(0, 300),
    [FROM_HEADER]: addressOf(request),
    ...(cookie === undefined ? {} : { cookie }),
  });
};

export interface Asked {
  readonly path: string;
  readonly body?: unknown;
  readonly method?: 'GET' | 'POST';
}

export interface LibraryAnswer {
  readonly status: number;
  /** Empty where it is no JSON. Holds secrets: nothing of it goes out unless it is named. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** Asks the library, and sends its cookies along with our own answer. */
export const askLibrary = async (
  signIn: SignIn,
  origin: string,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  asked: Asked,
): Promise<LibraryAnswer> => {
  const answer = await signIn.answer({ method: 'POST', ...asked, headers: headersFor(request, origin) });
  for (const cookie of answer.headers.getSetCookie()) void reply.header('set-cookie', cookie);
  const body: unknown = await answer.json().catch(() => null);
  return {
    status: answer.status,
    body: typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {},
    headers: answer.headers,
  };
};

const LOCKED_SECONDS = 900;

/** What the library calls a failure, and what we do. Anything else that it refuses is `otherwise`; what breaks in it is a defect. */
export const refusalOf = (
  { status, body, headers }: LibraryAnswer,
  known: Readonly<Record<string, Failure>>,
  otherwise: Failure,
): Failure | Error => {
  const code = typeof body['code'] === 'string' ? body['code'] : '';
  if (status >= 500) return new Error(`the sign-in library answered ${status} ${code}`);
  if (status === 429) {
    const seconds = Number(headers.get('x-retry-after') ?? LOCKED_SECONDS);
    return new Failure('too-many-attempts', { seconds });
  }
  return known[code] ?? otherwise;
};
