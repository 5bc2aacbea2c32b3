import { Failure } from '@slipway/contracts/failure';
import type { Figures } from '@slipway/contracts/invariants-views';
import { z } from 'zod';
import { asFile, figuresOf, MEASURE_SECONDS, measuring } from './shared/figures.ts';
import { defineStep, done } from './step.ts';

/**
 * Business figures of a database at one moment; its receipt is what `compare-invariants` compares with. Before an update: one that
 * cannot be measured would prove nothing afterwards, so it fails here.
 */
export const measureInvariants = defineStep({
  kind: 'measure-invariants',
  input: z.strictObject(measuring),
  limit: () => MEASURE_SECONDS,
  run: async ({ of, own, as }, { ports, keep }) => {
    const figures = await figuresOf(of, own, ports);
    await keep(`invariants/${as}.json`, asFile(figures));
    const failed = figures.invariants.filter(({ state }) => state === 'failed');
    if (failed.length > 0)
      throw new Failure('invariant-failed', {
        environment: of.environment,
        invariants: failed.map(({ title, why }) => `${title} (${why})`).join('; '),
      });
    return done(`${of.database}: ${countOf(figures)}`, figures);
  },
});

const countOf = ({ invariants }: Figures): string => {
  const measured = invariants.filter(({ state }) => state === 'measured');
  const figures = measured.reduce((sum, one) => sum + one.figures.length, 0);
  return `${figures} figures of ${measured.length} invariants, ${invariants.length - measured.length} not applicable`;
};
