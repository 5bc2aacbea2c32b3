import { liveEvent } from '@slipway/contracts/change-views';
import { z } from 'zod';
import { defineLines } from '../command.ts';
import { printable } from '../output/printable.ts';

export const events = defineLines({
  path: 'events',
  says: 'Follow what changes, as it changes: of one project with --project, else of all that you may see.',
  example: 'slipway events --json',
  options: [{ flags: '--after <id>', says: 'go on after this one, as an event has it; default: from now on' }],
  input: z.strictObject({
    after: z
      .string()
      .regex(/^\d{1,15}$/, 'must be the id of an event')
      .optional(),
  }),
  view: liveEvent,
  routes: ['events'],
  lines: async function* ({ after }, session) {
    const { project } = session.globals;
    const api = await session.api();
    const query = { ...(after === undefined ? {} : { after }), ...(project === undefined ? {} : { project }) };
    yield* api.events({ parameters: {}, query });
  },
  show: ({ change }, screen) => {
    if (change === null) return screen.paint('yellow', 'Some changes are gone: look at everything anew.');
    const { at, kind, id, environment, project } = change;
    const where = environment ?? project ?? '';
    return `${screen.paint('dim', printable(at).slice(11, 19))} ${printable(`${kind} ${id} ${where === id ? '' : where}`.trim())}`;
  },
});
