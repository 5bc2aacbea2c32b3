import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Kind, LoadClient } from './load-client.ts';
import { Figures } from './load-figures.ts';
import { LoadSocket } from './load-socket.ts';
import { type Acknowledged, lookUp } from './load-verify.ts';

/**
 * A steady load of real Odoo requests, for as long as somebody deploys meanwhile: `node bench/deploy/load.ts --url … --seconds … --rate …`.
 * Requests begin at fixed times, however long the earlier ones take, and latency counts from that time: a stall is seen by all that it
 * held up. The last line is JSON. See README.md.
 */
const { values: given } = parseArgs({
  options: {
    url: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '20' },
    login: { type: 'string', default: 'admin' },
    'password-file': { type: 'string' },
    'key-file': { type: 'string' },
    writes: { type: 'string', default: 'load-writes.jsonl' },
    out: { type: 'string' },
    verify: { type: 'boolean', default: false },
  },
});

const need = (name: 'url' | 'password-file' | 'key-file'): string => {
  const value = given[name];
  if (value === undefined) throw new Error(`--${name} is missing; see bench/deploy/README.md`);
  return value;
};
const fileOf = (name: 'password-file' | 'key-file'): string => readFileSync(need(name), 'utf8').trim();

/** Of twenty requests: 15 reads in three ways, 4 new records, 1 login (which is a page and a form). */
const CYCLE: readonly Kind[] = [
  ...([
    'page',
    'read-rpc',
    'create',
    'read-json2',
    'page',
    'read-rpc',
    'read-json2',
    'create',
    'page',
    'read-rpc',
  ] as const),
  ...([
    'login',
    'read-json2',
    'page',
    'create',
    'read-rpc',
    'read-json2',
    'page',
    'read-rpc',
    'create',
    'read-json2',
  ] as const),
];
/** Beyond this many at once the target does not keep up: what is due then is counted as failed, not queued. */
const MOST_AT_ONCE = 400;

async function load(seconds: number, rate: number): Promise<void> {
  const run = `load-${Date.now().toString(36)}`;
  const client = new LoadClient({
    url: need('url'),
    login: given.login,
    password: fileOf('password-file'),
    key: fileOf('key-file'),
  });
  const figures = new Figures({ url: need('url'), run, seconds, rate, mix: mixOf() });
  writeFileSync(given.writes, '');
  await client.open();
  const socket = new LoadSocket(client);
  await socket.open();
  const pending = new Set<Promise<void>>();
  const begun = figures.begin();
  // Ended early, it says what it has seen until then.
  let ended = false;
  process.once('SIGINT', () => {
    ended = true;
  });
  for (let i = 0; i < seconds * rate && !ended; i += 1) {
    const due = begun + (i * 1000) / rate;
    await until(due);
    const kind = CYCLE[i % CYCLE.length] ?? 'page';
    if (pending.size >= MOST_AT_ONCE) {
      figures.add({ kind, due, outcome: 'failed', why: 'the load generator had too many requests open' });
      continue;
    }
    const one = client.ask(kind, `${run}-${i}`).then((answer) => {
      figures.add({ kind, due, ...answer });
      if (answer.stored) appendFileSync(given.writes, `${JSON.stringify(answer.stored)}\n`);
    });
    pending.add(one);
    void one.finally(() => pending.delete(one));
  }
  await Promise.all(pending);
  const websocket = await socket.close();
  await client.close();
  say({ ...figures.summary(), websocket, writes: given.writes });
}

const mixOf = (): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const kind of CYCLE) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

const until = (due: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, due - performance.now()));
  });

const say = (result: object): void => {
  if (given.out !== undefined) writeFileSync(given.out, `${JSON.stringify(result)}\n`);
  console.log(JSON.stringify(result));
};

/** Every acknowledged write must be found: 1 when one is not. */
async function verify(): Promise<void> {
  const acknowledged = readFileSync(given.writes, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Acknowledged);
  const found = await lookUp({ url: need('url'), key: fileOf('key-file') }, acknowledged);
  say(found);
  if (found.missing.length > 0) process.exitCode = 1;
}

if (given.verify) await verify();
else await load(Number(given.seconds), Number(given.rate));
