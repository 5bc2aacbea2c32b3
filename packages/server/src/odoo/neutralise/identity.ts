import { quoteText } from '../../domain/quote.ts';
import type { Secret } from '../../domain/secret.ts';
import { passwordHash, uuidOf } from '../password-hash.ts';

/** Where every mail of an environment goes: a name that only its own network knows. */
export const CATCHER = { host: 'mail.slipway.internal', port: 1025 } as const;
export const CATCHER_NAME = 'Slipway: mail goes to the catcher';

/** What makes a copy a database of its own. Nothing here can be turned back into a secret. */
export interface Identity {
  readonly url: string;
  readonly uuid: string;
  readonly secret: string;
  readonly passwordHash: string;
  /** Values of the project's own: test endpoints and test keys. */
  readonly parameters: Readonly<Record<string, string>>;
}

export const makeIdentity = async (facts: {
  readonly url: string;
  readonly adminPassword: Secret;
  readonly databaseUuid: Secret;
  readonly databaseSecret: Secret;
  readonly parameters: Readonly<Record<string, string>>;
}): Promise<Identity> => ({
  url: facts.url,
  uuid: uuidOf(facts.databaseUuid),
  secret: uuidOf(facts.databaseSecret),
  passwordHash: await passwordHash(facts.adminPassword, facts.url),
  parameters: facts.parameters,
});

/** SQL for a value that belongs to one record of one environment, the same each time: a token that stays a token, but another. */
export const derived = (identity: Identity, table: string, column: string): string =>
  `md5(${quoteText(`${identity.secret}:${table}.${column}:`)} || id)::uuid::text`;
