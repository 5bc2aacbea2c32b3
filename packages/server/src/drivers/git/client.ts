/** The only file of this driver that runs git. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type { Secret } from '../../domain/secret.ts';
import { CommandError, type CommandResult, runCommand } from '../shared/run-command.ts';
import { type Address, shown } from './address.ts';

export interface GitCall {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
  readonly maxBytes?: number;
}

export interface GitClient {
  /** Runs git on what is here; any exit code is a result. */
  run(args: readonly string[], call?: GitCall): Promise<CommandResult>;
  /** Runs git so that it talks to `address` under the name `origin`. Failures: repository-unreachable, ref-not-found, disk-full. */
  talk(address: Address, args: readonly string[], call?: GitCall): Promise<string>;
}

/** Asked for each call, because a GitHub App's token lives an hour. null: none is needed. */
export type TokenSource = (origin: string) => Promise<Secret | null>;

/**
 * `safe.directory` must be in a file: git hides variables that hold configuration from the process it starts on the
 * other end of a local path, and that is the one which refuses a folder that belongs to somebody else.
 */
const CONFIG = `# Written by Slipway; git reads no other configuration.
[safe]
	directory = *
[core]
	hooksPath = /dev/null
	symlinks = true
	autocrlf = false
	longpaths = true
[gc]
	auto = 0
[maintenance]
	auto = false
[fetch]
	recurseSubmodules = false
	fsckObjects = false
[transfer]
	bundleURI = false
[http]
	lowSpeedLimit = 1000
	lowSpeedTime = 60
[advice]
	detachedHead = false
`;

const TALK_SECONDS = 1800;

export const openGitClient = async (folder: string, token: TokenSource): Promise<GitClient> => {
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'gitconfig');
  await writeFile(config, CONFIG);
  const fixed = {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: config,
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    SSH_ASKPASS: '/bin/false',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=30',
    GIT_ALLOW_PROTOCOL: 'file:https:http:ssh:git',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  };
  const run: GitClient['run'] = (args, call = {}) =>
    runCommand('git', args, { ...call, env: { ...fixed, ...call.env } });
  return {
    run,
    talk: async (address, args, call = {}) => {
      const credentials = await credentialsFor(address, token);
      const env = { ...call.env, ...asVariables(address, credentials) };
      return outcome(address, credentials, () => run(args, { timeoutSeconds: TALK_SECONDS, ...call, env }));
    },
  };
};

const LOOPBACK = /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

/** `user:password`, or null. A token never goes over an open line to another machine. */
const credentialsFor = async (address: Address, token: TokenSource): Promise<string | null> => {
  if (address.origin === null) return null;
  if (!address.origin.startsWith('https:') && !LOOPBACK.test(address.origin)) return address.userinfo;
  if (address.userinfo !== null) return address.userinfo;
  const secret = await token(address.origin);
  return secret === null ? null : `x-access-token:${secret.reveal()}`;
};

/** The address and the credentials as variables: argument lists can be read by every user of the machine. */
const asVariables = (address: Address, credentials: string | null): Record<string, string> => {
  const settings: [string, string][] = [['remote.origin.url', address.url]];
  if (credentials !== null)
    settings.push([
      `http.${address.origin}/.extraHeader`,
      `Authorization: Basic ${Buffer.from(credentials).toString('base64')}`,
    ]);
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(settings.length)],
    ...settings.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ]);
};

const outcome = async (
  address: Address,
  credentials: string | null,
  work: () => Promise<CommandResult>,
): Promise<string> => {
  const repository = shown(address.url);
  const result = await work().catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    throw new Failure('repository-unreachable', { repository, reason: error.message }, error);
  });
  if (result.exitCode === 0) return result.stdout;
  const reason = reasonOf(result.stderr, credentials);
  if (/no space left on device|disk quota exceeded/i.test(result.stderr)) throw new Failure('disk-full', { reason });
  const refused = /!\s+\[(?:remote )?rejected\]\s+(?:\S+ -> )?(\S+) \((.*)\)/.exec(result.stderr);
  if (refused) throw new Failure('branch-refused', { repository, ref: refused[1] ?? '', reason: refused[2] ?? reason });
  const ref = /couldn't find remote ref (\S+)|not our ref ([0-9a-f]+)/i.exec(result.stderr);
  if (ref) throw new Failure('ref-not-found', { repository, ref: ref[1] ?? ref[2] ?? '' });
  throw new Failure('repository-unreachable', { repository, reason });
};

/** git's own words, without progress, advice and credentials; at most 300 characters. */
export const reasonOf = (stderr: string, credentials: string | null): string => {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(hint|remote: (Counting|Compressing|Enumerating)|From |Cloning )/.test(line));
  const telling = lines.filter((line) => /^(fatal|error|remote|ssh|Permission|Host)/.test(line));
  const text = (telling.length > 0 ? telling : lines).slice(-3).join('; ') || 'git says nothing';
  return withoutCredentials(text, credentials).slice(0, 300);
};

const withoutCredentials = (text: string, credentials: string | null): string => {
  let clean = shown(text);
  if (credentials === null) return clean;
  const password = credentials.slice(credentials.indexOf(':') + 1);
  for (const part of [credentials, password, Buffer.from(credentials).toString('base64')])
    if (part !== '') clean = clean.replaceAll(part, '[secret]');
  return clean;
};
