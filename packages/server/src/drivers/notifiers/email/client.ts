import { Failure } from '@slipway/contracts/failure';
import nodemailer from 'nodemailer';
import type { Notice } from '../../../domain/notice.ts';
import type { Secret } from '../../../domain/secret.ts';
import type { Notifier } from '../../../ports/notifier.ts';
import { mailOf } from './mail.ts';

const PATIENCE_MILLISECONDS = 20_000;

/** Mail by SMTP: encrypted, unless it is said that it need not be. */
export const openEmail = (settings: {
  readonly server: Secret;
  readonly tls: 'required' | 'off';
  readonly from: string;
  readonly to: readonly string[];
  /** Of this installation: part of each Message-ID. */
  readonly source: string;
}): Notifier => ({
  send: async (notice: Notice, signal) => {
    const refused = (reason: string, cause?: unknown): Failure =>
      new Failure('notice-not-sent', { to: 'the mail server', reason }, cause);
    const server = URL.parse(settings.server.reveal().trim());
    if (server === null || !/^smtps?:$/.test(server.protocol)) throw refused('the address is none of a mail server');
    const transport = nodemailer.createTransport(optionsOf(server, settings.tls));
    const stop = (): void => transport.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await transport.sendMail(mailOf(notice, settings));
    } catch (error) {
      throw refused(reasonOf(error), error);
    } finally {
      signal.removeEventListener('abort', stop);
      transport.close();
    }
  },
});

const optionsOf = (server: URL, tls: 'required' | 'off') => {
  const secure = server.protocol === 'smtps:';
  const user = decodeURIComponent(server.username);
  return {
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: Number(server.port || (secure ? 465 : 587)),
    secure,
    requireTLS: tls === 'required' && !secure,
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(server.password) } }),
    connectionTimeout: PATIENCE_MILLISECONDS,
    greetingTimeout: PATIENCE_MILLISECONDS,
    socketTimeout: PATIENCE_MILLISECONDS,
    // Nothing of a message is read from a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
};

/** What the server said of the mail; of a connection its code. */
const reasonOf = (error: unknown): string => {
  const { response, code, message } = error as { response?: string; code?: string; message: string };
  return (response ?? (code === undefined ? message : `${code}: ${message}`)).slice(0, 300);
};
