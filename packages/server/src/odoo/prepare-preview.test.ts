import { describe, expect, test } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { passwordHash } from './password-hash.ts';
import { preparePreview } from './prepare-preview.ts';

const IDENTITY = {
  series: '19.0',
  url: 'http://pr-1.localhost',
  adminPassword: new Secret('s3cret'),
  databaseUuid: new Secret('u'),
  databaseSecret: new Secret('s'),
};

describe('a password hash', () => {
  test('has the form of passlib and is the same for the same password and context', () => {
    const hash = passwordHash(new Secret('s3cret'), 'a');

    expect(hash).toMatch(/^\$pbkdf2-sha512\$25000\$[A-Za-z0-9./]{22}\$[A-Za-z0-9./]{86}$/);
    expect(passwordHash(new Secret('s3cret'), 'a')).toBe(hash);
  });

  test('differs between two previews with the same password', () => {
    expect(passwordHash(new Secret('s3cret'), 'a')).not.toBe(passwordHash(new Secret('s3cret'), 'b'));
  });
});

describe('the statements', () => {
  test('hold no secret in their text or parameters', () => {
    expect(JSON.stringify(preparePreview(IDENTITY))).not.toContain('s3cret');
  });

  test('are the same when a step runs twice', () => {
    expect(preparePreview(IDENTITY)).toEqual(preparePreview(IDENTITY));
  });

  test('ask an old series for nothing that it does not have', () => {
    const old = JSON.stringify(preparePreview({ ...IDENTITY, series: '14.0' }));

    expect(old).not.toMatch(/ir_cron_trigger|smtp_authentication/);
  });
});
