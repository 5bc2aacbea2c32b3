import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { printable } from '../../output/printable.ts';
import { fileSize } from '../../output/time.ts';

const view = z.object({ file: z.string(), bytes: z.int() });

export const mailSave = defineCommand({
  path: 'mail save',
  says: 'Write a caught mail, or one of its attachments, to a file.',
  example: 'slipway mail save shop/pr-12 mail_01jd --to invoice.pdf --attachment 1',
  arguments: [
    { name: '<environment>', says: 'its name, as `slipway env list` prints it' },
    { name: '<mail>', says: 'its id, as `slipway mail list` prints it' },
  ],
  options: [
    { flags: '--to <file>', says: 'the file, which must not be there yet', required: true },
    { flags: '--attachment <number>', says: 'only this attachment, counted from 1' },
  ],
  input: z.strictObject({
    environment: id,
    mail: id,
    to: z.string().min(1),
    attachment: z
      .string()
      .regex(/^[1-9]\d{0,2}$/, 'must be a number from 1')
      .optional(),
  }),
  view,
  routes: ['mailRaw', 'mailAttachment'],
  run: async ({ environment, mail, to, attachment }, session) => {
    const api = await session.api();
    const bytes =
      attachment === undefined
        ? await api.bytes('mailRaw', { parameters: { environment, mail } })
        : await api.bytes('mailAttachment', { parameters: { environment, mail, index: Number(attachment) - 1 } });
    const file = resolve(session.io.cwd, to);
    await writeFile(file, bytes, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw new Failure('usage', { reason: `${to} is there already.` }, error);
      throw new Failure('usage', { reason: `${to} cannot be written: ${error.message}` }, error);
    });
    return { file, bytes: bytes.length };
  },
  show: ({ file, bytes }, screen) => `${screen.ok} ${printable(file)} (${fileSize(bytes)})`,
});
