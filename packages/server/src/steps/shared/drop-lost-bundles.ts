import type { Statement } from '../../ports/database-server.ts';
import type { StepContext } from '../step.ts';

const BUNDLES: Statement = {
  text: `select distinct store_fname as path from ir_attachment where url like '/web/assets/%' and store_fname is not null`,
  parameters: [],
};

/**
 * Odoo serves a bundle of styles or scripts from its attachment, and answers 500 when the file is not there; where there is no attachment it
 * makes the bundle anew. A snapshot without production's files brings the rows alone, and people would see a page without styles.
 */
export const dropLostBundles = async (
  database: string,
  files: readonly { readonly path: string }[],
  { ports }: Pick<StepContext, 'ports'>,
): Promise<number> => {
  const there = new Set(files.map(({ path }) => path));
  const rows = await ports.databases.query(database, [BUNDLES]);
  const lost = rows.map(({ path }) => String(path)).filter((path) => !there.has(path));
  if (lost.length > 0)
    await ports.databases.query(database, [
      {
        text: `delete from ir_attachment where url like '/web/assets/%' and store_fname = any($1)`,
        parameters: [lost],
      },
    ]);
  return lost.length;
};
