import { Failure } from '@slipway/contracts/failure';

const PATIENCE_MILLISECONDS = 10_000;
const MOST_CHARACTERS = 300;

export interface JsonPost {
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Of the product, for people. */
  readonly to: string;
}

/**
 * Posts JSON and is content with any 2xx. Redirections are not followed: a signed message or a key goes to the address that was given.
 * The address itself may be the secret, so no reason repeats it. Failure: notice-not-sent.
 */
export const postJson = async ({ url, body, headers = {}, signal, to }: JsonPost): Promise<void> => {
  const refused = (reason: string, more: object = {}, cause?: unknown): Failure =>
    new Failure('notice-not-sent', { to, reason, ...more }, cause);
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw refused('the address is none of the web');
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'user-agent': 'slipway', ...headers },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MILLISECONDS)]),
    });
  } catch (error) {
    throw refused(reasonOf(error), {}, error);
  }
  if (answer.ok) return void (await answer.body?.cancel());
  const said = (await beginningOf(answer)).replace(/\s+/g, ' ').trim();
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) && seconds > 0 ? { retryAfter: Math.ceil(seconds) } : {};
  throw refused(`it answered ${answer.status}${said === '' ? '' : `: ${said}`}`, retryAfter);
};

const reasonOf = (error: unknown): string => {
  const { name, cause } = error as Error & { cause?: { code?: string } };
  if (name === 'TimeoutError') return `no answer in ${PATIENCE_MILLISECONDS / 1000} s`;
  if (name === 'AbortError') return 'it was broken off';
  return cause?.code ?? 'it cannot be reached';
};

/** As much as people read, however much comes. */
const beginningOf = async (answer: Response): Promise<string> => {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const piece of answer.body ?? []) {
      text += decoder.decode(piece, { stream: true });
      if (text.length > MOST_CHARACTERS) break;
    }
  } catch {
    // What came until then says enough.
  }
  return text.slice(0, MOST_CHARACTERS);
};
