import { SIGN_IN_REFUSALS } from '@slipway/contracts/sign-in-refusals';
import { expect, test } from 'vitest';
import { refusalWords } from './refusals.ts';

test('each reason has words of its own', () => {
  const titles = SIGN_IN_REFUSALS.map((one) => refusalWords(`?error=${one}`)?.title);
  expect(new Set(titles).size).toBe(SIGN_IN_REFUSALS.length);
  expect(refusalWords('?next=%2F')).toBeNull();
});

test.each(['Call+0800+123456', '%3Cb%3E', '', 'constructor', '__proto__'])(
  'what anybody writes into the address (%s) is not repeated',
  (error) => expect(refusalWords(`?error=${error}`)?.title).toBe('The login at the provider failed.'),
);
