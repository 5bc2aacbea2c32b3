import type { RunView } from '@slipway/contracts/views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commentSaying, commentsOf } from './comments.ts';
import { possessionsOfLive } from './possessions.ts';
import { openStand, type Stand, updating } from './stand.ts';

const NUMBERS = [51, 52, 53, 54, 55, 56];
const LAST = 56;

describe('Six pull requests at once where five may be live', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand();
  });
  afterAll(() => stand?.close());

  it('are five live ones and one that waits and says so, until another closes', async () => {
    const { slipway, github } = stand;
    const commits = new Map(NUMBERS.map((number) => [number, stand.plain(number)]));
    await Promise.all(NUMBERS.slice(0, 5).map((number) => stand.send('opened', number, commits.get(number) ?? '')));
    await stand.send('opened', LAST, commits.get(LAST) ?? '');

    for (const number of NUMBERS.slice(0, 5)) await slipway.until(number, (view) => view.state === 'live');
    const waiting = await slipway.until(LAST, (view) => view.position === 1 && /5 of 5/.test(view.reason ?? ''), 20);
    expect(waiting).toMatchObject({ state: 'queued', url: expect.stringContaining(`pr-${LAST}`) });
    expect(await slipway.possessions(LAST)).toEqual([]);
    expect(await commentSaying(github, LAST, /queued, position 1/)).toContain('5 of 5 previews are live');
    expect((await slipway.get(waiting, '/')).text).toMatch(/queue|wait/i);
    for (const number of NUMBERS.slice(0, 5)) {
      const view = await slipway.preview(number);
      expect((await slipway.get(view, '/web/login')).status).toBe(200);
    }

    await stand.send('closed', 53, commits.get(53) ?? '');
    const live = await slipway.until(LAST, (view) => view.state === 'live');
    expect((await slipway.get(live, '/web/login')).status).toBe(200);
    expect(await slipway.possessions(53)).toEqual([]);
    expect(await slipway.preview(53)).toMatchObject({ state: 'closed' });
  });

  it('a newer commit takes the place of one that is being built', async () => {
    const { slipway, github } = stand;
    const first = stand.greet(LAST, 'Good morning');
    await stand.send('synchronize', LAST, first);
    await updating(slipway, LAST);
    const { run } = await slipway.preview(LAST);
    const second = stand.greet(LAST, 'Good evening', 'Good morning');
    await stand.send('synchronize', LAST, second);

    const live = await slipway.until(LAST, (view) => view.liveSha === second && view.state === 'live');
    expect((await slipway.get(live, '/shop/hello')).text).toContain('Good evening');
    expect(await slipway.api<RunView>('GET', `/runs/${run}`)).toMatchObject({ state: 'superseded', sha: first });
    expect(live.run).not.toBe(run);
    expect(await slipway.possessions(LAST)).toEqual(possessionsOfLive(LAST, 'green'));
    await commentSaying(github, LAST, new RegExp(`: live[^]*${second.slice(0, 8)}`));
    expect(commentsOf(github, LAST)).toHaveLength(1);
    expect(await slipway.api('POST', '/evidence/verify')).toMatchObject({ ok: true });
  });
});
