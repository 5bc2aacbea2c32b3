/** Business figures of a database at one moment, and what became of them (X2). */
import { z } from 'zod';

export const figure = z.object({
  /** What the figure is of, for the comparison: ids, never a name that can change. */
  key: z.string(),
  /** The same in words: `Receivable total of company 1 (My Company)`. */
  of: z.string(),
  unit: z.enum(['count', 'amount', 'quantity', 'text']),
  /** A number as PostgreSQL writes it, never a float; or a text. */
  value: z.string(),
});
export type Figure = z.infer<typeof figure>;

export const measuredInvariant = z.object({
  id: z.string(),
  title: z.string(),
  /** What it means when it changed, in an accountant's words. */
  means: z.string(),
  /** Of the project's slipway.yaml. */
  own: z.boolean(),
  compare: z.enum(['equal', 'not-lower']),
  /** By how much figures may differ. */
  within: z.string(),
  /** Whether a figure may be there afterwards that was not there before. */
  fresh: z.enum(['breaks', 'allowed']),
  /** `absent`: the module is not installed, or its tables are those of another series. */
  state: z.enum(['measured', 'absent', 'failed']),
  /** Why it was not measured. */
  why: z.string().nullable(),
  /** In the order of their keys. */
  figures: z.array(figure),
});
export type MeasuredInvariant = z.infer<typeof measuredInvariant>;

export const figuresView = z.object({
  format: z.literal(1),
  /** The environment, or the database in the address. */
  subject: z.string(),
  /** One moment: all figures belong together. */
  takenAt: z.string(),
  invariants: z.array(measuredInvariant),
});
export type Figures = z.infer<typeof figuresView>;

const side = figuresView.pick({ subject: true, takenAt: true });

export const comparisonView = z.object({
  before: side,
  after: side,
  ok: z.boolean(),
  /** How many figures were compared. */
  compared: z.int(),
  broken: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      means: z.string(),
      /** `Receivable total of company 1 (My Company) was 12 340.50, is 12 300.00`. */
      says: z.string(),
    }),
  ),
  /** What could not be compared, and why that is no break. */
  left: z.array(z.object({ id: z.string(), why: z.string() })),
});
export type Comparison = z.infer<typeof comparisonView>;
export type BrokenInvariant = Comparison['broken'][number];
