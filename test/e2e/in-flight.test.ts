import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTROLLER, type InFlightStand, noteOf, openInFlightStand } from './in-flight-stand.ts';

/** Slow requests are under way all the time while new code takes the place of old code, and back. */
describe('what is being answered while code is replaced', () => {
  let stand: InFlightStand;
  beforeAll(async () => {
    stand = await openInFlightStand();
  });
  afterAll(() => stand?.close());

  it('is answered by the old one, on staging and in production, and when production goes back', async () => {
    const sha = stand.slipway.commit('main', 'Counted aloud', {
      [CONTROLLER]: ['search_count([])', 'search_count([]) + 1000'],
    });
    const [tried, deployed] = [await stand.staging('deploy'), await stand.production(() => stand.deploy(sha))];
    const back = await stand.production(() => stand.slipway.api('POST', '/projects/shop/production/rollback', {}));
    for (const { answered, other, done } of [tried, deployed, back]) {
      expect(other).toEqual([]);
      expect(answered).toBeGreaterThan(5);
      expect(noteOf(done, 'drain-slot')).toMatch(/^everything was answered, after [\d.]+ s$/);
      const said = await stand.slipway.stepLog(done.id);
      expect(said.join('\n')).toMatch(/waiting for \d requests? still being answered, at most 30 s/);
    }
  });

  it('is answered before staging is made anew, while all others are held', async () => {
    const { other, done } = await stand.staging('refresh');
    // On a busy machine the new Odoo may take longer than an edge holds.
    for (const one of other) expect(one).toMatch(/^503 .*A new version takes over/);
    expect(noteOf(done, 'drain-slot')).toMatch(/^everything was answered, after/);
  });
});
