import { Failure } from '@slipway/contracts/failure';
import type { FastifyInstance } from 'fastify';
import PostalMime from 'postal-mime';
import type { Slipway } from '../flows/slipway.ts';
import { recordAudit } from '../store/audit.ts';
import { requireEnvironment } from '../store/environments.ts';
import { deleteMails } from '../store/mails.ts';
import { attemptViews } from '../views/attempt-view.ts';
import { MAIL_PAGE_POLICY, mailPage } from '../views/mail-page.ts';
import { mailView, mailViews, rawMail } from '../views/mail-view.ts';
import { addRoute, type Call } from './api.ts';
import { pageOf } from './page.ts';

const PAGE = 50;
const MOST = 500;
const limitOf = (call: Call): number => Math.min(Math.max(Number(call.query['limit'] ?? PAGE), 1), MOST);

export const mailRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  const of = async (call: Call): Promise<string> =>
    (await requireEnvironment(slipway.db, call.parameters['environment'] ?? '')).id;
  const mailOf = (call: Call): string => call.parameters['mail'] ?? '';
  addRoute(app, 'mails', async (call) => {
    const { search = null, before = null } = call.query;
    const environment = await of(call);
    return pageOf(
      call,
      (limit, after) => mailViews(slipway.db, { environment, search, before: after ?? before, limit }),
      { keyOf: ({ id }) => id, page: PAGE },
    );
  });
  addRoute(app, 'mail', async (call) => mailView(slipway.db, await of(call), mailOf(call)));
  addRoute(app, 'mailHtml', async (call) => {
    const [environment, mail] = [await of(call), mailOf(call)];
    const { html } = await mailView(slipway.db, environment, mail);
    // On the raw answer: there the policy of all answers was set.
    call.reply.raw.setHeader('content-security-policy', MAIL_PAGE_POLICY);
    call.reply.raw.setHeader('x-dns-prefetch-control', 'off');
    const page = await mailPage(html, await rawMail(slipway.db, environment, mail));
    return call.reply.type('text/html; charset=utf-8').send(page);
  });
  addRoute(app, 'mailRaw', async (call) => {
    const raw = await rawMail(slipway.db, await of(call), mailOf(call));
    return download(call, `${mailOf(call)}.eml`, 'message/rfc822').send(raw);
  });
  addRoute(app, 'mailAttachment', async (call) => {
    const raw = await rawMail(slipway.db, await of(call), mailOf(call));
    const index = Number(call.parameters['index']);
    const { attachments } = await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer', maxNestingDepth: 50 });
    const found = Number.isInteger(index) ? attachments[index] : undefined;
    if (found === undefined)
      throw new Failure('payload-invalid', { reason: 'the mail has no attachment of that number' });
    const { content } = found;
    const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
    return download(call, found.filename ?? 'attachment', 'application/octet-stream').send(bytes);
  });
  const remove = async (call: Call, mail: string | null): Promise<{ deleted: number }> => {
    const id = await of(call);
    const deleted = await deleteMails(slipway.db, id, mail);
    if (mail !== null && deleted === 0) throw new Failure('mail-unknown', { mail, environment: id });
    await recordAudit(slipway.db, { who: call.who, what: 'mail.delete', target: id, details: { mail, deleted } });
    return { deleted };
  };
  addRoute(app, 'deleteMail', (call) => remove(call, mailOf(call)));
  addRoute(app, 'deleteMails', (call) => remove(call, null));
  addRoute(app, 'egress', async (call) => {
    const { outcome = null, since = null } = call.query;
    return attemptViews(slipway.db, { environment: await of(call), outcome, since, limit: limitOf(call) });
  });
};

/** What a stranger sent is never shown as a page of ours, whatever it says that it is. */
const download = (call: Call, name: string, type: string) =>
  call.reply
    .type(type)
    .header(
      'content-disposition',
      `attachment; filename*=UTF-8''${encodeURIComponent(name.toWellFormed()).slice(0, 500)}`,
    )
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox");
