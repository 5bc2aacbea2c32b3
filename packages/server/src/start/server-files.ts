import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dataPaths } from '../paths.ts';

/** What the CLI reads of a control plane on this data folder. Whoever calls this holds the folder. */
export const serverFiles = (data: string) => {
  const paths = dataPaths(data);
  return {
    /** Who we are, for `slipway down`; and what a killed one left behind is gone: its address may be another program's by now. */
    begin: (): void => {
      rmSync(paths.server, { force: true });
      writeWhole(paths.serverPid, `${process.pid}\n`);
    },
    /** That the API answers, and where; and where the first account is made, while nobody has one. */
    answering: (url: string, setup: string | null = null): void =>
      writeWhole(
        paths.server,
        `${JSON.stringify({ url, tokenFile: paths.token, ...(setup === null ? {} : { setup }) })}\n`,
      ),
    stopping: (): void => rmSync(paths.server, { force: true }),
    ended: (): void => rmSync(paths.serverPid, { force: true }),
  };
};

/** Whole or not at all: somebody may be reading. */
const writeWhole = (file: string, text: string): void => {
  const beside = `${file}.new`;
  writeFileSync(beside, text, { mode: 0o600 });
  renameSync(beside, file);
};
