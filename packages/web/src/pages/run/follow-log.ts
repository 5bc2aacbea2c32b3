import type { LogLine } from '@slipway/contracts/views';
import { useEffect, useState } from 'react';
import { api } from '../../api/api.ts';
import { asProblem } from '../../api/problem.ts';
import { LogLines } from './log-lines.ts';

const AGAIN_MS = 2_000;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Hands on each line of newline-delimited JSON as it comes; a line may arrive in pieces. */
export const readLines = async (body: ReadableStream<Uint8Array>, take: (line: LogLine) => void): Promise<void> => {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const pieces = (rest + value).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) if (piece !== '') take(JSON.parse(piece) as LogLine);
  }
};

/** The whole log, then what comes until the run has ended. Where the connection breaks it begins again, and passes over what is here. */
const follow = async (address: string, log: LogLines, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    let passed = 0;
    const known = log.lines.length;
    try {
      const answer = await api.send('GET', address, { signal });
      if (answer.body !== null)
        await readLines(answer.body, (line) => {
          passed += 1;
          if (passed > known) log.add(line);
        });
      return log.end();
    } catch (error) {
      const { status } = asProblem(error);
      if (signal.aborted || (status >= 400 && status < 500)) return log.end();
      await pause(AGAIN_MS);
    }
  }
};

/** `address`: of newline-delimited JSON that ends when there is no more to come. */
export const useLog = (address: string): LogLines => {
  const [log, setLog] = useState(() => new LogLines());
  useEffect(() => {
    const leaving = new AbortController();
    const fresh = new LogLines();
    setLog(fresh);
    void follow(address, fresh, leaving.signal);
    return () => leaving.abort();
  }, [address]);
  return log;
};
