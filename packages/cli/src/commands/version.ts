import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { defineCommand } from '../command.ts';
import { noInput } from '../inputs.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

const versionView = z.object({
  cli: z.string(),
  node: z.string(),
  /** Null when no server answers. */
  server: z.string().nullable(),
});

/** That there is no server is an answer here, not a problem. */
const serverVersion = async (session: Session): Promise<string | null> => {
  try {
    return (await (await session.api()).call('status', { parameters: {} })).version;
  } catch {
    session.io.signal.throwIfAborted();
    return null;
  }
};

export const version = defineCommand({
  path: 'version',
  says: 'Show the versions of the CLI, of Node and of the server.',
  example: 'slipway version',
  input: noInput,
  view: versionView,
  routes: ['status'],
  run: async (_, session) => ({
    cli: manifest.version,
    node: process.versions.node,
    server: await serverVersion(session),
  }),
  show: ({ cli, node, server }) =>
    `slipway ${cli} (Node ${node})\nserver  ${server === null ? 'none answers' : printable(server)}`,
});
