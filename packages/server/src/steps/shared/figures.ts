import { invariantsSection } from '@slipway/contracts/invariants-config';
import type { Figures } from '@slipway/contracts/invariants-views';
import { z } from 'zod';
import { measureInvariants } from '../../odoo/invariants/measure.ts';
import type { StepPorts } from '../step.ts';
import { loginOf } from './odoo-database.ts';

/** A database and who may read it; names only, no secret. */
export const measuredDatabase = z.strictObject({
  environment: z.string(),
  /** Whose password the role has. */
  owner: z.string(),
  database: z.string(),
  role: z.string(),
});
export type MeasuredDatabase = z.infer<typeof measuredDatabase>;

/** What a step that measures is told. */
export const measuring = {
  of: measuredDatabase,
  /** The project's own, as in slipway.yaml. */
  own: invariantsSection,
  /** What its files under invariants/ in the evidence are called. */
  as: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
};

/** Long enough for a ledger of some ten million lines; each statement has a limit of its own. */
export const MEASURE_SECONDS = 1800;

export const figuresOf = async (
  of: MeasuredDatabase,
  own: z.infer<typeof invariantsSection>,
  ports: Pick<StepPorts, 'secrets' | 'sql'>,
): Promise<Figures> =>
  ports.sql.read(await loginOf(of, ports), (session) => measureInvariants(session, { subject: of.database, own }));

export const asFile = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
