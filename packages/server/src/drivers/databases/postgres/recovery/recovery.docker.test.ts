import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newId, systemClock } from '../../../../domain/clock.ts';
import { Secret } from '../../../../domain/secret.ts';
import { openRepository } from '../../../../snapshot/repository.ts';
import { type ArchiveState, archive } from '../../../../snapshot/wal/archive.ts';
import { writeBase } from '../../../../snapshot/wal/base.ts';
import { lineageName } from '../../../../snapshot/wal/chain.ts';
import { recoverAt } from '../../../../snapshot/wal/recover.ts';
import { chooseReach, reachable } from '../../../../snapshot/wal/window.ts';
import { openFolderStore } from '../../../blobs/folder/index.ts';
import { dockerAt } from '../../../shared/docker-engine.ts';
import { openPostgres } from '../index.ts';
import { removeManagedPostgres, startManagedPostgres } from '../managed.ts';
import { ask } from '../test-server.contract.ts';
import { openWalSource } from '../wal/index.ts';
import { removeAllContained } from './contained.ts';
import { openRecoveryServers } from './index.ts';
import { recoveryBody } from './requests.ts';

const socket = '/var/run/docker.sock';
const image = 'slipway/postgres:17';

it('replays the log of a server of ours in a container without a network, and leaves no container behind', async () => {
  const instance = `wal${process.pid}`;
  const folder = await mkdtemp(join(tmpdir(), 'slipway-rec-'));
  const stopping = new AbortController();
  let archiving: Promise<void> = Promise.resolve();
  const server = await startManagedPostgres({ socket, instance, folder: join(folder, 'pg'), image });
  const url = server.url.reveal();
  const sql = openPostgres({ url: server.url, instance, access: server.access });
  const servers = openRecoveryServers({
    ...{ root: join(folder, 'r'), instance, docker: socket, programs: '/nowhere', image: async () => image },
  });
  const place = servers.folderFor('one');
  try {
    const source = openWalSource(systemClock);
    const at = { url: server.url };
    const store = openFolderStore({ folder: join(folder, 'store'), newId, now: () => new Date() });
    const key = new Secret('a-key-of-32-characters-or-longer!');
    const to = openRepository({ store, key, clock: systemClock, newId });
    const time = async (): Promise<Date> => (await ask(url, 'select clock_timestamp() as at'))[0]?.['at'] as Date;
    let state: ArchiveState | null = null;
    archiving = archive({
      ...{ project: 'shop', source, at, slot: 'slipway_test', to, clock: systemClock, everyMilliseconds: 200 },
      onState: async (now) => {
        state = now;
      },
      onLost: async () => undefined,
      signal: stopping.signal,
    });
    const until = (): ArchiveState => state as unknown as ArchiveState;
    const caughtUp = async (): Promise<void> => {
      const now = (await time()).getTime();
      await expect.poll(() => (until()?.until.getTime() ?? 0) >= now, { timeout: 60_000 }).toBe(true);
    };
    await caughtUp();
    await ask(url, 'create table notes (text text)');
    const look = await source.look(at);
    await writeBase({
      ...{ id: 'copy_1', lineage: until().lineage, server: look, to, now: time, onProgress: () => undefined },
      ...{ stream: await source.base(at, stopping.signal), signal: stopping.signal },
    });
    await ask(url, "insert into notes values ('then')");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const moment = await time();
    await ask(url, "insert into notes values ('after')");
    await caughtUp();
    const latest = { lineage: lineageName(until().lineage), until: until().until.getTime() };
    const recovered = await recoverAt({
      ...{ from: to, moment, servers, sql, folder: place, clock: systemClock, onProgress: () => undefined },
      reach: chooseReach(await reachable(to, 'shop', latest), moment),
      signal: AbortSignal.timeout(120_000),
    });
    const { rows } = await sql.read(recovered.addressLike(at), (session) =>
      session.run({ text: 'select text from notes', parameters: [] }),
    );
    expect(rows).toEqual([{ text: 'then' }]);
  } finally {
    stopping.abort();
    await archiving.catch(() => undefined);
    await servers.remove(place);
    await sql.end();
    const filters = { label: [`slipway.system=${instance}`, 'slipway.role=recovery'] };
    const left = await dockerAt(socket).listContainers({ all: true, filters });
    await removeManagedPostgres({ socket, instance });
    await rm(folder, { recursive: true, force: true });
    expect(left).toEqual([]);
  }
});

it('finds the server that a killed control plane left replaying, and no other installation’s', async () => {
  const [ours, others] = [`gone${process.pid}`, `other${process.pid}`];
  const engine = dockerAt(socket);
  const folder = await mkdtemp(join(tmpdir(), 'slipway-rec-'));
  const left = async (instance: string): Promise<number> =>
    (await engine.listContainers({ all: true, filters: { label: [`slipway.system=${instance}`] } })).length;
  try {
    for (const instance of [ours, others])
      await engine.createContainer(recoveryBody({ instance, image, place: { folder, major: 17 } }));
    await removeAllContained(socket, ours);
    expect([await left(ours), await left(others)]).toEqual([0, 1]);
  } finally {
    await removeAllContained(socket, others);
    await rm(folder, { recursive: true, force: true });
  }
});
