import { resolve } from 'node:path';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { saveStream } from '../../local/save-stream.ts';
import { printable } from '../../output/printable.ts';
import { fileSize } from '../../output/time.ts';

export const shellsRecording = defineCommand({
  path: 'shells recording',
  says: 'Write what a shell showed to a file, as asciicast v2, with known secrets masked; asking is recorded.',
  example: 'slipway shells recording shl_01jd2m8k9 --out incident.cast',
  arguments: [{ name: '<shell>', says: 'its id, as `slipway shells list` prints it' }],
  options: [{ flags: '--out <file>', says: 'the file, which must not be there yet; default: <shell>.cast' }],
  input: z.strictObject({ shell: id, out: z.string().min(1).optional() }),
  view: z.object({ file: z.string(), bytes: z.int() }),
  routes: ['shellRecording'],
  run: async ({ shell, out }, session) => {
    const api = await session.api();
    const file = resolve(session.io.cwd, out ?? `${shell.replace(/[^\w.-]/g, '_')}.cast`);
    const open = () => api.stream('shellRecording', { parameters: { shell } });
    return { file, bytes: await saveStream(file, api.server.url, open) };
  },
  show: ({ file, bytes }, screen) => `${screen.ok} ${printable(file)} (${fileSize(bytes)})`,
});
