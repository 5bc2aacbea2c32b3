import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { parseEdgeSettings, proxyList } from './settings.ts';

const least = {
  databaseUrl: 'postgres://edge:hidden@127.0.0.1/slipway',
  stateFile: 'routes.json',
  controlUrl: 'http://127.0.0.1:8070',
  controlTokenFile: 'token',
};

it('has defaults for all that may be left out, and hides the password', () => {
  const settings = parseEdgeSettings(least);

  expect(settings).toMatchObject({ listen: { host: '127.0.0.1', port: 8080 }, trustedProxies: [], holdSeconds: 60 });
  expect(inspect(settings) + JSON.stringify(settings)).not.toContain('hidden');
});

it('names every wrong key at once, and never a value', () => {
  const wrong = {
    ...least,
    listen: { port: 70_000 },
    trustedProxies: ['10.0.0.0/33'],
    databaseUrl: 7,
    extra: 'hidden',
  };

  expect(() => parseEdgeSettings(wrong)).toThrow(/listen\.port.*databaseUrl.*trustedProxies\.0.*extra/);
  expect(() => parseEdgeSettings(wrong)).not.toThrow(/hidden/);
});

it('takes addresses and ranges of both families as trusted proxies', () => {
  const list = proxyList(['10.0.0.0/8', '::1', '192.0.2.7']);

  expect([list.check('10.9.9.9'), list.check('::1', 'ipv6'), list.check('192.0.2.7'), list.check('192.0.2.8')]).toEqual(
    [true, true, true, false],
  );
});
