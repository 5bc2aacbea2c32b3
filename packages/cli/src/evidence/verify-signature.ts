import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type BundleVerdict, KEY_FILE, MANIFEST_FILE, SIGNATURE_FILE } from '@slipway/contracts/bundle-views';
import { fingerprintOf, keyIdOf } from '@slipway/contracts/evidence-chain';
import type { TrustedKeys } from './trusted-keys.ts';

export type Problem = BundleVerdict['problems'][number];

export interface SignatureVerdict {
  readonly key: BundleVerdict['key'];
  readonly problem: Problem | null;
}

const SIGNATURE_BYTES = 64;

const holds = (key: KeyObject, manifest: Buffer, signature: Buffer): boolean => verify(null, manifest, key, signature);

const keyOf = (pem: Buffer): KeyObject | null => {
  try {
    const key = createPublicKey(pem.toString('utf8'));
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
};

/** Whether the manifest is signed, by a key that is trusted where any is; else by the one that lies in the bundle, which proves only itself. */
export const verifySignature = (
  parts: { readonly manifest: Buffer; readonly signature: Buffer; readonly key: Buffer },
  trusted: TrustedKeys | null,
): SignatureVerdict => {
  const { manifest, signature } = parts;
  const own = keyOf(parts.key);
  const bad = (path: string, reason: string): SignatureVerdict => ({ key: null, problem: { path, reason } });
  if (signature.length !== SIGNATURE_BYTES) return bad(SIGNATURE_FILE, `it is not of ${SIGNATURE_BYTES} bytes`);
  const signer = (trusted?.keys ?? []).find((key) => holds(key, manifest, signature));
  if (trusted !== null && signer !== undefined) return good(signer, trusted.trust);
  if (own === null) return bad(KEY_FILE, 'it is no Ed25519 key');
  if (!holds(own, manifest, signature))
    return bad(MANIFEST_FILE, `the signature does not hold: it, ${SIGNATURE_FILE} or ${KEY_FILE} was altered`);
  if (trusted === null) return good(own, 'itself');
  return bad(SIGNATURE_FILE, `it is signed with key ${keyIdOf(own)}, which is not in ${trusted.from}`);
};

const good = (key: KeyObject, trust: NonNullable<BundleVerdict['key']>['trust']): SignatureVerdict => ({
  key: { id: keyIdOf(key), fingerprint: fingerprintOf(key), trust },
  problem: null,
});
