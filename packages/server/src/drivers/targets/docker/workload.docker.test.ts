import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWorkload } from '../../../ports/workload.contract.ts';
import { openDockerTarget } from './index.ts';
import {
  access,
  docker,
  instanceOf,
  makePythonImage,
  never,
  noGateway,
  open,
  python,
  pythonImage,
  removeVariant,
  serverScript,
  slot,
  world,
} from './test-target.contract.ts';

beforeAll(makePythonImage);
afterAll(async () => {
  await removeVariant(pythonImage);
});

describeWorkload('Docker', async () => ({
  workload: open('contract'),
  server: (port) => python(serverScript(port)),
  job: (lines, exitCode) => python(`import sys; [print(x) for x in ${JSON.stringify(lines)}]; sys.exit(${exitCode})`),
  endless: () => python("import time; print('started'); time.sleep(3600)"),
  close: async () => undefined,
}));

describe('limits and failures', () => {
  const target = open('limits');
  afterAll(async () => {
    expect(await target.owned()).toEqual([]);
  });

  it('tells that a job used too much memory', async () => {
    const job = {
      ...python("x = bytearray(900*1024*1024); print('survived')"),
      environment: 'shop/pr-1',
      name: 'big',
      timeoutSeconds: 60,
      input: null,
    };

    const result = await target.runJob(job, () => undefined, never);

    expect(result).toMatchObject({ outOfMemory: true });
    expect(result.exitCode).not.toBe(0);
  });

  it('gives a job its input and closes it', async () => {
    const lines: string[] = [];
    const job = {
      ...python('import sys; print(sys.stdin.read().upper())'),
      environment: 'shop/pr-1',
      name: 'in',
      timeoutSeconds: 60,
      input: 'hello',
    };
    await target.runJob(job, (line) => lines.push(line), never);

    expect(lines).toContain('HELLO');
  });

  it('removes the job that a crashed control plane left', async () => {
    const left = await docker.createContainer({
      Image: pythonImage,
      name: `slipway-${instanceOf('limits')}-shop.pr-1-job-again`,
      Cmd: ['-c', 'import time; time.sleep(3600)'],
      Labels: { 'slipway.instance': instanceOf('limits'), 'slipway.environment': 'shop/pr-1' },
      HostConfig: { NetworkMode: 'none' },
    });
    await left.start();
    const job = {
      ...python("print('fresh')"),
      environment: 'shop/pr-1',
      name: 'again',
      timeoutSeconds: 60,
      input: null,
    };
    const lines: string[] = [];

    await target.runJob(job, (line) => lines.push(line), never);

    expect(lines).toEqual(['fresh']);
  });

  it('says that an image is missing', async () => {
    await expect(
      target.boot(slot('shop/pr-1', { ...python('1'), image: 'slipway-test/none:1' })),
    ).rejects.toMatchObject({
      code: 'base-image-missing',
    });
    await target.remove({ environment: 'shop/pr-1', slot: 'blue' });
    // As long as a network takes that would be made although nobody waits for it.
    await sleep(500);
    expect(await target.owned()).toEqual([]);
  });

  it('says that Docker does not answer', async () => {
    const nowhere = openDockerTarget({
      socket: '/nonexistent/docker.sock',
      instance: 'x',
      dataFolder: world.dataFolder,
      database: access,
      gateway: noGateway,
    });

    await expect(nowhere.state({ environment: 'shop/pr-1', slot: 'blue' })).rejects.toMatchObject({
      code: 'docker-unreachable',
    });
    await expect(nowhere.owned()).rejects.toMatchObject({ code: 'docker-unreachable' });
  });
});
