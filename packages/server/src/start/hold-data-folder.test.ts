import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dataPaths } from '../paths.ts';
import { holdDataFolder } from './hold-data-folder.ts';
import { serverFiles } from './server-files.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-hold-'));
});
afterEach(() => rmSync(root, { recursive: true }));

it('one process holds a data folder, also by another path to it, until it lets go', async () => {
  const release = await holdDataFolder(root);
  symlinkSync(root, join(root, 'link'));

  const refused = { code: 'data-folder-in-use', facts: { folder: join(root, 'link') } };
  await expect(holdDataFolder(join(root, 'link'))).rejects.toMatchObject(refused);

  await release();
  await (await holdDataFolder(join(root, 'link')))();
});

const main = async (command: string) => {
  const script = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [script, command], { env: { ...process.env, SLIPWAY_DATA: root } });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    said += part;
  });
  const [code] = await once(child, 'close');
  return { code, said };
};

it('a second control plane on a data folder is refused before it touches anything', async () => {
  const release = await holdDataFolder(root);
  serverFiles(root).answering('http://127.0.0.1:1');

  const { code, said } = await main('up');

  expect(code).toBe(1);
  expect(JSON.parse(said)).toMatchObject({ code: 'data-folder-in-use' });
  expect(existsSync(dataPaths(root).instance)).toBe(false);
  expect(readFileSync(dataPaths(root).server, 'utf8')).toContain('http://127.0.0.1:1');
  await release();
});

it('what the CLI reads is there whole or not at all', () => {
  const files = serverFiles(root);
  files.answering('http://127.0.0.1:1');

  // A killed one left its address: nobody must take it for ours.
  files.begin();
  expect(existsSync(dataPaths(root).server)).toBe(false);
  expect(readFileSync(dataPaths(root).serverPid, 'utf8')).toBe(`${process.pid}\n`);

  files.answering('http://127.0.0.1:2');
  expect(JSON.parse(readFileSync(dataPaths(root).server, 'utf8'))).toEqual({
    url: 'http://127.0.0.1:2',
    tokenFile: dataPaths(root).token,
  });
  files.stopping();
  files.ended();
  expect([dataPaths(root).server, dataPaths(root).serverPid].filter(existsSync)).toEqual([]);
});
