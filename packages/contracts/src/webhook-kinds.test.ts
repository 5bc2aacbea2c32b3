import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WEBHOOK_KINDS } from './webhook-kinds.ts';

it('the page about webhooks says of each kind what the table says, and of no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/how-to/webhooks.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([\w.-]+)` \| (.+) \|$/gm)].map(([, kind, says]) => [kind, says]);

  expect(rows).toEqual(Object.entries(WEBHOOK_KINDS));
});
