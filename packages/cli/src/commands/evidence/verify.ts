import { evidenceVerdict } from '@slipway/contracts/views';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { verdictText } from '../../show/evidence.ts';

export const evidenceVerify = defineCommand({
  path: 'evidence verify',
  says: 'Check every file of the evidence against its hash, the chain and the signatures; exit code 1 when one does not hold.',
  example: 'slipway evidence verify',
  input: noInput,
  view: evidenceVerdict,
  routes: ['verifyEvidence'],
  run: async (_, session) => (await session.api()).call('verifyEvidence', { parameters: {} }),
  show: verdictText,
  exit: (verdict) => (verdict.ok ? 'ok' : 'failed'),
});
