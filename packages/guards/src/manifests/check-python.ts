/** Python packages that a module needs, against the requirement files that the image is built from. */
import type { Finding, GuardContext } from '../guard.ts';
import type { KnownOdoo } from '../odoo/known-modules.ts';
import { type SourceModule, texts } from './read-modules.ts';
import { find } from './rules.ts';

const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
const NAME = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/;
/** `git+https://…#egg=name`, `name @ https://…` */
const EGG = /[#&]egg=([A-Za-z0-9._-]+)/;

/** Names in the requirement files: those of slipway.yaml, else every requirements*.txt outside modules' own folders. */
export const requiredPackages = async ({ tree, config }: GuardContext): Promise<ReadonlySet<string>> => {
  const named = config?.value.odoo.requirements ?? [];
  const files =
    named.length > 0
      ? named
      : tree.files.map(({ path }) => path).filter((path) => /(?:^|\/)requirements[\w.-]*\.txt$/.test(path));
  const names = new Set<string>();
  for (const file of files)
    for (const line of ((await tree.text(file)) ?? '').split('\n')) {
      const name = EGG.exec(line)?.[1] ?? NAME.exec(line)?.[1];
      if (name !== undefined) names.add(normal(name));
    }
  return names;
};

export function* checkPython(
  module: SourceModule,
  required: ReadonlySet<string>,
  odoo: KnownOdoo | null,
): Iterable<Finding> {
  const external = module.dict.get('external_dependencies');
  if (!(external instanceof Map)) return;
  for (const [i, wanted] of texts(external.get('python')).entries()) {
    const name = normal(NAME.exec(wanted)?.[1] ?? wanted);
    // `google.auth` is the import of a package whose first part counts, too.
    const first = normal(wanted.split('.')[0] ?? wanted);
    if ([name, first].some((each) => required.has(each) || odoo?.python.includes(each))) continue;
    const fix = `Add ${wanted} to requirements.txt. Name it here as it is called there: the name of the distribution.`;
    yield find(
      'manifests/python-undeclared',
      module.place(['external_dependencies', 'python', i]),
      `needs the Python package ${wanted}, which no requirement file names`,
      fix,
    );
  }
}
