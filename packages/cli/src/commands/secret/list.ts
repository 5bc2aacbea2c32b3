import { secretView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { table } from '../../output/table.ts';
import { age } from '../../output/time.ts';

export const secretList = defineCommand({
  path: 'secret list',
  says: 'List the names of secrets. Nobody can read the values.',
  example: 'slipway secret list',
  input: noInput,
  view: z.array(secretView),
  routes: ['secrets'],
  run: async (_, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('secrets', { parameters: { project } });
  },
  show: (secrets, screen) =>
    secrets.length === 0
      ? 'No secrets. Set one: slipway secret set NAME --stage preview'
      : table(
          screen,
          [{ title: 'NAME' }, { title: 'STAGE' }, { title: 'VERSION', right: true }, { title: 'SET' }, { title: 'BY' }],
          secrets.map((secret) => [
            secret.name,
            secret.stage,
            String(secret.version),
            age(secret.updatedAt, screen.now),
            secret.updatedBy,
          ]),
        ),
});
