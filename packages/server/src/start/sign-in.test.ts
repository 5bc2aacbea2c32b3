import { expect, test } from 'vitest';
import { readSettings } from '../config.ts';
import { ownOrigins } from './sign-in.ts';

test('pages of the dashboard and of this machine are ours; a preview, another port and another scheme are not', () => {
  const ours = ownOrigins(
    readSettings({ SLIPWAY_DOMAIN: 'slipway.example.com', SLIPWAY_PUBLIC_SCHEME: 'https', SLIPWAY_PUBLIC_PORT: '443' }),
  );

  for (const origin of [
    'https://slipway.example.com',
    'http://127.0.0.1:8787',
    'http://localhost:8080',
    'http://[::1]:8787',
  ])
    expect(ours).toContain(origin);
  for (const origin of [
    'https://pr-1.slipway.example.com',
    'http://slipway.example.com',
    'https://slipway.example.com:8443',
    'null',
  ])
    expect(ours).not.toContain(origin);
});

test('a provider that is set up by half is refused, with what is missing; one of each kind may be left out', () => {
  expect(() => readSettings({ SLIPWAY_OIDC_ISSUER: 'https://id.example.com' })).toThrow(
    'SLIPWAY_OIDC_CLIENT_ID, SLIPWAY_OIDC_CLIENT_SECRET_FILE: needed, too',
  );
  expect(() => readSettings({ SLIPWAY_GITHUB_OAUTH_CLIENT_ID: 'x' })).toThrow(
    'SLIPWAY_GITHUB_OAUTH_CLIENT_SECRET_FILE',
  );
  expect(readSettings({}).signIn).toEqual({ github: null, oidc: null });
  const github = { SLIPWAY_GITHUB_OAUTH_CLIENT_ID: 'x', SLIPWAY_GITHUB_OAUTH_CLIENT_SECRET_FILE: '/secret' };
  expect(readSettings(github).signIn).toEqual({ github: { clientId: 'x', secretFile: '/secret' }, oidc: null });
});
