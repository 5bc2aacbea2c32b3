import { lookup } from 'node:dns/promises';
import { connect } from 'node:tls';
import type { Finding } from '@slipway/contracts/doctor-views';
import { edgeAnswers } from '../edge-process.ts';
import { type Check, fail, ok, type Patient, reasonOf, warn } from './check.ts';

const PROBE = 'pr-1-slipway-doctor';
const MILLISECONDS = 5_000;
const DAY_MS = 86_400_000;
const RENEW_DAYS = 14;

export const edgeCheck: Check = {
  name: 'edge',
  look: async ({ settings, url }) => {
    const at = `${settings.edge.host}:${settings.edge.port}`;
    if (await edgeAnswers(settings))
      return ok('edge', `The edge answers at ${at}; people come by ${url(settings.domain)}.`);
    return fail(
      'edge',
      `The edge does not answer at ${at}.`,
      'edge.log in the data folder says why; `slipway up` starts it again.',
    );
  },
};

export const namesCheck: Check = {
  name: 'names',
  look: async ({ settings: { domain } }) => {
    const address = await lookup(`${PROBE}.${domain}`).then(
      (found) => found.address,
      () => null,
    );
    if (address !== null) return ok('names', `*.${domain} resolves (${address}).`);
    if (domain === 'localhost')
      return ok('names', '*.localhost is resolved by browsers themselves; this system does not.');
    return fail('names', `*.${domain} does not resolve.`, `Add a wildcard DNS record for *.${domain}.`);
  },
};

export interface Certificate {
  readonly host: string;
  readonly issuer: string;
  readonly until: Date;
  /** Why a browser would not trust it; null: it would. */
  readonly distrust: string | null;
}

/** What the proxy in front of the edge shows to whoever comes for that host. */
export const certificateOf = (host: string, port: number): Promise<Certificate> =>
  new Promise((resolve, reject) => {
    // Looked at, whatever is wrong with it; nothing is sent.
    const socket = connect({ host, port, servername: host, rejectUnauthorized: false, timeout: MILLISECONDS });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error('no answer in time')));
    socket.once('secureConnect', () => {
      const { valid_to: until, issuer } = socket.getPeerCertificate();
      const distrust = socket.authorized ? null : String(socket.authorizationError);
      socket.destroy();
      const names = issuer as Readonly<Record<string, string | string[] | undefined>> | undefined;
      const by = names?.['O'] ?? names?.['CN'] ?? 'somebody unnamed';
      resolve({ host, issuer: String(by), until: new Date(until), distrust });
    });
  });

export const judgeCertificate = ({ host, issuer, until, distrust }: Certificate, now: Date): Finding => {
  const days = Math.floor((until.getTime() - now.getTime()) / DAY_MS);
  const day = until.toISOString().slice(0, 10);
  const where = 'It is the TLS proxy in front of the edge that has it.';
  if (days < 0) return fail('certificate', `The certificate of ${host} ended on ${day}.`, `Renew it. ${where}`);
  if (distrust !== null)
    return fail(
      'certificate',
      `Browsers do not trust the certificate of ${host}: ${distrust}.`,
      `Get one that fits the name. ${where}`,
    );
  const says = `The certificate of ${host} by ${issuer} holds until ${day}, ${days} days from now.`;
  return days < RENEW_DAYS ? warn('certificate', says, `See to its renewal. ${where}`) : ok('certificate', says);
};

/** Of the bare domain and of one under it: a wildcard that is missing shows with the first preview else. */
const certificatesOf = async ({ settings, now }: Patient): Promise<readonly Finding[]> => {
  const { domain, publicPort } = settings;
  return Promise.all(
    [domain, `${PROBE}.${domain}`].map((host) =>
      certificateOf(host, publicPort).then(
        (found) => judgeCertificate(found, now()),
        (error: unknown) =>
          fail(
            'certificate',
            `Nothing speaks TLS at ${host}:${publicPort}: ${reasonOf(error)}`,
            'Start the TLS proxy in front of the edge, or correct SLIPWAY_PUBLIC_PORT.',
          ),
      ),
    ),
  );
};

export const certificateCheck: Check = {
  name: 'certificate',
  look: async (patient) => {
    const { scheme, domain } = patient.settings;
    if (scheme === 'https') return certificatesOf(patient);
    const says = 'Addresses are http: there is no certificate.';
    if (domain === 'localhost' || domain.endsWith('.localhost')) return ok('certificate', says);
    return warn('certificate', says, 'Put a TLS proxy in front of the edge and set SLIPWAY_PUBLIC_SCHEME to https.');
  },
};
