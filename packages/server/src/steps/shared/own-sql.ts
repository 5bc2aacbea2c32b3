import { CORE_ADDONS, coreModules } from '../../odoo/core-modules.ts';
import { readModuleFiles } from '../../odoo/module-files.ts';
import { OWN_SQL, type OwnSql } from '../../odoo/neutralise/own-sql.ts';
import type { StepPorts } from '../step.ts';

/** Where a database's modules have their code: Odoo's in the base image, the project's in a commit. Odoo's come first, as on the addons path. */
export const readOwnSql = async (
  code: { readonly project: string; readonly sha: string; readonly roots: readonly string[]; readonly base: string },
  ports: Pick<StepPorts, 'builder' | 'repository'>,
): Promise<OwnSql> => {
  const [listed, found, files] = await Promise.all([
    ports.builder.list(code.base, CORE_ADDONS),
    ports.builder.readEach(code.base, CORE_ADDONS, OWN_SQL),
    ports
      .repository(code.project)
      .then((repository) => repository.checkout(code.sha))
      .then((checkout) => readModuleFiles(checkout, code.roots, OWN_SQL)),
  ]);
  const texts = new Map(found);
  const modules = new Set(coreModules(listed, code.base));
  for (const { name, text } of files) {
    if (text !== null && !modules.has(name)) texts.set(name, text);
    modules.add(name);
  }
  return { modules, texts };
};
