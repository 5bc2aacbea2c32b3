import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LATENCY_PLACES, latencyPlace, p95Of } from '../../../domain/latency.ts';
import {
  ask,
  HOST,
  openEdge,
  pause,
  startUpstream,
  type TestEdge,
  type TestUpstream,
  until,
} from './testing/edge-kit.ts';

const PRODUCTION = 'production.localhost';
const OTHER = 'shop/pr-12-fix';

describe('How long answers took', () => {
  test('is kept in few places that are a tenth exact', () => {
    expect(LATENCY_PLACES).toBeLessThan(50);
    for (const milliseconds of [7, 80, 500, 3000, 59_000]) {
      const counts = new Array<number>(LATENCY_PLACES).fill(0);
      counts[latencyPlace(milliseconds)] = 1;
      const found = p95Of(counts) ?? 0;
      expect(found).toBeGreaterThanOrEqual(milliseconds);
      expect(found).toBeLessThanOrEqual(milliseconds * 1.27);
    }
  });

  test('of 100 is that of the 95th, whatever the slowest took', () => {
    const counts = new Array<number>(LATENCY_PLACES).fill(0);
    counts[latencyPlace(50)] = 95;
    counts[latencyPlace(10_000_000)] = 5;
    expect(p95Of(counts)).toBeLessThan(70);
    counts[latencyPlace(50)] = 90;
    expect(p95Of(counts)).toBe(60_000);
    expect(p95Of([])).toBeNull();
  });
});

describe('What environments answer', () => {
  let edge: TestEdge;
  let odoo: TestUpstream;
  beforeEach(async () => {
    edge = await openEdge({ limits: { retryMs: 200 } });
    odoo = await startUpstream(async (req, res) => {
      if (req.url === '/slow') await pause(120);
      res.writeHead(req.url === '/broken' ? 500 : 200).end('x');
    });
    edge.route(PRODUCTION, odoo.route);
    edge.route(HOST, odoo.route);
  });
  afterEach(async () => {
    await edge.close();
    await odoo.close();
  });

  /** Environment, requests, errors, and how many took about how long, over all that was told. */
  const told = () => {
    const sums = { requests: 0, errors: 0, slow: 0, environments: new Set<unknown>() };
    for (const [environments, _, requests, errors, latencies] of edge.told as readonly (readonly unknown[][])[]) {
      if (latencies === undefined || !String(latencies[0]).startsWith('{')) continue;
      for (const [index, environment] of (environments ?? []).entries()) {
        sums.environments.add(environment);
        sums.requests += Number(requests?.[index]);
        sums.errors += Number(errors?.[index]);
        const counts = String(latencies[index]).slice(1, -1).split(',').map(Number);
        sums.slow += counts.slice(latencyPlace(100)).reduce((sum, count) => sum + count, 0);
      }
    }
    return { ...sums, environments: [...sums.environments] };
  };

  test('is counted, errors and slow ones apart, for each by itself', async () => {
    for (const path of ['/web', '/broken', '/slow']) await ask(edge.port, { host: PRODUCTION, path });
    await ask(edge.port, { host: HOST, path: '/web' });
    await edge.edge.measures.close();

    const { slow, ...counted } = told();
    expect(counted).toEqual({ requests: 4, errors: 1, environments: ['shop/production', OTHER] });
    // A busy machine makes others slow, too.
    expect(slow).toBeGreaterThanOrEqual(1);
  });

  test('is not what tabs ask for by themselves', async () => {
    await ask(edge.port, { host: PRODUCTION, path: '/web/webclient/version_info' });
    await ask(edge.port, { host: PRODUCTION, path: '/longpolling/poll' });
    await edge.edge.measures.close();

    expect(told().requests).toBe(0);
  });

  test('is an error when nobody answers in its place', async () => {
    await odoo.close();
    expect((await ask(edge.port, { host: PRODUCTION, path: '/web' })).status).toBe(502);
    await edge.edge.measures.close();

    expect(told()).toMatchObject({ requests: 1, errors: 1 });
  });

  test('is not what is held, or sent away by the edge itself', async () => {
    edge.route(PRODUCTION, { kind: 'page', page: 'failed', facts: {} });
    await ask(edge.port, { host: PRODUCTION, path: '/web' });
    await edge.edge.measures.close();

    expect(told().requests).toBe(0);
  });

  test('waits while PostgreSQL is away, and is added up', async () => {
    edge.refuseToBeTold(1);
    for (let time = 0; time < 5; time++) await ask(edge.port, { host: PRODUCTION, path: '/web' });
    await until(() => told().requests === 5, 10_000);
  });
});
