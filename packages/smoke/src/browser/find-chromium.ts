import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
/** Where they are put when PATH does not have them. */
const FOLDERS = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome'];

const runs = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

/** The program of a Chromium: the one that is named, else the first that is found. Failure: browser-missing. */
export const findChromium = async (named: string | undefined, path: string | undefined): Promise<string> => {
  if (named !== undefined && named !== '') {
    if (isAbsolute(named) && (await runs(named))) return named;
    throw new Failure('browser-missing', { reason: `SLIPWAY_CHROMIUM names ${named}, which cannot be started` });
  }
  const folders = [...(path ?? '').split(delimiter).filter(isAbsolute), ...FOLDERS];
  for (const file of folders.flatMap((folder) => NAMES.map((name) => join(folder, name))))
    if (await runs(file)) return file;
  throw new Failure('browser-missing', { reason: `none of ${NAMES.join(', ')} is installed` });
};
