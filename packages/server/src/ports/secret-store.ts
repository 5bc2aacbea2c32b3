import type { Secret } from '../domain/secret.ts';

/** Secrets by project and stage. Encrypted at rest. Failures: secret-unknown, master-key-wrong. */
export interface SecretStore {
  get(project: string, stage: string, name: string): Promise<Secret>;
  /** One of a stage that Slipway keeps itself, in place of what is there. */
  keep(project: string, stage: string, name: string, value: Secret): Promise<void>;
  /** The secret of an environment's database role etc.: made at first use, the same afterwards, gone with `forget`. */
  ensure(environment: string, name: string): Promise<Secret>;
  /** In place of one that `ensure` made: a key that somebody brings along. */
  replace(environment: string, name: string, value: Secret): Promise<void>;
  forget(environment: string): Promise<void>;
}
