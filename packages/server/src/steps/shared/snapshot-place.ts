import { z } from 'zod';
import type { StoreSettings } from '../../ports/snapshot-stores.ts';
import type { OnProgress, Progress } from '../../snapshot/progress.ts';
import { openRepository, type Repository } from '../../snapshot/repository.ts';
import type { StepContext } from '../step.ts';

/** As in slipway.yaml: names of secrets, no secret. */
export const storeSettings: z.ZodType<StoreSettings> = z.union([
  z.strictObject({ kind: z.literal('folder'), path: z.string().optional() }),
  z.strictObject({
    kind: z.literal('s3'),
    endpoint: z.string().optional(),
    region: z.string(),
    bucket: z.string(),
    prefix: z.string(),
    access_key: z.string(),
    secret_key: z.string(),
  }),
]);

/** The project's place for snapshots; `id`: what a snapshot written through it is called, so that a step that runs twice writes one. */
export const openPlace = async (
  { project, store, id }: { readonly project: string; readonly store: StoreSettings; readonly id: string },
  context: Pick<StepContext, 'ports' | 'now' | 'sleep'>,
): Promise<Repository> => {
  const place = await context.ports.stores.open(project, store);
  return openRepository({
    ...place,
    clock: { now: () => new Date(context.now()), sleep: (milliseconds) => context.sleep(milliseconds) },
    newId: () => id,
  });
};

const EVERY_MILLISECONDS = 2000;
const MEGABYTE = 1_000_000;

/** A line of the run's log every two seconds: how far, how fast, how long still. */
export const progressLines = (context: Pick<StepContext, 'log' | 'now'>): OnProgress => {
  let told = 0;
  let phase: Progress['phase'] | null = null;
  return (progress) => {
    if (progress.phase === phase && context.now() - told < EVERY_MILLISECONDS) return;
    told = context.now();
    phase = progress.phase;
    context.log('step', lineOf(progress));
  };
};

const lineOf = ({ phase, done, total, bytesPerSecond, secondsLeft }: Progress): string => {
  const share = total > 0 ? ` ${Math.min(100, Math.floor((done * 100) / total))} %` : '';
  const rate = phase === 'rows' && bytesPerSecond > 0 ? `, ${(bytesPerSecond / MEGABYTE).toFixed(1)} MB/s` : '';
  return `${phase}${share}${rate}${secondsLeft === null ? '' : `, about ${secondsLeft} s left`}`;
};
