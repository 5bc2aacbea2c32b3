import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { gatewayAt, gatewayState } from '../drivers/egress/gateway/ask.ts';
import { dataPaths } from '../paths.ts';
import { ensureGateway, removeWalls, stopGateway } from './gateway-process.ts';
import { processesWith } from './processes.ts';

describe('the gateway’s process', () => {
  let data: string;
  const instance = `gateway-${process.pid}`;
  // Nobody listens there: the gateway has to do without PostgreSQL for a while.
  const databaseUrl = new Secret('postgres://nobody@127.0.0.1:9/none');
  const facts = { instance, databaseUrl, database: null };
  const pids = () => processesWith(dataPaths(data).gatewaySettings);
  const state = () => gatewayState(dataPaths(data).gatewaySocket);
  const door = { environment: 'shop/pr-1', address: `127.77.${process.pid % 250}.1`, subnet: '127.0.0.0/8', allow: [] };

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'slipway-gateway-'));
  });
  afterAll(async () => {
    await stopGateway({ data });
    await removeWalls(instance);
    await rm(data, { recursive: true });
  });

  it('is started once, keeps its doors, and is there again after it was killed', async () => {
    await ensureGateway({ data }, facts);
    const [first] = pids();
    await gatewayAt(dataPaths(data).gatewaySocket).open(door);
    await ensureGateway({ data }, facts);
    expect(pids()).toEqual([first]);

    process.kill(first ?? 0, 'SIGKILL');
    await expect.poll(pids).toEqual([]);
    await ensureGateway({ data }, facts);

    expect(await state()).toMatchObject({
      walls: null,
      doors: [{ door: { environment: 'shop/pr-1' }, problem: null }],
    });
  });

  it('tells whoever sends a mail to try again while PostgreSQL is away', async () => {
    const transport = createTransport({ host: door.address, port: 1025, ignoreTLS: true });
    await expect(transport.sendMail({ from: 'a@b.c', to: 'd@e.f', text: 'x' })).rejects.toMatchObject({
      responseCode: 451,
    });
  });

  it('is started anew when what it was told has changed', async () => {
    const before = pids();
    await ensureGateway({ data }, { ...facts, database: { host: '127.0.0.1', port: 9 } });
    expect(pids()).not.toEqual(before);
    expect(pids().length).toBe(1);
    expect((await state())?.doors).toMatchObject([{ problem: null }]);
  });

  it('ends, and leaves nothing', async () => {
    await stopGateway({ data });
    await stopGateway({ data });
    expect([pids(), await state()]).toEqual([[], null]);
  });
});
