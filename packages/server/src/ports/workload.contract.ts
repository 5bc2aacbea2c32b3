import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../domain/secret.ts';
import type { Inventory } from './inventory.ts';
import type { JobSpec, OdooProcess, SlotSpec, Workload } from './workload.ts';

export interface WorkloadWorld {
  readonly workload: Workload & Inventory;
  /** A process that serves HTTP at `httpPort` until it is stopped, and prints "ready". */
  readonly server: (httpPort: number) => OdooProcess;
  /** A process that prints `lines` and ends with `exitCode`. */
  readonly job: (lines: readonly string[], exitCode: number) => OdooProcess;
  /** A process that prints "started" and never ends. */
  readonly endless: () => OdooProcess;
  readonly close: () => Promise<void>;
}

const never = new AbortController().signal;
const PORT = 8069;
const CONFIG = '[options]\n';

/** The promises of Workload and its Inventory. Each mutating call is made twice. */
export const describeWorkload = (name: string, open: () => Promise<WorkloadWorld>): void => {
  describe(`workload: ${name}`, () => {
    let world: WorkloadWorld;
    const environment = 'shop/pr-1';
    const blue = { environment, slot: 'blue' } as const;
    const green = { environment, slot: 'green' } as const;
    const spec = (slot: 'blue' | 'green', change: Partial<OdooProcess> = {}): SlotSpec => ({
      ...world.server(PORT),
      ...change,
      environment,
      slot,
      httpPort: PORT,
      websocketPort: PORT,
    });
    const job = (process: OdooProcess, change: Partial<JobSpec> = {}): JobSpec => ({
      ...process,
      environment,
      name: 'contract',
      timeoutSeconds: 60,
      input: null,
      ...change,
    });
    const ofEnvironment = async () => (await world.workload.owned()).filter((thing) => thing.owner === environment);

    beforeAll(async () => {
      world = await open();
    });
    afterAll(async () => {
      for (const slot of ['blue', 'green'] as const) await world.workload.remove({ environment, slot });
      expect(await world.workload.owned()).toEqual([]);
      await world.close();
    });

    it('says that a slot is absent before anyone boots it, and that removing it is fine', async () => {
      expect(await world.workload.state(blue)).toEqual({ kind: 'absent' });
      await world.workload.stop(blue, 1);
      await world.workload.remove(blue);
      await world.workload.remove(blue);
    });

    it('boots once, however often it is asked for the same', async () => {
      await world.workload.boot(spec('blue', { config: new Secret(CONFIG) }));
      const first = await world.workload.state(blue);
      const things = await ofEnvironment();
      // As after a restart: the same words in other objects.
      await world.workload.boot(spec('blue', { config: new Secret(CONFIG) }));

      expect(first).toMatchObject({ kind: 'running', upstream: { port: PORT, websocketPort: PORT } });
      expect(await world.workload.state(blue)).toEqual(first);
      expect(await ofEnvironment()).toEqual(things);
    });

    it('replaces a slot that was booted with another specification, secrets and config included', async () => {
      const things = await ofEnvironment();
      const receipts = new Set<string>();
      for (const change of [
        { variables: { CHANGED: '1' } },
        { secrets: { TOKEN: new Secret('a') } },
        { secrets: { TOKEN: new Secret('b') } },
        { config: new Secret('[options]\n# another\n') },
      ]) {
        const receipt = await world.workload.boot(spec('blue', change));

        expect(await world.workload.state(blue)).toMatchObject({ kind: 'running' });
        expect(await ofEnvironment()).toHaveLength(things.length);
        expect(JSON.stringify(receipt)).not.toMatch(/options/);
        receipts.add(JSON.stringify(receipt));
      }
      // Another container each time, and its receipt says so.
      expect(receipts.size).toBe(4);
    });

    it('runs two slots side by side at different addresses', async () => {
      await world.workload.boot(spec('green'));

      const [one, two] = [await world.workload.state(blue), await world.workload.state(green)];
      expect([one.kind, two.kind]).toEqual(['running', 'running']);
      expect(one).not.toEqual(two);
      await world.workload.remove(green);
    });

    it('stops and starts again', async () => {
      await world.workload.stop(blue, 1);
      await world.workload.stop(blue, 1);
      expect(await world.workload.state(blue)).toMatchObject({ kind: 'stopped', outOfMemory: false });

      await world.workload.start(blue);
      await world.workload.start(blue);
      expect(await world.workload.state(blue)).toMatchObject({ kind: 'running' });
    });

    it('tells what a slot wrote', async () => {
      await expect
        .poll(
          async () => {
            const lines: string[] = [];
            for await (const line of world.workload.logs(blue, { follow: false, tail: 50, signal: never }))
              lines.push(line);
            return lines;
          },
          { timeout: 20_000, interval: 200 },
        )
        .toContain('ready');
    });

    it('tells what a slot wrote since it was started last, which lived before', async () => {
      const options = { follow: false, tail: 50, since: 'start', signal: never };
      const said = async (): Promise<number> => {
        let count = 0;
        for await (const line of world.workload.logs(blue, options)) if (line === 'ready') count++;
        return count;
      };

      await expect.poll(said, { timeout: 20_000, interval: 200 }).toBe(1);
    });

    it('tells what a slot wrote since a time, and nothing of before', async () => {
      const since = (time: number) => ({ follow: false, tail: 50, since: new Date(time).toISOString(), signal: never });
      const told: string[][] = [];
      for (const time of [0, Date.now() + 60_000]) {
        const lines: string[] = [];
        for await (const line of world.workload.logs(blue, since(time))) lines.push(line);
        told.push(lines);
      }

      expect(told[0]).toContain('ready');
      expect(told[1]).toEqual([]);
    });

    it('follows a log until it is told to stop', async () => {
      const abort = new AbortController();
      const lines: string[] = [];
      for await (const line of world.workload.logs(blue, { follow: true, tail: 50, signal: abort.signal })) {
        lines.push(line);
        if (line === 'ready') abort.abort();
      }

      expect(lines).toContain('ready');
    });

    it('runs a job to its end and gives its lines and exit code', async () => {
      for (const exitCode of [0, 3]) {
        const lines: string[] = [];
        const result = await world.workload.runJob(
          job(world.job(['one', 'two'], exitCode)),
          (line) => lines.push(line),
          never,
        );

        expect(result).toEqual({ exitCode, outOfMemory: false });
        expect(lines).toEqual(['one', 'two']);
      }
    });

    it('boots where it was told to expect a slot, told twice or while it is at it', async () => {
      const place = { environment: 'shop/expected' };
      world.workload.expect(place);
      world.workload.expect(place);
      await world.workload.boot({ ...spec('blue'), ...place });
      world.workload.expect(place);

      expect(await world.workload.state({ ...place, slot: 'blue' })).toMatchObject({ kind: 'running' });
      await world.workload.remove({ ...place, slot: 'blue' });
      expect((await world.workload.owned()).filter(({ owner }) => owner === place.environment)).toEqual([]);
    });

    it('takes away what it made for a slot that never came', async () => {
      const place = { environment: 'shop/never' };
      world.workload.expect(place);
      await world.workload.remove({ ...place, slot: 'blue' });

      expect((await world.workload.owned()).filter(({ owner }) => owner === place.environment)).toEqual([]);
    });

    it('leaves nothing of a job behind', async () => {
      await world.workload.runJob(job(world.job([], 0), { environment: 'shop/job-only' }), () => undefined, never);

      expect((await world.workload.owned()).filter((thing) => thing.owner === 'shop/job-only')).toEqual([]);
    });

    it('ends and removes a job that takes too long', async () => {
      const running = world.workload.runJob(job(world.endless(), { timeoutSeconds: 2 }), () => undefined, never);

      await expect(running).rejects.toMatchObject({ code: 'step-timeout' });
      expect((await ofEnvironment()).filter((thing) => thing.name.includes('job'))).toEqual([]);
    });

    it('ends and removes a job that is aborted', async () => {
      const abort = new AbortController();
      const running = world.workload.runJob(
        job(world.endless()),
        (line) => {
          if (line === 'started') abort.abort(new Error('told to stop'));
        },
        abort.signal,
      );

      await expect(running).rejects.toThrow('told to stop');
      expect((await ofEnvironment()).filter((thing) => thing.name.includes('job'))).toEqual([]);
    });

    it('does not start a job that was aborted before', async () => {
      const reason = new Error('too late');

      await expect(
        world.workload.runJob(job(world.endless()), () => undefined, AbortSignal.abort(reason)),
      ).rejects.toBe(reason);
    });

    it('finds what it owns and discards it, twice if asked', async () => {
      await world.workload.boot(spec('green'));
      const things = await ofEnvironment();
      expect(things.some((thing) => thing.kind === 'container')).toBe(true);
      expect(things.every((thing) => thing.createdAt === null || !Number.isNaN(Date.parse(thing.createdAt)))).toBe(
        true,
      );

      const inOrder = [...things].sort((a, b) => a.kind.localeCompare(b.kind));
      for (const thing of [...inOrder, ...inOrder]) await world.workload.discard(thing);

      expect(await ofEnvironment()).toEqual([]);
      expect(await world.workload.state(blue)).toEqual({ kind: 'absent' });
    });
  });
};
