import { WebSocket } from 'ws';
import { addressOf, type LoadClient } from './load-client.ts';

interface Outage {
  readonly at: string;
  /** Of the close frame; 1006: the connection was cut. */
  readonly code: number;
  readonly backAfterMs: number | null;
}

export interface SocketReport {
  readonly opened: number;
  readonly messages: number;
  readonly outages: readonly Outage[];
}

const AGAIN_MS = 250;

/** One websocket that stays open as a browser's tab does: when it is closed, it connects again. */
export class LoadSocket {
  readonly #client: LoadClient;
  #socket: WebSocket | null = null;
  #closing = false;
  #opened = 0;
  #messages = 0;
  readonly #outages: Outage[] = [];
  #lost: { readonly at: Date; readonly code: number } | null = null;
  #again: NodeJS.Timeout | null = null;

  constructor(client: LoadClient) {
    this.#client = client;
  }

  /** Resolves when it is open; rejects when the first attempt fails. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => this.#dial(resolve, reject));
  }

  async close(): Promise<SocketReport> {
    this.#closing = true;
    if (this.#again) clearTimeout(this.#again);
    this.#socket?.terminate();
    if (this.#lost) this.#outages.push({ at: this.#lost.at.toISOString(), code: this.#lost.code, backAfterMs: null });
    return { opened: this.#opened, messages: this.#messages, outages: this.#outages };
  }

  #dial(onOpen: () => void, onError: (error: Error) => void): void {
    const { url, cookie, websocketVersion } = this.#client;
    const address = `${addressOf(url).replace(/^http/, 'ws')}/websocket?version=${encodeURIComponent(websocketVersion)}`;
    const socket = new WebSocket(address, { headers: { host: url.host, cookie, origin: url.origin } });
    this.#socket = socket;
    socket.on('open', () => {
      this.#opened += 1;
      if (this.#lost) {
        const backAfterMs = Date.now() - this.#lost.at.getTime();
        this.#outages.push({ at: this.#lost.at.toISOString(), code: this.#lost.code, backAfterMs });
      }
      this.#lost = null;
      socket.send(JSON.stringify({ event_name: 'subscribe', data: { channels: [], last: 0 } }));
      onOpen();
    });
    socket.on('message', () => {
      this.#messages += 1;
    });
    socket.on('error', onError);
    socket.on('close', (code) => this.#onClose(code));
  }

  #onClose(code: number): void {
    if (this.#closing) return;
    this.#lost ??= { at: new Date(), code };
    this.#again = setTimeout(
      () =>
        this.#dial(
          () => {},
          () => {},
        ),
      AGAIN_MS,
    );
  }
}
