import { expect, test } from 'vitest';
import { nextOf } from './next-of.ts';

test.each([
  ['</api/v1/audit?cursor=abc&limit=50>; rel="next"', '/api/v1/audit?cursor=abc&limit=50'],
  ['</api/v1/audit?cursor=abc>; rel="prev"', null],
  ['<https://evil.example/api/v1/audit>; rel="next"', null],
  [null, null],
])('%s leads to %s', (link, next) => expect(nextOf(link)).toBe(next));
