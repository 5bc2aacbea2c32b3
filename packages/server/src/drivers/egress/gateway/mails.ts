import { once } from 'node:events';
import PostalMime, { type Address, type Attachment } from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { type CaughtMail, MAIL_HOST } from '../../../domain/egress.ts';
import { type DoorContext, refusal, type Service } from './door.ts';
import { LIMITS } from './limits.ts';

/** An error whose code is the answer that the sending server gets. */
const smtpError = (code: number, text: string): Error => Object.assign(new Error(text), { responseCode: code });

/**
 * Takes every mail, for whomever, with whatever password, and passes none on. When a mail cannot be kept the answer is 451, so that the
 * sender does not believe it was sent: Odoo then keeps the mail as failed, to be sent again.
 */
export const serveMails = async (door: DoorContext, port: number): Promise<Service> => {
  const server = new SMTPServer({
    name: MAIL_HOST,
    banner: 'Slipway mail catcher: nothing leaves from here',
    size: LIMITS.mailBytes,
    maxClients: LIMITS.smtpClients,
    socketTimeout: LIMITS.smtpIdleMilliseconds,
    closeTimeout: 2_000,
    authOptional: true,
    allowInsecureAuth: true,
    // Odoo asks for STARTTLS only where its server entry says so, and then wants a certificate that it knows.
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onConnect: ({ remoteAddress }, done) => done(door.isOurs(remoteAddress) ? null : smtpError(554, 'Not your door')),
    onAuth: ({ username }, _, done) => done(null, { user: username ?? 'anybody' }),
    onRcptTo: (_, { envelope }, done) =>
      done(envelope.rcptTo.length < LIMITS.mailRecipients ? null : smtpError(452, 'Too many recipients')),
    onData: (stream, session, done) =>
      void take(door, stream, session).then(
        () => done(null, 'Caught'),
        (error: Error) => done(error),
      ),
  });
  server.on('error', () => undefined);
  const listening = server.listen(port, door.address);
  await once(listening, 'listening');
  const bound = listening.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

/** Bytes of mails that are in memory now, over all doors: one environment must not take what the others need. */
let inMemory = 0;

const take = async (door: DoorContext, stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> => {
  const note = refusal('smtp', MAIL_HOST, session.localPort, '');
  const pieces: Buffer[] = [];
  let [bytes, kept] = [0, 0];
  const refuse = (code: number, reason: string): Error => {
    door.note({ ...note, bytesSent: bytes, reason });
    return smtpError(code, `${reason}${code < 500 ? ', try again' : ''}`);
  };
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      bytes += piece.length;
      // Read to its end all the same: a sender listens for an answer only then.
      if (bytes > LIMITS.mailBytes || inMemory + piece.length > LIMITS.mailsBytes) continue;
      inMemory += piece.length;
      kept += piece.length;
      pieces.push(piece);
    }
    if (bytes > LIMITS.mailBytes) throw refuse(552, `a mail may have ${LIMITS.mailBytes} bytes`);
    if (kept < bytes) throw refuse(452, 'too many mails at once');
    const mail = await mailOf(door, pieces, session);
    await door.keepMail(mail).catch(() => {
      throw refuse(451, 'the mail could not be kept just now');
    });
  } finally {
    inMemory -= kept;
  }
  door.note({ ...note, bytesSent: bytes, outcome: 'caught' });
};

const mailOf = async (
  { environment }: DoorContext,
  pieces: readonly Buffer[],
  { envelope: { mailFrom, rcptTo } }: SMTPServerSession,
): Promise<CaughtMail> => ({
  ...(await readMail(Buffer.concat(pieces))),
  environment,
  sender: mailFrom === false ? '' : mailFrom.address,
  recipients: rcptTo.map(({ address }) => address),
});

const TEXT_CHARACTERS = 1024 * 1024;
const HEADER_CHARACTERS = 10_000;

/** PostgreSQL takes no zero byte in a text, nor half a character. */
const storable = (text: string, limit: number): string => text.slice(0, limit).replaceAll('\0', '').toWellFormed();

const addressText = (address: Address | undefined): string =>
  address === undefined ? '' : address.name ? `${address.name} <${address.address ?? ''}>` : (address.address ?? '');

const sizeOf = (content: Attachment['content']): number =>
  typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength;

/** What a mail says of itself. One that cannot be read is kept all the same: its bytes are there. */
export const readMail = async (raw: Buffer): Promise<Omit<CaughtMail, 'environment' | 'sender' | 'recipients'>> => {
  const mail = await PostalMime.parse(raw, { maxNestingDepth: 50 }).catch(() => null);
  return {
    subject: storable(mail?.subject ?? '', HEADER_CHARACTERS),
    from: storable(addressText(mail?.from), HEADER_CHARACTERS),
    to: storable((mail?.to ?? []).map(addressText).join(', '), HEADER_CHARACTERS),
    text: storable(mail?.text ?? '', TEXT_CHARACTERS),
    html: storable(mail?.html ?? '', TEXT_CHARACTERS),
    attachments: (mail?.attachments ?? []).slice(0, 200).map((one) => ({
      name: storable(one.filename ?? 'without-a-name', 255),
      type: storable(one.mimeType, 255),
      bytes: sizeOf(one.content),
    })),
    raw,
  };
};
