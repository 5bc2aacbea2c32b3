import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { genericOAuth, twoFactor } from 'better-auth/plugins';
import { PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
import { PASSWORD_MAX, PASSWORD_MIN } from '../../domain/password.ts';
import type { Secret } from '../../domain/secret.ts';
import type { SignInRules } from '../../ports/sign-in.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

export interface ProviderKeys {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

export interface SignInFacts {
  /** Of the control plane's own database. */
  readonly pool: Pool;
  /** Cookies are signed, and secrets of second factors sealed, with what is derived from it. */
  readonly key: Secret;
  /** The dashboard's own: where providers send people back to. */
  readonly origin: string;
  /** Every origin that is ours. */
  readonly origins: readonly string[];
  readonly rules: SignInRules;
  readonly github?: ProviderKeys | undefined;
  readonly oidc?: (ProviderKeys & { readonly issuer: string; readonly name: string }) | undefined;
  warn(what: string): void;
}

/** Header in which a caller hands over the address that a request came from; whatever a browser sends of that name is overwritten. */
export const ADDRESS_HEADER = 'x-slipway-from';
const BASE_PATH = '/api/v1/auth';

const HOUR = 3600;
const DAY = 24 * HOUR;
const TIMES = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

/** Its names onto our columns (store/migrations/0015). */
const TABLES = {
  user: { modelName: 'users', fields: { emailVerified: 'email_verified', ...TIMES } },
  session: {
    modelName: 'sessions',
    fields: { expiresAt: 'expires_at', ipAddress: 'ip_address', userAgent: 'user_agent', userId: 'user_id', ...TIMES },
  },
  account: {
    modelName: 'accounts',
    fields: {
      ...{ userId: 'user_id', accountId: 'account_id', providerId: 'provider_id', idToken: 'id_token' },
      ...{ accessToken: 'access_token', accessTokenExpiresAt: 'access_token_expires_at' },
      ...{ refreshToken: 'refresh_token', refreshTokenExpiresAt: 'refresh_token_expires_at', ...TIMES },
    },
  },
  verification: { modelName: 'verifications', fields: { expiresAt: 'expires_at', ...TIMES } },
} as const;

const TWO_FACTOR = {
  user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
  twoFactor: {
    modelName: 'two_factors',
    fields: {
      ...{ userId: 'user_id', backupCodes: 'backup_codes', lockedUntil: 'locked_until' },
      failedVerificationCount: 'failed_verification_count',
    },
  },
} as const;

/** Per address and path; accounts are shut by store/sign-in-failures.ts, second factors by the library. */
const LIMITS = {
  enabled: true,
  storage: 'database',
  modelName: 'rate_limits',
  fields: { lastRequest: 'last_request' },
  window: 60,
  max: 120,
  customRules: {
    '/sign-in/*': { window: 60, max: 20 },
    '/two-factor/*': { window: 60, max: 20 },
    '/change-password': { window: 60, max: 10 },
  },
} as const;

const plugins = ({ oidc }: SignInFacts) => [
  twoFactor({ issuer: 'Slipway', schema: TWO_FACTOR }),
  ...(oidc === undefined
    ? []
    : [
        genericOAuth({
          config: [
            {
              providerId: 'oidc',
              discoveryUrl: `${oidc.issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`,
              clientId: oidc.clientId,
              clientSecret: oidc.clientSecret.reveal(),
              scopes: ['openid', 'email', 'profile'],
              requireIdTokenVerification: true,
              pkce: true,
            },
          ],
        }),
      ]),
];

const refuse = (code: string): never => {
  throw new APIError('FORBIDDEN', { message: code, code });
};

const hooks = (rules: SignInRules) => ({
  session: {
    create: {
      before: async ({ userId }: { readonly userId: string }) => {
        if (!(await rules.mayOpen(userId))) refuse('account_deactivated');
      },
    },
  },
  user: {
    create: {
      // Our own accounts are made elsewhere: here only those come that a provider knows.
      before: async ({ email, emailVerified }: { readonly email: string; readonly emailVerified: boolean }) => {
        if (!(emailVerified && (await rules.mayJoin(email)))) refuse('not_invited');
      },
      after: async ({ id, email }: { readonly id: string; readonly email: string }) => rules.joined(id, email),
    },
  },
});

/**
 * `__Host-` binds a cookie to the one host that set it: a preview, which is another host of the same domain, cannot plant one. A browser
 * takes it over https only.
 */
const cookies = (secure: boolean) => ({
  cookiePrefix: secure ? '__Host-slipway' : 'slipway',
  useSecureCookies: false,
  defaultCookieAttributes: { secure },
});

export const makeAuth = (facts: SignInFacts) =>
  betterAuth({
    appName: 'Slipway',
    baseURL: facts.origin,
    basePath: BASE_PATH,
    secret: facts.key.reveal(),
    trustedOrigins: [...facts.origins],
    telemetry: { enabled: false },
    database: {
      dialect: new PostgresDialect({ pool: facts.pool }),
      type: 'postgres',
      schemaName: 'ops',
      transaction: true,
    },
    ...TABLES,
    session: { ...TABLES.session, expiresIn: 7 * DAY, updateAge: HOUR, cookieCache: { enabled: false } },
    account: {
      ...TABLES.account,
      encryptOAuthTokens: true,
      updateAccountOnSignIn: false,
      accountLinking: { enabled: true, requireLocalEmailVerified: true },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    ...(facts.github === undefined
      ? {}
      : {
          socialProviders: {
            github: { clientId: facts.github.clientId, clientSecret: facts.github.clientSecret.reveal() },
          },
        }),
    plugins: plugins(facts),
    rateLimit: LIMITS,
    databaseHooks: hooks(facts.rules),
    onAPIError: { errorURL: `${facts.origin}/sign-in` },
    advanced: {
      ...cookies(facts.origin.startsWith('https://')),
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    // Its messages only: what it hands over beside them may be anything.
    logger: { level: 'error', log: (_, message) => facts.warn(message) },
  });

export type Auth = ReturnType<typeof makeAuth>;
