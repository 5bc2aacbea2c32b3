import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './passwords.ts';

test('a password is known again by its hash, which is another one each time and holds nothing of it', async () => {
  const [one, two] = await Promise.all([hashPassword('glass onion 42'), hashPassword('glass onion 42')]);

  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(two);
  expect(await verifyPassword(one, 'glass onion 42')).toBe(true);
  expect(await verifyPassword(one, 'glass onion 43')).toBe(false);
});

test('the same letters typed on another keyboard are the same password', async () => {
  expect(await verifyPassword(await hashPassword('Ange\u0301lique 1900'), 'Ang\u00e9lique 1900')).toBe(true);
});

// From the tests of the reference implementation: argon2id, v=19, m=256, t=2, p=1, "password", "somesalt".
test('a hash of another cost, made by another program, is read', async () => {
  const theirs = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';

  expect(await verifyPassword(theirs, 'password')).toBe(true);
  expect(await verifyPassword(theirs, 'Password')).toBe(false);
});

test.each(['', 'plain', '$2b$10$abc', '$argon2id$v=19$m=1,t=1,p=1$$'])(
  'what is no hash of ours (%s) fits no password',
  async (hash) => {
    expect(await verifyPassword(hash, hash)).toBe(false);
  },
);
