import { compareInvariants } from '@slipway/contracts/compare-invariants';
import { comparisonView } from '@slipway/contracts/invariants-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { measure, readFigures } from '../../local/figures.ts';
import { comparisonText } from '../../show/invariants.ts';

const subject = z.string().min(1, 'may not be empty').max(2000, 'is too long for an address');

export const invariantsCompare = defineCommand({
  path: 'invariants compare',
  says: 'Say which business figures changed since they were measured; exit code 1 when one did. Two files need no server.',
  example: 'slipway invariants compare before.json shop/staging',
  arguments: [
    { name: '<before>', says: 'a file of `slipway invariants measure --out`' },
    { name: '<after>', says: 'such a file, an environment, or postgresql://user:password@host:port/database' },
  ],
  input: z.strictObject({ before: subject, after: subject }),
  view: comparisonView,
  routes: ['measureInvariants'],
  run: async ({ before, after }, session) => {
    const then = await readFigures(before, session.io.cwd);
    const now = after.endsWith('.json') ? await readFigures(after, session.io.cwd) : await measure(after, session);
    return compareInvariants(then, now);
  },
  show: comparisonText,
  exit: ({ ok }) => (ok ? 'ok' : 'failed'),
});
