import { Failure } from '@slipway/contracts/failure';
import type { Permission } from '@slipway/contracts/permissions';
import type { LogLine, PreviewView } from '@slipway/contracts/views';
import type { FastifyInstance } from 'fastify';
import { environmentId, previewName } from '../domain/names.ts';
import { requestPreview, requestRun } from '../flows/request-preview.ts';
import type { Slipway } from '../flows/slipway.ts';
import { recordAudit } from '../store/audit.ts';
import { type Environment, environment, setEnvironment } from '../store/environments.ts';
import { projectByName } from '../store/projects.ts';
import { reading } from '../store/reading.ts';
import { hasOpenRun } from '../store/served-runs.ts';
import { unknownEnvironment, unknownPreview } from '../store/unknown.ts';
import { previewViews } from '../views/preview-view.ts';
import { addRoute, type Call } from './api.ts';
import type { Grant } from './authorise.ts';
import { type After, pageOf } from './page.ts';
import { sendLines } from './stream.ts';

const number = (call: Call): number => {
  const text = call.parameters['number'] ?? '';
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new Failure('payload-invalid', { reason: `"${text}" is not the number of a pull request` });
  return Number(text);
};

/** The password of an environment's administrator, for those who may handle it. */
export const passwordOf =
  (slipway: Slipway, { may }: Pick<Grant, 'may'>, needed: Permission = 'preview') =>
  async (environment: string): Promise<string | null> =>
    may(needed, environment) ? (await slipway.ports.secrets.ensure(environment, 'admin-password')).reveal() : null;

const viewOf = async (slipway: Slipway, call: Call, id: string): Promise<PreviewView> => {
  const [view] = await previewViews(slipway.db, { project: null, id, closed: true }, passwordOf(slipway, call));
  if (view === undefined) throw await unknownEnvironment(slipway.db, id, call.sight);
  return view;
};

/** The environment that a route names. Failures: project-unknown, preview-unknown. */
const known = async (slipway: Slipway, call: Call): Promise<Environment> => {
  const { name } = await projectByName(slipway.db, call.parameters['project'] ?? '');
  const found = await environment(slipway.db, environmentId(name, previewName(number(call))));
  if (found === null) throw await unknownPreview(slipway.db, name, String(number(call)));
  return found;
};

const previewKey = ({ number, updatedAt }: PreviewView): string => `${updatedAt} ${number}`;

const previewAfter = (project: string, key: After) => {
  if (key === null) return null;
  const [updatedAt = '', number = ''] = key.split(' ');
  if (
    !/^\d{4}-[\d-]{5}T[\d:.]{12}Z$/.test(updatedAt) ||
    Number.isNaN(Date.parse(updatedAt)) ||
    !/^\d{1,9}$/.test(number)
  )
    throw new Failure('payload-invalid', { reason: 'cursor: not one of a header Link' });
  return { updatedAt, id: environmentId(project, previewName(Number(number))) };
};

const listPreviews = async (slipway: Slipway, call: Call): Promise<readonly PreviewView[]> => {
  const project = await projectByName(slipway.db, call.parameters['project'] ?? '');
  const wanted = { project: project.name, id: null, closed: call.query['all'] === 'true' };
  return pageOf(
    call,
    (limit, after) =>
      previewViews(
        slipway.db,
        { ...wanted, limit, after: previewAfter(project.name, after), sight: call.sight },
        passwordOf(slipway, call),
        (work) => reading(slipway.db, call.sight, work),
      ),
    { keyOf: previewKey },
  );
};

/** Waking what is live is no nothing: it starts an Odoo that has ended by itself. */
const ENDS_AS = { 'wake-preview': null, 'sleep-preview': 'sleeping', 'close-preview': 'closed' } as const;

export const previewRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  const answer = async (call: Call, run: string | null, id: string) => ({
    run,
    preview: await viewOf(slipway, call, id),
  });
  addRoute(app, 'previews', (call) => listPreviews(slipway, call));
  addRoute(app, 'preview', async (call) => viewOf(slipway, call, (await known(slipway, call)).id));
  addRoute(app, 'openPreview', async (call) => {
    const body = call.body as { number: number; ref: string; base?: string; title?: string };
    const project = call.parameters['project'] ?? '';
    const run = await requestPreview(slipway, {
      project,
      number: body.number,
      ref: body.ref,
      base: body.base ?? null,
      branch: null,
      title: body.title ?? null,
      author: null,
      fork: false,
      fresh: false,
      requestedBy: call.who,
      headUpdatedAt: null,
    });
    return answer(call, run, environmentId(project, previewName(body.number)));
  });
  addRoute(app, 'rebuildPreview', async (call) => {
    const preview = await known(slipway, call);
    return answer(call, await again(slipway, preview, (call.body as { fresh: boolean }).fresh, call.who), preview.id);
  });
  addRoute(app, 'approvePreview', async (call) => {
    const preview = await known(slipway, call);
    await setEnvironment(slipway.db, preview.id, { approved: true });
    await recordAudit(slipway.db, { who: call.who, what: 'preview.approve', target: preview.id, details: {} });
    return answer(call, await again(slipway, preview, false, call.who), preview.id);
  });
  for (const [route, kind] of [
    ['wakePreview', 'wake-preview'],
    ['sleepPreview', 'sleep-preview'],
    ['closePreview', 'close-preview'],
  ] as const)
    addRoute(app, route, async (call) => {
      const { id, state } = await known(slipway, call);
      // A run that comes first may still change it.
      if (state === ENDS_AS[kind] && !(await hasOpenRun(slipway.db, id))) return answer(call, null, id);
      return answer(call, await requestRun(slipway, { environment: id, kind, requestedBy: call.who }), id);
    });
  addRoute(app, 'previewLogs', async (call) => {
    const { id, liveSlot: slot } = await known(slipway, call);
    if (slot === null)
      throw new Failure('odoo-boot-failed', { reason: 'no Odoo runs for this preview; see `slipway run logs`' });
    const tail = Number(call.query['tail'] ?? 200);
    const follow = call.query['follow'] === 'true';
    await sendLines(call.request, call.reply, (signal) =>
      odooLines(slipway, slipway.ports.workload.logs({ environment: id, slot }, { follow, tail, signal })),
    );
  });
};

async function* odooLines(slipway: Slipway, lines: AsyncIterable<string>): AsyncIterable<LogLine> {
  for await (const text of lines) yield { at: slipway.clock.now().toISOString(), stream: 'odoo', text };
}

const again = (slipway: Slipway, known: Environment, fresh: boolean, who: string): Promise<string> =>
  requestPreview(slipway, {
    project: known.project,
    number: known.number ?? 0,
    ref: known.headSha,
    base: known.base,
    branch: known.branch,
    title: known.title,
    author: known.author,
    fork: known.fork,
    fresh,
    requestedBy: who,
    headUpdatedAt: known.headUpdatedAt,
  });
