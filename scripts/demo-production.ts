/** The demo's last part: what staging proved goes live, first code only, then with an update; and back. */
import { execFileSync } from 'node:child_process';
import type { ProductionView, RollbackPreview } from '@slipway/contracts/production-views';
import type { PromotionView } from '@slipway/contracts/promotion-views';
import type { RunView } from '@slipway/contracts/views';
import { follow } from './demo-follow.ts';
import { type DemoServer, Refused } from './demo-server.ts';
import { CONTROLLER, changeMain, type Shop, VIEW } from './demo-shop.ts';

export interface Demo {
  readonly server: DemoServer;
  readonly data: string;
  readonly project: string;
  readonly say: (text: string) => void;
}

/** Twenty people nobody has ever met, with addresses, telephones and something to say; and a mail server with a password. */
const CUSTOMERS = `
first = ['Hilde', 'Oskar', 'Mireille', 'Tomasz', 'Ingrid']
last = ['Vandersmissen', 'Kowalczyk', 'Lindqvist', 'Montefiore']
for i in range(20):
    name = '%s %s' % (first[i % 5], last[i // 5])
    env['res.partner'].create({
        'name': name, 'email': '%s@kunde-%d.test' % (name.lower().replace(' ', '.'), i), 'phone': '+32 470 11 %02d %02d' % (i, i + 3),
        'street': '%d Oude Molenweg' % (i + 5), 'city': 'Leuven', 'comment': '<p>Call %s after <b>four</b>.</p>' % name})
env['ir.mail_server'].create({'name': 'production', 'smtp_host': 'smtp.shop.test', 'smtp_user': 'shop', 'smtp_pass': 'a-real-password'})
env.cr.commit()
`;

/** What a person would have done in the web client; answers what was printed. */
export const inOdoo = ({ server, project }: Demo, slot: string, script: string): string => {
  const container = `slipway-${server.instance}-${project}.production-${slot}`;
  const shell = ['odoo', 'shell', '--config', '/etc/slipway/odoo.conf', '--no-http', '--log-level=warn'];
  return execFileSync('docker', ['exec', '-i', container, ...shell], {
    input: script,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
};

export const look = ({ server, project }: Demo): Promise<ProductionView> =>
  server.call<ProductionView>('GET', `/projects/${project}/production`);

/** A company of its own with twenty invented customers: opened once. */
export const openProduction = async (demo: Demo): Promise<void> => {
  const { server, project, say } = demo;
  const there = await look(demo).catch(() => null);
  if (there?.state === 'live' && there.deployments.length > 0) return say('production was opened before');
  const asked = await server.call<{ run: string }>('POST', `/projects/${project}/production`, {});
  await follow(demo, asked.run);
  inOdoo(demo, 'blue', CUSTOMERS);
  say('production serves: a shop and twenty invented customers');
};

/** Staging first; then somebody who wrote nothing and asked for nothing says yes. */
export const promote = async (demo: Demo, token: string): Promise<RunView> => {
  const { server, project, say } = demo;
  const deployed = await server.call<{ run: string }>('POST', `/projects/${project}/staging/deploy`, {});
  await follow(demo, deployed.run);
  const { id, release, gates } = await server.call<PromotionView>('POST', `/projects/${project}/promotions`, {});
  say(`promotion ${id}: ${gates.map(({ gate, state }) => `${gate} ${state}`).join(', ')}`);
  const approval = { sha: release.sha, reason: 'Looked at it on staging' };
  await server.call('POST', `/projects/${project}/promotions/${id}/approve`, approval, token);
  await untilReady(demo);
  say('approved by grace; every gate lets it through');
  const { run } = await server.call<{ run: string }>('POST', `/projects/${project}/promotions/${id}/go`, {});
  return follow(demo, run);
};

const LIMIT_MILLISECONDS = 300_000;

/** Asking began a backup, where there was no fresh one. */
const untilReady = async ({ server, project }: Demo): Promise<void> => {
  const until = Date.now() + LIMIT_MILLISECONDS;
  for (;;) {
    const { ready, gates } = await server.call<PromotionView>('POST', `/projects/${project}/promotions`, {});
    if (ready) return;
    const open = gates.filter(({ state }) => state === 'fail' || state === 'wait');
    const failed = open.find(({ state }) => state === 'fail');
    if (failed !== undefined || Date.now() > until)
      throw new Refused(`The promotion does not go: ${open.map(({ why }) => why).join('; ')}`, open[0]?.fix ?? '');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
};

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
const took = ({ steps }: RunView, ...names: readonly string[]): string =>
  seconds(steps.filter(({ name }) => names.includes(name)).reduce((sum, step) => sum + (step.milliseconds ?? 0), 0));

/** Asks again and again while a deployment goes on; what went wrong is what people would have seen. */
const watching = (demo: Demo, host: string): (() => Promise<string>) => {
  let [going, asked, failed] = [true, 0, 0];
  const loop = (async () => {
    for (; going; asked += 1) {
      const { status } = await demo.server.visit(host, '/shop/hello');
      if (status !== 200) failed += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return async () => {
    going = false;
    await loop;
    return `${asked} requests meanwhile, ${failed} failed`;
  };
};

/** The token of somebody who may say yes. */
export const approver = async ({ server }: Demo): Promise<string> => {
  const grace = { name: 'grace', email: 'grace@example.com', scopes: ['approve'] };
  return (await server.call<{ token: string }>('POST', '/tokens', grace)).token;
};

/** Two promotions and a rollback, once; the second time they are only told of. Answers what to say at the end. */
export const showPromotions = async (demo: Demo, shop: Shop): Promise<readonly string[]> => {
  const { server, project, say } = demo;
  const before = await look(demo);
  const host = new URL(before.url ?? '').host;
  if (before.deployments.length > 1) {
    say('two promotions and a rollback were made before');
    return [
      `${before.url}/web/login`,
      `${before.login?.user} / ${before.login?.password}   (${before.deployments.length} deployments)`,
    ];
  }
  const token = await approver(demo);
  const told: string[] = [];
  const tell = (line: string): void => {
    told.push(line);
    say(line);
  };

  changeMain(shop, 'Orders are counted from a hundred on', CONTROLLER, ['search_count([])', 'search_count([]) + 100']);
  let ended = watching(demo, host);
  const code = await promote(demo, token);
  tell(
    `code only: started and proved in ${took(code, ...code.steps.map(({ name }) => name).filter((name) => /^(boot|await|smoke)-/.test(name)))}, switched in ${took(code, ...code.steps.map(({ name }) => name).filter((name) => name.startsWith('route-to-')))}; ${await ended()}`,
  );

  changeMain(shop, 'A new welcome', VIEW, ['Welcome to the shop', 'Welcome to our shop']);
  ended = watching(demo, host);
  const update = await promote(demo, token);
  tell(
    `with an update: copied in ${took(update, 'copy-database')}, updated in ${took(update, 'update-modules')}, figures compared in ${took(update, 'measure-before', 'compare-figures')}; ${await ended()}`,
  );
  const { slot } = await look(demo);
  inOdoo(demo, slot ?? 'blue', `env['res.partner'].create({'name': 'Somebody who came later'})\nenv.cr.commit()\n`);

  const { bill } = await server.call<RollbackPreview>('GET', `/projects/${project}/production/rollback-bill`);
  const lost = bill?.documents.find(({ model }) => model === 'res.partner');
  ended = watching(demo, host);
  const asked = await server.call<{ run: string }>('POST', `/projects/${project}/production/rollback`, {
    confirm: true,
  });
  await follow(demo, asked.run);
  tell(`back: the bill named ${lost?.created ?? 0} contact that is lost; ${await ended()}`);
  const after = await look(demo);
  return [`${after.url}/web/login`, `${after.login?.user} / ${after.login?.password}`, ...told];
};
