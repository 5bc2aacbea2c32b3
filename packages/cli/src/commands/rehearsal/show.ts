import { rehearsalView } from '@slipway/contracts/rehearsal-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { rehearsalText } from '../../show/rehearsal.ts';

export const rehearsalShow = defineCommand({
  path: 'rehearsal show',
  says: 'Show one rehearsal: modules, locks, tables, figures, what Odoo said, and the forecast.',
  example: 'slipway rehearsal show run_01jd2m8k9',
  arguments: [{ name: '<rehearsal>', says: 'its id, which is that of its run' }],
  input: z.strictObject({ rehearsal: id }),
  view: rehearsalView,
  routes: ['rehearsal'],
  run: async ({ rehearsal }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('rehearsal', { parameters: { project, rehearsal } });
  },
  show: rehearsalText,
});
