import type { ReactNode } from 'react';

export type Tone = 'good' | 'busy' | 'wait' | 'warn' | 'bad' | 'off';

/** Form and word beside the colour: it is never the colour alone that says it. */
export const Status = ({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }): ReactNode => (
  <span className={`status ${tone}`}>
    <span className="dot" aria-hidden="true" />
    {children}
  </span>
);

const OF_STATES: Readonly<Record<string, readonly [Tone, string]>> = {
  live: ['good', 'Live'],
  sleeping: ['off', 'Asleep'],
  queued: ['wait', 'Queued'],
  building: ['busy', 'Building'],
  testing: ['busy', 'Testing'],
  failed: ['bad', 'Failed'],
  blocked: ['warn', 'Blocked'],
  closed: ['off', 'Closed'],
  running: ['busy', 'Running'],
  succeeded: ['good', 'Succeeded'],
  cancelled: ['off', 'Cancelled'],
  superseded: ['off', 'Superseded'],
  pending: ['wait', 'To come'],
  done: ['good', 'Done'],
  skipped: ['off', 'Skipped'],
  built: ['good', 'Built'],
  'rolled-back': ['warn', 'Rolled back'],
};

/** Of an environment, a run, a step, a build, a deployment. A state of a newer server shows by its own name. */
export const StateStatus = ({ state }: { readonly state: string }): ReactNode => {
  const [tone, word] = OF_STATES[state] ?? (['off', state] as const);
  return <Status tone={tone}>{word}</Status>;
};
