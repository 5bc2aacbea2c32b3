/** The demo's second half: a staging that is made from production without one of its names. */
import type { EnvironmentView, SnapshotView } from '@slipway/contracts/views';
import { follow } from './demo-follow.ts';
import type { Demo } from './demo-production.ts';
import { Refused } from './demo-server.ts';

/** For slipway.yaml: that Slipway runs production, and that there is a staging. Whatever machine this is, it does much at once: no measure of latency. */
export const withStages = (yaml: string): string =>
  `${yaml}smoke:\n  thresholds:\n    p95_ms: 5000\n`.replace(
    'stages:\n',
    // A rehearsal before each update would take as long again as the update: `slipway rehearse` shows one.
    `promotion: { gates: { rehearsal: off, invariants: off } }\nstages:\n  production:\n    target: docker\n    branch: production\n    install: [contacts, sale_management, shop_order]\n    drain: 5s\n  staging:\n    refresh: never\n`,
  );

const evidence = async ({ server }: Demo, run: string, path: string): Promise<string> =>
  (await server.call<{ text: string }>('GET', `/evidence/${run}/file?path=${encodeURIComponent(path)}`)).text;

const COVERAGE_LINES = 6;

/** Refreshed once; the second time it is only shown. */
export const showStaging = async (demo: Demo): Promise<readonly string[]> => {
  const { server, project, say } = demo;
  const environments = await server.call<EnvironmentView[]>('GET', '/environments');
  const known = environments.find(({ name }) => name === `${project}/staging`);
  if (known?.state === 'live') say('staging was refreshed before');
  else await refresh(demo);
  const staging = await server.call<EnvironmentView>(
    'GET',
    `/environments/${encodeURIComponent(`${project}/staging`)}`,
  );
  const [snapshot] = await server.call<SnapshotView[]>('GET', `/projects/${project}/snapshots?kind=sanitised`);
  const login = await server.visit(new URL(staging.url ?? '').host, '/web/login');
  if (login.status !== 200) throw new Refused(`staging's /web/login answers ${login.status || login.text}.`);
  say(`${staging.url}/web/login → 200`);
  return [
    `${staging.url}/web/login   (sanitised snapshot ${snapshot?.id ?? ''}, ${snapshot?.rows ?? 0} rows)`,
    `${staging.login?.user} / ${staging.login?.password}`,
  ];
};

const refresh = async (demo: Demo): Promise<void> => {
  const { server, project } = demo;
  const snapshot = await server.call<{ run: string }>('POST', `/projects/${project}/snapshots`, { kind: 'sanitised' });
  await follow(demo, snapshot.run);
  const coverage = await evidence(demo, snapshot.run, 'data/coverage.txt');
  console.log(
    coverage
      .split('\n')
      .slice(0, COVERAGE_LINES)
      .map((line) => `           ${line}`)
      .join('\n'),
  );
  const asked = await server.call<{ run: string }>('POST', `/projects/${project}/staging/refresh`, {});
  await follow(demo, asked.run);
  const probes = JSON.parse(await evidence(demo, asked.run, 'neutralisation/probes.json')) as {
    readonly tried: Readonly<Record<string, number>>;
    readonly left: readonly string[];
  };
  const tried = Object.entries(probes.tried).map(([kind, count]) => `${count} ${kind}`);
  demo.say(`probes: Odoo tried to get out (${tried.join(', ')}); ${probes.left.length} got out`);
};
