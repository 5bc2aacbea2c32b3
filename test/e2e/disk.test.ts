import { join } from 'node:path';
import type { EvidenceVerdict, StatusView } from '@slipway/contracts/views';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commentSaying } from './comments.ts';
import { type Gates, openGates } from './gates.ts';
import { possessionsOfLive } from './possessions.ts';
import { fill, fillWithFiles, free, smallDisks } from './small-disks.ts';
import { addressOf, openStand, type Stand, updating } from './stand.ts';

const environment = (number: number): string => `shop/pr-${number}`;

/** Small file systems in memory for parts of the data folder; what fills them is a file, so that a step really gets ENOSPC. */
describe('A disk that is full', () => {
  let stand: Stand;
  let gates: Gates;
  const disks = smallDisks();

  /** PostgreSQL keeps segments of its log ready, which would do for a while: it writes until it has to ask for another. */
  const useUpSpareRoom = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: stand.slipway.databaseUrl() });
    client.on('error', () => undefined);
    await client.connect();
    try {
      for (let count = 0; count < 700; count++)
        await client.query(`select pg_logical_emit_message(true, 'room', repeat('x', 1000000), true)`);
      throw new Error('PostgreSQL found room for 700 MB');
    } catch (error) {
      if (!/terminat|No space|recovery|shut/i.test(String(error))) throw error;
    } finally {
      await client.end().catch(() => undefined);
    }
  };

  beforeAll(async () => {
    stand = await openStand((slipway) => {
      slipway.beforeFolderGoes = disks.remove;
      disks.mount(slipway.data, 700);
      disks.mount(join(slipway.data, 'repositories'), 8);
      disks.mount(join(slipway.data, 'evidence'), 4);
      disks.mount(join(slipway.data, 'filestores'), 200, ',nr_inodes=4000');
      return {};
    });
    const { slipway } = stand;
    gates = await openGates(slipway.databaseUrl(`slipway_${slipway.instance}_control`));
  });

  afterAll(async () => {
    disks.freeAll();
    await gates?.close().catch(() => undefined);
    try {
      await stand?.close();
    } finally {
      disks.remove();
    }
  });

  it('while files are copied: the preview fails at that step and says so', async () => {
    const { slipway, github } = stand;
    const number = 61;
    const filestores = join(slipway.data, 'filestores');
    await gates.before(environment(number), 'clone-filestore');
    await stand.send('opened', number, stand.greet(number, 'Good day'));
    await gates.reached(environment(number));
    fillWithFiles(filestores);
    await gates.open(environment(number));

    const failed = await slipway.until(number, (view) => view.state === 'failed');

    expect(failed.failure).toMatchObject({ code: 'disk-full', step: 'clone-filestore' });
    expect(await commentSaying(github, number, /: failed/)).toMatch(/The disk is full.*\n\n.*Free space/);
    expect(await slipway.possessions(number)).toEqual([]);
    expect(await slipway.api('POST', '/evidence/verify')).toMatchObject({ ok: true });
    free(filestores);
  });

  it('while a commit is fetched: it says so, and a rebuild with room makes it live', async () => {
    const { slipway, github } = stand;
    const number = 61;
    const repositories = join(slipway.data, 'repositories');
    const sha = stand.greet(number, 'Good morning', 'Good day');
    fill(repositories);
    await stand.send('synchronize', number, sha);

    const failed = await slipway.until(number, (view) => view.state === 'failed' && view.sha === sha);

    expect(failed.failure).toMatchObject({ code: 'disk-full', step: 'prepare' });
    expect(await commentSaying(github, number, new RegExp(`${sha.slice(0, 8)}[^]*The disk is full`))).toContain(
      'Free space',
    );
    free(repositories);
    await slipway.api('POST', `/projects/shop/previews/${number}/rebuild`);
    const live = await slipway.until(number, (view) => view.state === 'live');
    expect((await slipway.get(live, '/shop/hello')).text).toContain('Good morning');
    expect(await slipway.possessions(number)).toEqual(possessionsOfLive(number, 'blue'));
  });

  it('where evidence is kept: the update fails and says so, and the former version stays up', async () => {
    const { slipway, github } = stand;
    const number = 61;
    const evidence = join(slipway.data, 'evidence');
    fill(evidence);
    await stand.send('synchronize', number, stand.greet(number, 'Good evening', 'Good morning'));

    const failed = await slipway.until(number, (view) => view.failure !== null);

    expect(failed).toMatchObject({ state: 'live', failure: { code: 'disk-full' } });
    expect((await slipway.get(failed, '/shop/hello')).text).toContain('Good morning');
    expect(await commentSaying(github, number, /The disk is full/)).toContain('stays up');
    free(evidence);
    await slipway.api('POST', `/projects/shop/previews/${number}/rebuild`);
    const live = await slipway.until(number, (view) => view.failure === null && view.liveSha === view.sha);
    expect((await slipway.get(live, '/shop/hello')).text).toContain('Good evening');
    // What could not be sealed for want of room is sealed when there is room.
    const verified = () => slipway.api<EvidenceVerdict>('POST', '/evidence/verify');
    await expect.poll(verified, { timeout: 60_000, interval: 1000 }).toMatchObject({ ok: true, firstAltered: null });
  });

  it('where PostgreSQL keeps its data: the control plane survives, and all goes on with room', async () => {
    const { slipway } = stand;
    const number = 62;
    await stand.send('opened', number, stand.greet(number, 'Good night'));
    await updating(slipway, number);
    fill(slipway.data);
    await useUpSpareRoom();

    // Odoo, the journal and PostgreSQL's own log all want room now; which of them meets its end first is chance.
    const trouble = await slipway.untilTrouble(number);
    expect(trouble).toMatch(/disk is full|PostgreSQL does not answer/);
    expect(slipway.running).toBe(true);
    expect((await slipway.get(addressOf(number), '/_slipway/health')).status).toBe(200);

    free(slipway.data);
    const ended = await slipway.until(number, (view) => view.state === 'live' || view.state === 'failed');
    if (ended.state === 'failed') {
      expect(ended.failure).toMatchObject({ code: expect.stringMatching(/^(disk-full|database-unreachable)$/) });
      await slipway.api('POST', `/projects/shop/previews/${number}/rebuild`);
    }
    const live = await slipway.until(number, (view) => view.state === 'live');
    expect((await slipway.get(live, '/shop/hello')).text).toContain('Good night');
    expect(await slipway.possessions(number)).toEqual(possessionsOfLive(number, 'blue'));
    expect(slipway.running).toBe(true);
    expect((await slipway.api<StatusView>('GET', '/status')).database.ok).toBe(true);
    expect(await slipway.api('POST', '/evidence/verify')).toMatchObject({ ok: true });
  });
});
