import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** What passed staging is what goes live: the same image, not one that was made again. */
export const requireArtifact = defineStep({
  kind: 'require-artifact',
  input: z.strictObject({ image: z.string(), digest: z.string() }),
  limit: () => 120,
  run: async ({ image, digest }, { ports }) => {
    if (!(await ports.builder.exists(image)))
      throw new Failure('artifact-changed', { image, reason: 'it is not on this machine any more' });
    const found = await ports.builder.base(image);
    if (found.digest !== digest)
      throw new Failure('artifact-changed', { image, reason: `it is ${found.digest}, and ${digest} was proved` });
    return done(`${image} is the one that was proved`, { image, digest });
  },
});
