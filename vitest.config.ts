import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**'];
/** Four projects by what they need: nothing · PostgreSQL · Docker and Odoo. `npm run check` runs the first two. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/**/*.test.ts'],
          exclude: [...exclude, '**/*.docker.test.ts', '**/*.pg.test.ts'],
        },
      },
      { test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'], exclude, testTimeout: 120_000 } },
      {
        test: {
          name: 'postgres',
          include: ['packages/**/*.pg.test.ts', 'test/{flows,chaos,store}/**/*.test.ts'],
          exclude,
          globalSetup: ['test/setup/postgres.ts'],
          testTimeout: 120_000,
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
          // They wait for Odoo and Docker most of the time.
          maxWorkers: 2,
        },
      },
    ],
  },
});
