import { pbkdf2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { passwordHash } from './password-hash.ts';

const bytesOf = (text = ''): Buffer => Buffer.from(text.replaceAll('.', '+'), 'base64');
const holds = (hash: string, password: string): boolean => {
  const [, scheme, rounds, salt, key] = hash.split('$');
  const derived = pbkdf2Sync(password, bytesOf(salt), Number(rounds), 64, 'sha512');
  return scheme === 'pbkdf2-sha512' && derived.equals(bytesOf(key));
};

describe('the hash of a password', () => {
  it('is one that passlib takes', async () => {
    const hash = await passwordHash(new Secret('p#ss'), 'http://a.localhost');

    expect(hash).toMatch(/^\$pbkdf2-sha512\$25000\$[\w./]{22}\$[\w./]{86}$/);
    expect([holds(hash, 'p#ss'), holds(hash, 'p#sS')]).toEqual([true, false]);
  });

  it('is the same for the same password in the same place only', async () => {
    const [first, again, elsewhere, other] = await Promise.all([
      passwordHash(new Secret('a'), 'x'),
      passwordHash(new Secret('a'), 'x'),
      passwordHash(new Secret('a'), 'y'),
      passwordHash(new Secret('b'), 'x'),
    ]);

    expect(again).toBe(first);
    expect(new Set([first, elsewhere, other]).size).toBe(3);
  });

  it('is right after many others', async () => {
    const first = await passwordHash(new Secret('a'), '0');
    const hashes = await Promise.all(Array.from({ length: 70 }, (_, i) => passwordHash(new Secret('a'), String(i))));

    expect(hashes[0]).toBe(first);
    expect(new Set(hashes).size).toBe(70);
    expect(holds(hashes[69] ?? '', 'a')).toBe(true);
  });
});
