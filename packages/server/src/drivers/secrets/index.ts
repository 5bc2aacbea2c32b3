import { randomBytes } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import { Secret } from '../../domain/secret.ts';
import type { SecretStore } from '../../ports/secret-store.ts';
import { isSame, seal, unseal } from './client.ts';
import { ensureKeyFile, type MasterKey, newMasterKey, readKeys, writeKeys } from './key-file.ts';
import type { SecretAddress, SecretRow, SecretRows } from './secret-rows.ts';

/** What people are told of a secret: never its value. */
export interface SecretNote {
  readonly name: string;
  readonly stage: string;
  readonly version: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface EncryptedSecrets extends SecretStore {
  set(secret: {
    readonly project: string;
    readonly stage: string;
    readonly name: string;
    readonly value: Secret;
    readonly by: string;
  }): Promise<SecretNote>;
  /** Those that people set, without those that Slipway made. */
  list(project: string): Promise<SecretNote[]>;
  /** Encrypts everything anew under a key made now, and throws the old one away. Answers how many. Go on with it by calling it again. */
  rotate(): Promise<number>;
  /**
   * Every value that is stored or was ever handed out by this process, for masking. Always the same list; it grows, so who keeps it
   * also masks what was made later.
   */
  known(): Promise<readonly Secret[]>;
}

/** AES-256-GCM under a master key that lies in a file of its own (0600, made at the first start). Failure: master-key-wrong. */
export const openSecrets = async (options: {
  readonly rows: SecretRows;
  readonly keyFile: string;
}): Promise<EncryptedSecrets> => {
  const { rows, keyFile } = options;
  // A lost key file must not be replaced in silence: the stored secrets would stay shut for ever.
  if ((await rows.list()).length === 0) await ensureKeyFile(keyFile);
  const keyring = await openKeyring(keyFile);
  const memory = openMemory(keyring);
  for (const row of await rows.list()) await memory.open(row);
  return {
    get: async (project, stage, name) => {
      const row = await rows.find({ project, stage, environment: '', name });
      if (row === null) throw new Failure('secret-unknown', { name, stage });
      return memory.open(row);
    },
    ensure: async (environment, name) => {
      const address = { project: projectOf(environment), stage: '', environment, name };
      const found = await rows.find(address);
      if (found !== null) return memory.open(found);
      const made = new Secret(randomBytes(24).toString('base64url'));
      return memory.open(
        await storeUnderCurrentKey(keyring, rows, { address, value: made, by: 'slipway', first: 'putIfAbsent' }),
      );
    },
    replace: async (environment, name, value) => {
      const address = { project: projectOf(environment), stage: '', environment, name };
      await memory.open(await storeUnderCurrentKey(keyring, rows, { address, value, by: 'slipway', first: 'put' }));
    },
    keep: async (project, stage, name, value) => {
      const address = { project, stage, environment: '', name };
      const present = await rows.find(address);
      if (present !== null && isSame(await memory.open(present), value)) return;
      await memory.open(await storeUnderCurrentKey(keyring, rows, { address, value, by: 'slipway', first: 'put' }));
    },
    forget: (environment) => rows.removeEnvironment(projectOf(environment), environment),
    set: async ({ project, stage, name, value, by }) => {
      const row = await storeUnderCurrentKey(keyring, rows, {
        address: { project, stage, environment: '', name },
        value,
        by,
        first: 'put',
      });
      await memory.open(row);
      return noteOf(row);
    },
    list: async (project) =>
      (await rows.list()).filter((row) => row.project === project && row.environment === '').map(noteOf),
    rotate: () => rotate(rows, keyFile),
    known: async () => {
      for (const row of await rows.list()) await memory.open(row);
      return memory.seen;
    },
  };
};

const projectOf = (environment: string): string => environment.split('/')[0] ?? environment;

const noteOf = ({ name, stage, version, updatedAt, updatedBy }: SecretRow): SecretNote => ({
  name,
  stage,
  version,
  updatedAt,
  updatedBy,
});

/** If the key was rotated between sealing and storing, our row may lie under a key that is gone: then it is sealed again. */
const storeUnderCurrentKey = async (
  keyring: Keyring,
  rows: Pick<SecretRows, 'put' | 'putIfAbsent'>,
  secret: {
    readonly address: SecretAddress;
    readonly value: Secret;
    readonly by: string;
    readonly first: 'put' | 'putIfAbsent';
  },
): Promise<SecretRow> => {
  for (let put = secret.first; ; put = 'put') {
    const key = await keyring.current();
    const sealed = seal(key, secret.address, secret.value);
    const row = await rows[put]({ ...sealed, updatedBy: secret.by });
    if (!row.nonce.equals(sealed.nonce) || (await keyring.current()).id === key.id) return row;
  }
};

interface Keyring {
  /** The key to encrypt with. */
  current(): Promise<MasterKey>;
  /** Failure: master-key-wrong. */
  unseal(row: SecretRow): Promise<Secret>;
}

/** Another process may have rotated the key, so each use looks at the file: 100 bytes, and always right. */
const openKeyring = async (file: string): Promise<Keyring> => {
  await readKeys(file);
  return {
    current: async () => (await readKeys(file))[0] as MasterKey,
    unseal: async (row) => unsealWith(await readKeys(file), row, file),
  };
};

const unsealWith = (keys: readonly MasterKey[], row: SecretRow, file: string): Secret => {
  const key = keys.find((candidate) => candidate.id === row.keyId);
  if (key === undefined) throw new Failure('master-key-wrong', { file });
  try {
    return unseal(key, row);
  } catch (error) {
    throw new Failure('master-key-wrong', { file }, error);
  }
};

/** Opens each sealed value once; remembers it for masking, also after it is gone from the table. */
const openMemory = (keyring: Keyring) => {
  const opened = new Map<string, Secret>();
  const seen: Secret[] = [];
  return {
    seen: seen as readonly Secret[],
    open: async (row: SecretRow): Promise<Secret> => {
      const id = `${row.nonce.toString('hex')}${row.ciphertext.toString('hex')}`;
      const known = opened.get(id);
      if (known !== undefined) return known;
      const secret = await keyring.unseal(row);
      opened.set(id, secret);
      seen.push(secret);
      return secret;
    },
  };
};

/**
 * Both keys in the file, every row under the new key; then, once that is committed, the keys that no row needs go. After a crash in
 * between everything still opens, and the next rotation puts it right. The lock keeps two rotations from losing each other's key.
 */
const rotate = async (rows: SecretRows, file: string): Promise<number> => {
  const fresh = newMasterKey();
  const count = await rows.exclusively(async (locked) => {
    const keys = [fresh, ...(await readKeys(file))];
    await writeKeys(file, keys);
    const all = await locked.list();
    for (const row of all)
      await locked.replace({ ...seal(fresh, row, unsealWith(keys, row, file)), updatedBy: row.updatedBy });
    return all.length;
  });
  await rows.exclusively(async (locked) => {
    const used = new Set((await locked.list()).map((row) => row.keyId));
    await writeKeys(
      file,
      (await readKeys(file)).filter((key, index) => index === 0 || used.has(key.id)),
    );
  });
  return count;
};
