import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { requestPreview } from '../../packages/server/src/flows/request-preview.ts';
import { runSteps } from '../../packages/server/src/flows/run-steps.ts';
import { invariantsRoutes } from '../../packages/server/src/http/invariants.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { showing } from '../../packages/server/src/plan/plan.ts';
import { compareInvariants } from '../../packages/server/src/steps/compare-invariants.ts';
import { measureInvariants } from '../../packages/server/src/steps/measure-invariants.ts';
import { claimRun } from '../../packages/server/src/store/claim-run.ts';
import { readSteps } from '../../packages/server/src/store/journal.ts';
import { enqueueRun } from '../../packages/server/src/store/runs.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

let shop: Shop;
let sha: string;
beforeAll(async () => {
  shop = await makeShop();
  sha = await shop.push('feature', { 'README.md': 'A feature\n' });
});
afterAll(() => shop.remove());

let site: Site;
let plane: ControlPlane;
beforeEach(async () => {
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start();
  const about = { base: 'main', branch: 'feature', title: null, author: 'mona', fork: false, fresh: false };
  const who = { requestedBy: 'mona', headUpdatedAt: null };
  await requestPreview(plane.slipway, { project: 'shop', number: 1, ref: sha, ...about, ...who });
  await plane.drain();
});
afterEach(() => site.remove());

/** Orders of the database; an update that loses some is made by setting fewer. */
const orders = (count: number, name = 'odoo_pr_1'): void => {
  const rows = Array.from({ length: count }, (_, i) => ({ id: String(i) }));
  site.world.databases.get(name)?.contents.set('sale_order', rows);
};
const of = { environment: 'shop/pr-1', owner: 'shop/pr-1', database: 'odoo_pr_1', role: 'odoo_pr_1' };

/** Carries out `steps` as a run does, with its journal; `between` happens after the first. */
const carryOut = async (broken: 'fail' | 'tell', between: () => void, before?: typeof of) => {
  const { slipway } = plane;
  const request = { project: 'shop', environment: 'shop/pr-1', sha, requestedBy: 'mona' };
  const id = newId('run');
  await enqueueRun(slipway.db, { id, kind: 'wake-preview', facts: {}, ...request });
  const run = await claimRun(slipway.db, { owner: slipway.owner, leaseSeconds: 60, limits: { builds: 2 } });
  if (run === null) throw new Error('no run');
  const kept = new Map<string, string>();
  const said: string[] = [];
  const measure = measureInvariants.as('measure-before', { of, own: [], as: 'before' });
  const compare = compareInvariants.as('compare', {
    ...{ of, own: [], as: 'after', broken },
    before: before ?? { step: 'measure-before' },
  });
  const ending = await runSteps(slipway, {
    ...{ run, steps: showing(null, measure, compare), offset: 0, signal: new AbortController().signal },
    log: (_, line) => {
      said.push(line);
      if (line.endsWith('compare')) between();
    },
    keep: async (path, content) => void kept.set(path, content),
    ...{ flush: async () => undefined, show: async () => undefined, waitFor: async () => undefined },
    retry: () => undefined,
  });
  return { ending, kept, said, steps: await readSteps(slipway.db, run.id) };
};

describe('figures of a run', () => {
  test('are compared with those that an earlier step of it measured, and kept as evidence', async () => {
    orders(25);

    const { ending, kept, steps } = await carryOut('fail', () => undefined);

    expect(ending.kind).toBe('finished');
    expect([...kept.keys()]).toEqual([
      'invariants/before.json',
      'invariants/after.json',
      'invariants/after-compared.json',
    ]);
    expect(steps.map(({ note }) => note)).toEqual([
      expect.stringMatching(/^odoo_pr_1: 1 figures of 1 invariants, \d+ not applicable$/),
      'odoo_pr_1: 1 figures are what they were',
    ]);
    expect(JSON.parse(kept.get('invariants/before.json') ?? '')).toEqual(steps[0]?.receipt);
  });

  test('that an update changed end it, in words', async () => {
    orders(1025);

    const { ending, said, steps } = await carryOut('fail', () => orders(25));

    expect(ending).toMatchObject({
      kind: 'failed',
      error: {
        code: 'invariants-broken',
        facts: { environment: 'shop/pr-1', broken: 'Number of sales orders was 1 025, is 25' },
      },
    });
    expect(said).toContain('changed sales-orders: Number of sales orders was 1 025, is 25');
    expect(steps.at(-1)?.failure?.message).toBe(
      'shop/pr-1: business figures are not what they were: Number of sales orders was 1 025, is 25.',
    );
  });

  test('that a rehearsal changed are written down, and it goes on', async () => {
    orders(3);

    const { ending, steps } = await carryOut('tell', () => orders(2));

    expect(ending.kind).toBe('finished');
    expect(steps.at(-1)).toMatchObject({
      note: 'odoo_pr_1: 1 of 1 figures changed',
      receipt: { ok: false, broken: [{ id: 'sales-orders' }] },
    });
  });

  test('may be compared with another database as it is now', async () => {
    orders(3);
    const role = 'odoo_pr_1';
    await plane.slipway.ports.databases.clone({ from: 'odoo_pr_1', to: 'odoo_pr_1_prev', role, owner: 'shop/pr-1' });
    orders(2);

    const former = { ...of, database: 'odoo_pr_1_prev' };
    const { ending, kept } = await carryOut('fail', () => undefined, former);

    expect(ending).toMatchObject({ kind: 'failed', error: { code: 'invariants-broken' } });
    expect([...kept.keys()]).toContain('invariants/after-before.json');
  });
});

describe('whoever asks for figures', () => {
  let app: FastifyInstance;
  beforeEach(() => {
    app = makeServer({
      token: new Secret('token'),
      tokenFile: '/token',
      logger: plane.slipway.logger,
      newId,
      db: plane.slipway.db,
    });
    invariantsRoutes(app, plane.slipway);
  });
  afterEach(() => app.close());
  const ask = async (payload: object) => {
    const headers = { authorization: 'Bearer token' };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/invariants/measure', headers, payload });
    return { status: answer.statusCode, body: answer.json() };
  };

  test('is told those of an environment', async () => {
    orders(7);

    const { status, body } = await ask({ environment: 'shop/pr-1' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ format: 1, subject: 'shop/pr-1' });
    expect(body.invariants).toContainEqual(
      expect.objectContaining({ id: 'sales-orders', figures: [expect.objectContaining({ value: '7' })] }),
    );
  });

  test('is told when there is no such environment, address or question', async () => {
    expect(await ask({ environment: 'shop/nothing' })).toMatchObject({ status: 404 });
    expect(await ask({ url: 'postgresql://u@db/x' })).toMatchObject({ status: 503 });
    expect(await ask({})).toMatchObject({ status: 400 });
  });
});
