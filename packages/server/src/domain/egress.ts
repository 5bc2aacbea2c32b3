/** What an environment that is not production may reach: its own database, the mail catcher, and what a list allows. Everything else is refused and written down. */
/** Names and ports inside every such container; all of them are the address of its network's gateway. */
export const MAIL_HOST = 'mail.slipway.internal';
export const MAIL_PORT = 1025;
export const PROXY_HOST = 'proxy.slipway.internal';
export const PROXY_PORT = 3128;
/** For a PostgreSQL that is known by an address or listens on this machine only; one with a name is called by its name. */
export const DATABASE_HOST = 'database.slipway.internal';
export const DATABASE_PORT = 5432;

/** An environment's way out: the gateway listens on `address`, for callers from `subnet` only. */
export interface Door {
  /** An environment's id, or `<project>/template-<key>`. */
  readonly environment: string;
  readonly address: string;
  /** `172.24.0.0/16`. */
  readonly subnet: string;
  /** `api.example.com`, `*.example.com`, `10.0.0.5`, each with `:port` where it is not 443 or 80. */
  readonly allow: readonly string[];
}

/** `caught`: a mail that went to the catcher, and nowhere else. */
export type Outcome = 'allowed' | 'refused' | 'caught';

/** One try to reach something. Equal ones are counted together. */
export interface Attempt {
  readonly environment: string;
  readonly kind: 'dns' | 'http' | 'connect' | 'smtp';
  readonly host: string;
  /** 0 where there is none, as for a name that was asked for. */
  readonly port: number;
  readonly outcome: Outcome;
  /** Why it was refused; empty otherwise. */
  readonly reason: string;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

export interface MailAttachment {
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
}

/** A mail as it was handed to the catcher. */
export interface CaughtMail {
  readonly environment: string;
  /** Of the envelope: who really would have got it, blind copies too. */
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly MailAttachment[];
  readonly raw: Buffer;
}

export interface AllowRule {
  /** Lower case; a leading `*.` stands for any number of labels. */
  readonly host: string;
  readonly ports: readonly number[];
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
/** A host is an address or a name; only an IPv6 address has a colon. */
export const isAddress = (host: string): boolean => IPV4.test(host) || host.includes(':');

const USUAL_PORTS = [443, 80];
const LABELS = /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;

/** A line of an allow list, or null when it is none. An IPv6 address stands in brackets. */
export const parseAllow = (text: string): AllowRule | null => {
  const match = /^(\[[0-9a-f:.]+\]|[^:\s]+)(?::(\d{1,5}))?$/i.exec(text.trim());
  if (match === null) return null;
  const host = bareHost(match[1] ?? '');
  const port = match[2] === undefined ? null : Number(match[2]);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  if (!isAddress(host) && (!LABELS.test(host) || host.length > 253 || /^[\d.]+$/.test(host))) return null;
  return { host, ports: port === null ? USUAL_PORTS : [port] };
};

/** A host as it is compared: lower case, no brackets, no dot at the end. */
export const bareHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');

const matches = (rule: AllowRule, host: string): boolean =>
  rule.host.startsWith('*.') ? host.endsWith(rule.host.slice(1)) && !isAddress(host) : rule.host === host;

/** Whether a list lets somebody connect to this host and port. */
export const isAllowed = (rules: readonly AllowRule[], host: string, port: number): boolean =>
  rules.some((rule) => matches(rule, bareHost(host)) && rule.ports.includes(port));

/** Whether a list has this name at all: then it may be asked for. */
export const isNamed = (rules: readonly AllowRule[], host: string): boolean =>
  rules.some((rule) => matches(rule, bareHost(host)));
