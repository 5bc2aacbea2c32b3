/** How long lists take where there is much of everything, and, in the same run, how long no list takes. Writes results.md. */
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { OPERATOR_TOKEN, openApiSite } from '../../test/flows/api-site.ts';
import { makeShop } from '../../test/flows/make-slipway.ts';
import { startPostgres } from '../../test/setup/postgres.ts';
import { load, machine } from '../shared/figures.ts';
import { type Asked, table } from './report.ts';
import { seed } from './seed.ts';

const ROUNDS = 100;
const WARM = 10;
const BASELINE = '/api/v1/health';
const LISTS = [
  ...[
    '/api/v1/environments',
    '/api/v1/environments?limit=500',
    '/api/v1/projects/p1/previews',
    '/api/v1/projects/p1/previews?all=true',
  ],
  ...[
    '/api/v1/builds',
    '/api/v1/runs',
    '/api/v1/runs?limit=100',
    '/api/v1/evidence',
    '/api/v1/audit',
    '/api/v1/projects/p1/audit',
  ],
  ...['/api/v1/projects/p1/audit?who=nobody', '/api/v1/projects/p1/promotions'],
];

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const get = (url: string): Promise<{ readonly text: string; readonly next: string | null }> =>
  new Promise((resolve, reject) => {
    request(url, { agent, headers: { authorization: `Bearer ${OPERATOR_TOKEN}` } }, (answer) => {
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

const before = load();
const postgres = await startPostgres();
const shop = await makeShop();
const api = await openApiSite(postgres.url, shop);
try {
  await seed(api.db);
  const url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  const far = (await farPage(url)).replace('limit=500', 'limit=100');
  const paths = [BASELINE, ...LISTS, far];
  const asked = new Map<string, { rows: number; milliseconds: number[] }>();
  for (let round = -WARM; round < ROUNDS; round++)
    for (const path of paths) {
      const since = performance.now();
      const { text } = await get(url + path);
      const took = performance.now() - since;
      const seen = asked.get(path) ?? { rows: [JSON.parse(text)].flat().length, milliseconds: [] };
      if (round >= 0) seen.milliseconds.push(took);
      asked.set(path, seen);
    }
  const of = (path: string): Asked => ({
    what: path === far ? '/api/v1/builds?limit=100&cursor=… (20,000 rows on)' : path,
    ...(asked.get(path) ?? { rows: 0, milliseconds: [] }),
  });
  const page = table(of(BASELINE), paths.slice(1).map(of), machine(before));
  writeFileSync(join(import.meta.dirname, 'results.md'), page);
  console.log(page);
} finally {
  agent.destroy();
  await api.close();
  await shop.remove();
  await postgres.stop();
}
