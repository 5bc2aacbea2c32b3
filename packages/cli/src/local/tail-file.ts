import { open } from 'node:fs/promises';

/** Reads the lines that another process appends to a file: each call returns the whole ones that are new. */
export const tailFile = (file: string, from: number): (() => Promise<readonly string[]>) => {
  let position = from;
  let rest = '';
  return async () => {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.max(0, size - position)), { position });
      position += bytesRead;
      const parts = (rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
      rest = parts.pop() ?? '';
      return parts;
    } finally {
      await handle.close();
    }
  };
};
