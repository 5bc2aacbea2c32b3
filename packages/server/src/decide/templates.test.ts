import { describe, expect, test } from 'vitest';
import { outlivedTemplates, templateInUse } from './templates.ts';

const of = (key: string, created: number, used = created) => ({
  key,
  createdAt: new Date(created * 1000).toISOString(),
  lastUsedAt: new Date(used * 1000).toISOString(),
});

describe('templates', () => {
  const installed = [of('a', 1, 50), of('b', 2, 10), of('c', 3, 40), of('d', 4, 30), of('e', 5, 20)];
  const copies = [of('copy-snap-1', 6, 99), of('copy-snap-2', 7, 8)];

  test('the three used last stay, and the last restored snapshot, however much the former one was used', () => {
    expect(outlivedTemplates([...installed, ...copies]).sort()).toEqual(['b', 'copy-snap-1', 'e']);
  });

  test('a few of them all stay', () => {
    expect(outlivedTemplates(installed.slice(0, 3))).toEqual([]);
  });

  test('copies are made ahead of what previews start from', () => {
    expect(templateInUse([...installed, ...copies], 'template')?.key).toBe('a');
    expect(templateInUse([...installed, ...copies], 'staging')?.key).toBe('copy-snap-2');
    expect(templateInUse(installed, 'staging')).toBeNull();
  });
});
