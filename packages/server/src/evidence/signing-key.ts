import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fingerprintOf, keyIdOf } from '@slipway/contracts/evidence-chain';
import { Failure } from '@slipway/contracts/failure';

/** Where public keys lie in the evidence folder, for those who check a copy of it without Slipway. */
export const KEYS_FOLDER = 'keys';

/** The Ed25519 key that signs, and all that are trusted. */
export interface SigningKey {
  readonly id: string;
  /** SHA-256 of the public key; the id is its beginning. */
  readonly fingerprint: string;
  /** PEM. */
  readonly publicKey: string;
  /** Base64. */
  sign(text: string): string;
  /** 64 raw bytes over bytes, as `openssl pkeyutl -verify -rawin` takes them. */
  signBytes(content: Uint8Array): Buffer;
  /** False for a key that is not in the key file, whatever it says of itself. */
  holds(key: string, text: string, signature: string): boolean;
  /** PEM by id: what has to lie in the evidence folder. */
  readonly publicKeys: ReadonlyMap<string, string>;
}

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

/**
 * Reads the key file: PEM blocks, the first is the private key that signs, all others (private or public) still verify. Made at the first
 * start and only while nothing was signed (`signedWith`: the key of the newest head): a lost key is never replaced in silence.
 * Failure: evidence-key-wrong.
 */
export const openSigningKey = async (options: {
  readonly file: string;
  readonly folder: string;
  readonly signedWith: string | null;
}): Promise<SigningKey> => {
  if (options.signedWith === null) await makeFile(options.file);
  const wrong = (reason: string, cause?: unknown) =>
    new Failure('evidence-key-wrong', { file: options.file, reason }, cause);
  const text = await readFile(options.file, 'utf8').catch((error: unknown) => {
    throw wrong('it cannot be read', error);
  });
  const blocks = text.match(/-----BEGIN (?:PRIVATE|PUBLIC) KEY-----[\s\S]+?-----END \w+ KEY-----/g) ?? [];
  if (!blocks[0]?.includes('PRIVATE')) throw wrong('it does not begin with a private key');
  const key = signingKeyOf(blocks, wrong);
  if (options.signedWith !== null && !key.publicKeys.has(options.signedWith))
    throw wrong(`it does not hold key ${options.signedWith}, which signed last`);
  await publish(options.folder, key);
  return key;
};

const signingKeyOf = (blocks: readonly string[], wrong: (reason: string, cause?: unknown) => Failure): SigningKey => {
  try {
    const signer = createPrivateKey(blocks[0] ?? '');
    const trusted = new Map(blocks.map((block) => createPublicKey(block)).map((key) => [keyIdOf(key), key] as const));
    if ([...trusted.values()].some((key) => key.asymmetricKeyType !== 'ed25519'))
      throw wrong('it holds a key that is not Ed25519');
    const own = createPublicKey(signer);
    return {
      id: keyIdOf(own),
      fingerprint: fingerprintOf(own),
      publicKey: pemOf(own),
      signBytes: (content) => sign(null, content, signer),
      sign: (text) => sign(null, Buffer.from(text, 'utf8'), signer).toString('base64'),
      holds: (id, text, signature) => {
        const key = trusted.get(id);
        return key !== undefined && verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64'));
      },
      publicKeys: new Map([...trusted].map(([id, key]) => [id, pemOf(key)])),
    };
  } catch (error) {
    throw error instanceof Failure ? error : wrong('it is no key in PEM', error);
  }
};

/** Two processes that start at once end with one and the same key. */
const makeFile = async (file: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await writeNew(file, pem, 0o600);
};

const publish = async (folder: string, key: SigningKey): Promise<void> => {
  await mkdir(join(folder, KEYS_FOLDER), { recursive: true, mode: 0o750 });
  for (const [id, pem] of key.publicKeys) await writeNew(join(folder, KEYS_FOLDER, `${id}.pem`), pem, 0o640);
};

/** Whole or not at all. What is there already stays: the key because it counts, its public half because an altered one is to be found. */
const writeNew = async (file: string, content: string, mode: number): Promise<void> => {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await handle.close();
    await rm(draft, { force: true });
  }
};
