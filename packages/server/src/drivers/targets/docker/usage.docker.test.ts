import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  access,
  folderOf,
  instanceOf,
  MB,
  makePythonImage,
  noGateway,
  open,
  python,
  pythonImage,
  removeVariant,
  slot,
  world,
} from './test-target.contract.ts';
import { openDockerUsage } from './usage.ts';

const NAME = { environment: 'shop/pr-1', slot: 'blue' } as const;
/** Holds 100 MB and is never idle. */
const BUSY = "held = bytearray(b'x') * (100 * 1024 * 1024)\nprint('ready')\nwhile True: pass";

const target = open('usage');
const usage = openDockerUsage({
  ...{ socket: world.socket, instance: instanceOf('usage'), dataFolder: folderOf('usage') },
  ...{ database: access, gateway: noGateway },
});
beforeAll(makePythonImage);
afterAll(async () => {
  await target.remove(NAME);
  await removeVariant(pythonImage);
});

it('counts what a container takes, and nothing of one that is stopped or not there', async () => {
  expect(await usage.of(NAME)).toBeNull();
  await target.boot(slot(NAME.environment, python(BUSY)));
  await expect
    .poll(async () => (await usage.of(NAME))?.memoryBytes ?? 0, { timeout: 60_000 })
    .toBeGreaterThan(100 * MB);

  const busy = await usage.of(NAME);
  expect(busy).toMatchObject({ running: true, memoryLimitBytes: 256 * MB, startedAt: expect.stringMatching(/^20/) });
  expect(busy?.memoryBytes).toBeLessThan(200 * MB);
  // A machine that is busy gives it less than its core.
  expect(busy?.cpuPercent).toBeGreaterThan(5);
  expect(busy?.cpuPercent).toBeLessThan(150);

  await target.stop(NAME, 0);
  const left = { running: false, startedAt: null, memoryBytes: null, cpuPercent: null };
  expect(await usage.of(NAME)).toEqual({ ...left, memoryLimitBytes: 256 * MB });
});
