import { resolve } from 'node:path';
import { bundleVerdict } from '@slipway/contracts/bundle-views';
import { Failure } from '@slipway/contracts/failure';
import { evidenceVerdict } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { trustedKeys } from '../../evidence/trusted-keys.ts';
import { verifyBundle } from '../../evidence/verify-bundle.ts';
import { bundleVerdictText, verdictText } from '../../show/evidence.ts';

export const evidenceVerify = defineCommand({
  path: 'evidence verify',
  says: 'Check every file of the evidence against its hash, the chain and the signatures; with a bundle, that zip, without a server. Exit code 1 when something does not hold.',
  example: 'slipway evidence verify release.zip --key slipway.pem',
  arguments: [{ name: '[bundle]', says: 'a zip of `slipway evidence bundle`; default: all evidence of the server' }],
  options: [
    {
      flags: '--key <file>',
      says: "public key that the bundle must be signed with; default: that of this machine's Slipway",
    },
  ],
  input: z.strictObject({ bundle: z.string().min(1).optional(), key: z.string().min(1).optional() }),
  view: z.union([bundleVerdict, evidenceVerdict]),
  routes: ['verifyEvidence'],
  run: async ({ bundle, key }, session) => {
    if (bundle === undefined && key !== undefined) throw new Failure('usage', { reason: '--key goes with a bundle.' });
    if (bundle === undefined) return (await session.api()).call('verifyEvidence', { parameters: {} });
    const { cwd } = session.io;
    const trusted = await trustedKeys(key === undefined ? undefined : resolve(cwd, key), session.dataFolder);
    return verifyBundle(resolve(cwd, bundle), trusted);
  },
  show: (verdict, screen) =>
    'problems' in verdict ? bundleVerdictText(verdict, screen) : verdictText(verdict, screen),
  exit: (verdict) => (verdict.ok ? 'ok' : 'failed'),
});
