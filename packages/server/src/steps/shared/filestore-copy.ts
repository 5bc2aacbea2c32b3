import { z } from 'zod';
import type { FilestoreName } from '../../ports/filestores.ts';

/** Whose attachments go to whom, and under which database each has them. */
export const filestoreCopy = z.strictObject({
  from: z.string(),
  to: z.string(),
  fromDatabase: z.string(),
  toDatabase: z.string(),
});

export const copyOf = (copy: z.infer<typeof filestoreCopy>): [FilestoreName, FilestoreName] => [
  { owner: copy.from, database: copy.fromDatabase },
  { owner: copy.to, database: copy.toDatabase },
];
