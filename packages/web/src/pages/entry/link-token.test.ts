import { describe, expect, test } from 'vitest';
import { nextIn, tokenIn } from './link-token.ts';

const TOKEN = 'a'.repeat(43);

describe('a link with a token', () => {
  test('has it behind the #', () => {
    expect(tokenIn(`#token=${TOKEN}`)).toBe(TOKEN);
    expect(tokenIn(`#other=1&token=${TOKEN}`)).toBe(TOKEN);
  });
  test.each(['', '#', '#token=', '#token=short', `#token=${TOKEN}x`, `#token=${'<'.repeat(43)}`])(
    '%s has none',
    (hash) => expect(tokenIn(hash)).toBeNull(),
  );
});

describe('after signing in', () => {
  test.each([
    ['?next=%2Fprojects%2Fshop%3Fa%3D1', '/projects/shop?a=1'],
    ['', '/'],
    ['?next=', '/'],
    ['?next=https%3A%2F%2Fevil.example', '/'],
    ['?next=%2F%2Fevil.example', '/'],
    ['?next=%2F%5Cevil.example', '/'],
    ['?next=%2F%09%2Fevil.example', '/'],
    ['?next=javascript%3Aalert(1)', '/'],
  ])('%s leads to %s', (search, to) => expect(nextIn(search)).toBe(to));
});
