/** How long lists take where there is much of everything, and, in the same run, how long no list takes. Writes results.md. */
import { writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { addRoute } from '../../packages/server/src/http/api.ts';
import { boardRoutes } from '../../packages/server/src/http/board.ts';
import { listDeliveries } from '../../packages/server/src/store/webhook-deliveries.ts';
import { OPERATOR_TOKEN, openApiSite } from '../../test/flows/api-site.ts';
import { makeShop } from '../../test/flows/make-slipway.ts';
import { startPostgres } from '../../test/setup/postgres.ts';
import { load, machine } from '../shared/figures.ts';
import { type Asked, BARELY, table } from './report.ts';
import { MEMBER_TOKEN, SIZES, seed } from './seed.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 200);
const WARM = 10;
const P1 = '/api/v1/projects/p1';
const RUN = `/api/v1/runs/run_${String(SIZES.builds).padStart(20, '0')}`;
/** All that a list of 100 builds has to be: one SELECT and its rows as JSON. */
const BARE = "select *, test_report -> 'tests' as tests from ops.builds order by started_at desc, id desc limit 100";
const LISTS: readonly string[] = [
  ...['/api/v1/health', '/api/v1/projects', '/api/v1/environments', '/api/v1/environments?limit=500'],
  ...[`${P1}/board`, `${P1}/queue`, `${P1}/previews`, `${P1}/previews?all=true`, '/api/v1/environments/p1%2Fpr-1/runs'],
  ...['/api/v1/builds', '/api/v1/runs', '/api/v1/runs?limit=100', '/api/v1/evidence', '/api/v1/evidence?limit=500'],
  ...['/api/v1/audit', `${P1}/audit`, `${P1}/audit?who=nobody`, '/api/v1/audit?what=nothing.'],
  ...[
    '/api/v1/audit?since=2099-01-01T00:00:00Z',
    `${P1}/promotions`,
    `${P1}/rehearsals`,
    `${P1}/webhooks/hook/deliveries`,
  ],
  ...[`${RUN}/log-window`, `${RUN}/log-window?from=99500&limit=500`],
];
/** As somebody who sees one small project among the large ones. */
const AS_MEMBER: readonly string[] = [
  '/api/v1/projects',
  '/api/v1/environments',
  '/api/v1/runs',
  '/api/v1/builds',
  '/api/v1/evidence',
];
/** Not lists: they read a log of 100,000 lines from end to end. */
const SIEVED: readonly string[] = [`${RUN}/log-window?search=module%2077777`, `${RUN}/log-window?level=error`];

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const get = (
  url: string,
  token: string = OPERATOR_TOKEN,
): Promise<{ readonly text: string; readonly next: string | null }> =>
  new Promise((resolve, reject) => {
    request(url, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () => {
        if (answer.statusCode !== 200) return reject(new Error(`${url}: ${answer.statusCode} ${text}`));
        resolve({ text, next: /<([^>]+)>/.exec(String(answer.headers.link ?? ''))?.[1] ?? null });
      });
    })
      .once('error', reject)
      .end();
  });

/** A page in the middle costs what the first one does, or keys are no use. */
const farPage = async (url: string): Promise<string> => {
  let path = '/api/v1/builds?limit=500';
  for (let page = 0; page < 40; page++) path = (await get(url + path)).next ?? path;
  return path;
};

/** The least that could answer such a list: no route, no caller, no rights, no view. */
const bareServer = async (db: Pool): Promise<{ readonly url: string; close(): void }> => {
  const server = createServer(async (_, answer) => {
    const { rows } = await db.query(BARE);
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(rows));
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => void server.close() };
};

interface Question {
  readonly what: string;
  readonly url: string;
  readonly token?: string;
}

/** In turns, so that whatever else the machine does falls on all alike. */
const ask = async (questions: readonly Question[], rounds: number): Promise<Asked[]> => {
  const asked = new Map<string, { rows: number; bytes: number; milliseconds: number[]; cpu: number[] }>();
  for (let round = -WARM; round < rounds; round++)
    for (const { what, url, token } of questions) {
      const [since, cpu] = [performance.now(), process.cpuUsage()];
      const { text } = await get(url, token);
      const took = performance.now() - since;
      const { user, system } = process.cpuUsage(cpu);
      const fresh = { rows: rowsIn(text), bytes: Buffer.byteLength(text), milliseconds: [], cpu: [] };
      const seen = asked.get(what) ?? fresh;
      asked.set(what, seen);
      if (round < 0) continue;
      seen.milliseconds.push(took);
      seen.cpu.push((user + system) / 1000);
    }
  return [...asked].map(([what, seen]) => ({ what, ...seen }));
};

/** Of a list how many it has; of an object with lists how many those have. */
const rowsIn = (text: string): number => {
  const answer: unknown = JSON.parse(text);
  if (Array.isArray(answer)) return answer.length;
  return Object.values(answer as object).reduce(
    (sum: number, one: unknown) => sum + (Array.isArray(one) ? one.length : 0),
    0,
  );
};

const before = load();
const postgres = await startPostgres();
const shop = await makeShop();
const api = await openApiSite(postgres.url, shop);
const bare = await bareServer(api.db);
try {
  await seed(api.db);
  boardRoutes(api.app, api.plane.slipway);
  addRoute(api.app, 'webhookDeliveries', (call) =>
    listDeliveries(api.db, call.parameters['webhook'] ?? '', { state: null, before: null, limit: 100 }),
  );
  const url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  const far = (await farPage(url)).replace('limit=500', 'limit=100');
  const questions: readonly Question[] = [
    { what: BARELY, url: bare.url },
    ...LISTS.map((path) => ({ what: path, url: url + path })),
    { what: '/api/v1/builds?limit=100&cursor=… (20,000 rows on)', url: url + far },
    ...AS_MEMBER.map((path) => ({ what: `${path} (a member)`, url: url + path, token: MEMBER_TOKEN })),
  ];
  const [baseline, ...lists] = await ask(questions, ROUNDS);
  const sieved = await ask(
    SIEVED.map((path) => ({ what: path, url: url + path })),
    Math.ceil(ROUNDS / 10),
  );
  if (baseline === undefined) throw new Error('nothing was asked');
  const page = table({ baseline, lists, sieved, machine: machine(before) });
  writeFileSync(join(import.meta.dirname, 'results.md'), page);
  console.log(page);
} finally {
  agent.destroy();
  bare.close();
  await api.close();
  await shop.remove();
  await postgres.stop();
}
