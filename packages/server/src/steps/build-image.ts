import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** Makes the image of a commit, or finds it: same content, no build. */
export const buildImage = defineStep({
  kind: 'build-image',
  input: z.strictObject({
    project: z.string(),
    sha: z.string(),
    base: z.string(),
    baseDigest: z.string(),
    packages: z.array(z.string()),
    requirements: z.array(z.string()),
    addons: z.array(z.string()),
    lockHash: z.string(),
    contentHash: z.string(),
    build: z.string(),
  }),
  limit: () => 1800,
  run: async (input, { ports, log, signal, keep }) => {
    const repository = await ports.repository(input.project);
    const lines: string[] = [];
    const sink: typeof log = (stream, line) => {
      lines.push(line);
      log(stream, line);
    };
    try {
      const image = await ports.builder.build(
        {
          project: input.project,
          sha: input.sha,
          base: { reference: input.base, digest: input.baseDigest },
          packages: input.packages,
          checkout: await repository.checkout(input.sha),
          requirements: input.requirements,
          addons: input.addons,
          lockHash: input.lockHash,
          contentHash: input.contentHash,
        },
        sink,
        signal,
      );
      return done(image.cached ? `${image.reference} was there` : `built ${image.reference}`, image);
    } catch (error) {
      throw error instanceof Failure && error.code === 'image-build-failed'
        ? new Failure(error.code, { ...error.facts, build: input.build }, error)
        : error;
    } finally {
      if (lines.length > 0) await keep(`build/image-${input.sha.slice(0, 12)}.log`, lines.join('\n'));
    }
  },
});
