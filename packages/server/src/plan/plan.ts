import type { PreviewState } from '@slipway/contracts/views';
import type { Step } from '../engine/interpret.ts';

/** A frozen, printable list of typed steps: data, no code. `shows` is the state that people see while the step runs. */
export interface PlannedStep extends Step {
  readonly shows: PreviewState | null;
}

export interface Plan {
  readonly kind: string;
  readonly steps: readonly PlannedStep[];
  /** What puts things right when a step fails or the run is cancelled; itself safe to run twice. */
  readonly cleanUp: readonly PlannedStep[];
}

/** Journal index of the first clean-up step: far above any real plan. */
export const CLEAN_UP_OFFSET = 1000;

/**
 * Index of the first step that nothing takes back any more: what came before it serves people now. A plan without a clean-up is one that
 * goes through once it was begun. Whoever asks it to stop from there on gets it finished instead.
 */
export const pointOfNoReturn = (plan: Plan): number =>
  plan.cleanUp.length === 0
    ? 0
    : plan.steps.findLastIndex((step) => step.kind === 'switch-route') + 1 || plan.steps.length;

export const showing = (state: PreviewState | null, ...steps: readonly Step[]): PlannedStep[] =>
  steps.map((step) => ({ ...step, shows: state }));

/** One line per step, for golden files and `slipway run show`. */
export const printPlan = (plan: Plan): string =>
  [
    `plan ${plan.kind}`,
    ...plan.steps.map((step) => `  ${step.name.padEnd(24)} ${JSON.stringify(step.input)}`),
    ...(plan.cleanUp.length > 0 ? ['when it fails:'] : []),
    ...plan.cleanUp.map((step) => `  ${step.name.padEnd(24)} ${JSON.stringify(step.input)}`),
  ].join('\n');
