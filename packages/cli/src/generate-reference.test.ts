import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { referencePage } from './generate-reference.ts';

it('docs/reference/cli.md is what `node packages/cli/src/generate-reference.ts` writes', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/cli.md'), 'utf8');

  expect(page).toBe(referencePage());
});
