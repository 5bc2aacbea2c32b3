import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../config.ts';
import type { Queryable } from '../../store/queryable.ts';
import type { Patient } from './check.ts';
import { databaseCheck } from './check-database.ts';
import { certificateCheck, certificateOf, edgeCheck, judgeCertificate, namesCheck } from './check-edge.ts';
import { dockerCheck, freeSpace, wallsCheck } from './check-machine.ts';
import { examine } from './examine.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-doctor-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const answering = (row: object): Queryable => ({ query: async () => ({ rows: [row] }) }) as unknown as Queryable;
const patient = (variables: Readonly<Record<string, string>> = {}, more: Partial<Patient> = {}): Patient => ({
  settings: readSettings({ SLIPWAY_DATA: folder, SLIPWAY_EDGE_LISTEN: '127.0.0.1:1', ...variables }),
  ...{ db: answering({}), managed: true, now: () => NOW, url: (host) => `http://${host}`, ...more },
});

describe('a certificate', () => {
  const good = {
    host: 'example.org',
    issuer: "Let's Encrypt",
    until: new Date('2027-01-22T12:00:00Z'),
    distrust: null,
  };

  it('is well, about to end, ended, or not trusted', () => {
    expect(judgeCertificate(good, NOW)).toMatchObject({ state: 'ok', says: expect.stringContaining('61 days') });
    expect(judgeCertificate({ ...good, until: new Date('2026-12-01T00:00:00Z') }, NOW).state).toBe('warn');
    expect(judgeCertificate({ ...good, until: new Date('2026-11-21T00:00:00Z') }, NOW)).toMatchObject({
      state: 'fail',
      says: 'The certificate of example.org ended on 2026-11-21.',
    });
    expect(judgeCertificate({ ...good, distrust: 'SELF_SIGNED' }, NOW)).toMatchObject({
      state: 'fail',
      hint: expect.stringContaining('proxy'),
    });
  });

  it('is read from who answers, also one that nobody trusts', async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const about = ['-subj', '/O=Shop Ltd/CN=localhost', '-days', '30'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...about], {
      stdio: 'ignore',
    });
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;

    const found = await certificateOf('localhost', port);
    const looked = await certificateCheck.look(
      patient({ SLIPWAY_PUBLIC_SCHEME: 'https', SLIPWAY_PUBLIC_PORT: String(port) }),
    );
    await new Promise((resolve) => server.close(resolve));

    expect(found).toMatchObject({ host: 'localhost', issuer: 'Shop Ltd', distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(Math.round((found.until.getTime() - Date.now()) / 86_400_000)).toBe(30);
    expect(looked).toContainEqual(
      expect.objectContaining({ state: 'fail', says: expect.stringContaining('SELF_SIGNED') }),
    );
  });

  it('is missed where addresses say https and nothing speaks TLS', async () => {
    const variables = { SLIPWAY_PUBLIC_SCHEME: 'https', SLIPWAY_PUBLIC_PORT: '1' };
    const [first] = [await certificateCheck.look(patient(variables))].flat();
    expect(first).toMatchObject({ state: 'fail', says: expect.stringContaining('Nothing speaks TLS at localhost:1') });
  });

  it('is needed by a name that others can reach, and not on this machine alone', async () => {
    expect(await certificateCheck.look(patient())).toMatchObject({ state: 'ok' });
    expect(await certificateCheck.look(patient({ SLIPWAY_DOMAIN: 'example.org' }))).toMatchObject({
      state: 'warn',
      hint: expect.stringContaining('SLIPWAY_PUBLIC_SCHEME'),
    });
  });
});

describe('PostgreSQL', () => {
  const row = { version: '17.2', now: NOW.toISOString(), used: 12, most: 100 };
  const look = async (more: object) =>
    [await databaseCheck.look(patient({}, { db: answering({ ...row, ...more }) }))].flat();

  it('answers, has room for connections, and the same time', async () => {
    expect(await look({})).toMatchObject([
      {
        check: 'postgresql',
        state: 'ok',
        says: 'PostgreSQL 17.2, kept by Slipway, answers; 12 of 100 connections are taken.',
      },
      { check: 'clock', state: 'ok' },
    ]);
    expect(await look({ used: 90 })).toMatchObject([
      { state: 'warn', hint: expect.stringContaining('max_connections') },
      {},
    ]);
    expect(await look({ now: '2026-11-22T12:03:00Z' })).toMatchObject([
      {},
      { state: 'fail', says: expect.stringContaining('180 s') },
    ]);
  });

  it('that is away is said, with whose matter it is', async () => {
    const away = { query: async () => Promise.reject(new Error('connect ECONNREFUSED')) } as unknown as Queryable;
    expect(await databaseCheck.look(patient({}, { db: away, managed: false }))).toMatchObject({
      state: 'fail',
      says: expect.stringContaining('does not answer'),
      hint: expect.stringContaining('SLIPWAY_DATABASE_URL'),
    });
  });
});

it('an edge, a gateway or a Docker that does not answer is said, with what to do', async () => {
  const at = patient({ SLIPWAY_DOCKER_SOCKET: join(folder, 'no.sock') });
  for (const check of [edgeCheck, wallsCheck, dockerCheck])
    expect([check.name, [await check.look(at)].flat()]).toMatchObject([
      check.name,
      [{ check: check.name, state: 'fail', hint: expect.stringMatching(/\S/) }],
    ]);
});

it('*.localhost is no trouble where only browsers know it', async () => {
  expect(await namesCheck.look(patient())).toMatchObject({ state: 'ok' });
});

it('a disk that is nearly full is a warning, then a failure', () => {
  expect([50, 5, 1].map((gib) => freeSpace('disk', gib * 2 ** 30, 'x').state)).toEqual(['ok', 'warn', 'fail']);
});

it('a check that breaks is a finding, and does not take the others with it', async () => {
  const broken = { name: 'broken', look: async () => Promise.reject(new Error('boom')) };
  const { ok, findings } = await examine(patient(), [broken, namesCheck]);
  expect(ok).toBe(false);
  expect(findings).toMatchObject([
    { check: 'broken', state: 'fail', says: expect.stringContaining('boom') },
    { check: 'names' },
  ]);
});
