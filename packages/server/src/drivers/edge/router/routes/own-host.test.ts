import { afterEach, expect, it } from 'vitest';
import { ask, HOST, openEdge, serveAt, startUpstream } from '../testing/edge-kit.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const withDashboard = async () => {
  const control = await startUpstream((req, res) => res.end(`control ${req.headers.host} ${req.url}`));
  const odoo = await startUpstream((_, res) => res.end('odoo'));
  const upstream = { host: '127.0.0.1', port: control.port, websocketPort: control.port };
  const edge = await openEdge({ dashboard: { host: 'slipway.test', upstream } });
  open.push(control, odoo, edge);
  edge.route(HOST, odoo.route);
  return { edge, odoo, control };
};

it('leads the bare domain to the control plane and every other host where its route says', async () => {
  const { edge } = await withDashboard();

  expect(await ask(edge.port, { host: 'Slipway.test:8080', path: '/projects/shop' })).toMatchObject({
    status: 200,
    body: 'control Slipway.test:8080 /projects/shop',
  });
  expect(await ask(edge.port, { host: HOST })).toMatchObject({ body: 'odoo' });
  expect((await ask(edge.port, { host: 'other.slipway.test' })).status).toBe(404);
});

it('keeps it through every change of the table, and never writes it down', async () => {
  const { edge, odoo } = await withDashboard();

  edge.edge.book.replaceAll([]);

  expect((await ask(edge.port, { host: 'slipway.test' })).body).toContain('control');
  expect(edge.edge.book.rows()).toEqual([]);
  // An environment of that name goes first: whoever named it so meant it.
  edge.route('slipway.test', serveAt(odoo.port));
  expect((await ask(edge.port, { host: 'slipway.test' })).body).toBe('odoo');
  edge.route('slipway.test', null);
  expect((await ask(edge.port, { host: 'slipway.test' })).body).toContain('control');
});

it('counts nothing for it, since it is no environment', async () => {
  const { edge } = await withDashboard();

  await ask(edge.port, { host: 'slipway.test', path: '/api/v1/health' });
  await edge.edge.activity.close();
  await edge.edge.measures.close();

  expect(edge.told).toEqual([]);
});

it('says so when the control plane is away', async () => {
  const { edge, control } = await withDashboard();
  open.splice(open.indexOf(control), 1);
  await control.close();

  expect((await ask(edge.port, { host: 'slipway.test' })).status).toBe(502);
});

it('lets a certificate be fetched for it', async () => {
  const { edge } = await withDashboard();

  expect((await ask(edge.port, { host: 'any.test', path: '/_slipway/ask?domain=slipway.test' })).status).toBe(200);
});
