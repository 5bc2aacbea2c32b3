/** Production: that it can send mails, and has every key that staging was tried with. */
import type { Finding } from '../guard.ts';
import type { Tree } from '../tree.ts';
import { isEnvFile, isExample, type StageFile } from './read-stages.ts';
import { find } from './rules.ts';

const SMTP = /SMTP|^(ODOO_)?(MAIL|EMAIL)_(HOST|SERVER|URL)/;
const INTEGRATION_KEY = /_(KEY|TOKEN|SECRET|PASSWORD|DSN|CREDENTIALS)$/;
/** Of the copy itself, so that production has none. */
const COPYS_OWN = /TEST|SANDBOX|STAGING|STAGE|PREVIEW|CATCH|DEMO/;

const deploys = ({ kind }: StageFile): boolean => kind === 'compose' || kind === 'app-spec';

/** `given`: names that slipway.yaml says production has, from wherever. */
export function* checkProduction(files: readonly StageFile[], given: ReadonlySet<string>): Generator<Finding> {
  const production = files.filter(({ stage }) => stage === 'production');
  const said = new Set([...given, ...production.flatMap(({ variables }) => variables.map(({ name }) => name))]);
  const sends =
    [...said].some((name) => SMTP.test(name)) ||
    production.some(({ commands }) => commands.some(({ text }) => text.includes('--smtp')));
  // One file per kind stands for the stage: a compose file for a server, an app spec for a platform.
  const first = production.find((one) => deploys(one) && one.isOdoo);
  if (first === undefined) return;
  if (!sends)
    yield find(
      'environments/smtp-missing',
      { file: first.file },
      'production has no SMTP server',
      'Set SMTP_HOST and its password as a secret, or smtp_server in odoo.conf.',
    );
  const asked = new Set(
    files
      .filter((one) => one.stage === 'staging' && one.kind === first.kind)
      .flatMap(({ variables }) => variables.map(({ name }) => name)),
  );
  for (const name of [...asked]
    .filter((one) => INTEGRATION_KEY.test(one) && !COPYS_OWN.test(one) && !said.has(one))
    .sort())
    yield find(
      'environments/key-missing',
      { file: first.file },
      `production has no ${name}, which staging has`,
      'Add it as a secret of production, say under variables in slipway.yaml who gives it, or take it from staging.',
    );
}

/** `${NAME}` and `${NAME:?…}`, which have no value of their own; `$${…}` is text. */
const REFERENCE = /(?<!\$)\$\{([A-Za-z_]\w{0,80})(?:\}|:?\?)/g;
/** Set by compose, or by every shell. */
const GIVEN = /^(COMPOSE_\w+|HOME|USER|PWD|PATH|HOSTNAME|UID|GID|TAG)$/;

const listed = async (tree: Tree): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  for (const { path } of tree.files) {
    const text = isEnvFile(path) || (isExample(path) && /env/.test(path)) ? await tree.text(path) : null;
    for (const [, name = ''] of (text ?? '').matchAll(
      /^[ \t]{0,8}#?[ \t]{0,8}(?:export[ \t]{1,8})?([A-Za-z_]\w{0,80})[ \t]{0,8}=/gm,
    ))
      found.add(name);
  }
  return found;
};

/** Every reference of a file, at its place; what is in a comment is none. */
const referencesIn = (text: string) =>
  text.split('\n').flatMap((line, index) =>
    line.trimStart().startsWith('#')
      ? []
      : [...line.matchAll(REFERENCE)].map((found) => ({
          name: found[1] ?? '',
          line: index + 1,
          column: found.index + 1,
        })),
  );

/** `inventory`: names that slipway.yaml lists. */
export async function* checkReferences(
  tree: Tree,
  composeFiles: readonly string[],
  inventory: ReadonlySet<string>,
): AsyncGenerator<Finding> {
  if (composeFiles.length === 0) return;
  const known = new Set([...inventory, ...(await listed(tree))]);
  for (const file of composeFiles)
    for (const { name, line, column } of referencesIn((await tree.text(file)) ?? '')) {
      if (known.has(name) || GIVEN.test(name)) continue;
      known.add(name);
      yield find(
        'environments/variable-missing',
        { file, line, column },
        `${name} is wanted, and neither .env.example nor slipway.yaml names it`,
        `Add ${name}= to .env.example, list it under variables in slipway.yaml, or give it a default: \${${name}:-…}.`,
      );
    }
}
