/** One export in a process of its own, so that its memory is its own. Arguments: raw | sanitised, address, folder of the store. Last line: JSON. */
import { newId, systemClock } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openFolderStore } from '../../packages/server/src/drivers/blobs/folder/index.ts';
import { openCopier } from '../../packages/server/src/drivers/databases/postgres/copy/index.ts';
import { dictionarySources } from '../../packages/server/src/odoo/sanitise/dictionary.ts';
import { planMasking } from '../../packages/server/src/odoo/sanitise/plan-masking.ts';
import { NO_PROJECT_RULES } from '../../packages/server/src/odoo/sanitise/project-rules.ts';
import { readCatalog } from '../../packages/server/src/odoo/sanitise/read-catalog.ts';
import type { ExportSession } from '../../packages/server/src/ports/database-copy.ts';
import { readDictionary } from '../../packages/server/src/snapshot/read-dictionary.ts';
import { openRepository } from '../../packages/server/src/snapshot/repository.ts';
import { DEFAULT_WORKERS, type Masking, writeSnapshot } from '../../packages/server/src/snapshot/write-snapshot.ts';

const KEY = new Secret('k'.repeat(40));
const [kind = '', url = '', folder = ''] = process.argv.slice(2);

/** What comes before the first row is timed apart: it is the same for a small database and a large one, but for the dictionary. */
let planned = 0;
const masking = async (session: ExportSession): Promise<Masking> => {
  const began = performance.now();
  const query = (text: string, parameters: readonly unknown[] = []) => session.query({ text, parameters });
  const catalog = await readCatalog(query);
  const plan = planMasking(catalog, { key: KEY, rules: NO_PROJECT_RULES });
  const dictionary = await readDictionary(session, dictionarySources(catalog), DEFAULT_WORKERS);
  planned = performance.now() - began;
  return { plan, dictionary };
};

const store = openFolderStore({ folder, newId, now: systemClock.now });
const began = performance.now();
const { summary } = await writeSnapshot({
  ...{ project: 'bench', environment: 'production', copier: openCopier(), from: { url: new Secret(url) } },
  ...{ filestore: null, masking: kind === 'raw' ? null : masking, signal: new AbortController().signal },
  to: openRepository({ store, key: KEY, clock: systemClock, newId }),
});
const { id, bytes, storedBytes, rows } = summary;
const seconds = (performance.now() - began) / 1000;
const megabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(
  `${JSON.stringify({ id, bytes, storedBytes, rows, seconds, planned: planned / 1000, megabytes })}\n`,
);
