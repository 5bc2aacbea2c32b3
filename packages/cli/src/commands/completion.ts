import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { completionScript, SHELLS } from '../completion/scripts.ts';
import { completions } from '../completion/words.ts';

export const completion = defineCommand({
  path: 'completion',
  says: 'Print a completion script for a shell.',
  example: 'slipway completion bash > ~/.local/share/bash-completion/completions/slipway',
  arguments: [{ name: '<shell>', says: SHELLS.join(', ') }],
  input: z.strictObject({ shell: z.enum(SHELLS, { error: `must be one of ${SHELLS.join(', ')}` }) }),
  view: z.object({ shell: z.enum(SHELLS), script: z.string() }),
  routes: [],
  run: async ({ shell }, { tree }) => ({ shell, script: completionScript(shell, completions(tree)) }),
  show: ({ script }) => script.trimEnd(),
});
