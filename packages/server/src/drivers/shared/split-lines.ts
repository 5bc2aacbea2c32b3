import { StringDecoder } from 'node:string_decoder';

export interface LineSplitter {
  write(chunk: Buffer | string): void;
  /** Hands out what is left without a line end. */
  end(): void;
}

/** Cuts a stream of bytes into lines; a character or a line that is split over two chunks comes out whole. */
export function splitLines(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let partial = '';
  const take = (text: string): void => {
    const lines = (partial + text).split(/\r?\n/);
    partial = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
  return {
    write: (chunk) => take(typeof chunk === 'string' ? chunk : decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (partial !== '') onLine(partial);
      partial = '';
    },
  };
}
