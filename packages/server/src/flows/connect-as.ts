import { createHash, randomBytes } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type { ConnectView } from '@slipway/contracts/shell-views';
import {
  connectProgram,
  connectTrouble,
  mayLogIn,
  type OdooUser,
  SESSION_MARK,
  sessionIn,
  usersStatement,
} from '../odoo/connect.ts';
import { shellArguments } from '../odoo/process.ts';
import { endSessions } from '../odoo/sessions.ts';
import type { Terminal } from '../ports/terminals.ts';
import { recordAudit } from '../store/audit.ts';
import { glassIsOpen, type Person } from '../store/break-glass.ts';
import { saveTicket, takeTicket, type UsedTicket } from '../store/connect-tickets.ts';
import { type Environment, requireEnvironment } from '../store/environments.ts';
import { inTransaction } from '../store/queryable.ts';
import { glassFor } from './break-glass.ts';
import { requireServing } from './open-shell.ts';
import type { ShellTools } from './shell-tools.ts';
import type { Slipway } from './slipway.ts';

const TICKET_SECONDS = 60;
const TICKET_BYTES = 32;
const MOST_OUTPUT = 256 * 1024;
/** Odoo loads its modules first: about 2 s, and many times that on a machine that is busy. */
const PROGRAM_SECONDS = 120;
const SHOWN_LOGINS = 10;

const hashOf = (ticket: string): Buffer => createHash('sha256').update(ticket).digest();

/** Whom one can be, in an Odoo that serves or sleeps. */
export const usersOf = async (slipway: Slipway, environment: Environment): Promise<readonly OdooUser[]> => {
  if (environment.liveSlot === null)
    throw new Failure('environment-not-running', { environment: environment.id, state: environment.state });
  const password = await slipway.ports.secrets.ensure(environment.id, 'database-password');
  const { database, role } = environment;
  const { rows } = await slipway.ports.sql.read({ database, role, password }, (session) => session.run(usersStatement));
  return rows as unknown as readonly OdooUser[];
};

/** An address that logs in once. Failures: connect-user-unknown, glass-needed, environment-asleep, environment-not-running. */
export const askToConnect = async (
  slipway: Slipway,
  wanted: { readonly environment: Environment; readonly login: string; readonly person: Person; readonly from: string },
): Promise<ConnectView> => {
  const { environment, login, person } = wanted;
  // Whoever is logged in writes: Odoo itself does, at every login.
  const glass = await glassFor(slipway, { environment, person, what: 'A login', write: true });
  requireServing(environment);
  const user = requireUser(await usersOf(slipway, environment), login, environment.id);
  const ticket = randomBytes(TICKET_BYTES).toString('base64url');
  const now = slipway.clock.now();
  const ends = now.getTime() + TICKET_SECONDS * 1000;
  const expiresAt = new Date(glass === null ? ends : Math.min(ends, Date.parse(glass.until))).toISOString();
  const id = slipway.newId('tkt');
  await inTransaction(slipway.db, async (tx) => {
    await saveTicket(tx, {
      ...{ id, environment: environment.id, sha256: hashOf(ticket), uid: user.uid, login: user.login },
      ...{ glass: glass?.id ?? null, askedBy: person.who, askedAt: now.toISOString(), expiresAt },
    });
    const details = { ticket: id, login: user.login, glass: glass?.id ?? null };
    await recordAudit(tx, {
      ...{ who: person.who, what: 'connect.ask', target: environment.id, from: wanted.from, details },
    });
  });
  return { url: `${slipway.url(environment.host)}/_slipway/connect?ticket=${ticket}`, user: user.login, expiresAt };
};

const requireUser = (users: readonly OdooUser[], login: string, environment: string): OdooUser => {
  const possible = users.filter(mayLogIn);
  const found = possible.find((user) => user.login === login);
  if (found !== undefined) return found;
  const shown = possible.slice(0, SHOWN_LOGINS).map((user) => user.login);
  const logins = `${shown.join(', ') || 'none'}${possible.length > SHOWN_LOGINS ? ', …' : ''}`;
  throw new Failure('connect-user-unknown', { environment, login, logins });
};

export interface Connected {
  /** Value of Odoo's cookie. */
  readonly session: string;
  readonly path: string;
}

/** What the edge asks when somebody opens such an address. Failures: connect-ticket, connect-refused. */
export const connect = async (
  slipway: Slipway,
  tools: Pick<ShellTools, 'terminals'>,
  use: { readonly host: string; readonly ticket: string; readonly from: string },
): Promise<Connected> => {
  const now = slipway.clock.now().toISOString();
  const taken = await takeTicket(slipway.db, { sha256: hashOf(use.ticket), host: use.host, from: use.from, now });
  if (taken === null) throw new Failure('connect-ticket', {});
  const audit = (result: string): Promise<void> =>
    recordAudit(slipway.db, {
      ...{ who: taken.askedBy, what: 'connect.use', target: taken.environment, from: use.from, result },
      details: { ticket: taken.id, login: taken.login, glass: taken.glass },
    });
  try {
    const session = await makeSession(slipway, tools, taken);
    await refuseWhenShut(slipway, taken);
    await audit('ok');
    return { session, path: '/web' };
  } catch (error) {
    await audit(error instanceof Failure ? error.code : 'internal');
    throw error;
  }
};

/** Its break-glass may have ended while Odoo made the session, and nobody looks for that one any more. */
const refuseWhenShut = async (slipway: Slipway, { glass, environment }: UsedTicket): Promise<void> => {
  if (glass === null || (await glassIsOpen(slipway.db, glass, slipway.clock.now().toISOString()))) return;
  await endSessions(await slipway.ports.filestores.ensure(environment), SESSION_MARK, glass);
  throw new Failure('connect-ticket', {});
};

const makeSession = async (
  slipway: Slipway,
  { terminals }: Pick<ShellTools, 'terminals'>,
  ticket: UsedTicket,
): Promise<string> => {
  const environment = await requireEnvironment(slipway.db, ticket.environment);
  const slot = requireServing(environment);
  const left = { id: ticket.id, environment: environment.id };
  try {
    const terminal = await terminals.open({
      ...{ id: ticket.id, beside: { environment: environment.id, slot }, size: null, gets: 'served' },
      ...{ command: { odoo: shellArguments(environment) }, variables: {}, secrets: {} },
    });
    const timer = setTimeout(() => terminal.bytes.destroy(), PROGRAM_SECONDS * 1000);
    const output = await outputOf(terminal, connectProgram({ uid: ticket.uid, mark: ticket.glass ?? ticket.id }));
    clearTimeout(timer);
    const session = sessionIn(output);
    if (session !== null) return session;
    throw new Failure('connect-refused', { environment: environment.id, reason: connectTrouble(output) });
  } finally {
    await terminals.remove(left);
  }
};

/** All that a program says until it has ended. */
const outputOf = async ({ bytes }: Terminal, input: string): Promise<string> => {
  bytes.on('error', () => undefined);
  bytes.end(input);
  let output = '';
  try {
    for await (const chunk of bytes) if (output.length < MOST_OUTPUT) output += String(chunk);
  } catch {
    // Cut off: what it said until then is what there is.
  }
  return output;
};
