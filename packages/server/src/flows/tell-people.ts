import { asFailure, Failure } from '@slipway/contracts/failure';
import type { NoticeTest } from '@slipway/contracts/notice-views';
import { nextAttempt } from '../decide/notify.ts';
import type { Notice } from '../domain/notice.ts';
import { Redactor } from '../evidence/redactor.ts';
import type { Notifiers } from '../ports/notifier.ts';
import { noticeFailed, noticeSent, takeDueNotices, type WaitingNotice } from '../store/notices.ts';
import { type Project, projectByName } from '../store/projects.ts';
import type { Slipway } from './slipway.ts';

const AT_ONCE = 20;
/** More than any attempt takes. */
const HOLD_SECONDS = 90;

type Tools = Pick<Slipway, 'db' | 'clock' | 'logger' | 'knownSecrets'>;

/** One look: sends what is due, each to its own channel, so that a slow one holds up none. Answers how many were due. */
export const tellPeople = async (tools: Tools, notifiers: Notifiers, signal: AbortSignal): Promise<number> => {
  const now = tools.clock.now().toISOString();
  const due = await takeDueNotices(tools.db, { now, limit: AT_ONCE, holdSeconds: HOLD_SECONDS });
  await Promise.all(due.map((one) => tell(tools, notifiers, one, signal)));
  return due.length;
};

const tell = async (tools: Tools, notifiers: Notifiers, waiting: WaitingNotice, signal: AbortSignal): Promise<void> => {
  const { db, clock, logger } = tools;
  const redactor = new Redactor(await tools.knownSecrets());
  try {
    const project = await projectByName(db, waiting.project);
    await send(notifiers, project, waiting.channel, { notice: masked(redactor, waiting.notice), signal });
    await noticeSent(db, waiting.id, clock.now().toISOString());
  } catch (error) {
    // At an orderly stop it is the next process's turn, as after a crash.
    if (signal.aborted) return;
    const failure = asFailure(error, waiting.id);
    if (failure.code === 'database-unreachable') throw failure;
    const now = clock.now().getTime();
    const asked = Number(failure.facts['retryAfter'] ?? 0);
    const wait = nextAttempt(waiting.attempts, (now - Date.parse(waiting.createdAt)) / 1000, asked);
    const nextAt = wait === null ? null : new Date(now + wait * 1000).toISOString();
    await noticeFailed(db, waiting.id, { error: redactor.text(failure.message).slice(0, 500), nextAt });
    const about = { notice: waiting.id, channel: waiting.channel, project: waiting.project };
    if (nextAt === null) logger.error({ err: failure, ...about }, 'a message was given up');
    else logger.warn({ err: failure, ...about, nextAt }, 'a message could not be sent');
  }
};

/** Nothing known as a secret leaves, wherever it got into a message. */
const masked = (redactor: Redactor, notice: Notice): Notice => ({
  ...notice,
  title: redactor.text(notice.title),
  facts: Object.fromEntries(Object.entries(notice.facts).map(([name, value]) => [name, redactor.text(value)])),
});

const send = async (
  notifiers: Notifiers,
  project: Project,
  name: string,
  { notice, signal }: { readonly notice: Notice; readonly signal: AbortSignal },
): Promise<void> => {
  const channel = project.config.notify?.channels[name];
  if (channel === undefined) throw unknownChannel(project, name);
  const notifier = await notifiers.open(project.name, channel);
  await notifier.send(notice, signal);
};

const unknownChannel = ({ name, config }: Project, channel: string): Failure =>
  new Failure('channel-unknown', {
    channel,
    project: name,
    known:
      Object.keys(config.notify?.channels ?? {})
        .sort()
        .join(', ') || 'none',
  });

/** Sends a message to each channel of a project, or to one, to see whether it arrives. Failure: channel-unknown. */
export const testChannels = async (
  tools: Tools & Pick<Slipway, 'newId'>,
  notifiers: Notifiers,
  {
    project: projectName,
    channel,
    signal,
  }: { readonly project: string; readonly channel: string | null; readonly signal: AbortSignal },
): Promise<NoticeTest[]> => {
  const project = await projectByName(tools.db, projectName);
  const channels = Object.entries(project.config.notify?.channels ?? {});
  const wanted = channels.filter(([name]) => channel === null || name === channel);
  if (channel !== null && wanted.length === 0) throw unknownChannel(project, channel);
  const redactor = new Redactor(await tools.knownSecrets());
  return Promise.all(
    wanted.map(async ([name, { kind }]) => {
      const notice = testNotice(tools.newId('ntc'), project.name, tools.clock.now().toISOString());
      try {
        await send(notifiers, project, name, { notice, signal });
        return { channel: name, kind, ok: true, error: null };
      } catch (error) {
        return { channel: name, kind, ok: false, error: redactor.text(asFailure(error).message) };
      }
    }),
  );
};

const testNotice = (id: string, project: string, at: string): Notice => ({
  id,
  kind: 'attention',
  phase: 'news',
  severity: 'info',
  project,
  subject: 'test',
  title: `A test: messages of ${project} arrive here`,
  facts: { 'Asked for by': 'slipway notify test' },
  at,
});
