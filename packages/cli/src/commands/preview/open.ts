import { openPreviewBody } from '@slipway/contracts/api';
import { previewView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { milliseconds, pullNumber } from '../../inputs.ts';
import { acceptedText, previewText } from '../../show/preview.ts';
import { awaitPreview, isServing } from './await-preview.ts';

const { ref, base, title } = openPreviewBody.shape;

export const previewOpen = defineCommand({
  path: 'preview open',
  says: 'Open a preview of a commit, or move it to another one.',
  example: 'slipway preview open --pr 12 --ref fix-invoice --wait',
  options: [
    { flags: '--ref <ref>', says: 'a branch, tag or commit', required: true },
    { flags: '--pr <number>', says: 'the number of the pull request', required: true },
    { flags: '--base <branch>', says: 'the branch it wants to change (default: that of the repository)' },
    { flags: '--title <text>', says: 'a title' },
    { flags: '--wait', says: 'wait until it is live, failed, closed or blocked' },
    { flags: '--timeout <duration>', says: 'how long to wait (default: 60m)' },
  ],
  input: z.strictObject({
    ref,
    pr: pullNumber,
    base,
    title,
    wait: z.boolean().default(false),
    timeout: milliseconds.prefault('60m'),
  }),
  view: previewView,
  routes: ['openPreview', 'preview', 'run'],
  run: async ({ pr, wait, timeout, ...rest }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    const answer = await api.call('openPreview', { parameters: { project }, body: { number: pr, ...rest } });
    return wait ? awaitPreview(answer, { session, api, timeout }) : answer.preview;
  },
  show: (preview, screen, { wait }) =>
    wait ? previewText(preview, screen) : acceptedText('Taken', { run: preview.run, preview }, screen),
  exit: (preview, { wait }) => (wait && !isServing(preview) ? 'failed' : 'ok'),
});
