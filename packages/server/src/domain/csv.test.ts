import { expect, test } from 'vitest';
import { csv } from './csv.ts';

test('fields with commas, quotes and line breaks are quoted, and what is not there is empty', () => {
  const rows = [
    { name: 'Chairs, "blue"', note: 'two\nlines' },
    { name: null, note: 3 },
  ];
  expect(csv(['name', 'note'], rows)).toBe('name,note\n"Chairs, ""blue""","two\nlines"\n,3\n');
});
