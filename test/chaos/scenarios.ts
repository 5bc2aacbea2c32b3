import { requestPreview, requestRun } from '../../packages/server/src/flows/request-preview.ts';
import type { ControlPlane, Site } from '../flows/make-slipway.ts';

/** One plan of the six: what is there before, and what is asked. `ask` answers the run's id. */
export interface Scenario {
  readonly name: string;
  readonly before: readonly Ask[];
  readonly ask: Ask;
  readonly arrange?: (site: Site) => void;
}

export interface Commits {
  readonly first: string;
  readonly changed: string;
  /** Only a template: nothing of the database has to change. */
  readonly text: string;
}

type Ask = (plane: ControlPlane, commits: Commits) => Promise<string>;

export const open =
  (pick: (commits: Commits) => string, more: { readonly number?: number; readonly fresh?: boolean } = {}): Ask =>
  (plane, commits) =>
    requestPreview(plane.slipway, {
      project: 'shop',
      number: more.number ?? 1,
      ref: pick(commits),
      base: 'main',
      branch: 'feature',
      title: 'A feature',
      author: 'mona',
      fork: false,
      fresh: more.fresh ?? false,
      requestedBy: 'mona',
      headUpdatedAt: null,
    });

const verb =
  (kind: 'close-preview' | 'sleep-preview' | 'wake-preview'): Ask =>
  (plane) =>
    requestRun(plane.slipway, { environment: 'shop/pr-1', kind, requestedBy: 'mona' });

const first = open((commits) => commits.first);
const failing = (site: Site): void => {
  site.world.mood = (job) => (job === 'update' ? 'install-fails' : 'clean');
};

export const SCENARIOS: readonly Scenario[] = [
  { name: 'open', before: [], ask: open((commits) => commits.changed) },
  { name: 'update', before: [first], ask: open((commits) => commits.changed) },
  { name: 'restart', before: [first], ask: open((commits) => commits.text) },
  { name: 'fresh', before: [first], ask: open((commits) => commits.changed, { fresh: true }) },
  { name: 'close', before: [first], ask: verb('close-preview') },
  { name: 'sleep', before: [first], ask: verb('sleep-preview') },
  { name: 'wake', before: [first, verb('sleep-preview')], ask: verb('wake-preview') },
];

/** The crash comes while a failed run is being put right. */
export const FAILING: readonly Scenario[] = [
  { name: 'failing open', before: [], ask: open((commits) => commits.changed), arrange: failing },
  { name: 'failing update', before: [first], ask: open((commits) => commits.changed), arrange: failing },
  {
    name: 'update that does not boot',
    before: [first],
    ask: open((commits) => commits.changed),
    arrange: ({ world }) => {
      const boots = new Set(world.containers.keys());
      world.mood = (job, environment) =>
        job === 'boot' &&
        boots.has(`${environment}/blue`) &&
        !world.containers.has(`${environment}/blue`) &&
        world.databases.has('odoo_pr_1_prev')
          ? 'boot-fails'
          : 'clean';
    },
  },
];
