/**
 * THE error table. Every failure a user can meet has one row: whose fault it is, whether trying again can help,
 * the HTTP status, the CLI's exit code class, a sentence that says what happened and a hint that says what to do.
 * `{name}` in a sentence is filled from the failure's facts. docs/reference/errors.md is generated from here.
 */
export type Fault = 'user' | 'target' | 'upstream' | 'bug';

export interface ErrorRow {
  readonly status: number;
  readonly fault: Fault;
  /** Whether the engine may run the step again without anyone changing anything. */
  readonly retry: boolean;
  readonly says: string;
  readonly hint: string;
}

const row = (status: number, fault: Fault, retry: boolean, says: string, hint: string): ErrorRow => ({
  status,
  fault,
  retry,
  says,
  hint,
});

export const ERRORS = {
  'config-invalid': row(
    422,
    'user',
    false,
    'slipway.yaml is not valid: {problems}',
    'Mend the lines named and push again; `slipway config check` says the same offline.',
  ),
  'config-missing': row(
    422,
    'user',
    false,
    'There is no slipway.yaml at the root of {where}.',
    'Run `slipway init` in the repository and commit the file.',
  ),
  'manifest-invalid': row(
    422,
    'user',
    false,
    '{file}:{line}: the module manifest cannot be read: {reason}',
    'A manifest is one Python dictionary of literals; code in it is never run.',
  ),
  'module-missing': row(
    422,
    'user',
    false,
    'Module {module} depends on {dependency}, which is neither in the repository nor in Odoo {series}.',
    'Add the module, its submodule, or correct "depends".',
  ),
  'module-cycle': row(
    422,
    'user',
    false,
    'The modules depend on each other in a circle: {cycle}.',
    'Break the circle in "depends".',
  ),
  'ref-not-found': row(
    404,
    'user',
    false,
    'The repository {repository} has no commit, branch or tag {ref}.',
    'Push it first, or name one that `git ls-remote` lists.',
  ),
  'repository-unreachable': row(
    502,
    'upstream',
    true,
    'The repository {repository} could not be fetched: {reason}',
    'Check the address, the deploy key and the network; Slipway tries again by itself.',
  ),
  'signature-invalid': row(
    401,
    'user',
    false,
    'The webhook signature does not match.',
    "Set the same secret in the repository's webhook settings and in Slipway.",
  ),
  'payload-invalid': row(
    400,
    'user',
    false,
    'The request body is not what this endpoint takes: {reason}',
    'Send JSON as documented in docs/reference/api.md; webhooks need content type application/json.',
  ),
  'payload-too-large': row(
    413,
    'user',
    false,
    'The request body is larger than {limit}.',
    "Send less; GitHub's own limit for a delivery is 25 MB and Slipway needs far less.",
  ),
  'repository-unknown': row(
    404,
    'user',
    false,
    'No project uses the repository {repository}.',
    'Add it with `slipway up` next to its slipway.yaml, or remove the webhook.',
  ),
  'project-unknown': row(
    404,
    'user',
    false,
    'There is no project {project}.',
    'Ask `slipway status` for the projects that are known.',
  ),
  'preview-unknown': row(
    404,
    'user',
    false,
    'There is no preview {number} in project {project}.',
    'Ask `slipway preview list`.',
  ),
  'environment-unknown': row(404, 'user', false, 'There is no environment {environment}.', 'Ask `slipway env list`.'),
  'run-unknown': row(404, 'user', false, 'There is no run {run}.', 'Ask `slipway status` for the newest runs.'),
  'build-unknown': row(404, 'user', false, 'There is no build {build}.', 'Ask `slipway status` for the newest builds.'),
  'not-approved': row(
    403,
    'user',
    false,
    'Pull request {number} comes from {author}, who has no write access, so it gets no build and no secrets.',
    'A maintainer comments `/slipway approve`, or runs `slipway preview open --pr {number}`.',
  ),
  'base-image-missing': row(
    424,
    'target',
    false,
    'The base image {image} is neither on this machine nor in its registry: {reason}',
    "Run `slipway image build` to make one from Debian's archive, or set `odoo.image` to one your Docker can pull.",
  ),
  'image-build-failed': row(
    422,
    'user',
    false,
    'The image build failed: {reason}',
    'Read the build log: `slipway build logs {build}`.',
  ),
  'image-build-interrupted': row(
    502,
    'upstream',
    true,
    'The image build was interrupted: {reason}',
    'Slipway tries again by itself.',
  ),
  'docker-unreachable': row(
    503,
    'target',
    true,
    'Docker Engine does not answer: {reason}',
    'Start it (`systemctl start docker`) and look at `slipway doctor`; waiting work goes on by itself.',
  ),
  'database-unreachable': row(
    503,
    'target',
    true,
    'PostgreSQL does not answer: {reason}',
    'Start it, or correct `database.url`; waiting work goes on by itself.',
  ),
  'database-refused': row(
    500,
    'target',
    false,
    'PostgreSQL refused: {reason}',
    "Look at the role's rights (`slipway doctor`) and at the statement in the run's evidence.",
  ),
  'disk-full': row(
    507,
    'target',
    false,
    'The disk is full: {reason}',
    'Free space (`slipway doctor` shows what uses it), then `slipway preview rebuild`.',
  ),
  'odoo-install-failed': row(
    422,
    'user',
    false,
    'Odoo could not install or update {modules}: {reason}',
    'The last lines of the log say where; the full log is in the evidence of this run.',
  ),
  'odoo-boot-failed': row(
    422,
    'user',
    false,
    'Odoo did not start: {reason}',
    'The last lines of the log say why; `slipway preview logs` shows them all.',
  ),
  'odoo-not-ready': row(
    504,
    'user',
    false,
    'Odoo was not ready within {seconds} s: {reason}',
    'Raise `stages.preview.boot_timeout`, or look at `slipway preview logs`.',
  ),
  'step-timeout': row(
    504,
    'target',
    false,
    'Step {step} took longer than {seconds} s and was stopped.',
    'Look at the log of the run; raise the limit in slipway.yaml if the work is really that long.',
  ),
  'run-cancelled': row(
    409,
    'user',
    false,
    'The run was cancelled: {reason}',
    'Start it again with `slipway preview rebuild`.',
  ),
  'capability-missing': row(
    422,
    'user',
    false,
    'Target {target} cannot {cannot} (capability {capability}), which {plan} needs.',
    'Use a target that can, or do without: `slipway preview rebuild --fresh` instead of an update, closing instead of sleep.',
  ),
  'kind-unknown': row(422, 'user', false, 'There is no {what} called {kind}; known are: {known}.', 'Use one of those.'),
  'secret-unknown': row(
    404,
    'user',
    false,
    'There is no secret {name} for stage {stage}.',
    'Set it with `slipway secret set {name} --stage {stage}`.',
  ),
  'master-key-wrong': row(
    500,
    'user',
    false,
    'The master key does not open the stored secrets.',
    'Put back the key file that was used when they were set ({file}).',
  ),
  'evidence-key-wrong': row(
    500,
    'user',
    false,
    'The key that signs the evidence is not usable: {file}: {reason}.',
    'Put back the key file. If it is lost for good, docs/decisions/0064-signed-evidence.md says how to go on with a new one.',
  ),
  'evidence-altered': row(
    409,
    'target',
    false,
    'Evidence was changed after it was written: {file} ({reason}).',
    'Restore the folder from a backup; everything before that entry still verifies.',
  ),
  'server-unreachable': row(
    503,
    'user',
    false,
    'No Slipway answers at {url}: {reason}',
    'Start it with `slipway up`, or name another with --server.',
  ),
  usage: row(400, 'user', false, '{reason}', 'See `slipway --help`.'),
  'source-host-unavailable': row(
    502,
    'upstream',
    true,
    '{host} did not take our request: {reason}',
    'Slipway tries again by itself; the preview does not wait for it.',
  ),
  'source-host-refused': row(
    502,
    'upstream',
    false,
    '{host} refused our request: {reason}',
    "Check the App's permissions: contents read, pull requests write, commit statuses write.",
  ),
  'edge-port-taken': row(
    409,
    'user',
    false,
    'Port {port} is taken by another program.',
    'Stop it, or choose another with --edge-port.',
  ),
  unauthorized: row(401, 'user', false, 'This needs a token.', 'Use the token in {file}, or sign in.'),
  internal: row(
    500,
    'bug',
    false,
    'Something unexpected happened ({id}).',
    'This is a defect of Slipway: report it with that id; the server log has the details.',
  ),
  'answer-not-understood': row(
    502,
    'bug',
    false,
    '{url} answered something that this CLI does not understand: {reason}',
    'Use the same version on both sides (`slipway version`), and check that the address is that of a Slipway server.',
  ),
  'wait-timeout': row(
    504,
    'user',
    false,
    '{what} took longer than {seconds} s; it goes on without us.',
    'Look again with `slipway status`, or wait longer with --timeout.',
  ),
  'server-start-failed': row(
    500,
    'target',
    false,
    'The server did not start: {reason}',
    'Look at `slipway doctor`, and at the log: {log}',
  ),
  'file-exists': row(409, 'user', false, '{file} exists already.', 'Nothing was changed; --force overwrites it.'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;
