import { z } from 'zod';
import type { CheckRequest } from '../../ports/repository-checks.ts';
import type { StepContext } from '../step.ts';

/** Which commit is looked at, and for which environment. */
export const checkedCommit = z.strictObject({ project: z.string(), environment: z.string(), sha: z.string() });

/** In the checkout that the image is built of; today's date, since what is accepted has a last day. */
export const checkRequestOf = async (
  { project, environment, sha }: z.infer<typeof checkedCommit>,
  { ports, now }: Pick<StepContext, 'ports' | 'now'>,
): Promise<CheckRequest> => ({
  environment,
  folder: await (await ports.repository(project)).checkout(sha),
  today: new Date(now()).toISOString().slice(0, 10),
});
