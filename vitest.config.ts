import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const exclude = ['**/node_modules/**'];
/** They begin first, longest first: one that began last would be waited for alone. */
const LONGEST = [
  'test/chaos/data-crash.test.ts',
  'test/chaos/production-crash.test.ts',
  'test/web/screenshots.test.ts',
  'test/web/dashboard.test.ts',
  'test/flows/schedule-weeks.test.ts',
  'test/chaos/crash.test.ts',
  'test/e2e/production-crash.test.ts',
  'test/e2e/production.test.ts',
  'test/e2e/dashboard-production.test.ts',
  'test/data/sanitise-odoo.test.ts',
  'test/e2e/data-crash.test.ts',
  'test/e2e/staging.test.ts',
  'test/e2e/pull-request.test.ts',
  'test/e2e/dashboard.test.ts',
  'test/e2e/crash.test.ts',
  'test/data/sanitise-canary.test.ts',
  'test/e2e/data-disk.test.ts',
  'test/e2e/queue.test.ts',
];
const rank = ({ moduleId }: TestSpecification): number => {
  const found = LONGEST.findIndex((file) => moduleId.endsWith(`/${file}`));
  return found < 0 ? LONGEST.length : found;
};
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

/** By what they need: nothing (unit, architecture) · PostgreSQL (postgres, chaos) · PostgreSQL and Chromium (web) · Docker and Odoo. `npm run check` runs the first two. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/**/*.test.ts'],
          exclude: [...exclude, '**/*.docker.test.ts', '**/*.pg.test.ts'],
          // Many start a process, beside two Odoos on two cores. How long something may take is asked by the tests themselves.
          testTimeout: 20_000,
        },
      },
      { test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'], exclude, testTimeout: 120_000 } },
      {
        test: {
          name: 'postgres',
          include: ['packages/**/*.pg.test.ts', 'test/{flows,store}/**/*.test.ts'],
          exclude,
          globalSetup: ['test/setup/postgres.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'web',
          include: ['test/web/**/*.test.ts'],
          exclude,
          globalSetup: ['test/setup/postgres.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // A browser each: more at once only wait for each other.
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          exclude,
          globalSetup: ['test/setup/postgres.ts'],
          testTimeout: 900_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'docker',
          include: ['packages/**/*.docker.test.ts', 'test/{e2e,data}/**/*.test.ts'],
          exclude,
          globalSetup: ['test/setup/docker.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          // Each waits for Odoo, PostgreSQL and Docker in turn. What they share is one PostgreSQL per worker: test/setup/docker-world.ts.
          maxWorkers: 2,
        },
      },
    ],
  },
});
