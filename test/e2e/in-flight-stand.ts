import type { RunView } from '@slipway/contracts/views';
import type { Installation } from './installation.ts';
import { openProductionStand, type ProductionStand } from './production-stand.ts';
import { type Answers, SLOW_CONTROLLER, whileAnswering } from './slow-requests.ts';

export const CONTROLLER = 'addons/shop_order/controllers/hello.py';
const SETTINGS = `promotion: {gates: {rehearsal: off, invariants: off}}
stages:
  production: {target: docker, branch: production, backup: false}
  staging: {refresh: never}`;

type Begin = () => Promise<{ run: string }>;
type Seen = Promise<Answers & { readonly done: RunView }>;

/** Production and staging of a shop that answers slowly, and what is asked of them while a version takes the place of another. */
export interface InFlightStand extends Pick<ProductionStand, 'deploy' | 'succeeded' | 'close'> {
  readonly slipway: Installation;
  staging(verb: 'deploy' | 'refresh'): Seen;
  production(begin: Begin, method?: 'GET' | 'POST'): Seen;
}

export const openInFlightStand = async (): Promise<InFlightStand> => {
  const stand = await openProductionStand({ edit: (config) => config.replace('stages:', SETTINGS) });
  const { slipway, succeeded } = stand;
  slipway.commit('main', 'Slow', { [CONTROLLER]: SLOW_CONTROLLER.work });
  slipway.commit('main', 'From anywhere', { [CONTROLLER]: SLOW_CONTROLLER.route });
  await succeeded(slipway.api('POST', '/projects/shop/production', {}));
  await succeeded(slipway.api('POST', '/projects/shop/snapshots', { kind: 'sanitised' }));
  await succeeded(slipway.api('POST', '/projects/shop/staging/refresh', {}));
  const under = (host: string, begin: Begin, method: 'GET' | 'POST' = 'POST'): Seen =>
    whileAnswering({ edge: slipway.ready.edge, host, method }, () => succeeded(begin()));
  return {
    ...stand,
    staging: (verb) => under('staging.localhost', () => slipway.api('POST', `/projects/shop/staging/${verb}`, {})),
    production: (begin, method) => under('production.localhost', begin, method),
  };
};

export const noteOf = (run: RunView, kind: string): string | null | undefined =>
  run.steps.find((step) => step.kind === kind)?.note;
