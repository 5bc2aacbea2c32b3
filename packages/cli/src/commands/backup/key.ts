import { storeKeyBody } from '@slipway/contracts/api';
import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { readSecret } from '../../local/read-secret.ts';
import { printable } from '../../output/printable.ts';

const view = z.union([z.object({ id: z.string(), key: z.string() }), z.object({ id: z.string(), opens: z.int() })]);

export const backupKey = defineCommand({
  path: 'backup key',
  says: 'Print the key that backups are encrypted with, to be kept apart from this machine: without it no backup can be read. Asking is recorded. With --import, take the key of a former Slipway from standard input.',
  example: 'slipway backup key > /media/safe/shop-backups.key',
  options: [{ flags: '--import', says: 'take a key from standard input, or ask for it; never from the command line' }],
  input: z.strictObject({ import: z.boolean().default(false) }),
  view,
  routes: ['storeKey', 'giveStoreKey'],
  run: async (input, session) => {
    const [api, project] = [await session.api(), await session.project()];
    if (!input.import) return api.call('storeKey', { parameters: { project } });
    const body = storeKeyBody.safeParse({ key: await readSecret(session.io, `Key of the backups of ${project}: `) });
    if (!body.success) throw new Failure('usage', { reason: `${body.error.issues[0]?.message}.` });
    return api.call('giveStoreKey', { parameters: { project }, body: body.data });
  },
  show: (answer, screen) => {
    if ('key' in answer) return printable(answer.key);
    const what = answer.opens === 0 ? 'is taken; the store holds nothing encrypted yet' : opened(answer.opens);
    return `${screen.ok} Key ${printable(answer.id)} ${what}.`;
  },
});

const opened = (count: number): string =>
  `opens ${count === 1 ? '1 snapshot or backup' : `${count} snapshots and backups`} in the store`;
