import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../domain/clock.ts';
import { LogFile } from './log-file.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-log-'));
  file = join(folder, 'server.log');
});
afterEach(() => rm(folder, { recursive: true }));

/** The wait between two tries of a full disk, which can be broken off, is cut short; the one of an end is not. */
const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  systemClock.sleep(signal === undefined ? milliseconds : 10, signal);
const clock = { now: systemClock.now, sleep };
const openLog = (more: { maxBytes?: number; keep?: number } = {}) =>
  new LogFile({ file, maxBytes: 1_000_000, keep: 3, ...more }, clock);
const content = (name = 'server.log'): Promise<string> => readFile(join(folder, name), 'utf8');
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await pause(5);
};

describe('a log file', () => {
  it('has each line once and in order, after what was there before', async () => {
    await writeFile(file, 'before\n');
    const log = openLog();
    const logger = pino({}, log);
    for (let number = 0; number < 2000; number++) {
      logger.info({ number });
      if (number % 100 === 0) await pause(1);
    }

    await log.close();

    const [first, ...lines] = (await content()).trimEnd().split('\n');
    expect(first).toBe('before');
    expect(lines.map((line) => JSON.parse(line).number)).toEqual(Array.from({ length: 2000 }, (_, number) => number));
  });

  it('is put aside at its size, and only so many are kept', async () => {
    const log = openLog({ maxBytes: 100, keep: 2 });
    for (let number = 0; number < 50; number++) {
      log.write(`${String(number).padStart(19)}\n`);
      await pause(2);
    }
    await log.close();

    expect((await readdir(folder)).sort()).toEqual(['server.log', 'server.log.1', 'server.log.2']);
    const all = `${await content('server.log.2')}${await content('server.log.1')}${await content()}`;
    const numbers = all.trimEnd().split('\n').map(Number);
    expect(numbers.at(-1)).toBe(49);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    expect((await content('server.log.1')).length).toBeLessThan(200);
  });

  it('counts what it held when it was opened', async () => {
    await writeFile(file, 'x'.repeat(100));
    const log = openLog({ maxBytes: 100 });
    log.write('one\n');
    await until(async () => (await content()).endsWith('one\n'));
    log.write('two\n');
    await log.close();

    expect([await content(), (await content('server.log.1')).length]).toEqual(['two\n', 104]);
  });

  it('loses lines while the disk is full, says how many, and goes on when there is room', async () => {
    await symlink('/dev/full', file);
    const log = openLog();
    log.write('lost\n');
    await pause(50);
    log.write('also lost\n');
    await pause(50);
    await rm(file);
    log.write('kept\n');
    await until(async () => (await content().catch(() => '')).includes('kept'));
    await log.close();

    const [empty, told, kept] = (await content()).split('\n');
    expect([empty, JSON.parse(told ?? ''), kept]).toEqual([
      '',
      expect.objectContaining({ level: 40, lost: 2 }),
      'kept',
    ]);
  });

  it('keeps no more than 4 MB in memory for a disk that takes nothing, and an end does not wait for it', async () => {
    await symlink('/dev/full', file);
    const log = new LogFile({ file, maxBytes: 1e6, keep: 3 }, { ...clock, sleep: systemClock.sleep });
    log.write('first\n');
    await pause(50);
    const line = `${'x'.repeat(1023)}\n`;
    for (let count = 0; count < 6 * 1024; count++) log.write(line);
    const begun = performance.now();
    await log.close();

    expect(performance.now() - begun).toBeLessThan(1500);
    await rm(file);
    log.write('later\n');
    await until(async () => (await content().catch(() => '')).includes('later'));
    expect(JSON.parse((await content()).split('\n')[1] ?? '').lost).toBe(1 + 6 * 1024);
  });

  it('goes on when its folder was moved away and came back', async () => {
    const log = openLog({ maxBytes: 1, keep: 1 });
    log.write('one\n');
    await until(async () => (await content().catch(() => '')) === 'one\n');
    await rename(folder, `${folder}-away`);
    log.write('nobody reads this\n');
    await pause(50);
    await rename(`${folder}-away`, folder);
    log.write('two\n');
    await until(async () => (await content()).includes('two'));
    await log.close();

    expect(await content()).toContain('"lost":1');
  });

  it('writes what waits when the process ends at once, and ends at once when the disk is full', async () => {
    const module = fileURLToPath(new URL('./log-file.ts', import.meta.url));
    const script = `const { LogFile } = await import(${JSON.stringify(module)});
      const clock = { now: () => new Date(), sleep: () => new Promise((resolve) => setTimeout(resolve, 1000)) };
      const log = new LogFile({ file: process.argv[1], maxBytes: 1e6, keep: 1 }, clock);
      log.write('first\\n');
      await new Promise((resolve) => setTimeout(resolve, 200));
      log.write('last words\\n'); log.write('and one more\\n');
      process.exit(7);`;
    const end = async (path: string): Promise<unknown> => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, path], { stdio: 'ignore' });
      return (await once(child, 'exit'))[0];
    };

    expect(await end(file)).toBe(7);
    // What was being written at that moment may come after what was not.
    expect((await content()).trimEnd().split('\n').sort()).toEqual(['and one more', 'first', 'last words']);
    expect(await end('/dev/full')).toBe(7);
  });
});
