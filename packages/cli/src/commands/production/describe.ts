import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { syncedFile, syncFiles } from '../../local/sync-files.ts';
import { printable } from '../../output/printable.ts';
import { syncedText } from '../../show/synced-files.ts';

export const productionDescribe = defineCommand({
  path: 'production describe',
  says: 'Write what production consists of into docs/repo and docs/runtime: modules, models, menus, actions, addons path, pages.',
  example: 'slipway production describe',
  options: [{ flags: '--check', says: 'write nothing; exit code 8 when a file is not what production is' }],
  input: z.strictObject({ check: z.boolean().default(false) }),
  view: z.object({
    ok: z.boolean(),
    environment: z.string(),
    sha: z.string(),
    files: z.array(syncedFile),
    missing: z.array(z.string()),
  }),
  routes: ['describeProduction'],
  run: async ({ check }, session) => {
    const parameters = { project: await session.project() };
    const { environment, sha, files, missing } = await (await session.api()).call('describeProduction', { parameters });
    const synced = await syncFiles(
      session.io.cwd,
      files.map(({ path, text }) => ({ path, text })),
      check,
    );
    const ok = missing.length === 0 && (!check || synced.every(({ outcome }) => outcome === 'unchanged'));
    return { ok, environment, sha, files: [...synced], missing };
  },
  show: ({ ok, environment, sha, files, missing }, screen, { check }) =>
    [
      ...syncedText(files, check, screen),
      ...missing.map((one) => `${screen.warn} ${printable(one)}`),
      ...(check && !ok ? ['  Run `slipway production describe` and commit what it writes.'] : []),
      ...(ok ? [`${screen.ok} ${printable(environment)} at ${sha.slice(0, 12)}.`] : []),
    ].join('\n'),
  exit: ({ ok }, { check }) => (ok ? 'ok' : check ? 'stale' : 'refused'),
});
