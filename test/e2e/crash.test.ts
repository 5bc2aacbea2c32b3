import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commentSaying, commentsOf } from './comments.ts';
import { type Gates, openGates } from './gates.ts';
import type { Installation } from './installation.ts';
import { possessionsOfLive } from './possessions.ts';
import { addressOf, GREETING, openStand, type Stand, updating } from './stand.ts';

const UPDATED = 31;
const CLOSED = 32;
const OPENED = 33;
const environment = (number: number): string => `shop/pr-${number}`;

/** test/chaos dies at every boundary with containers in memory; this is the sample with real ones. */
describe('A control plane that is killed with -9', () => {
  let stand: Stand;
  let slipway: Installation;
  let gates: Gates;

  beforeAll(async () => {
    stand = await openStand();
    slipway = stand.slipway;
    gates = await openGates(slipway.databaseUrl(`slipway_${slipway.instance}_control`));
  });

  afterAll(async () => {
    await gates?.close().catch(() => undefined);
    await stand?.close();
  });

  /** Lets each run come to its place, kills, and takes up again; `inside`: the preview whose modules are being updated then. */
  const killAt = async (places: Readonly<Record<number, string>>, inside: number | null): Promise<void> => {
    for (const number of Object.keys(places)) await gates.reached(environment(Number(number)));
    if (inside !== null) {
      await gates.open(environment(inside));
      await updating(slipway, inside);
    }
    await slipway.kill();
    for (const [number, step] of Object.entries(places))
      expect(await gates.done(environment(Number(number)))).not.toContain(step);
    await gates.clear();
  };

  const setGates = async (places: Readonly<Record<number, string>>): Promise<void> => {
    for (const [number, step] of Object.entries(places)) await gates.before(environment(Number(number)), step);
  };

  it('three times in the middle of an update, a close and an opening ends as if nothing had been', async () => {
    const { github, send } = stand;
    const closing = stand.plain(CLOSED);
    await send('opened', UPDATED, stand.plain(UPDATED));
    await send('opened', CLOSED, closing);
    await slipway.until(UPDATED, (view) => view.state === 'live');
    await slipway.until(CLOSED, (view) => view.state === 'live');

    const first = { [UPDATED]: 'update-modules', [CLOSED]: 'remove-green', [OPENED]: 'clone-filestore' };
    await setGates(first);
    const updated = stand.greet(UPDATED, 'Good morning');
    const opened = stand.greet(OPENED, 'Good night');
    await send('synchronize', UPDATED, updated);
    await send('closed', CLOSED, closing);
    await send('opened', OPENED, opened);
    await killAt(first, UPDATED);
    // The edge and the former version do not mind.
    expect((await slipway.get(addressOf(UPDATED), '/shop/hello')).text).toContain(GREETING);

    const second = { [UPDATED]: 'boot-green', [CLOSED]: 'drop-role', [OPENED]: 'update-modules' };
    await setGates(second);
    await slipway.start();
    await killAt(second, OPENED);
    // `take-over-database` has done its work, and is done once more: its end would have been written with the beginning of the next one.
    expect((await gates.done(environment(UPDATED))).at(-1)).toBe('remove-old-slot');

    const third = { [UPDATED]: 'drop-old-database', [CLOSED]: 'forget-secrets', [OPENED]: 'route-to-blue' };
    await setGates(third);
    await slipway.start();
    await killAt(third, null);
    expect(await gates.done(environment(OPENED))).toContain('boot-blue');

    await slipway.start();
    const live = await slipway.until(UPDATED, (view) => view.liveSha === updated && view.state === 'live');
    const fresh = await slipway.until(OPENED, (view) => view.state === 'live');
    const gone = await slipway.until(CLOSED, (view) => view.state === 'closed');
    expect((await slipway.get(live, '/shop/hello')).text).toContain('Good morning');
    expect((await slipway.get(fresh, '/shop/hello')).text).toContain('Good night');
    expect((await slipway.get(fresh, '/web/login')).status).toBe(200);
    expect((await slipway.get(gone, '/web/login')).status).toBe(410);
    expect(live).toMatchObject({ failure: null, reason: null });
    expect(fresh).toMatchObject({ failure: null, reason: null, database: `odoo_pr_${OPENED}` });
    expect(await slipway.api('POST', '/evidence/verify')).toMatchObject({ ok: true, firstAltered: null });
    expect(await slipway.possessions(UPDATED)).toEqual(possessionsOfLive(UPDATED, 'green'));
    expect(await slipway.possessions(OPENED)).toEqual(possessionsOfLive(OPENED, 'blue'));
    expect(await slipway.possessions(CLOSED)).toEqual([]);
    await commentSaying(github, UPDATED, /: live/);
    await commentSaying(github, OPENED, /: live/);
    await commentSaying(github, CLOSED, /: closed/);
    for (const number of [UPDATED, CLOSED, OPENED]) expect(commentsOf(github, number)).toHaveLength(1);
    for (const number of [UPDATED, OPENED]) {
      await slipway.api('DELETE', `/projects/shop/previews/${number}`);
      await slipway.until(number, (view) => view.state === 'closed', 60);
      expect(await slipway.possessions(number)).toEqual([]);
    }
  });
});
