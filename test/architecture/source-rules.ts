/** Rules about text rather than imports. Each was made so that one may trust an absence; each says where the thing belongs. */
export interface SourceRule {
  readonly name: string;
  readonly why: string;
  readonly pattern: RegExp;
  /** Which files it looks at. */
  readonly in: RegExp;
  /** Where the thing belongs. */
  readonly but: RegExp;
}

const SOURCE = /^packages\/[^/]+\/src\/.*\.ts$/;
const SERVER = /^packages\/server\/src\/.*\.ts$/;
const TEST = '(?:\\.(?:test|contract)\\.ts$|/testing/)';
const server = (...paths: readonly string[]): RegExp =>
  new RegExp(`${TEST}|^packages/server/src/(?:${paths.join('|')})`);

export const SOURCE_RULES: readonly SourceRule[] = [
  {
    name: 'dockerode is loaded in one place, types apart',
    why: 'Loaded as it is, it brings gRPC and SSH: 7 MB of the control plane for what nobody uses (decision 0118).',
    pattern: /^import (?!type ).*from 'dockerode'/,
    in: SERVER,
    but: server('drivers/shared/dockerode\\.ts$'),
  },
  {
    name: 'environment variables are read in the composition roots only',
    why: 'A setting that is read anywhere is documented nowhere. run-command.ts hands a short list on to programs.',
    pattern: /\bprocess\.env\b/,
    in: SOURCE,
    but: new RegExp(
      `${TEST}|^packages/server/src/(?:config|main|edge-main|drivers/shared/run-command)\\.ts$|^packages/cli/src/main\\.ts$`,
    ),
  },
  {
    name: 'secrets are revealed where they leave the process or are compared, and nowhere else',
    why: 'Whoever reads the list of these files knows every place a secret can leak from.',
    pattern: /\.reveal\(\)/,
    in: SERVER,
    but: server(
      'store/',
      // Where a product is handed its password.
      'drivers/(?:[^/]+/)*(?:client|requests|managed)\\.ts$',
      'drivers/databases/postgres/index\\.ts$',
      // odoo.conf and the hash of the administrator's password.
      'odoo/(?:process|password-hash)\\.ts$',
      // The masking key, out of which the keys of each purpose are made.
      'odoo/sanitise/masks/session\\.ts$',
      // Its owner puts the key of the backups away.
      'flows/stored-snapshots\\.ts$',
      // Keys derived from the one of a store of snapshots.
      'snapshot/keys\\.ts$',
      // The id of a key of a bucket, which is no secret by itself.
      'start/snapshot-stores\\.ts$',
      // The body of a login.
      'odoo/log-in\\.ts$',
      'drivers/shared/http-probe\\.ts$',
      // Where a caller's token or signature is compared, in constant time.
      'http/server\\.ts$',
      'intake/git/verify-token\\.ts$',
      'intake/github/verify-signature\\.ts$',
      // The login that the preview's own readers are shown.
      'http/previews\\.ts$',
      'observe/send-feedback\\.ts$',
      'start/',
    ),
  },
  {
    name: 'a smoke test reveals what it sends where it is sent',
    why: 'What is sealed goes to the Odoo that is tested, and into no message and no report.',
    pattern: /\.reveal\(\)/,
    in: /^packages\/smoke\/src\/.*\.ts$/,
    but: new RegExp(`${TEST}|^packages/smoke/src/(?:client|session|browser/browser-check)\\.ts$`),
  },
  {
    name: 'programs are started by run-command.ts only',
    why: 'One place that takes argument arrays and never a shell, with time-out, abort and bounded output. Edge and gateway are started by the composition root, because they outlive us; the CLI asks git in one file, and shows an address to a browser in another.',
    pattern: /['"](?:node:)?child_process['"]/,
    in: SOURCE,
    but: new RegExp(
      `${TEST}|^packages/server/src/(?:drivers/shared/|start/(?:edge|gateway)-process\\.ts$)|^packages/cli/src/local/(?:server-process|start-server|git|git-history|open-browser)\\.ts$`,
    ),
  },
  {
    name: 'no shell is started',
    why: 'A branch may be called `$(rm -rf ~)`.',
    pattern: /\bshell:\s*true|\bexecSync\(|[^.\w]exec\(['"`]/,
    in: SOURCE,
    but: new RegExp(TEST),
  },
  {
    name: 'the time is read from the clock that was handed in',
    why: 'Tests own the time, and an environment that sleeps after two hours is tested in milliseconds.',
    pattern: /\bDate\.now\(\)|\bnew Date\(\)/,
    in: SOURCE,
    but: new RegExp(
      `${TEST}|^packages/server/src/(?:domain/clock\\.ts$|start/)|^packages/cli/src/main\\.ts$|^packages/web/src/lib/use-now\\.ts$`,
    ),
  },
  {
    name: 'nothing is written to the console',
    why: 'The server logs with pino and reports progress as JSON; the CLI writes to the streams it was handed.',
    pattern: /\bconsole\.\w+\(/,
    in: SOURCE,
    but: new RegExp(TEST),
  },
];
