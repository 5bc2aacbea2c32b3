import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../domain/egress.ts';
import type { CountedAttempt } from '../../../ports/egress-gateway.ts';
import { MANY_OTHERS, openAttempts } from './attempts.ts';
import { LIMITS } from './limits.ts';

const attempt = (host: string, more: Partial<Attempt> = {}): Attempt => ({
  environment: 'shop/pr-1',
  kind: 'dns',
  host,
  port: 0,
  outcome: 'refused',
  reason: 'not on the list',
  bytesSent: 1,
  bytesReceived: 2,
  ...more,
});

const open = (fail: { value: boolean } = { value: false }) => {
  const written: CountedAttempt[] = [];
  let time = 0;
  const book = openAttempts({
    write: async (heap) => {
      if (fail.value) throw new Error('away');
      written.push(...heap);
    },
    now: () => new Date(++time * 1000),
  });
  return { book, written };
};

describe('attempts', () => {
  it('that are equal are one, with their number, bytes and times', async () => {
    const { book, written } = open();
    for (let i = 0; i < 3; i++) book.note(attempt('a.example'));
    book.note(attempt('a.example', { environment: 'shop/pr-2' }));
    await book.flush();

    expect(written.map(({ count, bytesSent, firstAt, lastAt }) => [count, bytesSent, firstAt, lastAt])).toEqual([
      [3, 3, '1970-01-01T00:00:01.000Z', '1970-01-01T00:00:03.000Z'],
      [1, 1, '1970-01-01T00:00:04.000Z', '1970-01-01T00:00:04.000Z'],
    ]);
  });

  it('to ever new hosts are counted together beyond a limit, and only for who does it', async () => {
    const { book, written } = open();
    for (let i = 0; i < LIMITS.attempts + 50; i++) book.note(attempt(`${i}.carries-data.example`));
    book.note(attempt('b.example', { environment: 'shop/pr-2' }));
    await book.flush();

    expect(written.length).toBe(LIMITS.attempts + 2);
    expect(written.find(({ host }) => host === MANY_OTHERS)?.count).toBe(50);
    expect(written.at(-1)?.host).toBe('b.example');
  });

  it('wait while they cannot be written, without losing their number', async () => {
    const fail = { value: true };
    const { book, written } = open(fail);
    book.note(attempt('a.example'));
    await expect(book.flush()).rejects.toThrow('away');
    book.note(attempt('a.example'));
    fail.value = false;
    await book.flush();
    await book.flush();

    expect(written.map(({ host, count }) => [host, count])).toEqual([['a.example', 2]]);
  });

  it('are shown as they may be shown, whatever a name was made of', async () => {
    const { book, written } = open();
    book.note(attempt(`A\u001b[31m\0${'x'.repeat(1000)}`));
    await book.flush();

    expect(written[0]?.host).toMatch(/^a\?\[31m\?x+$/);
    expect(written[0]?.host.length).toBe(253);
  });
});
