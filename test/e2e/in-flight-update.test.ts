import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InFlightStand, noteOf, openInFlightStand } from './in-flight-stand.ts';

/** On a busy machine the new Odoo may take longer than an edge holds. */
const TOLD = /^503 .*(?:saving will be possible again|Being updated|A new version takes over)/;
const HELLO = 'addons/shop_order/views/hello.xml';

/** Slow requests are under way all the time while databases are updated, on a copy and in place. */
describe('what is being answered while a database is updated', () => {
  let stand: InFlightStand;
  let sha: string;
  beforeAll(async () => {
    stand = await openInFlightStand();
  });
  afterAll(() => stand?.close());

  it('is cut on staging by the copy that an update is made on, as its step says, and by nothing else', async () => {
    sha = stand.slipway.commit('main', 'A warm welcome', { [HELLO]: ['Welcome to', 'A warm welcome to'] });
    const { other, done } = await stand.staging('deploy');
    expect(other.length).toBeGreaterThan(0);
    expect(noteOf(done, 'clone-database')).toMatch(
      /; (?:1 session|\d sessions) at work in odoo_staging (?:was|were) ended$/,
    );
    for (const one of other) expect(one).toMatch(/^500 /);
    expect(noteOf(done, 'drain-slot')).toMatch(/^everything was answered, after/);
  });

  it('is answered before production is copied, and what comes too late to be saved is told so', async () => {
    const { answered, other, done } = await stand.production(() => stand.deploy(sha));
    expect(answered).toBeGreaterThan(3);
    for (const one of other) expect(one).toMatch(TOLD);
    expect(noteOf(done, 'freeze-writes')).toBe('odoo_production takes no writes');
    expect(noteOf(done, 'clone-database')).toMatch(/^\S+ cloned from \S+$/);
  });

  it('is answered before production is updated in place', async () => {
    sha = stand.slipway.commit('main', 'In place', {
      [HELLO]: ['A warm welcome to', 'Another welcome to'],
      'slipway.yaml': ['backup: false', 'backup: false, update: maintenance'],
    });
    await stand.slipway.api('POST', '/projects', { folder: stand.slipway.shop });
    await stand.succeeded(stand.slipway.api('POST', '/projects/shop/staging/deploy', {}));
    const { answered, other, done } = await stand.production(() => stand.deploy(sha), 'GET');
    expect(answered).toBeGreaterThan(3);
    for (const one of other) expect(one).toMatch(TOLD);
    expect(noteOf(done, 'drain-slot')).toMatch(/^everything was answered, after/);
  });
});
