import type { IncomingMessage } from 'node:http';
import { Failure } from '@slipway/contracts/failure';
import { problem } from '@slipway/contracts/problem';
import { type ShellEnd, shellEnd } from '@slipway/contracts/shell-views';
import { WebSocket } from 'ws';
import type { Io } from '../io.ts';
import { ServerRefusal } from './server-refusal.ts';
import { type ApiServer, reasonOf } from './transport.ts';

const FRAME = 256 * 1024;
const DEFAULT_SIZE = { columns: 80, rows: 24 } as const;
const MOST = { columns: 500, rows: 300 } as const;
const LEAST = { columns: 20, rows: 5 } as const;

const within = (least: number, value: number | undefined, most: number): number | null =>
  value === undefined ? null : Math.max(least, Math.min(most, value));

/** Of the terminal that somebody sits at. */
export const sizeOf = ({ stdout }: Pick<Io, 'stdout'>): { readonly columns: number; readonly rows: number } => ({
  columns: within(LEAST.columns, stdout.columns, MOST.columns) ?? DEFAULT_SIZE.columns,
  rows: within(LEAST.rows, (stdout as { rows?: number }).rows, MOST.rows) ?? DEFAULT_SIZE.rows,
});

/**
 * Sits somebody down at a shell until it ends: keys go there as they are pressed, what it shows is handed to `show`. Without a terminal
 * standard input is read to its end, if it is no terminal itself. Failures: server-unreachable; ServerRefusal.
 */
export const attachShell = async (
  server: ApiServer,
  io: Io,
  at: { readonly shell: string; readonly terminal: boolean; readonly show: (bytes: Buffer) => void },
): Promise<ShellEnd['exit']> => {
  const url = `${server.url.replace(/^http/, 'ws')}/api/v1/shells/${encodeURIComponent(at.shell)}/attach`;
  const socket = new WebSocket(url, {
    headers: server.token === null ? {} : { authorization: `Bearer ${server.token}` },
    perMessageDeflate: false,
  });
  let end: ShellEnd['exit'] | null = null;
  socket.on('message', (data, binary) => {
    if (binary) at.show(data as Buffer);
    else end = shellEnd.safeParse(JSON.parse(String(data))).data?.exit ?? null;
  });
  await opened(socket, server);
  const stopTyping = at.terminal ? typeFromTerminal(socket, io) : pipeInput(socket, io);
  const hangUp = (): void => socket.terminate();
  io.signal.addEventListener('abort', hangUp, { once: true });
  try {
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  } finally {
    io.signal.removeEventListener('abort', hangUp);
    stopTyping();
  }
  if (end !== null) return end;
  throw new Failure('server-unreachable', { url: server.url, reason: 'the connection was cut' });
};

const opened = (socket: WebSocket, server: ApiServer): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_, answer) => refusal(answer, server).then(reject, reject));
    socket.on('error', (error) =>
      reject(new Failure('server-unreachable', { url: server.url, reason: reasonOf(error) }, error)),
    );
  });

const refusal = async (answer: IncomingMessage, server: ApiServer): Promise<Error> => {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  const status = answer.statusCode ?? 0;
  try {
    const { code, title, hint, facts } = problem.parse(JSON.parse(Buffer.concat(pieces).toString()));
    return new ServerRefusal(status, { code, message: title, hint, facts });
  } catch {
    return new Failure('answer-not-understood', { url: server.url, reason: `HTTP status ${status} without a reason` });
  }
};

/** Every key goes there, Ctrl-C too: it is the program's there, not ours. Answers how to stop. */
const typeFromTerminal = (socket: WebSocket, io: Io): (() => void) => {
  const type = (bytes: Buffer): void => socket.send(bytes);
  const resize = (): void => socket.send(JSON.stringify({ resize: sizeOf(io) }));
  io.stdin.setRawMode?.(true);
  io.stdin.on('data', type);
  io.stdin.resume();
  io.stdout.on('resize', resize);
  return () => {
    io.stdin.off('data', type);
    io.stdout.off('resize', resize);
    io.stdin.setRawMode?.(false);
    io.stdin.pause();
  };
};

const pipeInput = (socket: WebSocket, io: Io): (() => void) => {
  let stopped = false;
  const finish = (): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ eof: true }));
  };
  const pipe = async (): Promise<void> => {
    for await (const chunk of io.stdin) {
      const bytes = Buffer.from(chunk as Buffer);
      for (let at = 0; at < bytes.length && !stopped; at += FRAME)
        await new Promise<void>((sent) => socket.send(bytes.subarray(at, at + FRAME), { binary: true }, () => sent()));
      if (stopped) return;
    }
  };
  // Nobody reads a terminal by mistake: one command has its words on the command line.
  if (io.stdin.isTTY === true) finish();
  else pipe().then(finish, finish);
  return () => {
    stopped = true;
    io.stdin.destroy();
  };
};
