import type { Finding, Guard, GuardContext } from '../guard.ts';
import { isScanned, scanText } from './scan-text.ts';

async function* check({ tree }: GuardContext): AsyncGenerator<Finding> {
  for (const { path } of tree.files) {
    if (!isScanned(path)) continue;
    const text = await tree.text(path);
    if (text !== null) yield* await scanText(path, text);
  }
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
