import type { DeploymentPath } from '@slipway/contracts/forecast-views';
import type { GateView, PromotionState, PromotionView } from '@slipway/contracts/promotion-views';
import type { Tone } from '../../ui/status.tsx';

const STATES: Readonly<Record<PromotionState, readonly [Tone, string]>> = {
  open: ['wait', 'Open'],
  deploying: ['busy', 'Deploying'],
  succeeded: ['good', 'In production'],
  failed: ['bad', 'Failed'],
  refused: ['bad', 'Refused'],
  expired: ['off', 'Expired'],
  superseded: ['off', 'Superseded'],
};
export const stateWords = (state: string): readonly [Tone, string] =>
  STATES[state as PromotionState] ?? (['off', state] as const);

const GATES: Readonly<Record<GateView['state'], readonly [Tone, string]>> = {
  pass: ['good', 'Passes'],
  wait: ['wait', 'Waits'],
  fail: ['bad', 'Fails'],
  off: ['off', 'Not asked'],
};
export const gateWords = ({ state, passedOver }: GateView): readonly [Tone, string] =>
  passedOver && state !== 'pass' && state !== 'off' ? ['warn', 'Passed over'] : GATES[state];

const NAMES: Readonly<Record<string, string>> = {
  artifact: 'The very image that staging ran',
  evidence: 'Evidence is whole',
  branch: "On production's branch",
  tests: 'Tests',
  guards: 'Guards',
  security: 'No secrets in files',
  neutralisation: 'Staging reached nothing outside',
  smoke: 'Smoke tests',
  drift: "Production's schema is known",
  backup: 'Fresh backup',
  rehearsal: 'Rehearsed',
  invariants: 'Business figures unchanged',
  window: 'Inside a window',
  approval: 'Approved',
};
export const gateName = (gate: string): string => NAMES[gate] ?? gate;

const STAGING = ['Staging', 'staging'] as const;
const MENDED_AT: Readonly<Record<string, readonly [word: string, page: string]>> = {
  artifact: STAGING,
  tests: STAGING,
  neutralisation: STAGING,
  smoke: STAGING,
  rehearsal: STAGING,
  invariants: STAGING,
  drift: ['Take a snapshot', 'backups'],
  backup: ['Backups', 'backups'],
};
/** The page of the project on which it is mended; null: not here. */
export const mendedAt = (gate: string): readonly [word: string, page: string] | null => MENDED_AT[gate] ?? null;

const PATHS: Readonly<Record<DeploymentPath, readonly [word: string, says: string]>> = {
  'blue-green': [
    'Blue-green',
    'The new version starts beside the old one on the same database; the switch takes a moment.',
  ],
  'clone-and-switch': [
    'Clone and switch',
    'A copy of the database is updated while production only reads; then everybody is switched to it.',
  ],
  maintenance: ['Maintenance', 'Production is away behind a maintenance page while it is updated.'],
};
export const pathWords = (path: DeploymentPath): readonly [word: string, says: string] => PATHS[path];

/** `45 s`, `4 min`, `1 h 10 min`: of a forecast nobody wants the tenths. */
export const secondsWords = (seconds: number): string => {
  if (seconds < 1) return seconds <= 0 ? 'no time' : 'under 1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** Gates that hold it up. */
export const holding = ({ gates }: Pick<PromotionView, 'gates'>): readonly GateView[] =>
  gates.filter(({ state, passedOver }) => (state === 'wait' || state === 'fail') && !passedOver);

/** Why this person cannot say yes; null: they can. The server asks the same once more. */
export const noApprovalBy = (email: string | null, view: PromotionView): string | null => {
  if (email === null) return 'An approval is told by the e-mail address of an account.';
  const mine = (other: string | null): boolean => other?.toLowerCase() === email.toLowerCase();
  if (mine(view.requestedBy.email)) return 'You asked for it: somebody else has to approve.';
  if (view.commits.some((commit) => mine(commit.email))) return 'You wrote a part of it: somebody else has to approve.';
  if (view.approvals.some((one) => mine(one.email) && one.decision === 'approved'))
    return 'You have approved it already.';
  return null;
};
