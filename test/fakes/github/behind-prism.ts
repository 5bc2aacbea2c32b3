import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { runCommand } from '../../../packages/server/src/drivers/shared/run-command.ts';
import { type FakeGithub, startFakeGithub } from './fake-github.ts';
import { DESCRIPTION } from './shapes.ts';

export interface GithubBehindPrism {
  /** Where a client goes: Prism, which refuses what GitHub's description does not allow (422), in requests and in our fake's answers (500). */
  readonly url: string;
  readonly fake: FakeGithub;
  close(): Promise<void>;
}

const PRISM = join(import.meta.dirname, '../../../node_modules/.bin/prism');

/** Takes 3 to 5 s and 170 MB: one per test file. */
export const startGithubBehindPrism = async (): Promise<GithubBehindPrism> => {
  const fake = await startFakeGithub();
  const port = await freePort();
  const stop = new AbortController();
  const said: string[] = [];
  const listening = Promise.withResolvers<void>();
  const args = ['proxy', '--errors', '--host', '127.0.0.1', '--port', String(port), DESCRIPTION, fake.url];
  const onLine = (line: string): void => {
    said.push(line);
    if (line.includes('Prism is listening')) listening.resolve();
  };
  const ended = runCommand(PRISM, args, { signal: stop.signal, onLine }).then(
    () => listening.reject(new Error(`Prism ended: ${said.slice(-5).join(' | ')}`)),
    (error: unknown) => listening.reject(error),
  );
  await listening.promise;
  return {
    url: `http://127.0.0.1:${port}`,
    fake,
    close: async () => {
      stop.abort();
      await ended;
      await fake.close();
    },
  };
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
};
