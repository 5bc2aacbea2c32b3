/** The only file of this driver that touches the network. */
import { Failure } from '@slipway/contracts/failure';
import { App, Octokit, RequestError } from 'octokit';
import type { z } from 'zod';
import type { Clock } from '../../../domain/clock.ts';
import { Secret } from '../../../domain/secret.ts';
import { type GithubRequest, getInstallation, getMe } from './requests.ts';
import type { githubSettings } from './settings.ts';

export interface GithubClient {
  /** The answer's body. Failures: source-host-unavailable (with retryAfterSeconds when GitHub says so), source-host-refused (with status). */
  ask(repository: string, request: GithubRequest): Promise<unknown>;
  /** Whether a comment was written by whoever we sign in as. */
  wroteIt(author: { readonly login: string | null; readonly app: number | null }): Promise<boolean>;
  /** A token that may read the repository's code. */
  token(repository: string): Promise<Secret>;
}

const ANSWER_MS = 20_000;

export const openGithubClient = (
  settings: z.output<typeof githubSettings>,
  clock: Pick<Clock, 'now'>,
): GithubClient => {
  // One time limit for everything, the App's own token requests included.
  const limited = (url: string, init: RequestInit) => fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
  // Trying again and pacing are the engine's: a plugin that waits in here would hold a worker.
  const Client = Octokit.defaults({
    baseUrl: settings.baseUrl,
    userAgent: 'slipway',
    request: { fetch: limited },
    retry: { enabled: false },
    throttle: { enabled: false },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  const host = new URL(settings.baseUrl).host;
  const guarded = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error: unknown) => {
      throw failureOf(error, host, clock.now());
    });
  const { credentials } = settings;
  return credentials.kind === 'token'
    ? withToken(new Client({ auth: credentials.token.reveal() }), credentials.token, guarded)
    : asApp(Client, credentials, guarded);
};

const quiet = (): void => undefined;
type Guard = <T>(work: () => Promise<T>) => Promise<T>;

const send = async (octokit: Octokit, { route, parameters }: GithubRequest): Promise<unknown> =>
  (await octokit.request(route, { ...parameters })).data;

const withToken = (octokit: Octokit, token: Secret, guarded: Guard): GithubClient => {
  let login: Promise<string> | null = null;
  const me = (): Promise<string> => {
    login ??= guarded(() => send(octokit, getMe)).then((user) => (user as { login: string }).login);
    // Asked again next time when it went wrong.
    login.catch(() => {
      login = null;
    });
    return login;
  };
  return {
    ask: (_repository, request) => guarded(() => send(octokit, request)),
    wroteIt: async (author) => author.login === (await me()),
    token: async () => token,
  };
};

const asApp = (
  Client: typeof Octokit,
  credentials: { readonly appId: number; readonly privateKey: Secret },
  guarded: Guard,
): GithubClient => {
  const app = new App({ appId: credentials.appId, privateKey: credentials.privateKey.reveal(), Octokit: Client });
  const ids = new Map<string, number>();
  const installationOf = async (repository: string): Promise<number> => {
    const known = ids.get(repository);
    if (known !== undefined) return known;
    const { id } = (await send(app.octokit, getInstallation(repository))) as { id: number };
    ids.set(repository, id);
    return id;
  };
  return {
    ask: (repository, request) =>
      guarded(async () => {
        const octokit = await app.getInstallationOctokit(await installationOf(repository));
        return send(octokit as unknown as Octokit, request).catch((error: unknown) => {
          // Installed anew, it has another id.
          if (error instanceof RequestError && error.status === 401) ids.delete(repository);
          throw error;
        });
      }),
    wroteIt: async (author) => author.app === credentials.appId,
    token: (repository) =>
      guarded(async () => {
        const installationId = await installationOf(repository);
        const { token } = (await app.octokit.auth({ type: 'installation', installationId })) as { token: string };
        return new Secret(token);
      }),
  };
};

const failureOf = (error: unknown, host: string, now: Date): Failure => {
  if (error instanceof Failure) return error;
  if (!(error instanceof RequestError) || error.response === undefined)
    return new Failure('source-host-unavailable', { host, reason: reasonOf(error) }, error);
  const { status, response } = error;
  const retryAfterSeconds = waitOf(response.headers, now);
  const limited =
    status === 429 || (status === 403 && (retryAfterSeconds !== undefined || /rate limit/i.test(error.message)));
  const facts = {
    host,
    status,
    reason: `${status} ${reasonOf(error)}`,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
  return new Failure(status >= 500 || limited ? 'source-host-unavailable' : 'source-host-refused', facts, error);
};

/** Seconds to wait, as GitHub says it: `retry-after`, or `x-ratelimit-reset` when nothing remains. */
const waitOf = (headers: Readonly<Record<string, string | number | undefined>>, now: Date): number | undefined => {
  const after = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(after)) return after;
  if (String(headers['x-ratelimit-remaining']) !== '0') return undefined;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  return Number.isFinite(reset) ? Math.max(1, Math.ceil(reset - now.getTime() / 1000)) : undefined;
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no answer';
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.message}${cause}`.slice(0, 300);
};
