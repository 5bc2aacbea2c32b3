import { createPublicKey, verify } from 'node:crypto';
import { type BundleManifest, EVIDENCE_FOLDER, KEY_FILE } from '@slipway/contracts/bundle-views';
import { chainOf, keyIdOf, signedText } from '@slipway/contracts/evidence-chain';
import type { Problem } from './verify-signature.ts';

/** The links and heads in a manifest, computed again: each link is of its file, each head is signed, and both agree. */
export const brokenLinks = (manifest: BundleManifest, keys: ReadonlyMap<string, string>): Problem[] => {
  const files = new Map(manifest.files.map((file) => [file.path, file]));
  return manifest.runs.flatMap(({ run, chain, heads }) => [
    ...chain.flatMap((link, index) => {
      const path = `${EVIDENCE_FOLDER}${link.path}`;
      const file = files.get(path);
      const before = chain[index - 1];
      if (file === undefined) return [{ path, reason: 'the chain names it, and it is not in the bundle' }];
      if (file.sha256 !== link.sha256 || file.bytes !== link.bytes)
        return [{ path, reason: 'the chain names another content' }];
      if (link.chain !== chainOf(link.previousChain, run, link)) return [{ path, reason: 'its link does not hold' }];
      const follows = before?.sequence !== link.sequence - 1 || before.chain === link.previousChain;
      return follows ? [] : [{ path, reason: 'its link does not follow the one before it' }];
    }),
    ...heads.flatMap((head) => {
      const path = `signed head ${head.number}`;
      const pem = keys.get(head.key);
      if (pem === undefined) return [{ path, reason: `its key ${head.key} is not in the bundle` }];
      if (!verify(null, Buffer.from(signedText(head)), pem, Buffer.from(head.signature, 'base64')))
        return [{ path, reason: 'its signature does not hold' }];
      const link = chain.find((one) => one.sequence === head.sequence);
      return link === undefined || link.chain === head.chain ? [] : [{ path, reason: 'it signs another chain' }];
    }),
  ]);
};

/** PEM by id, under the names that a bundle gives them. */
export const keysOf = (texts: ReadonlyMap<string, Buffer>): Map<string, string> => {
  const keys = new Map<string, string>();
  for (const [path, bytes] of texts) {
    if (path !== KEY_FILE && !/^keys\/[0-9a-f]{16}\.pem$/.test(path)) continue;
    const pem = bytes.toString('utf8');
    try {
      keys.set(keyIdOf(createPublicKey(pem)), pem);
    } catch {
      // The head that needs it says that it is missing.
    }
  }
  return keys;
};
