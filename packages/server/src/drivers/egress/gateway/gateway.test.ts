import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Door } from '../../../domain/egress.ts';
import { openTestGateway } from '../test-gateway.contract.ts';
import { gatewayState } from './ask.ts';

const ANY = { dns: 0, smtp: 0, proxy: 0, database: 0 };
const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

describe('the gateway', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-gateway-'));
    ending.push(() => rm(folder, { recursive: true, force: true }));
  });
  const start = async () => {
    const opened = await openTestGateway({ folder, instance: 'i', walls: false, ports: ANY });
    ending.push(() => opened.close().catch(() => undefined));
    return opened;
  };
  const door = (environment: string, address: string): Door => ({
    environment,
    address,
    subnet: '127.0.0.0/8',
    allow: [],
  });

  it('opens doors that are asked for, and has them again after a restart', async () => {
    const one = await start();
    await one.gateway.open(door('shop/pr-1', '127.0.0.1'));
    await one.gateway.open(door('shop/pr-2', '127.0.0.2'));
    await one.gateway.close('shop/pr-2');
    await one.gateway.close('shop/pr-2');
    await one.stop();
    await expect(one.gateway.open(door('shop/pr-3', '127.0.0.3'))).rejects.toMatchObject({
      code: 'gateway-unreachable',
    });
    await one.start();

    expect((await gatewayState(one.socket))?.doors).toMatchObject([
      { door: { environment: 'shop/pr-1' }, problem: null },
    ]);
  });

  it('gives an address to the one who asked last, and says so in its file', async () => {
    const one = await start();
    await one.gateway.open(door('shop/pr-1', '127.0.0.1'));
    await one.gateway.open(door('shop/pr-2', '127.0.0.1'));

    expect(JSON.parse(await readFile(join(folder, 'doors.json'), 'utf8'))).toMatchObject([
      { environment: 'shop/pr-2' },
    ]);
  });

  it('says why a door cannot be opened, and opens it when it can be', async () => {
    const one = await start();

    await expect(one.gateway.open(door('shop/pr-1', '203.0.113.9'))).rejects.toMatchObject({
      code: 'gateway-unreachable',
      facts: { reason: expect.stringContaining('EADDRNOTAVAIL') },
    });
    expect((await gatewayState(one.socket))?.doors).toMatchObject([
      { problem: expect.stringContaining('EADDRNOTAVAIL') },
    ]);
  });
});
