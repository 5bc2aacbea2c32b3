import { describe, expect, it } from 'vitest';
import { socketFits, socketUrl } from './sockets.ts';

describe('the socket of a server', () => {
  it('has room for 107 bytes of a path, whatever letters they are', () => {
    const file = '/.s.PGSQL.5432'.length;

    expect(socketFits(`/${'a'.repeat(106 - file)}`)).toBe(true);
    expect(socketFits(`/${'a'.repeat(107 - file)}`)).toBe(false);
    expect(socketFits(`/${'ä'.repeat(54)}`)).toBe(false);
  });

  it('is an address in which odd names stay what they are', () => {
    const url = new URL(socketUrl('/data folder/&socket', 'a/b ?', 'o@d:d').toString());

    expect(url.searchParams.get('host')).toBe('/data folder/&socket');
    expect(decodeURIComponent(url.pathname.slice(1))).toBe('a/b ?');
    expect(decodeURIComponent(url.username)).toBe('o@d:d');
  });
});
