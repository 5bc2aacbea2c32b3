import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = join(import.meta.dirname, '..');

/** Changes when the code that a process of its own runs does: its composition root, its folders, and which packages it is made with. */
const codeOf = (root: string, folders: readonly string[]): string => {
  const files = folders.flatMap((name) => {
    const folder = join(SOURCE, name);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(test|contract)\.ts$|(^|\/)testing\//.test(file))
      .sort()
      .map((file) => join(folder, file));
  });
  const hash = createHash('sha256');
  for (const file of [join(SOURCE, root), join(SOURCE, '../package.json'), ...files])
    hash
      .update(`${file.slice(SOURCE.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
};

export const edgeCode = (): string => codeOf('edge-main.ts', ['drivers/edge']);
export const gatewayCode = (): string => codeOf('gateway-main.ts', ['drivers/egress']);
