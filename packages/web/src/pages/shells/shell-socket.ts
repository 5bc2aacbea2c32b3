import type { ShellEnd, ShellRequest } from '@slipway/contracts/shell-views';
import { api } from '../../api/api.ts';

export interface ShellSocket {
  type(text: string): void;
  /** Bytes of the mouse, one in each character. */
  typeBytes(bytes: string): void;
  resize(columns: number, rows: number): void;
  close(): void;
}

interface Screen {
  show(bytes: Uint8Array): void;
  /** `why`: what ended it, in the server's words; null: the connection was lost. */
  ended(end: ShellEnd['exit'] | null): void;
}

const addressOf = (shell: string): string => {
  const url = new URL(api.addressOf('attachShell', { parameters: { shell } }), window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
};

const endIn = (text: string): ShellEnd['exit'] | null => {
  try {
    return (JSON.parse(text) as Partial<ShellEnd>).exit ?? null;
  } catch {
    return null;
  }
};

const clamp = (value: number, [least, most]: readonly [number, number]): number =>
  Math.min(Math.max(value, least), most);

/** The protocol of attachShell: binary frames are bytes of the terminal, text frames are JSON. */
export const attachShell = (shell: string, screen: Screen): ShellSocket => {
  const socket = new WebSocket(addressOf(shell));
  socket.binaryType = 'arraybuffer';
  const waiting: (string | Uint8Array<ArrayBuffer>)[] = [];
  let end: ShellEnd['exit'] | null = null;
  const send = (frame: string | Uint8Array<ArrayBuffer>): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    else if (socket.readyState === WebSocket.CONNECTING) waiting.push(frame);
  };
  const ask = (request: ShellRequest): void => send(JSON.stringify(request));
  socket.addEventListener('open', () => {
    for (const frame of waiting.splice(0)) socket.send(frame);
  });
  socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === 'string') end = endIn(data);
    else screen.show(new Uint8Array(data));
  });
  socket.addEventListener('close', () => screen.ended(end));
  return {
    type: (text) => send(new TextEncoder().encode(text)),
    typeBytes: (bytes) => send(Uint8Array.from(bytes, (one) => one.charCodeAt(0) & 255)),
    resize: (columns, rows) => ask({ resize: { columns: clamp(columns, [20, 500]), rows: clamp(rows, [5, 300]) } }),
    close: () => socket.close(),
  };
};
