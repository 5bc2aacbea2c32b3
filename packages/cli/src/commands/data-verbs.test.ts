import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startContractServer } from '../testing/contract-server.ts';
import { runSlipway } from '../testing/run-slipway.ts';
import { backup, data, run, snapshot } from '../testing/samples.ts';

const project = ['--project', 'shop'];
const requested = () => ({ run: 'run_1' });

describe('what cannot be undone', () => {
  const replies = {
    snapshots: () => [snapshot, { ...snapshot, id: 'snap_0', keep: null }, backup],
    removeSnapshot: () => ({ removed: 'snap_1' }),
    restoreBackup: requested,
    pruneBackups: requested,
    run: () => run,
  };
  const asked = { removeSnapshot: 1, restoreBackup: 1, pruneBackups: 1 };
  const remove = ['snapshot', 'remove', 'snap_1', ...project];
  const restore = ['backup', 'restore', 'snap_2', '--to', 'staging', ...project];
  const prune = ['backup', 'prune', ...project];

  it.each([
    [remove, 'Remove snapshot snap_1 of shop, taken 3 h ago, for good? [y/N]'],
    [
      ['snapshot', 'remove', 'snap_2', ...project],
      'Remove backup snap_2 of shop, taken 3 h ago, the only one, for good? [y/N]',
    ],
    [['snapshot', 'remove', 'snap_9', ...project], 'Remove snap_9 of shop for good? [y/N]'],
    [restore, 'Put the real data of snap_2 into staging of shop, in place of what is there? [y/N]'],
    [prune, 'Remove 1 of 3 snapshots and backups of shop for good? [y/N]'],
  ])('%j is asked for on a terminal', async (argv, question) => {
    await using server = await startContractServer(replies);

    const refused = await runSlipway(argv, { server, answer: 'no' });
    expect(refused.code).toBe(6);
    expect(refused.stderr).toContain(question);
    expect(refused.stderr).toMatch(/Nothing was (removed|restored)\./);
    expect(server.asked.filter(({ route }) => route in asked)).toEqual([]);

    expect((await runSlipway(argv, { server, answer: 'y' })).code).toBe(0);
    expect(server.asked.filter(({ route }) => route in asked)).toHaveLength(1);
  });

  it.each([
    [remove, undefined],
    [restore, undefined],
    [prune, undefined],
    [[...remove, '--json'], 'y'],
    [[...restore, '--json'], 'y'],
    [[...prune, '--json'], 'y'],
  ])('%j needs --yes where nobody can answer', async (argv, answer) => {
    await using server = await startContractServer(replies);

    const { code, stderr } = await runSlipway(argv, { server, ...(answer === undefined ? {} : { answer }) });

    expect(code).toBe(2);
    expect(stderr).toContain('nobody is here to be asked, so this needs --yes.');
    expect(server.asked).toEqual([]);
    expect((await runSlipway([...argv, '--yes'], { server })).code).toBe(0);
  });
});

describe('what is sent', () => {
  it.each([
    [['snapshot', 'create', 'production', '--sanitise'], { kind: 'sanitised', accept_drift: false }],
    [['snapshot', 'create', 'production', '--sanitise', '--accept-drift'], { kind: 'sanitised', accept_drift: true }],
    [['backup', 'create'], { kind: 'raw' }],
    [['staging', 'refresh'], { snapshot: null, renew: false }],
    [['staging', 'refresh', '--new'], { snapshot: null, renew: true }],
    [['staging', 'refresh', '--snapshot', 'snap_1'], { snapshot: 'snap_1', renew: false }],
    [['backup', 'drill'], { snapshot: null }],
    [['backup', 'drill', '--backup', 'snap_2'], { snapshot: 'snap_2' }],
    [['backup', 'restore', 'snap_2', '--to', 'staging', '--yes'], { to: 'staging' }],
    [
      ['backup', 'restore', 'snap_2', '--to', 'production', '--confirm', 'production'],
      { to: 'production', confirm: 'production' },
    ],
    [['snapshot', 'pin', 'snap_1'], { pinned: true }],
    [['snapshot', 'pin', 'snap_1', '--off'], { pinned: false }],
  ])('%j sends %j', async (argv, body) => {
    await using server = await startContractServer({
      createSnapshot: requested,
      refreshStaging: requested,
      drillBackup: requested,
      restoreBackup: requested,
      pinSnapshot: () => snapshot,
      run: () => run,
    });

    expect((await runSlipway([...argv, ...project], { server })).code).toBe(0);
    expect(server.asked[0]).toMatchObject({ parameters: { project: 'shop' } });
    expect(server.asked[0]?.body).toEqual(body);
  });

  it('each list asks for its own kind', async () => {
    await using server = await startContractServer({ snapshots: () => [], data: () => data });

    await runSlipway(['snapshot', 'list', ...project], { server });
    await runSlipway(['backup', 'list', ...project], { server });

    expect(server.asked.map(({ query }) => query)).toEqual([{ kind: 'sanitised' }, { kind: 'raw' }, {}]);
  });
});

describe('a command line that means nothing', () => {
  it.each([
    [['snapshot', 'create', 'production'], 'use `slipway backup create`'],
    [['snapshot', 'create', 'staging', '--sanitise'], 'only production has data to take a snapshot of'],
    [['backup', 'restore', 'snap_2', '--to', 'drill', '--yes'], 'only staging and production can be restored into'],
    [['backup', 'restore', 'snap_2', '--to', 'production', '--yes'], 'needs `--confirm production`'],
    [['backup', 'restore', 'snap_2', '--to', 'production', '--confirm', 'yes'], 'needs `--confirm production`'],
    [['staging', 'refresh', '--new', '--snapshot', 'snap_1'], 'say --snapshot or --new, not both'],
    [['backup', 'create', '--wait', '--timeout', 'soon'], 'timeout: must be a whole number with s, m, h or d'],
  ])('%j is answered with what is wrong, before anything is sent', async (argv, says) => {
    await using server = await startContractServer({});

    const { code, stderr } = await runSlipway([...argv, ...project], { server });

    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(server.asked).toEqual([]);
  });
});

describe('backup list', () => {
  it('says what is due, what the last drill proved, and what no rule keeps', async () => {
    await using server = await startContractServer({
      snapshots: () => [backup, { ...backup, id: 'snap_0', keep: null }],
      data: () => data,
    });

    const { stdout } = await runSlipway(['backup', 'list', ...project], { server });

    expect(stdout).toContain('daily 2026-03-01');
    expect(stdout).toContain('nothing: goes with the next pruning');
    expect(stdout).toContain('Next backup  in 15 h: 2026-03-02T02:00:00.000Z (0 2 * * *)');
    expect(stdout).toContain('Last drill   1 h ago: snap_2, its data 2 h 01 min old, logged in to after 1 min 35 s');
    expect(stdout).not.toContain('refresh');
  });

  it('begins with what is wrong', async () => {
    const event = { kind: 'backup-late', subject: 'backup', message: 'the backup is late', at: backup.takenAt };
    await using server = await startContractServer({
      snapshots: () => [],
      data: () => ({ schedules: [], drill: null, events: [event], failed: [], archive: null }),
    });

    const { code, stdout } = await runSlipway(['backup', 'list', ...project], { server });

    expect(code).toBe(0);
    expect(stdout).toBe(
      '✗ the backup is late\n\nNo backups. Make one: slipway backup create --wait\n\nLast drill  none yet; prove a backup: slipway backup drill --wait\n',
    );
  });
});

describe('snapshot verify', () => {
  it('waits for a server that reads for hours', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    await using server = await startContractServer({
      verifySnapshot: () => (response: ServerResponse) => {
        vi.advanceTimersByTime(3 * 3_600_000);
        response.end(JSON.stringify({ ok: true, objects: 9, damages: [] }));
      },
    });

    expect((await runSlipway(['snapshot', 'verify', 'snap_1', ...project], { server })).code).toBe(0);
  });

  it('fails, and names every part, when something is damaged', async () => {
    const damages = [{ part: 'res_partner 1', object: 'objects/ab', reason: 'it is not there' }];
    await using server = await startContractServer({ verifySnapshot: () => ({ ok: false, objects: 9, damages }) });

    const { code, stdout } = await runSlipway(['snapshot', 'verify', 'snap_1', ...project], { server });

    expect(code).toBe(1);
    expect(stdout).toContain('Damaged: 1 of 9 objects\n  res_partner 1 (objects/ab): it is not there');
    expect((await runSlipway(['snapshot', 'verify', 'snap_1', '--json', ...project], { server })).code).toBe(1);
  });
});
