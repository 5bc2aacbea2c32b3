import { copyOf, filestoreCopy } from './shared/filestore-copy.ts';
import { defineStep, done } from './step.ts';

/** Attachments of the template for the new environment; a cheap copy. */
export const cloneFilestore = defineStep({
  kind: 'clone-filestore',
  input: filestoreCopy,
  limit: () => 1800,
  run: async (copy, { ports }) => done(`filestore of ${copy.from}`, await ports.filestores.clone(...copyOf(copy))),
});
