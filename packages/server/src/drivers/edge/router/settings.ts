import { BlockList, isIP } from 'node:net';
import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { Secret } from '../../../domain/secret.ts';

const isCidr = (text: string): boolean => {
  const [address = '', bits, rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest !== undefined) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
};

const edgeSettings = z.strictObject({
  listen: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
      port: z.int().min(0).max(65_535).default(8080).describe('Port to listen on; 0 takes a free one.'),
    })
    .prefault({}),
  databaseUrl: z.string().min(1).describe('PostgreSQL connection string of the control plane’s database.'),
  stateFile: z.string().min(1).describe('Where the last known good routes are kept (mode 0600).'),
  controlUrl: z.url({ protocol: /^https?$/ }).describe('Address of the control plane, for waking.'),
  dashboardHost: z
    .string()
    .min(1)
    .optional()
    .describe('Name under which the control plane itself is reached: its dashboard and its API.'),
  controlTokenFile: z.string().min(1).describe('File with the bearer token for the control plane; read at each call.'),
  trustedProxies: z
    .array(z.string().refine(isCidr, 'is not an address or CIDR range'))
    .default([])
    .describe('Proxies in front (addresses or CIDR ranges) whose X-Forwarded-* are believed.'),
  log: z
    .strictObject({
      file: z.string().min(1).describe('Where to.'),
      maxBytes: z.int().positive().describe('Size at which a file is put aside.'),
      keep: z.int().positive().describe('How many files are kept aside.'),
    })
    .optional()
    .describe('Log file with one line per request. Default: stderr.'),
  code: z.string().default('').describe('What its code was when it was started: told apart from now, never used.'),
  holdSeconds: z.number().positive().max(600).default(60).describe('How long a request to a sleeping preview is held.'),
});

export interface EdgeSettings extends Omit<z.output<typeof edgeSettings>, 'databaseUrl'> {
  readonly databaseUrl: Secret;
}

/** Failure: usage, naming every key that is wrong. */
export function parseEdgeSettings(value: unknown): EdgeSettings {
  const parsed = edgeSettings.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'settings'}: ${issue.message}`);
    throw new Failure('usage', { reason: `The edge's settings are not valid: ${problems.join('; ')}.` });
  }
  return { ...parsed.data, databaseUrl: new Secret(parsed.data.databaseUrl) };
}

/** The proxies whose X-Forwarded-* are believed. */
export function proxyList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
