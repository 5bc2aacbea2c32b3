/** The server's own settings, from environment variables; read once, here and nowhere else. docs/reference/server.md lists them. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';

const listen = (fallback: string) =>
  z
    .string()
    .regex(/^[^\s]+:\d{1,5}$/, 'host:port')
    .default(fallback)
    .transform((text) => {
      const at = text.lastIndexOf(':');
      return { host: text.slice(0, at), port: Number(text.slice(at + 1)) };
    });

const schema = z.object({
  SLIPWAY_DATA: z
    .string()
    .min(1)
    .optional()
    .describe('Folder for everything Slipway keeps. Default: ~/.local/share/slipway.'),
  SLIPWAY_DATABASE_URL: z
    .url()
    .optional()
    .describe('PostgreSQL for Slipway and the previews. Default: one that Slipway runs in Docker.'),
  SLIPWAY_DATABASE_FOLDER: z
    .string()
    .regex(/^\//, 'an absolute path')
    .optional()
    .describe(
      'With SLIPWAY_DATABASE_URL: where that server keeps its data, if that is on this machine. How much is free there decides whether production is updated on a copy. Default: not known, and a copy is tried.',
    ),
  SLIPWAY_API_LISTEN: listen('127.0.0.1:8787').describe('Where API and webhooks listen.'),
  SLIPWAY_EDGE_LISTEN: listen('127.0.0.1:8080').describe('Where previews are served.'),
  SLIPWAY_DOMAIN: z.string().min(1).default('localhost').describe('Previews get names under this domain.'),
  SLIPWAY_PUBLIC_SCHEME: z
    .enum(['http', 'https'])
    .default('http')
    .describe('https when a TLS proxy stands in front of the edge.'),
  SLIPWAY_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''))
    .describe('Proxies in front of the edge whose X-Forwarded-* are believed: addresses or ranges, `127.0.0.1, ::1`.'),
  SLIPWAY_PUBLIC_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe('Port in printed URLs. Default: the edge port.'),
  SLIPWAY_BUILDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(32)
    .default(2)
    .describe('How many builds may run at once, over all projects.'),
  SLIPWAY_POOL: z.coerce
    .number()
    .int()
    .min(0)
    .max(20)
    .default(2)
    .describe('Ready-made database copies kept for each template in use.'),
  SLIPWAY_WEBHOOKS_PRIVATE: z
    .enum(['no', 'yes'])
    .default('no')
    .describe("Whether outgoing webhooks may be sent to this machine and to addresses of one's own network."),
  SLIPWAY_PURGE_PRODUCTION: z
    .enum(['no', 'yes'])
    .default('no')
    .describe('Whether `down --purge` may remove a production that Slipway runs; set by --with-production.'),
  SLIPWAY_DOCKER_SOCKET: z.string().default('/var/run/docker.sock').describe('Socket of Docker Engine.'),
  SLIPWAY_POSTGRES_IMAGE: z
    .string()
    .optional()
    .describe(
      'Image of the PostgreSQL that Slipway runs. Default: postgres:17, else the one made by `slipway image build`.',
    ),
  SLIPWAY_GITHUB_API: z.url().default('https://api.github.com').describe("Address of GitHub's API."),
  SLIPWAY_GITHUB_TOKEN_FILE: z.string().optional().describe('File with a token, where no App is used.'),
  SLIPWAY_GITHUB_APP_ID: z.string().optional().describe('Id of the GitHub App.'),
  SLIPWAY_GITHUB_APP_KEY_FILE: z.string().optional().describe("File with the App's private key."),
  SLIPWAY_GITHUB_OAUTH_CLIENT_ID: z
    .string()
    .min(1)
    .optional()
    .describe('Client id of an OAuth App at GitHub: people sign in with GitHub, too.'),
  SLIPWAY_GITHUB_OAUTH_CLIENT_SECRET_FILE: z.string().optional().describe("File with that App's client secret."),
  SLIPWAY_OIDC_ISSUER: z
    .url()
    .optional()
    .describe('Issuer of an OpenID Connect provider, `https://id.example.com`: people sign in there, too.'),
  SLIPWAY_OIDC_CLIENT_ID: z.string().min(1).optional().describe('Client id at that provider.'),
  SLIPWAY_OIDC_CLIENT_SECRET_FILE: z.string().optional().describe('File with the client secret for it.'),
  SLIPWAY_OIDC_NAME: z.string().min(1).max(50).default('single sign-on').describe('What the button is called.'),
  SLIPWAY_WEBHOOK_SECRET_FILE: z
    .string()
    .optional()
    .describe('File with the webhook secrets, one a line, the newest first. Default: one made at the first start.'),
  SLIPWAY_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
    .default('info')
    .describe('Level of the server log.'),
  SLIPWAY_LOG_MEGABYTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(50)
    .describe('Size at which server.log, and edge.log, is put aside as server.log.1, that one as server.log.2 …'),
  SLIPWAY_LOG_FILES: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe('How many log files of each kind are kept aside.'),
  SLIPWAY_KEEP_LOGS_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(36_500)
    .default(90)
    .describe('How long the database keeps the log lines of a run that ended. The evidence keeps its logs for good.'),
  // GitHub delivers again on request for three days; the id of such a delivery must still be known then.
  SLIPWAY_KEEP_DELIVERIES_DAYS: z.coerce
    .number()
    .int()
    .min(4)
    .max(36_500)
    .default(90)
    .describe('How long webhook deliveries are kept after they were worked off.'),
  SLIPWAY_KEEP_RECORDINGS_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(36_500)
    .default(365)
    .describe('How long the recording of a shell is kept after it ended. The audit log keeps for good who opened it.'),
});

export type Settings = ReturnType<typeof readSettings>;
export const SETTINGS_SCHEMA = schema;

/** Failure: usage, naming each variable that is wrong. */
export const readSettings = (environment: Readonly<Record<string, string | undefined>> = process.env) => {
  const parsed = schema.safeParse(environment);
  if (!parsed.success)
    throw new Failure('usage', {
      reason: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    });
  const values = parsed.data;
  const data = resolve(
    values.SLIPWAY_DATA ?? join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'slipway'),
  );
  return {
    data,
    databaseUrl: values.SLIPWAY_DATABASE_URL,
    databaseFolder: values.SLIPWAY_DATABASE_FOLDER,
    api: values.SLIPWAY_API_LISTEN,
    edge: values.SLIPWAY_EDGE_LISTEN,
    domain: values.SLIPWAY_DOMAIN,
    scheme: values.SLIPWAY_PUBLIC_SCHEME,
    trustedProxies: values.SLIPWAY_TRUSTED_PROXIES,
    publicPort: values.SLIPWAY_PUBLIC_PORT ?? values.SLIPWAY_EDGE_LISTEN.port,
    builds: values.SLIPWAY_BUILDS,
    pool: values.SLIPWAY_POOL,
    webhooksPrivate: values.SLIPWAY_WEBHOOKS_PRIVATE === 'yes',
    purgeProduction: values.SLIPWAY_PURGE_PRODUCTION === 'yes',
    dockerSocket: values.SLIPWAY_DOCKER_SOCKET,
    postgresImage: values.SLIPWAY_POSTGRES_IMAGE,
    github: {
      api: values.SLIPWAY_GITHUB_API,
      tokenFile: values.SLIPWAY_GITHUB_TOKEN_FILE,
      appId: values.SLIPWAY_GITHUB_APP_ID,
      appKeyFile: values.SLIPWAY_GITHUB_APP_KEY_FILE,
    },
    signIn: signInProviders(values),
    webhookSecretFile: values.SLIPWAY_WEBHOOK_SECRET_FILE ?? join(data, 'webhook-secret'),
    logLevel: values.SLIPWAY_LOG_LEVEL,
    logFiles: { maxBytes: values.SLIPWAY_LOG_MEGABYTES * 2 ** 20, keep: values.SLIPWAY_LOG_FILES },
    keepDays: {
      logs: values.SLIPWAY_KEEP_LOGS_DAYS,
      deliveries: values.SLIPWAY_KEEP_DELIVERIES_DAYS,
      recordings: values.SLIPWAY_KEEP_RECORDINGS_DAYS,
    },
  };
};

/** Other places where people prove who they are; null: none of that kind. Failure: usage, when one is set up by half. */
const signInProviders = (values: z.output<typeof schema>) => {
  const whole = (of: Readonly<Record<string, string | undefined>>): readonly string[] | null => {
    const missing = Object.entries(of).flatMap(([name, value]) => (value === undefined ? [name] : []));
    if (missing.length === 0) return Object.values(of) as string[];
    if (missing.length === Object.keys(of).length) return null;
    throw new Failure('usage', { reason: `${missing.join(', ')}: needed, too` });
  };
  const [githubId = '', githubFile = ''] =
    whole({
      SLIPWAY_GITHUB_OAUTH_CLIENT_ID: values.SLIPWAY_GITHUB_OAUTH_CLIENT_ID,
      SLIPWAY_GITHUB_OAUTH_CLIENT_SECRET_FILE: values.SLIPWAY_GITHUB_OAUTH_CLIENT_SECRET_FILE,
    }) ?? [];
  const [issuer = '', oidcId = '', oidcFile = ''] =
    whole({
      SLIPWAY_OIDC_ISSUER: values.SLIPWAY_OIDC_ISSUER,
      SLIPWAY_OIDC_CLIENT_ID: values.SLIPWAY_OIDC_CLIENT_ID,
      SLIPWAY_OIDC_CLIENT_SECRET_FILE: values.SLIPWAY_OIDC_CLIENT_SECRET_FILE,
    }) ?? [];
  return {
    github: githubId === '' ? null : { clientId: githubId, secretFile: githubFile },
    oidc: issuer === '' ? null : { issuer, clientId: oidcId, secretFile: oidcFile, name: values.SLIPWAY_OIDC_NAME },
  };
};

/** Address that people open: the port is left out where it is the scheme's own. */
export const publicUrl = (settings: Pick<Settings, 'scheme' | 'publicPort'>, host: string): string => {
  const usual = settings.scheme === 'https' ? 443 : 80;
  return `${settings.scheme}://${host}${settings.publicPort === usual ? '' : `:${settings.publicPort}`}`;
};
