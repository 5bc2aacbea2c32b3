import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Secret } from '../../domain/secret.ts';
import type { MasterKey } from './key-file.ts';
import type { SealedSecret, SecretAddress } from './secret-rows.ts';

const TAG = 16;
const NONCE = 12;

/** A row moved to another project, stage or name does not open there. */
const addressBytes = (a: SecretAddress): Buffer =>
  Buffer.from(JSON.stringify([a.project, a.stage, a.environment, a.name]), 'utf8');

export const seal = (key: MasterKey, address: SecretAddress, secret: Secret): Omit<SealedSecret, 'updatedBy'> => {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG });
  cipher.setAAD(addressBytes(address));
  const ciphertext = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const { project, stage, environment, name } = address;
  return { project, stage, environment, name, keyId: key.id, nonce, ciphertext };
};

/** Throws when key, address or content are not those that it was sealed with. */
export const unseal = (key: MasterKey, sealed: Omit<SealedSecret, 'updatedBy'>): Secret => {
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, sealed.nonce, { authTagLength: TAG });
  decipher.setAAD(addressBytes(sealed));
  decipher.setAuthTag(sealed.ciphertext.subarray(-TAG));
  const content = Buffer.concat([decipher.update(sealed.ciphertext.subarray(0, -TAG)), decipher.final()]);
  return new Secret(content.toString('utf8'));
};

/** Whether two are the same; in whatever time it takes, since both are ours. */
export const isSame = (one: Secret, other: Secret): boolean => one.reveal() === other.reveal();
