import { Failure } from '@slipway/contracts/failure';
import type { GlassView, glassBody } from '@slipway/contracts/shell-views';
import type { z } from 'zod';
import { glassNotice } from '../domain/notice-words.ts';
import { SESSION_MARK } from '../odoo/connect.ts';
import { endSessions } from '../odoo/sessions.ts';
import { recordAudit } from '../store/audit.ts';
import {
  closeGlass,
  type Glass,
  openGlassOf,
  type Person,
  readGlass,
  saveGlass,
  settleGlass,
  unsettledGlasses,
} from '../store/break-glass.ts';
import { glassHasLogins } from '../store/connect-tickets.ts';
import { type Environment, requireEnvironment } from '../store/environments.ts';
import { queueNotice } from '../store/notices.ts';
import { inTransaction } from '../store/queryable.ts';
import type { Slipway } from './slipway.ts';

const projectOf = (environment: string): string => environment.split('/')[0] ?? environment;

/** Opens production to shells of one person: noted, and told to everybody, in the transaction that opens it. */
export const openGlass = async (
  slipway: Slipway,
  wanted: { readonly environment: string; readonly person: Person; readonly from: string } & z.output<typeof glassBody>,
): Promise<GlassView> => {
  const { environment, person, reason, write } = wanted;
  const known = await requireEnvironment(slipway.db, environment);
  const now = slipway.clock.now();
  const glass = {
    ...{ id: slipway.newId('glass'), environment, reason, write, openedBy: person.who, openedAs: person.user },
    ...{ openedAt: now.toISOString(), until: new Date(now.getTime() + wanted.minutes * 60_000).toISOString() },
  };
  await inTransaction(slipway.db, async (tx) => {
    await saveGlass(tx, glass);
    await queueNotice(tx, glassNotice({ ...glass, project: known.project }, 'open'));
    const details = { id: glass.id, reason, write, until: glass.until };
    const { organisation } = known;
    await recordAudit(tx, {
      ...{ who: person.who, what: 'break-glass.open', target: environment, from: wanted.from, details, organisation },
    });
  });
  return requireGlassView(slipway, environment, glass.id);
};

/** Failure: glass-unknown. */
const requireGlassView = async (slipway: Slipway, environment: string, id: string): Promise<GlassView> => {
  const view = await readGlass(slipway.db, environment, id);
  if (view === null) throw new Failure('glass-unknown', { glass: id, project: projectOf(environment) });
  return view;
};

/** One that is closed stays so. What was opened through it is cut by whoever holds it; logins end here. */
export const closeOpenGlass = async (
  slipway: Slipway,
  closing: { readonly environment: string; readonly id: string; readonly person: Person; readonly from: string },
): Promise<GlassView> => {
  const { environment, id, person } = closing;
  await requireGlassView(slipway, environment, id);
  const now = slipway.clock.now().toISOString();
  const closed = await inTransaction(slipway.db, async (tx) => {
    const glass = await closeGlass(tx, { id, environment, by: person.who, now });
    if (glass !== null)
      await recordAudit(tx, {
        ...{ who: person.who, what: 'break-glass.close', target: environment, from: closing.from, details: { id } },
      });
    return glass;
  });
  if (closed !== null) await settle(slipway, closed);
  return requireGlassView(slipway, environment, id);
};

/** Of each whose time is over, or that a process did not get to the end of. */
export const settleGlasses = async (slipway: Slipway): Promise<void> => {
  for (const glass of await unsettledGlasses(slipway.db, slipway.clock.now().toISOString()))
    await settle(slipway, glass);
};

/** Logins first: a process that dies here does it again. */
const settle = async (slipway: Slipway, glass: Glass): Promise<void> => {
  await endLogins(slipway, glass);
  const project = projectOf(glass.environment);
  await inTransaction(slipway.db, async (tx) => {
    if (!(await settleGlass(tx, glass.id, slipway.clock.now().toISOString()))) return;
    await queueNotice(tx, glassNotice({ ...glass, project }, 'over'));
    if (glass.closedBy === null)
      await recordAudit(tx, {
        ...{ who: 'slipway: its time was over', what: 'break-glass.close', target: glass.environment },
        details: { id: glass.id },
      });
  });
};

export const endLogins = async (slipway: Slipway, glass: Pick<Glass, 'id' | 'environment'>): Promise<void> => {
  if (!(await glassHasLogins(slipway.db, glass.id))) return;
  const folder = await slipway.ports.filestores.ensure(glass.environment);
  const ended = await endSessions(folder, SESSION_MARK, glass.id);
  if (ended === 0) return;
  await recordAudit(slipway.db, {
    ...{ who: 'slipway: break-glass is over', what: 'connect.end', target: glass.environment },
    details: { glass: glass.id, sessions: ended },
  });
};

/** Null: the environment needs none. Failure: glass-needed. */
export const glassFor = async (
  slipway: Slipway,
  wanted: {
    readonly environment: Pick<Environment, 'id' | 'stage'>;
    readonly person: Person;
    /** A login, psql … */
    readonly what: string;
    readonly write: boolean;
  },
): Promise<Glass | null> => {
  const { environment, person, what, write } = wanted;
  if (environment.stage !== 'production') return null;
  const now = slipway.clock.now().toISOString();
  const glass = await openGlassOf(slipway.db, { environment: environment.id, person, now });
  if (glass !== null && (glass.write || !write)) return glass;
  throw new Failure('glass-needed', {
    ...{ what, environment: environment.id, who: person.who, write: write ? ' with `write`' : '' },
  });
};
