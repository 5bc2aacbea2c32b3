import { access } from 'node:fs/promises';
import { join } from 'node:path';

export const PROJECT_FILE = 'slipway.yaml';

export const hasProjectFile = (folder: string): Promise<boolean> =>
  access(join(folder, PROJECT_FILE)).then(
    () => true,
    () => false,
  );
