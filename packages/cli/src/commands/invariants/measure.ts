import { figuresView } from '@slipway/contracts/invariants-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { measure, writeNew } from '../../local/figures.ts';
import { figuresText } from '../../show/invariants.ts';

export const invariantsMeasure = defineCommand({
  path: 'invariants measure',
  says: 'Measure the business figures of a database at one moment: balances, stock, counts of documents, numbers, rights.',
  example: 'slipway invariants measure shop/staging --out before.json',
  arguments: [
    {
      name: '<environment>',
      says: 'an environment as `slipway env list` prints it, or postgresql://user:password@host:port/database',
    },
  ],
  options: [{ flags: '--out <file>', says: 'also write them to a file, for `slipway invariants compare`' }],
  input: z.strictObject({
    environment: z.string().min(1, 'may not be empty').max(2000, 'is too long for an address'),
    out: z.string().min(1).optional(),
  }),
  view: figuresView,
  routes: ['measureInvariants'],
  run: async ({ environment, out }, session) => {
    const figures = await measure(environment, session);
    if (out !== undefined) await writeNew(out, session.io.cwd, `${JSON.stringify(figures, null, 2)}\n`);
    return figures;
  },
  show: figuresText,
  exit: ({ invariants }) => (invariants.some(({ state }) => state === 'failed') ? 'failed' : 'ok'),
});
