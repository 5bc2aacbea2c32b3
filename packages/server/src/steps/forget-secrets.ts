import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** The passwords made for this environment. */
export const forgetSecrets = defineStep({
  kind: 'forget-secrets',
  input: z.strictObject({ owner: z.string() }),
  limit: () => 60,
  run: async ({ owner }, { ports }) => {
    await ports.secrets.forget(owner);
    return done(`secrets of ${owner} forgotten`);
  },
});
