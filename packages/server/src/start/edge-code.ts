import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = join(import.meta.dirname, '..');

/** Changes when the code that an edge runs does: its own folder, its composition root, and which packages it is made with. */
export const edgeCode = (): string => {
  const folder = join(SOURCE, 'drivers/edge');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|(^|\/)testing\//.test(file))
    .sort()
    .map((file) => join(folder, file));
  const hash = createHash('sha256');
  for (const file of [join(SOURCE, 'edge-main.ts'), join(SOURCE, '../package.json'), ...files])
    hash
      .update(`${file.slice(SOURCE.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
};
