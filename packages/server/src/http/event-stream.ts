import type { ServerResponse } from 'node:http';

/** A reader that takes nothing for so long is cut off; it goes on where it was. */
const STALLED_MILLISECONDS = 30_000;
const RETRY_MILLISECONDS = 2000;

/** Server-sent events to one reader: what was written and not taken is one page at most. */
export const openEventStream = (response: ServerResponse) => {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.on('error', () => gone.abort());
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies that gather an answer before they send it would hold everything back.
    'x-accel-buffering': 'no',
  });
  return {
    gone: gone.signal,
    begin: (): Promise<void> => put(response, gone, `retry: ${RETRY_MILLISECONDS}\n\n`),
    write: (text: string): Promise<void> => put(response, gone, text),
    end: (): void => void response.end(),
  };
};

/** Resolves when the reader has room for more, or is gone. */
const put = async (response: ServerResponse, gone: AbortController, text: string): Promise<void> => {
  if (gone.signal.aborted || text === '' || response.write(text)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stalled = setTimeout(() => response.destroy(), STALLED_MILLISECONDS);
  const go = (): void => resolve();
  response.once('drain', go);
  gone.signal.addEventListener('abort', go, { once: true });
  await promise;
  clearTimeout(stalled);
  response.off('drain', go);
  gone.signal.removeEventListener('abort', go);
};

export interface StreamedEvent {
  readonly id: number;
  /** Null: nothing happened but that the reader goes on after `id`. */
  readonly event: string | null;
  readonly data?: unknown;
}

/** No field can hold a line's end: data is JSON, and the rest is ours. */
export const eventText = ({ id, event, data }: StreamedEvent): string =>
  event === null ? `id: ${id}\n\n` : `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data ?? {})}\n\n`;
