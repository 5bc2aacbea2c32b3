/** Where sealed secrets lie; store/secrets.ts has one on PostgreSQL. A driver does not know the store, so it says here what it needs. */
export interface SecretAddress {
  readonly project: string;
  /** '' for a secret of one environment. */
  readonly stage: string;
  /** '' for a secret of a stage. */
  readonly environment: string;
  readonly name: string;
}

export interface SealedSecret extends SecretAddress {
  readonly keyId: string;
  readonly nonce: Buffer;
  /** With the authentication tag at its end. */
  readonly ciphertext: Buffer;
  readonly updatedBy: string;
}

export interface SecretRow extends SealedSecret {
  readonly version: number;
  /** ISO 8601. */
  readonly updatedAt: string;
}

export interface SecretRows {
  find(address: SecretAddress): Promise<SecretRow | null>;
  list(): Promise<SecretRow[]>;
  /** Sets or replaces. */
  put(sealed: SealedSecret): Promise<SecretRow>;
  /** Keeps the first of several made at once and answers that one. */
  putIfAbsent(sealed: SealedSecret): Promise<SecretRow>;
  removeEnvironment(project: string, environment: string): Promise<void>;
  /** All or nothing, while nobody else can set a secret or be in here. */
  exclusively<T>(work: (locked: LockedSecrets) => Promise<T>): Promise<T>;
}

export interface LockedSecrets {
  list(): Promise<SecretRow[]>;
  /** Another sealing of the same value. */
  replace(sealed: SealedSecret): Promise<void>;
}
