import { resolve } from 'node:path';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { saveStream } from '../../local/save-stream.ts';
import { printable } from '../../output/printable.ts';
import { fileSize } from '../../output/time.ts';

/** The server hashes every file first. */
const HEAD_MILLISECONDS = 15 * 60_000;

export const evidenceBundle = defineCommand({
  path: 'evidence bundle',
  says: 'Write one signed zip with the evidence of a run or deployment and of the runs that it rests on, and a summary to read.',
  example: 'slipway evidence bundle run_01jd2m8k9 --out release.zip',
  arguments: [{ name: '<run>', says: 'the id of a run or of a deployment' }],
  options: [{ flags: '--out <file>', says: 'the file, which must not be there yet; default: evidence-<run>.zip' }],
  input: z.strictObject({ run: id, out: z.string().min(1).optional() }),
  view: z.object({ file: z.string(), bytes: z.int() }),
  routes: ['evidenceBundle'],
  run: async ({ run, out }, session) => {
    const api = await session.api();
    const file = resolve(session.io.cwd, out ?? `evidence-${run.replace(/[^\w.-]/g, '_')}.zip`);
    const open = () => api.stream('evidenceBundle', { parameters: { run }, headMilliseconds: HEAD_MILLISECONDS });
    return { file, bytes: await saveStream(file, api.server.url, open) };
  },
  show: ({ file, bytes }, screen) =>
    [
      `${screen.ok} ${printable(file)} (${fileSize(bytes)})`,
      `  Anybody can check it: slipway evidence verify ${printable(file)} --key <public key>`,
    ].join('\n'),
});
