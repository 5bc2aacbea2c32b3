import { Failure } from '@slipway/contracts/failure';
import type { TargetCapabilities, Workload } from '../ports/workload.ts';
import type { Plan, PlannedStep } from './plan.ts';

interface Need {
  /** After "cannot". */
  readonly says: string;
  /** The step that needs it; undefined: none does. */
  readonly of: (steps: readonly PlannedStep[]) => PlannedStep | undefined;
}

const RUNS_ODOO = new Set(['boot-slot', 'update-modules', 'ensure-template']);

/** What a step boots while the other slot is only removed later: for a moment there are two. */
const bootsBeside = (steps: readonly PlannedStep[]): PlannedStep | undefined =>
  steps.find(
    (step, index) =>
      step.kind === 'boot-slot' &&
      steps.slice(index).some((later) => later.kind === 'remove-slot' && slotOf(later) !== slotOf(step)),
  );

const slotOf = ({ input }: PlannedStep): unknown => (input as { readonly slot?: unknown }).slot;

const NEEDS: Readonly<Record<keyof TargetCapabilities, Need>> = {
  runsOdoo: { says: 'run Odoo', of: (steps) => steps.find(({ kind }) => RUNS_ODOO.has(kind)) },
  blueGreen: { says: 'run two versions of an environment side by side', of: bootsBeside },
  sleep: { says: 'put an environment to sleep', of: (steps) => steps.find(({ kind }) => kind === 'stop-slot') },
};

/** Refuses a plan that asks for more than the target can, before its first step is taken; what puts things right counts, too. Failure: capability-missing. */
export const requireCapabilities = (plan: Plan, { kind, can }: Pick<Workload, 'kind' | 'can'>): void => {
  for (const [capability, need] of Object.entries(NEEDS) as [keyof TargetCapabilities, Need][]) {
    if (can[capability]) continue;
    const step = need.of(plan.steps) ?? need.of(plan.cleanUp);
    if (step !== undefined) throw cannot(kind, capability, `${plan.kind} (step ${step.name})`);
  }
};

/** For whoever asks before there is a plan. */
export const requireCapability = (
  { kind, can }: Pick<Workload, 'kind' | 'can'>,
  capability: keyof TargetCapabilities,
  by: string,
): void => {
  if (!can[capability]) throw cannot(kind, capability, by);
};

const cannot = (target: string, capability: keyof TargetCapabilities, plan: string): Failure =>
  new Failure('capability-missing', { target, capability, cannot: NEEDS[capability].says, plan });
