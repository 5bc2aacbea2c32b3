import { Failure } from '@slipway/contracts/failure';
import { productionsIn } from '@slipway/contracts/local-server';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { agree, YES } from '../local/confirm.ts';
import { readPid, removeStalePid, stopProcess } from '../local/pid-file.ts';
import { progressText, runServerJob } from '../local/server-process.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

const GRACE_MILLISECONDS = 30_000;

const downView = z.object({
  data: z.string(),
  /** False when none ran. */
  stopped: z.boolean(),
  purged: z.boolean(),
});

const purge = async (session: Session, withProduction: boolean): Promise<void> => {
  const progress = session.progress();
  const variables = {
    SLIPWAY_DATA: session.dataFolder,
    ...(withProduction ? { SLIPWAY_PURGE_PRODUCTION: 'yes' } : {}),
  };
  await runServerJob(session.io, { command: 'purge', variables }, (event) => {
    const text = progressText(event);
    if (text !== null) progress.show([`  ${printable(text)}`], printable(text));
  });
  progress.clear();
};

/** Before anybody is asked and before anything stops: a production that nobody watches would serve on, and be started by nobody. */
const refuseProduction = (dataFolder: string): void => {
  const names = productionsIn(dataFolder);
  if (names.length > 0) throw new Failure('production-kept', { names: names.join(', ') });
};

export const down = defineCommand({
  path: 'down',
  says: 'Stop Slipway. Previews keep running, unless --purge removes them.',
  example: 'slipway down --purge --yes',
  options: [
    { flags: '--purge', says: 'remove every trace: previews, databases, images, the data folder' },
    {
      flags: '--with-production',
      says: 'also a production that Slipway runs, with its database and files; with --purge',
    },
    YES,
  ],
  input: z
    .strictObject({
      purge: z.boolean().default(false),
      withProduction: z.boolean().default(false),
      yes: z.boolean().default(false),
    })
    .refine(({ purge, withProduction }) => purge || !withProduction, '--with-production goes with --purge'),
  view: downView,
  routes: [],
  run: async (input, session) => {
    if (input.purge && !input.withProduction) refuseProduction(session.dataFolder);
    if (input.purge && !input.yes)
      await agree(session, {
        question: () =>
          `Remove every preview, database, image, file and log${input.withProduction ? ', and PRODUCTION,' : ''} of ${printable(session.dataFolder)}?`,
        otherwise: 'Nothing was removed',
      });
    const pid = await readPid(session.io, session.dataFolder);
    if (pid !== null) await stopProcess(session.io, pid, GRACE_MILLISECONDS);
    await removeStalePid(session.io, session.dataFolder);
    if (input.purge) await purge(session, input.withProduction);
    return { data: session.dataFolder, stopped: pid !== null, purged: input.purge };
  },
  show: ({ stopped, purged, data }, screen) => {
    const said = stopped ? `${screen.ok} Slipway has stopped.` : `${screen.ok} No Slipway ran on ${printable(data)}.`;
    return purged ? `${said}\n${screen.ok} Every trace is gone.` : said;
  },
});
