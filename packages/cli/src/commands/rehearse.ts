import { type RehearsalView, rehearsalView } from '@slipway/contracts/rehearsal-views';
import { type RunView, runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { awaitRun } from '../runs/await-run.ts';
import { requestedText, timeout } from '../runs/requested.ts';
import { rehearsalText } from '../show/rehearsal.ts';
import { runText } from '../show/run.ts';

type Answer = RehearsalView | RunView;

const isRehearsal = (answer: Answer): answer is RehearsalView => 'report' in answer;

/** States in which a run has recorded what it found. */
const RECORDED: ReadonlySet<RunView['state']> = new Set(['succeeded', 'failed']);

export const rehearse = defineCommand({
  path: 'rehearse',
  says: 'Carry out the update to what staging runs on a fresh sanitised copy of production, and say what it will be like: time, locks, figures, what fails. Waits; the copy is thrown away.',
  example: 'slipway rehearse',
  options: [
    { flags: '--fresh', says: 'take a new snapshot of production first, whatever there is' },
    { flags: '-d, --detach', says: 'return once it is queued' },
    { flags: '--timeout <duration>', says: 'how long to wait (default: 6h)' },
  ],
  input: z.strictObject({ fresh: z.boolean().default(false), detach: z.boolean().default(false), timeout }),
  view: z.union([rehearsalView, runView]),
  routes: ['rehearse', 'run', 'rehearsal'],
  run: async ({ fresh, detach, timeout: patience }, session): Promise<Answer> => {
    const [api, project] = [await session.api(), await session.project()];
    const { run } = await api.call('rehearse', { parameters: { project }, body: { fresh } });
    if (detach) return api.call('run', { parameters: { run } });
    const ended = await awaitRun(run, { session, api, timeout: patience });
    return RECORDED.has(ended.state) ? api.call('rehearsal', { parameters: { project, rehearsal: run } }) : ended;
  },
  show: (answer, screen, { detach }) => {
    if (isRehearsal(answer)) return rehearsalText(answer, screen);
    return detach ? requestedText(answer, screen, { wait: false }) : runText(answer, screen);
  },
  exit: (answer, { detach }) => (detach || answer.state === 'succeeded' ? 'ok' : 'failed'),
});
