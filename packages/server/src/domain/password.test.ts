import { expect, test } from 'vitest';
import { passwordProblem } from './password.ts';

const ADA = { email: 'ada.lovelace@example.com', name: 'Ada Byron' };

test.each([
  ['short', 'nine char', 'fewer than 10'],
  ['one of the commonest, in any case', 'Password1234', 'commonest'],
  ['one character again and again', 'zzzzzzzzzzzzzzz', 'few different'],
  ['with a part of the address', 'xx-Lovelace-77', 'name or your e-mail'],
  ['with the whole of it', 'ada.lovelace99', 'name or your e-mail'],
  ['with the name', 'LordByron1788', 'name or your e-mail'],
  ['endless', 'x9'.repeat(65), 'more than 128'],
])('a password that is %s is refused, and told why', (_, password, reason) => {
  expect(passwordProblem(password, ADA)).toContain(reason);
});

test.each(['glass onion 42', 'ada was here too', 'крепкий пароль', '🐙🐙🦑🦐🦀🐡🐠🐟🐬🐳'])(
  '"%s" is taken',
  (password) => {
    expect(passwordProblem(password, ADA)).toBeNull();
  },
);
