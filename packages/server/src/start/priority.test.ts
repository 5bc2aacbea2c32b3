import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sessionOf } from './priority.ts';

const MODULE = pathToFileURL(join(import.meta.dirname, 'priority.ts')).href;
const SCRIPT = `
  const { readFileSync } = await import('node:fs');
  const { getPriority } = await import('node:os');
  const { goFirst } = await import(${JSON.stringify(MODULE)});
  goFirst();
  const group = readFileSync('/proc/self/autogroup', 'utf8').trim().split(' ').at(-1);
  console.log(JSON.stringify([getPriority(), Number(group)]));`;
const run = async (detached: boolean): Promise<unknown> => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    detached,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = text(child.stdout);
  await once(child, 'close');
  return JSON.parse(await said);
};
const possible = process.getuid?.() === 0 && existsSync('/proc/self/autogroup');

describe('the control plane', () => {
  it('finds its session, whatever it is called', () => {
    expect(sessionOf('42 (a) b) (c) S 7 40 39 0 -1 4194304')).toBe(39);
  });

  it.runIf(possible)('comes before others with its session, which is its own', async () => {
    expect(await run(true)).toEqual([-5, -5]);
  });

  it.runIf(possible)('leaves the session of a terminal as it is', async () => {
    const before = Number(readFileSync('/proc/self/autogroup', 'utf8').trim().split(' ').at(-1));

    expect(await run(false)).toEqual([-5, before]);
  });
});
