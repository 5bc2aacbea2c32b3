import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { publicUrl, type Settings } from '../config.ts';
import { newId, systemClock } from '../domain/clock.ts';
import type { Secret } from '../domain/secret.ts';
import { openSecrets } from '../drivers/secrets/index.ts';
import type { EvidenceSigning } from '../evidence/heads.ts';
import { openSigningKey } from '../evidence/signing-key.ts';
import type { ShellTools } from '../flows/shell-tools.ts';
import type { Slipway } from '../flows/slipway.ts';
import { adminRoutes } from '../http/admin.ts';
import { auditRoutes } from '../http/audit.ts';
import { boardRoutes } from '../http/board.ts';
import { glassRoutes } from '../http/break-glass.ts';
import { connectRoutes } from '../http/connect.ts';
import { openDashboard } from '../http/dashboard.ts';
import { dataRoutes } from '../http/data.ts';
import { environmentRoutes } from '../http/environments.ts';
import { evidenceRoutes } from '../http/evidence.ts';
import { internalRoutes } from '../http/internal.ts';
import { invariantsRoutes } from '../http/invariants.ts';
import { LIMITS } from '../http/limits.ts';
import { mailRoutes } from '../http/mails.ts';
import { meRoutes } from '../http/me.ts';
import { memberRoutes } from '../http/members.ts';
import { neutralisationRoutes } from '../http/neutralisation.ts';
import { noticeRoutes } from '../http/notices.ts';
import { peopleRoutes } from '../http/people.ts';
import { previewRoutes } from '../http/previews.ts';
import { productionRoutes } from '../http/production.ts';
import { profileRoutes } from '../http/profile.ts';
import { promotionRoutes } from '../http/promotions.ts';
import { rehearsalRoutes } from '../http/rehearsals.ts';
import { runRoutes } from '../http/runs.ts';
import { makeServer } from '../http/server.ts';
import { findSessionIn } from '../http/sessions.ts';
import { acceptUpgrades } from '../http/shell-socket.ts';
import { shellRoutes } from '../http/shells.ts';
import { signInRoutes } from '../http/sign-in.ts';
import type { People } from '../http/sign-in-desk.ts';
import { storeRoutes } from '../http/store.ts';
import { tokenRoutes } from '../http/tokens.ts';
import { registerGitWebhook } from '../intake/git/register-webhook.ts';
import { archiveLogs } from '../observe/archive-logs.ts';
import { watchEvidence } from '../observe/check-evidence.ts';
import { fillPools } from '../observe/fill-pools.ts';
import { keepDatabase } from '../observe/keep-database.ts';
import { keepProductionUp } from '../observe/keep-production.ts';
import { keepServingAll } from '../observe/keep-serving.ts';
import { watchPromotions } from '../observe/look-at-promotions.ts';
import type { Loop } from '../observe/loop.ts';
import { type GitPolling, pollGit } from '../observe/poll-git.ts';
import { pruneOld } from '../observe/prune.ts';
import { reapOrphans } from '../observe/reap.ts';
import { runSchedules } from '../observe/run-schedules.ts';
import { sealLateRuns } from '../observe/seal-late.ts';
import { sendFeedback } from '../observe/send-feedback.ts';
import { sendNotices } from '../observe/send-notices.ts';
import { sleepIdle } from '../observe/sleep-idle.ts';
import { tendEgress } from '../observe/tend-egress.ts';
import { tendShellsAlways } from '../observe/tend-shells.ts';
import { watchProduction } from '../observe/watch-production.ts';
import { workDeliveries } from '../observe/work-deliveries.ts';
import { workRuns } from '../observe/work-runs.ts';
import { dataPaths } from '../paths.ts';
import type { Usage } from '../ports/usage.ts';
import { newestHead } from '../store/evidence-heads.ts';
import { listen } from '../store/listen.ts';
import { migrate } from '../store/migrate.ts';
import { openPool } from '../store/queryable.ts';
import { secretRows } from '../store/secrets.ts';
import { tokenOwner } from '../store/tokens.ts';
import { openAdministration } from './administration.ts';
import { ensureDatabase } from './control-database.ts';
import { type DatabaseHost, openDatabaseHost, openDrivers } from './drivers.ts';
import { ensureEdge } from './edge-process.ts';
import { ensureGateway } from './gateway-process.ts';
import { holdDataFolder } from './hold-data-folder.ts';
import { instanceName, privateToken, webhookSecrets } from './identity.ts';
import { type IntakeThread, startIntake } from './intake-thread.ts';
import { type Live, openLive } from './live.ts';
import { openNotifiers } from './notifiers.ts';
import { progress } from './progress.ts';
import { openPushHooks } from './push-hooks.ts';
import { serverFiles } from './server-files.ts';
import { openPeople, ownOrigins, setupAddress } from './sign-in.ts';
import { openSourceHost } from './source-host.ts';

export interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

/** What scripts/setup.sh builds of packages/web. */
const DASHBOARD = fileURLToPath(new URL('../../../web/dist', import.meta.url));

/** What a run asks for at once when it begins: a preview does not wait for them to be made. */
const KEPT_CONNECTIONS = 4;

/** Starts everything in the order in which one needs the other, saying each on the way. */
export const startSlipway = async (settings: Settings, logger: Logger): Promise<Running> => {
  const startedAt = systemClock.now();
  const paths = dataPaths(settings.data);
  const release = await holdDataFolder(settings.data);
  const files = serverFiles(settings.data);
  files.begin();
  const instance = instanceName(paths.instance);
  progress('starting PostgreSQL', { done: 1, total: 4 });
  const host = await openDatabaseHost(settings, instance);
  const databaseUrl = await ensureDatabase(host.url, instance);
  const db = openPool(databaseUrl.reveal(), { name: 'slipway', max: 20, keepIdle: KEPT_CONNECTIONS });
  progress('bringing the schema up to date', { done: 2, total: 4 });
  await bringUpToDate(databaseUrl.reveal());
  const secrets = await openSecrets({ rows: secretRows(db), keyFile: paths.masterKey });
  const guard = (): Promise<void> => ensureGateway(settings, { instance, databaseUrl, database: host.address });
  await guard();
  const github = openSourceHost(settings);
  const drivers = openDrivers(settings, { instance, host, db, secrets, github });
  const slipway: Slipway = {
    db,
    ports: drivers.ports,
    sourceHost: github,
    clock: systemClock,
    newId,
    logger,
    instance,
    owner: `${hostname()}:${process.pid}:${newId('cp')}`,
    evidenceFolder: paths.evidence,
    evidenceSigning: await openSigning(db, paths),
    domain: settings.domain,
    url: (name) => publicUrl(settings, name),
    knownSecrets: () => secrets.known(),
    builds: settings.builds,
  };
  const live = openLive(slipway, settings);
  const { terminals, usage, databases: readers } = drivers;
  const tools: ShellTools = { terminals, readers, folder: paths.shells, watchMilliseconds: 2_000 };
  const loops = {
    ...startLoops(slipway, settings, { inventories: drivers.inventories, host }),
    egress: tendEgress(slipway, guard),
    notices: sendNotices(slipway, openNotifiers(secrets, instance)),
    evidence: watchEvidence(slipway),
    webhooks: live.loop,
    shells: tendShellsAlways(slipway, tools),
    promotions: watchPromotions(slipway),
  };
  const facts = { settings, secrets, managed: host.managed, startedAt, tools, usage };
  const people = openPeople(slipway, settings);
  const app = await startHttp(slipway, settings, { loops, people, live }, facts);
  const intake = await openIntake(slipway, settings, { app, databaseUrl, wake: () => loops.deliveries.wake() });
  progress('starting the edge', { done: 3, total: 4 });
  const edge = await ensureEdge(settings, { databaseUrl });
  logger.info({ edge }, 'the edge listens');
  const listener = await listen(databaseUrl.reveal(), ['slipway_runs', 'slipway_changes'], {
    notify: (channel) => (channel === 'slipway_changes' ? live.changed() : loops.runs.wake()),
    connect: () => {
      loops.runs.wake();
      live.changed();
    },
  });
  const url = `http://${settings.api.host}:${settings.api.port}`;
  const setup = await setupAddress(slipway, people);
  files.answering(url, setup);
  sayReady(slipway, settings, { url, setup });
  return {
    url,
    stop: async () => {
      files.stopping();
      await intake.stop();
      await app.close();
      await listener.close();
      await Promise.all(Object.values(loops).map((loop) => loop.stop()));
      drivers.stop();
      await drivers.databases.end();
      await db.end();
      files.ended();
      await release();
    },
  };
};

const sayReady = (
  { logger, instance }: Slipway,
  settings: Settings,
  { url, setup }: { readonly url: string; readonly setup: string | null },
): void => {
  const edge = publicUrl(settings, settings.domain);
  progress('ready', { done: 4, total: 4, url, edge, ...(setup === null ? {} : { setup }) });
  logger.info({ url, instance }, 'ready');
  if (setup !== null) logger.info({ setup }, 'nobody has an account yet: the first one is made there');
};

const openSigning = async (db: Pool, paths: ReturnType<typeof dataPaths>): Promise<EvidenceSigning> => ({
  key: await openSigningKey({
    file: paths.evidenceKey,
    folder: paths.evidence,
    signedWith: (await newestHead(db))?.key ?? null,
  }),
  tipFile: paths.evidenceTip,
});

type Loops = Readonly<
  Record<
    | 'archives'
    | 'runs'
    | 'deliveries'
    | 'feedback'
    | 'sleep'
    | 'pools'
    | 'reaper'
    | 'prune'
    | 'serving'
    | 'production'
    | 'watch'
    | 'schedules'
    | 'sealing',
    Loop
  >
> & {
  readonly git: GitPolling;
  /** Only for a PostgreSQL of ours. */
  readonly database?: Loop;
};

const startLoops = (
  slipway: Slipway,
  settings: Settings,
  { inventories, host }: { readonly inventories: Parameters<typeof reapOrphans>[1]; readonly host: DatabaseHost },
): Loops => ({
  runs: workRuns(slipway),
  deliveries: workDeliveries(slipway),
  feedback: sendFeedback(slipway),
  sleep: sleepIdle(slipway),
  pools: fillPools(slipway, settings.pool),
  reaper: reapOrphans(slipway, inventories),
  prune: pruneOld(slipway, settings.keepDays, dataPaths(settings.data).shells),
  git: pollGit(slipway),
  schedules: runSchedules(slipway),
  archives: archiveLogs(slipway),
  sealing: sealLateRuns(slipway),
  serving: keepServingAll(slipway),
  production: keepProductionUp(slipway),
  watch: watchProduction(slipway),
  ...(host.revive === undefined ? {} : { database: keepDatabase(slipway, host.revive) }),
});

/** The control plane's own server with every route; the intake thread stands in front of it. Tests start it without the rest. */
export const startHttp = async (
  slipway: Slipway,
  settings: Settings,
  { loops, people, live }: { readonly loops: Pick<Loops, 'git'>; readonly people: People; readonly live: Live },
  {
    tools,
    usage,
    ...facts
  }: Omit<Parameters<typeof openAdministration>[1], 'projectAdded'> & {
    readonly tools: ShellTools;
    readonly usage: Usage;
  },
): Promise<FastifyInstance> => {
  const paths = dataPaths(settings.data);
  const app = makeServer({
    token: privateToken(paths.token),
    tokenFile: paths.token,
    findToken: (sha256) => tokenOwner(slipway.db, sha256, slipway.clock.now().toISOString()),
    db: slipway.db,
    limits: LIMITS,
    findSession: findSessionIn(slipway.db, people.signIn),
    origins: ownOrigins(settings),
    dashboard: openDashboard(DASHBOARD),
    logger: slipway.logger,
    newId,
  });
  const hooks = openPushHooks(settings, slipway.db, slipway.ports.secrets);
  await hooks.refresh();
  registerGitWebhook(app, {
    tokens: () => hooks.tokens(),
    logger: slipway.logger,
    told: async ({ project }) => loops.git.look(project),
  });
  boardRoutes(app, slipway);
  previewRoutes(app, slipway);
  environmentRoutes(app, slipway, usage);
  neutralisationRoutes(app, slipway);
  invariantsRoutes(app, slipway);
  runRoutes(app, slipway);
  dataRoutes(app, slipway);
  productionRoutes(app, slipway);
  evidenceRoutes(app, slipway);
  noticeRoutes(app, slipway, openNotifiers(slipway.ports.secrets, slipway.instance));
  storeRoutes(app, slipway);
  mailRoutes(app, slipway);
  promotionRoutes(app, slipway);
  rehearsalRoutes(app, slipway);
  tokenRoutes(app, slipway);
  memberRoutes(app, slipway);
  auditRoutes(app, slipway);
  signInRoutes(app, slipway, people);
  peopleRoutes(app, slipway, people);
  meRoutes(app, slipway);
  profileRoutes(app, slipway, people);
  live.routes(app);
  adminRoutes(app, slipway, openAdministration(slipway, { ...facts, projectAdded: () => hooks.refresh() }));
  internalRoutes(app, slipway);
  connectRoutes(app, slipway, tools);
  shellRoutes(app, slipway, tools);
  glassRoutes(app, slipway);
  acceptUpgrades(app);
  // Behind the intake thread, which has the API's own address.
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
};

const openIntake = (
  slipway: Slipway,
  settings: Settings,
  { app, ...facts }: { readonly app: FastifyInstance; readonly databaseUrl: Secret; wake(): void },
): Promise<IntakeThread> =>
  startIntake({
    ...facts,
    address: settings.api,
    forwardPort: (app.server.address() as AddressInfo).port,
    webhookSecrets: webhookSecrets(settings.webhookSecretFile),
    logger: slipway.logger,
  });

/** However long it takes. */
const bringUpToDate = async (url: string): Promise<void> => {
  const patient = openPool(url, { name: 'slipway-migrations', max: 1, patienceMilliseconds: 0 });
  try {
    await migrate(patient);
  } finally {
    await patient.end();
  }
};
