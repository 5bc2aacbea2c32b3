import { parseProjectConfig } from '@slipway/contracts/config-file';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import {
  requestDrill,
  requestPrune,
  requestRefresh,
  requestRestore,
  requestSnapshot,
  requestStagingDeploy,
} from '../../packages/server/src/flows/request-data.ts';
import { requestRehearsal } from '../../packages/server/src/flows/request-rehearsal.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { latestSnapshot } from '../../packages/server/src/store/snapshots.ts';
import type { Production } from '../flows/data-production.ts';
import type { ControlPlane, Site } from '../flows/make-slipway.ts';

/** Answers the run's id; an act that asks for no run answers null. */
export type Ask = (plane: ControlPlane, production: Production) => Promise<string | null>;

export interface DataScenario {
  readonly name: string;
  readonly before: readonly Ask[];
  readonly ask: (plane: ControlPlane, production: Production) => Promise<string>;
  readonly arrange?: (site: Site) => void;
  /** What makes a second run possible where the first one has to fail. */
  readonly mend?: (site: Site) => void;
}

const asked = { project: 'shop', requestedBy: 'mona' };

interface Wished {
  readonly branch?: string;
  readonly kept?: number;
  /** As YAML. */
  readonly store?: string;
}

/** slipway.yaml as the project has it from now on. */
export const configure = async (
  { slipway }: ControlPlane,
  { filestore }: Production,
  { branch = 'main', kept = 3, store = '{ kind: folder }' }: Wished = {},
): Promise<void> => {
  const parsed = parseProjectConfig(`version: 1
name: shop
odoo: { series: '19.0', addons: [addons] }
stages: { production: { filestore: ${filestore} }, staging: { branch: ${branch} } }
data: { store: ${store}, snapshots: { keep: ${kept} } }
`);
  if (!parsed.ok) throw new Error(`the test has a wrong slipway.yaml: ${JSON.stringify(parsed)}`);
  await saveProject(slipway.db, { ...(await projectByName(slipway.db, 'shop')), config: parsed.config });
};

/** Where production is from now on. */
export const productionAt = async ({ secrets }: ControlPlane, url: string): Promise<void> => {
  await secrets.set({ project: 'shop', stage: 'production', name: 'DATABASE_URL', value: new Secret(url), by: 'mona' });
};

const snapshot =
  (kind: 'raw' | 'sanitised') =>
  ({ slipway }: ControlPlane): Promise<string> =>
    requestSnapshot(slipway, { ...asked, kind, reason: 'manual' });
const backup = snapshot('raw');
const sanitised = snapshot('sanitised');
const refresh = ({ slipway }: ControlPlane): Promise<string> =>
  requestRefresh(slipway, { ...asked, snapshot: null, renew: false });
const restore = async ({ slipway }: ControlPlane): Promise<string> => {
  const newest = await latestSnapshot(slipway.db, 'shop', 'raw');
  return requestRestore(slipway, { ...asked, snapshot: newest?.id ?? '', to: 'staging', confirm: null });
};
const drill = ({ slipway }: ControlPlane): Promise<string> => requestDrill(slipway, { ...asked, snapshot: null });
const deploy = ({ slipway }: ControlPlane): Promise<string> => requestStagingDeploy(slipway, asked);

const rehearse = ({ slipway }: ControlPlane): Promise<string> => requestRehearsal(slipway, { ...asked, renew: false });

const timePasses: Ask = async (plane, production) => {
  await productionAt(plane, production.later);
  return null;
};
const nextBranch: Ask = async (plane, production) => {
  await configure(plane, production, { branch: 'next' });
  return null;
};
const fewerAreKept: Ask = async (plane, production) => {
  await configure(plane, production, { kept: 1 });
  return null;
};

const bootFails = ({ world }: Site): void => {
  world.mood = (job, environment) =>
    job === 'boot' && environment === 'shop/staging' && world.databases.has('odoo_staging_prev')
      ? 'boot-fails'
      : 'clean';
};
const updateFails = ({ world }: Site): void => {
  world.mood = (job) => (job === 'update' ? 'install-fails' : 'clean');
};
const well = ({ world }: Site): void => {
  world.mood = () => 'clean';
};

/** What no snapshot names is kept for six hours; the world may be older than that. */
const hoursPass = ({ clock }: Site): void => clock.advance(7 * 3_600_000);

const drillFails = ({ world }: Site): void => {
  world.mood = (job) => (job === 'boot' ? 'boot-fails' : 'clean');
};
const prune = ({ slipway }: ControlPlane): Promise<string> => requestPrune(slipway, asked);

export const DATA_SCENARIOS: readonly DataScenario[] = [
  { name: 'backup create', before: [], ask: backup },
  { name: 'backup create after another', before: [backup, timePasses], ask: backup, arrange: hoursPass },
  { name: 'snapshot create', before: [], ask: sanitised },
  { name: 'backup prune', before: [sanitised, timePasses, sanitised, fewerAreKept], ask: prune, arrange: hoursPass },
  { name: 'first staging refresh', before: [sanitised], ask: refresh },
  { name: 'staging refresh', before: [refresh, timePasses, sanitised], ask: refresh },
  { name: 'staging deploy', before: [refresh, nextBranch], ask: deploy },
  { name: 'backup restore, nothing there', before: [backup], ask: restore },
  { name: 'backup restore over a staging', before: [refresh, backup], ask: restore },
  { name: 'backup drill', before: [backup], ask: drill },
  { name: 'rehearsal', before: [refresh], ask: rehearse },
];

/** The crash comes while a failed run is being put right. */
export const FAILING_DATA: readonly DataScenario[] = [
  {
    name: 'first staging refresh whose update fails',
    before: [sanitised],
    ask: refresh,
    arrange: updateFails,
    mend: well,
  },
  { name: 'staging refresh that does not boot', before: [refresh], ask: refresh, arrange: bootFails, mend: well },
  {
    name: 'backup restore whose update fails',
    before: [refresh, backup],
    ask: restore,
    arrange: updateFails,
    mend: well,
  },
  { name: 'backup drill whose Odoo does not boot', before: [backup], ask: drill, arrange: drillFails, mend: well },
  {
    // Of a snapshot that nobody has restored yet.
    name: 'rehearsal on restored data whose update fails',
    before: [refresh, timePasses, sanitised],
    ask: rehearse,
    arrange: updateFails,
    mend: well,
  },
];
