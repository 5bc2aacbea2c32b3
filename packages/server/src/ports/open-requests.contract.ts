import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Upstream } from '../domain/environment.ts';
import type { OpenRequests } from './open-requests.ts';

export interface OpenRequestsWorld {
  readonly openRequests: OpenRequests;
  /** Where requests are sent to, and an address that nobody is sent to. */
  readonly upstream: Upstream;
  readonly other: Upstream;
  /** One request more is being answered when this resolves; `end` resolves when it is answered. */
  readonly begin: () => Promise<{ end(): Promise<void> }>;
  /** Nobody is there to count any more. */
  readonly leave: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The promises of OpenRequests. */
export const describeOpenRequests = (name: string, open: () => Promise<OpenRequestsWorld>): void => {
  describe(`open requests: ${name}`, () => {
    let world: OpenRequestsWorld;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(() => world.close());

    it('are those that are being answered at that address, and no others', async () => {
      const { openRequests, upstream, other } = world;
      expect(await openRequests.count(upstream)).toBe(0);
      const [one, two] = [await world.begin(), await world.begin()];
      expect([await openRequests.count(upstream), await openRequests.count(other)]).toEqual([2, 0]);
      await one.end();
      expect(await openRequests.count(upstream)).toBe(1);
      await two.end();
      expect(await openRequests.count(upstream)).toBe(0);
    });

    it('may be counted by several at once', async () => {
      const { openRequests, upstream, other } = world;
      const one = await world.begin();
      const asked = [upstream, other, upstream, other].map((address) => openRequests.count(address));
      expect(await Promise.all(asked)).toEqual([1, 0, 1, 0]);
      await one.end();
    });

    it('are not known where nobody counts', async () => {
      await world.leave();
      expect(await world.openRequests.count(world.upstream)).toBeNull();
    });
  });
};
