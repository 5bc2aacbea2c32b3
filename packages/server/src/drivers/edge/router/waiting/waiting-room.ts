import type { Limits } from '../limits.ts';
import type { RouteBook } from '../routes/route-book.ts';

export type Waited = 'changed' | 'timeout' | 'full' | 'gone';

/** A response or an upgraded socket: says when the client has left. */
export interface Guest {
  readonly destroyed: boolean;
  once(event: 'close', call: () => void): unknown;
  off(event: 'close', call: () => void): unknown;
}

/** Where requests wait for their host's route to change, unread: a held request costs a socket and its headers. */
export interface WaitingRoom {
  wait(host: string, guest: Guest, milliseconds: number): Promise<Waited>;
  /** Sends everybody on ('timeout'), now and from now on. */
  close(): void;
}

export function createWaitingRoom(book: RouteBook, limits: Limits): WaitingRoom {
  const perHost = new Map<string, number>();
  const leaving = new Set<(why: Waited) => void>();
  let closed = false;

  const count = (host: string, by: 1 | -1): void => {
    const now = (perHost.get(host) ?? 0) + by;
    if (now > 0) perHost.set(host, now);
    else perHost.delete(host);
  };

  return {
    wait: async (host, guest, milliseconds) => {
      if (guest.destroyed) return 'gone';
      if (closed || milliseconds <= 0) return 'timeout';
      if (leaving.size >= limits.heldInTotal || (perHost.get(host) ?? 0) >= limits.heldPerHost) return 'full';
      count(host, 1);
      const why = await new Promise<Waited>((resolve) => {
        const leave = (reason: Waited): void => {
          clearTimeout(timer);
          forget();
          guest.off('close', gone);
          leaving.delete(leave);
          resolve(reason);
        };
        const gone = (): void => leave('gone');
        const timer = setTimeout(() => leave('timeout'), milliseconds);
        const forget = book.onceChanged(host, () => leave('changed'));
        guest.once('close', gone);
        leaving.add(leave);
      });
      count(host, -1);
      return why;
    },
    close: () => {
      closed = true;
      for (const leave of [...leaving]) leave('timeout');
    },
  };
}
