import { describe, expect, test } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { Redactor } from './redactor.ts';

const VALUE = 'p@ss "wörd"/+&x';
const redactor = new Redactor([new Secret(VALUE)]);
const json = JSON.stringify(VALUE);

describe('a redactor masks a secret', () => {
  test.each([
    ['as it is', `password=${VALUE};`],
    ['in JSON', `{"password":${json}}`],
    ['in JSON inside JSON', JSON.stringify({ body: json })],
    ['in a URL', `https://u:${encodeURIComponent(VALUE)}@host/`],
    [
      'in a URL with small letters',
      `https://u:${encodeURIComponent(VALUE).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())}@host/`,
    ],
    ['in a form', `a=1&p=${encodeURIComponent(VALUE).replaceAll('%20', '+')}&b=2`],
    ['in hex', Buffer.from(VALUE).toString('hex')],
    ['in base64', Buffer.from(VALUE).toString('base64')],
    ['in base64url', Buffer.from(VALUE).toString('base64url')],
    ['in a basic authorisation header', Buffer.from(`user:${VALUE}`).toString('base64')],
    ['in another one', Buffer.from(`users:${VALUE}:more`).toString('base64')],
    ['in a third one', Buffer.from(`userss:${VALUE}`).toString('base64')],
  ])('%s', (_, text) => {
    const masked = redactor.text(`before ${text} after`);

    expect(masked).toContain('[secret]');
    expect(masked).toMatch(/^before .* after$/s);
    // What is left of an encoded form must not give the value away.
    expect(masked.length).toBeLessThan(`before ${text} after`.length);
    for (const piece of [VALUE, encodeURIComponent(VALUE), Buffer.from(VALUE).toString('hex')])
      expect(masked).not.toContain(piece);
  });

  test('line by line, where it has several', () => {
    const key = '-----BEGIN KEY-----\nabcdefghijkl\nmnopqrstuvwx\n-----END KEY-----\n';

    const masked = new Redactor([new Secret(key)]).text('got abcdefghijkl and mnopqrstuvwx');

    expect(masked).toBe('got [secret] and [secret]');
  });

  test('whole, where it contains another', () => {
    expect(new Redactor([new Secret('abcd'), new Secret('abcdefgh')]).text('x abcdefgh y abcd')).toBe(
      'x [secret] y [secret]',
    );
  });

  test('that is added to its list later', () => {
    const list = [new Secret('first-secret')];
    const following = new Redactor(list);
    expect(following.text('second-secret')).toBe('second-secret');

    list.push(new Secret('second-secret'));

    expect(following.text('first-secret second-secret')).toBe('[secret] [secret]');
  });

  test('in bytes that are no text, and leaves all others untouched', () => {
    const around = Buffer.from([0, 255, 254, 128, 10]);
    const masked = redactor.bytes(Buffer.concat([around, Buffer.from(VALUE), around]));

    expect(masked).toEqual(Buffer.concat([around, Buffer.from('[secret]'), around]));
    expect(redactor.bytes(around)).toEqual(around);
  });
});

test('a redactor without secrets, or with ones too short to be any, changes nothing', () => {
  expect(new Redactor([]).text('anything')).toBe('anything');
  expect(new Redactor([new Secret('a'), new Secret('abc')]).text('abc a b')).toBe('abc a b');
});
