import { z } from 'zod';
import { neutralise } from '../odoo/neutralise/neutralise.ts';
import { identityOf, loginOf, odooDatabase } from './shared/odoo-database.ts';
import { readOwnSql } from './shared/own-sql.ts';
import { restoreInto, restoring } from './shared/restore-into.ts';
import { defineStep, done, type StepContext, skipped } from './step.ts';

const input = z.strictObject({
  key: z.string(),
  restore: restoring,
  of: odooDatabase,
  code: z.strictObject({ project: z.string(), sha: z.string(), roots: z.array(z.string()), base: z.string() }),
  image: z.string(),
});
type Input = z.infer<typeof input>;

/** A sanitised snapshot as a template: restored once, neutralised, and from then on copied, for staging and for previews. */
export const ensureCopy = defineStep({
  kind: 'ensure-copy',
  input,
  limit: () => 12 * 3600,
  run: async (asked, context) => {
    const { templates } = context.ports;
    if (await templates.ready(asked.key)) {
      await templates.touch(asked.key);
      return skipped(`${asked.restore.snapshot} was restored before`);
    }
    return templates.withLock(asked.key, context.signal, async () => {
      if (await templates.ready(asked.key)) return skipped(`${asked.restore.snapshot} was restored by another run`);
      return build(asked, context);
    });
  },
});

/** Nobody may connect to a template, and one is only in the table when its data is switched off. */
const build = async (asked: Input, context: StepContext) => {
  const { ports } = context;
  const { restore, of, code } = asked;
  await ports.filestores.remove(restore.owner);
  const restored = await restoreInto(restore, context);
  const own = await readOwnSql(code, ports);
  const identity = await identityOf(of, ports);
  await ports.sql.write(await loginOf(of, ports), (session) =>
    neutralise(session, { database: of.database, occasion: 'arrival', identity, own }),
  );
  await ports.pool.freeze(restore.database);
  await ports.templates.save({
    key: asked.key,
    project: restore.project,
    database: restore.database,
    image: asked.image,
    series: restore.series,
  });
  return done(`${restore.snapshot}: ${restored.rows} rows, ${restored.files} files, switched off`, restored);
};
