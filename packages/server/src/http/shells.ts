import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@slipway/contracts/failure';
import { permissionOfStage } from '@slipway/contracts/permissions';
import type { ShellView, shellBody } from '@slipway/contracts/shell-views';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { endShell, openShell, refuseAttaching } from '../flows/open-shell.ts';
import { runShell } from '../flows/run-shell.ts';
import { recordingFile } from '../flows/shell-recording.ts';
import type { ShellTools } from '../flows/shell-tools.ts';
import type { Slipway } from '../flows/slipway.ts';
import { recordAudit } from '../store/audit.ts';
import { listShells, readShell, type ShellInList, takeShell } from '../store/shells.ts';
import { addRoute, type Call } from './api.ts';
import { callerOf, environmentOf, personOf } from './caller-of.ts';
import type { Caller } from './callers.ts';
import { acceptSocket, isUpgrade, requireOrigin } from './shell-socket.ts';

const DEFAULT_LIMIT = 50;
const STOP_MILLISECONDS = 8_000;

const viewOf = ({ openedAs: _, project: __, stage: ___, ...view }: ShellInList): ShellView => view;

const isTheirs = (shell: ShellInList, caller: Caller): boolean =>
  shell.openedBy === caller.who && shell.openedAs === caller.user;

/** Shells beside environments: opened over HTTP, spoken to over a websocket. */
export const shellRoutes = (app: FastifyInstance, slipway: Slipway, tools: ShellTools): void => {
  const living = new Set<Promise<void>>();
  // Whoever stops the server takes their containers and roles away first, if that is soon done; else the next one does.
  app.addHook('onClose', async () => {
    await Promise.race([Promise.all(living), sleep(STOP_MILLISECONDS, undefined, { ref: false })]);
  });
  /** Failure: shell-unknown. */
  const named = async (call: Call): Promise<ShellInList> => {
    const id = call.parameters['shell'] ?? '';
    const found = await readShell(slipway.db, id, callerOf(call).organisation);
    if (found === null) throw new Failure('shell-unknown', { shell: id });
    return found;
  };
  addRoute(app, 'openShell', async (call) => {
    const environment = await environmentOf(slipway, call, call.parameters['environment'] ?? '');
    const body = call.body as z.output<typeof shellBody>;
    const caller = callerOf(call);
    return openShell(slipway, { ...body, environment, person: personOf(caller), from: caller.via });
  });
  addRoute(app, 'shells', async (call) => {
    const caller = callerOf(call);
    const { environment = null, open, limit } = call.query;
    const wanted = { environment, open: open === 'true', organisation: caller.organisation };
    const all = await listShells(slipway.db, wanted);
    return all
      .filter(({ environment, stage }) => call.may(permissionOfStage(stage), environment))
      .slice(0, Number(limit ?? DEFAULT_LIMIT))
      .map(viewOf);
  });
  addRoute(app, 'shell', async (call) => viewOf(await named(call)));
  addRoute(app, 'endShell', async (call) => {
    const { id } = await named(call);
    const caller = callerOf(call);
    await endShell(slipway, { id, who: caller.who, from: caller.via });
    return viewOf(await named(call));
  });
  addRoute(app, 'shellRecording', (call) => sendRecording(slipway, tools, { call, shell: named(call) }));
  addRoute(app, 'attachShell', async (call) => attach(app, slipway, { tools, call, living, shell: await named(call) }));
};

/** What somebody saw in production is production's own; elsewhere it is for whoever administers the project. */
const sendRecording = async (
  slipway: Slipway,
  { folder }: ShellTools,
  { call, shell }: { readonly call: Call; readonly shell: Promise<ShellInList> },
): Promise<unknown> => {
  const { id, environment, stage } = await shell;
  const caller = callerOf(call);
  if (stage === 'production') call.must('production');
  const file = recordingFile(folder, id);
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (!there) throw new Failure('shell-unknown', { shell: `${id} with a recording` });
  const details = { id };
  await recordAudit(slipway.db, {
    ...{ who: caller.who, what: 'shell.recording', target: environment, from: caller.via, details },
  });
  return call.reply.type('application/x-asciicast').send(createReadStream(file));
};

/** Only whoever opened it, and only once. Failures: shell-needs-websocket, shell-origin, shell-unknown, shell-ended, shell-attached. */
const attach = async (
  app: FastifyInstance,
  slipway: Slipway,
  {
    tools,
    call,
    living,
    shell,
  }: {
    readonly tools: ShellTools;
    readonly call: Call;
    readonly living: Set<Promise<void>>;
    readonly shell: ShellInList;
  },
): Promise<unknown> => {
  const { request, reply } = call;
  const caller = callerOf(call);
  if (!isUpgrade(request.raw)) throw new Failure('shell-needs-websocket', {});
  if (caller.via === 'session') requireOrigin(request.raw, app.ourOrigins);
  if (!isTheirs(shell, caller)) throw new Failure('shell-unknown', { shell: shell.id });
  const now = slipway.clock.now().toISOString();
  const row = await takeShell(slipway.db, { id: shell.id, holder: slipway.owner, now });
  if (row === null) return refuseAttaching(slipway, shell.id);
  reply.hijack();
  // Asked as they would ask themselves: who signed out, lost a role or whose token was revoked is answered so here, too.
  const { authorization, cookie, host } = request.headers;
  const headers = Object.fromEntries(Object.entries({ authorization, cookie, host }).filter(([, value]) => value));
  const mayGoOn = async (): Promise<boolean> => {
    const answer = await app.inject({ method: 'GET', url: `/api/v1/shells/${row.id}`, headers });
    // Only a "no" is a no: a server that is busy, or away from its database, cuts nobody.
    return answer.statusCode !== 401 && answer.statusCode !== 403 && answer.statusCode !== 404;
  };
  await acceptSocket(request.raw, async (screen) => {
    const keys = await runShell(slipway, tools, { row, screen, mayGoOn });
    living.add(keys.ended);
    void keys.ended.then(() => living.delete(keys.ended));
    return keys;
  });
  return reply;
};
