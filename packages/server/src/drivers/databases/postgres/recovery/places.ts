import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** What a server of either kind can be asked. */
export interface Started {
  said(): Promise<string>;
  hasEnded(): Promise<boolean>;
  stop(): Promise<void>;
}

export const dataIn = (folder: string): string => join(folder, 'data');
/** Short: its path has to fit. */
export const socketIn = (folder: string): string => join(folder, 's');

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
