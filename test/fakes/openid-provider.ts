/** An OpenID provider over real HTTP: discovery, keys, token endpoint. Whoever comes with a code is who the test says. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Claims {
  readonly sub: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly name: string;
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const openOpenIdProvider = async (clientId: string) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const forger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  /** By code: who it is, and what the browser was sent with. */
  const granted = new Map<
    string,
    { claims: Claims; nonce: string | null; challenge: string | null; forged: boolean }
  >();
  let issuer = '';
  const tokenFor = ({ claims, nonce, forged }: { claims: Claims; nonce: string | null; forged: boolean }): string => {
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      iss: issuer,
      aud: clientId,
      iat: now,
      exp: now + 300,
      ...claims,
      ...(nonce === null ? {} : { nonce }),
    };
    const signed = `${encoded({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${encoded(payload)}`;
    const key = forged ? forger.privateKey : privateKey;
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  };
  const agree = (address: string, claims: Claims, forged = false): string => {
    const { searchParams } = new URL(address);
    const code = `code-${granted.size}-${Math.random()}`;
    const [nonce, challenge] = [searchParams.get('nonce'), searchParams.get('code_challenge')];
    granted.set(code, { claims, nonce, challenge, forged });
    return `?${new URLSearchParams({ code, state: searchParams.get('state') ?? '' })}`;
  };
  /** Whoever sits at the browser that comes: as whom they sign in there, or what the provider says to them. */
  let sitting: { readonly claims: Claims; readonly forged?: boolean } | { readonly error: string } = {
    error: 'access_denied',
  };
  const authorize = (path: string): string => {
    const { searchParams } = new URL(path, issuer);
    const back = searchParams.get('redirect_uri') ?? '';
    if ('claims' in sitting) return `${back}${agree(`${issuer}${path}`, sitting.claims, sitting.forged)}`;
    const state = searchParams.get('state') ?? '';
    return `${back}?${new URLSearchParams({ error: sitting.error, error_description: 'Call 0800 123', state })}`;
  };
  const server = createServer(async (req, res) => {
    const say = (value: object, status = 200): void => {
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (req.url === '/.well-known/openid-configuration')
      return say({
        ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
        ...{ jwks_uri: `${issuer}/keys`, response_types_supported: ['code'], subject_types_supported: ['public'] },
        ...{ id_token_signing_alg_values_supported: ['RS256'], code_challenge_methods_supported: ['S256'] },
      });
    if (req.url === '/keys')
      return say({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] });
    if (req.url?.startsWith('/authorize?')) return res.writeHead(302, { location: authorize(req.url) }).end();
    let body = '';
    for await (const part of req) body += part;
    const form = new URLSearchParams(body);
    const grant = granted.get(form.get('code') ?? '');
    granted.delete(form.get('code') ?? '');
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (req.url !== '/token' || grant === undefined || grant.challenge !== proof)
      return say({ error: 'invalid_grant' }, 400);
    return say({ access_token: 'an access token', token_type: 'Bearer', expires_in: 300, id_token: tokenFor(grant) });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    /** What the provider does when the person agreed: the query with which it sends the browser back. */
    agree,
    sit: (who: typeof sitting): void => {
      sitting = who;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
