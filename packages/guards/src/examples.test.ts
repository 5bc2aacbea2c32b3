import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTree } from './folder-tree.ts';
import { GUARDS } from './registry.ts';
import { runGuards } from './run-guards.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples');

describe('the examples', () => {
  it.each(['.', 'minimal', 'shop'])('%s has nothing that any guard finds', async (folder) => {
    const found: string[] = [];
    const run = { tree: await readTree(join(EXAMPLES, folder)), today: '2026-11-21', guards: GUARDS };
    for await (const event of runGuards(run)) if (event.kind === 'found') found.push(JSON.stringify(event.finding));

    expect(found).toEqual([]);
  });
});
