import type { Finding, Guard, GuardContext } from '../guard.ts';
import { isScanned, scanText } from './scan-text.ts';

/** Reading waits for the disk most of the time: a few files ahead, and no more, since each may have 5 MB. */
const AHEAD = 8;

async function* check({ tree }: GuardContext): AsyncGenerator<Finding> {
  const paths = tree.files.map(({ path }) => path).filter(isScanned);
  const scan = async (path: string): Promise<readonly Finding[]> => {
    const text = await tree.text(path);
    return text === null ? [] : scanText(path, text);
  };
  const running: Promise<readonly Finding[]>[] = [];
  for (const path of paths) {
    running.push(scan(path));
    if (running.length >= AHEAD) yield* (await running.shift()) ?? [];
  }
  for (const last of running) yield* await last;
}

export const secrets: Guard = {
  id: 'secrets',
  title: 'No secret stands in a file',
  rules: [
    {
      id: 'secrets/known-format',
      severity: 'error',
      why: 'Whoever can read the repository, now or later, can use it; scanners of strangers find keys in minutes.',
    },
    {
      id: 'secrets/assigned',
      severity: 'error',
      why: 'Whoever can read the repository, now or later, can use it; a password in a file is changed by nobody.',
    },
  ],
  check,
};
