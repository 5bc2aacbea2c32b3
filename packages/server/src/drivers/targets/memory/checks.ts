import type { RepositoryChecks } from '../../../ports/repository-checks.ts';

/** Finds nothing, in no time: what the guards find is asked of the guards. */
export const openMemoryChecks = (): RepositoryChecks => ({
  expect: () => undefined,
  report: async () => ({
    summary: { unfinished: null, errors: 0, warnings: 0, notes: 0, guards: [], first: [] },
    json: '{}\n',
    text: 'nothing found\n',
  }),
});
