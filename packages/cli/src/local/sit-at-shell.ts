import type { shellBody } from '@slipway/contracts/shell-views';
import { z } from 'zod';
import { attachShell, sizeOf } from '../api/attach-shell.ts';
import type { Session } from '../session.ts';

export const shellResult = z.object({
  shell: z.string(),
  exitCode: z.int().nullable(),
  why: z.string(),
  /** With --json: what it showed; else it was shown as it came. */
  output: z.string().nullable(),
});
export type ShellResult = z.infer<typeof shellResult>;

const MOST_OUTPUT = 16 * 2 ** 20;

/** Opens a shell and sits down at it; with a command or a pipe it runs without a terminal. */
export const sitAtShell = async (
  session: Session,
  wanted: { readonly environment: string } & Pick<z.input<typeof shellBody>, 'kind' | 'command'>,
): Promise<ShellResult> => {
  const { environment, kind, command = [] } = wanted;
  const { io, globals } = session;
  const terminal = command.length === 0 && io.stdin.isTTY === true && io.stdout.isTTY === true && !globals.json;
  const api = await session.api();
  const body = { kind, command, terminal, ...sizeOf(io) };
  const { id, readOnly } = await api.call('openShell', { parameters: { environment }, body });
  if (terminal && readOnly) session.note('Read only: nothing that is tried here changes production.');
  const kept: Buffer[] = [];
  let bytes = 0;
  const show = (piece: Buffer): void => {
    bytes += piece.length;
    if (!globals.json) io.stdout.write(piece);
    else if (bytes <= MOST_OUTPUT) kept.push(piece);
  };
  const { code, why } = await attachShell(api.server, io, { shell: id, terminal, show });
  if (code === null) session.note(`The shell ended: ${why}.`);
  const output = globals.json ? Buffer.concat(kept).toString('utf8') : null;
  return { shell: id, exitCode: code, why, output };
};

/** What ran there ends as it would here; what was cut off has failed. */
export const shellExit = ({ exitCode }: ShellResult): number => exitCode ?? 1;
