import { compareInvariants as compare } from '@slipway/contracts/compare-invariants';
import { Failure } from '@slipway/contracts/failure';
import { type Comparison, type Figures, figuresView } from '@slipway/contracts/invariants-views';
import { z } from 'zod';
import { asFile, figuresOf, MEASURE_SECONDS, measuredDatabase, measuring } from './shared/figures.ts';
import { defineStep, done, type StepContext } from './step.ts';

const input = z.strictObject({
  ...measuring,
  /** With what: a `measure-invariants` of this run, by its name, or another database as it is now. */
  before: z.union([z.strictObject({ step: z.string() }), measuredDatabase]),
  /** `fail`: nothing goes on with a figure that changed; `tell`: it is written down, as by a rehearsal. */
  broken: z.enum(['fail', 'tell']),
});
type Input = z.infer<typeof input>;

/** Measures again and says what became of each figure. Failure: invariants-broken. */
export const compareInvariants = defineStep({
  kind: 'compare-invariants',
  input,
  limit: () => 2 * MEASURE_SECONDS,
  run: async (asked, context) => {
    const { of, own, as } = asked;
    const before = await formerFigures(asked, context);
    const after = await figuresOf(of, own, context.ports);
    const compared = compare(before, after);
    await context.keep(`invariants/${as}.json`, asFile(after));
    await context.keep(`invariants/${as}-compared.json`, asFile(compared));
    for (const { id, says } of compared.broken) context.log('step', `changed ${id}: ${says}`);
    if (!compared.ok && asked.broken === 'fail')
      throw new Failure('invariants-broken', {
        environment: of.environment,
        count: compared.broken.length,
        broken: inWords(compared),
      });
    return done(noteOf(compared, of.database), compared);
  },
});

const formerFigures = async ({ before, own, as }: Input, context: StepContext): Promise<Figures> => {
  if ('step' in before) return figuresView.parse(await context.receipt(before.step));
  const figures = await figuresOf(before, own, context.ports);
  await context.keep(`invariants/${as}-before.json`, asFile(figures));
  return figures;
};

const TOLD = 5;

const inWords = ({ broken }: Comparison): string => {
  const more = broken.length - TOLD;
  return `${broken
    .slice(0, TOLD)
    .map(({ says }) => says)
    .join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
};

const noteOf = ({ ok, compared, broken }: Comparison, database: string): string =>
  ok
    ? `${database}: ${compared} figures are what they were`
    : `${database}: ${broken.length} of ${compared} figures changed`;
