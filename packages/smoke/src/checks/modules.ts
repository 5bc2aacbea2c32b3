import { type CheckContext, fail, type Outcome, pass, type SmokeCheck, skip } from '../check.ts';
import { countRecords } from '../count-records.ts';

const UNFINISHED = ['to install', 'to upgrade', 'to remove'];
const FIX_UNFINISHED = 'An update did not come to its end: run it again (odoo -u) and look at its log.';
const named = (list: readonly string[]): string =>
  `${list.slice(0, 5).join(', ')}${list.length > 5 ? ` and ${list.length - 5} more` : ''}`;

export const modules: SmokeCheck = {
  id: 'modules',
  title: 'Installed modules',
  proves: 'The database holds its modules, and none is between two states.',
  run: (context) => (context.inventory === null ? byLogin(context) : bySql(context, context.inventory)),
};

const bySql = async (context: CheckContext, inventory: NonNullable<CheckContext['inventory']>): Promise<Outcome> => {
  const found = await inventory();
  if (found.unfinished.length > 0) return fail(`unfinished: ${named(found.unfinished)}`, FIX_UNFINISHED);
  if (found.missing.length > 0)
    return fail(
      `not installed: ${named(found.missing)}`,
      'Install them, or take them out of what the environment is to hold.',
    );
  return judge(found.modules, context);
};

const byLogin = async (context: CheckContext): Promise<Outcome> => {
  const installed = await countRecords(context, 'ir.module.module', [['state', '=', 'installed']]);
  if (typeof installed === 'string') return skip(installed);
  const unfinished = await countRecords(context, 'ir.module.module', [['state', 'in', UNFINISHED]]);
  if (typeof unfinished === 'number' && unfinished > 0) return fail(`${unfinished} unfinished`, FIX_UNFINISHED);
  return judge(installed, context);
};

const judge = (installed: number, { settings }: CheckContext): Outcome => {
  const least = settings.thresholds.modules;
  return installed >= least
    ? pass(`${installed} installed`)
    : fail(
        `${installed} installed, at least ${least} wanted`,
        'Is this the right database? Else lower smoke.thresholds.modules.',
      );
};
