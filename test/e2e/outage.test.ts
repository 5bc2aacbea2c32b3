import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { StatusView } from '@slipway/contracts/views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRelay, type Relay } from '../fakes/relay/relay.ts';
import { commentSaying, commentsOf } from './comments.ts';
import { ApiError } from './installation.ts';
import { possessionsOfLive } from './possessions.ts';
import { addressOf, openStand, type Stand, until200, updating } from './stand.ts';

const STEADY = 41;
const docker = (...words: string[]): string => execFileSync('docker', words, { encoding: 'utf8' }).trim();

/** What Slipway stands on goes away while it works; everything is real, only Docker's socket has a switch for this installation alone. */
describe('While a preview is being made', () => {
  let stand: Stand;
  let dockerSwitch: Relay;

  beforeAll(async () => {
    stand = await openStand(async (slipway) => {
      const socket = join(slipway.folder, 'docker.sock');
      dockerSwitch = await openRelay(socket, { path: '/var/run/docker.sock' });
      return { SLIPWAY_DOCKER_SOCKET: socket };
    });
    await stand.send('opened', STEADY, stand.plain(STEADY));
    await stand.slipway.until(STEADY, (view) => view.state === 'live');
  });

  afterAll(async () => {
    await dockerSwitch?.mend();
    await stand?.close();
    await dockerSwitch?.close();
  });

  const failureOf = async (asked: Promise<unknown>): Promise<ApiError | null> =>
    asked.then(
      () => null,
      (error: unknown) => (error instanceof ApiError ? error : null),
    );

  it('PostgreSQL is killed: people are told, it comes back, and the preview goes live', async () => {
    const { slipway, github } = stand;
    const postgres = `slipway-${slipway.instance}-postgres`;
    const sha = stand.greet(STEADY, 'Good morning');
    await stand.send('synchronize', STEADY, sha);
    await updating(slipway, STEADY);

    docker('kill', '--signal', 'KILL', postgres);
    const told = await failureOf(slipway.api('GET', `/projects/shop/previews/${STEADY}`));
    const status = await failureOf(slipway.api('GET', '/status'));
    const edge = await slipway.get(addressOf(STEADY), '/_slipway/health');

    expect(told).toMatchObject({ status: 503 });
    expect(JSON.parse(told?.body ?? '{}')).toMatchObject({ code: 'database-unreachable' });
    expect(JSON.parse(status?.body ?? '{}')).toMatchObject({ code: 'database-unreachable' });
    expect(edge.status).toBe(200);
    const live = await slipway.until(STEADY, (view) => view.liveSha === sha || view.failure !== null);
    expect(live).toMatchObject({ liveSha: sha, failure: null });
    expect((await slipway.get(addressOf(STEADY), '/shop/hello')).text).toContain('Good morning');
    expect(docker('inspect', '-f', '{{.State.Running}}', postgres)).toBe('true');
    await slipway.until(STEADY, (view) => view.state === 'live');
    expect(await slipway.possessions(STEADY)).toEqual(possessionsOfLive(STEADY, 'green'));
    expect(await slipway.api('POST', '/evidence/verify')).toMatchObject({ ok: true });
    expect(commentsOf(github, STEADY)).toHaveLength(1);
  });

  it('PostgreSQL is removed altogether: it is made again with what it held', async () => {
    const { slipway } = stand;
    docker('rm', '--force', `slipway-${slipway.instance}-postgres`);
    await slipway.until(STEADY, (view) => view.state === 'live', 30);
    await until200(slipway, STEADY);
  });

  it('Docker goes away: what serves goes on, people read why the run waits, and it ends when Docker is back', async () => {
    const { slipway, github } = stand;
    const number = 42;
    const sha = stand.greet(number, 'Good evening');
    await stand.send('opened', number, sha);
    await updating(slipway, number);

    await dockerSwitch.cut();
    const waiting = await slipway.until(number, (view) => view.reason !== null, 30);
    const status = await slipway.api<StatusView>('GET', '/status');

    expect(waiting.reason).toContain('Docker Engine does not answer');
    expect(status.docker).toEqual({ ok: false, version: null });
    expect(await commentSaying(github, number, /It waits: \*\*Docker Engine does not answer/)).toContain('by itself');
    expect((await slipway.get(addressOf(STEADY), '/web/login')).status).toBe(200);
    await dockerSwitch.mend();
    const live = await slipway.until(number, (view) => view.state === 'live' || view.state === 'failed');
    expect(live).toMatchObject({ state: 'live', liveSha: sha, failure: null, reason: null });
    expect((await slipway.get(live, '/shop/hello')).text).toContain('Good evening');
    expect(await slipway.possessions(number)).toEqual(possessionsOfLive(number, 'blue'));
    expect(await slipway.api('POST', '/evidence/verify')).toMatchObject({ ok: true });
  });

  describe('its container', () => {
    const container = (): string => `slipway-${stand.slipway.instance}-shop.pr-${STEADY}-green`;

    it('is restarted: its URL answers again', async () => {
      docker('restart', '--time', '1', container());
      expect(await until200(stand.slipway, STEADY)).toBeLessThan(20_000);
    });

    it('gets another address: the route follows within seconds', async () => {
      const network = `slipway-${stand.slipway.instance}-shop.pr-${STEADY}-walled`;
      const image = docker('inspect', '-f', '{{.Config.Image}}', `slipway-${stand.slipway.instance}-postgres`);
      const address = (): string =>
        docker('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', container());
      const before = address();
      docker('network', 'disconnect', network, container());
      const squatter = docker('run', '--rm', '-d', '--network', network, '--entrypoint', 'sleep', image, '600');
      try {
        docker('network', 'connect', network, container());
        expect(address()).not.toBe(before);
        expect(await until200(stand.slipway, STEADY)).toBeLessThan(15_000);
        expect(await stand.slipway.preview(STEADY)).toMatchObject({ state: 'live' });
      } finally {
        docker('rm', '--force', squatter);
      }
    });

    it('is killed: the next request has it back', async () => {
      docker('kill', container());
      expect(await until200(stand.slipway, STEADY)).toBeLessThan(30_000);
      await stand.slipway.until(STEADY, (view) => view.state === 'live', 30);
      await pause(3000);
      expect(await stand.slipway.preview(STEADY)).toMatchObject({ state: 'live', reason: null });
      expect(await stand.slipway.possessions(STEADY)).toEqual(possessionsOfLive(STEADY, 'green'));
    });
  });
});
