/**
 * A production under a steady load of real requests, while it is deployed to (code only), brought back, deployed to with an update, and
 * brought back again. Writes results.md. `node bench/deploy/run.ts [requests a second]`.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { RunView } from '@slipway/contracts/views';
import { follow } from '../../scripts/demo-follow.ts';
import { approver, type Demo, inOdoo, look, openProduction, promote } from '../../scripts/demo-production.ts';
import { CONTROLLER, changeMain, VIEW } from '../../scripts/demo-shop.ts';
import { showStaging, withStages } from '../../scripts/demo-staging.ts';
import { load, machine } from '../shared/figures.ts';
import { PROJECT, Site, say } from '../shared/site.ts';
import { type Act, report } from './report.ts';

const RATE = process.argv[2] ?? '6';
/** Longer than any of the acts takes; the load is ended when its act has. */
const MOST_SECONDS = 600;
const run = promisify(execFile);
const site = new Site('bench-deploy');
const { server } = site;
const demo: Demo = { server, data: site.data, project: PROJECT, say };

const KEY = `
from datetime import datetime, timedelta
admin = env(user=env.ref('base.user_admin').id)
key = admin['res.users.apikeys']._generate('rpc', 'bench', datetime.now() + timedelta(days=1))
env.cr.commit()
print('KEY=' + key)
`;

/** Files that the load needs: it is a program of its own. */
const credentials = async (): Promise<readonly string[]> => {
  const { login, url } = await look(demo);
  const [password, key] = [join(site.data, 'load-password'), join(site.data, 'load-key')];
  writeFileSync(password, login?.password ?? '', { mode: 0o600 });
  const made = /KEY=(\S+)/.exec(inOdoo(demo, 'blue', KEY))?.[1];
  if (made === undefined) throw new Error('Odoo made no API key');
  writeFileSync(key, made, { mode: 0o600 });
  return ['--url', url ?? '', '--login', login?.user ?? 'admin', '--password-file', password, '--key-file', key];
};

const LOAD = join(import.meta.dirname, 'load.ts');

/** What happens to people while something is done. */
const under = async (name: string, words: readonly string[], work: () => Promise<RunView>): Promise<Act> => {
  const writes = join(site.data, `${name}.jsonl`);
  const child = run(
    process.execPath,
    [LOAD, ...words, '--seconds', String(MOST_SECONDS), '--rate', RATE, '--writes', writes],
    { maxBuffer: 2 ** 26 },
  );
  await sleep(5000);
  const done = await work();
  await sleep(3000);
  child.child.kill('SIGINT');
  const { stdout } = await child;
  const figures = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
  return { name, run: done, figures, writes };
};

/** Which of the acknowledged writes are there, once all is over. */
const verified = async (words: readonly string[], writes: string): Promise<string> => {
  const looked = await run(process.execPath, [LOAD, '--verify', ...words, '--writes', writes]).catch(
    (error: { stdout: string }) => error,
  );
  return looked.stdout.trim().split('\n').at(-1) ?? '';
};

const rollback = async (): Promise<RunView> => {
  const asked = await server.call<{ run: string }>('POST', `/projects/${PROJECT}/production/rollback`, {
    confirm: true,
  });
  return follow(demo, asked.run);
};

const main = async (): Promise<void> => {
  const before = load();
  try {
    await site.up({ SLIPWAY_POOL: '0' }, withStages);
    await openProduction(demo);
    await showStaging(demo);
    const [words, token] = [await credentials(), await approver(demo)];
    const acts: Act[] = [];
    const act = async (name: string, work: () => Promise<RunView>): Promise<void> => {
      const done = await under(name, words, work);
      acts.push({ ...done, found: await verified(words, done.writes) });
    };
    changeMain(site.shop, 'Counted from a hundred on', CONTROLLER, ['search_count([])', 'search_count([]) + 100']);
    await act('code', () => promote(demo, token));
    await act('code-rollback', rollback);
    changeMain(site.shop, 'A new welcome', VIEW, ['Welcome to the shop', 'Welcome to our shop']);
    await act('update', () => promote(demo, token));
    await act('update-rollback', rollback);
    const text = report(acts, { machine: machine(before), rate: RATE });
    writeFileSync(join(import.meta.dirname, 'results.md'), text);
    console.log(text);
  } finally {
    await server.purge();
  }
};

await main();
