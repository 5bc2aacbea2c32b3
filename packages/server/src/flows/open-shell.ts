import { Failure } from '@slipway/contracts/failure';
import type { ShellKind, ShellOpened, shellBody } from '@slipway/contracts/shell-views';
import type { z } from 'zod';
import type { Slot } from '../domain/names.ts';
import { recordAudit } from '../store/audit.ts';
import type { Glass, Person } from '../store/break-glass.ts';
import type { Environment } from '../store/environments.ts';
import { inTransaction } from '../store/queryable.ts';
import { askShellToEnd, type ShellRow, type ShellToSave, saveShell, shellById } from '../store/shells.ts';
import { glassFor } from './break-glass.ts';
import { SHELL_LIMITS } from './shell-tools.ts';
import type { Slipway } from './slipway.ts';

/** A role of its own for one shell: it goes with it. */
const readerRole = (instance: string, shell: string): string => `slipway_${instance.slice(0, 24)}_${shell}`;

/** The slot that serves. Failures: environment-asleep, environment-not-running. */
export const requireServing = (environment: Environment): Slot => {
  const { id, liveSlot, asleep, closedAt, state, name } = environment;
  // These are Slipway's own, for as long as a run takes.
  if (name === 'drill' || name === 'rehearsal' || liveSlot === null || closedAt !== null)
    throw new Failure('environment-not-running', { environment: id, state });
  if (asleep) throw new Failure('environment-asleep', { environment: id });
  return liveSlot;
};

const NAMES: Readonly<Record<ShellKind, string>> = { shell: 'A shell', odoo: "Odoo's shell", psql: 'psql' };

/**
 * Writes down that a shell is wanted: it begins when somebody attaches. Odoo does not start where it may not write, so of production it
 * needs `write` as a login does. Failures: glass-needed, shells-too-many, environment-asleep, environment-not-running.
 */
export const openShell = async (
  slipway: Slipway,
  wanted: { readonly environment: Environment; readonly person: Person; readonly from: string } & z.output<
    typeof shellBody
  >,
): Promise<ShellOpened> => {
  const { environment, person, kind, from } = wanted;
  const glass = await glassFor(slipway, { environment, person, what: NAMES[kind], write: kind === 'odoo' });
  requireServing(environment);
  const row = shellRow(slipway, wanted, glass);
  await inTransaction(slipway.db, async (tx) => {
    if (!(await saveShell(tx, row, SHELL_LIMITS.perPerson)))
      throw new Failure('shells-too-many', { who: person.who, count: SHELL_LIMITS.perPerson });
    const { id, readOnly, command } = row;
    // Not the command itself, which may hold a password: the recording has it, masked.
    const details = { id, kind, readOnly, glass: row.glass, command: command.length > 0 };
    await recordAudit(tx, { who: person.who, what: 'shell.open', target: environment.id, from, details });
  });
  return { id: row.id, expiresAt: row.attachUntil, endsAt: row.endsAt, readOnly: row.readOnly };
};

const shellRow = (
  slipway: Slipway,
  wanted: { readonly environment: Environment; readonly person: Person } & z.output<typeof shellBody>,
  glass: Glass | null,
): ShellToSave => {
  const { environment, person, kind, command, terminal, columns, rows } = wanted;
  const id = slipway.newId('shl');
  const now = slipway.clock.now().getTime();
  const most = now + SHELL_LIMITS.mostSeconds * 1000;
  const endsAt = glass === null ? most : Math.min(most, Date.parse(glass.until));
  const attachUntil = Math.min(endsAt, now + SHELL_LIMITS.attachSeconds * 1000);
  const readOnly = glass !== null && !glass.write;
  return {
    ...{ id, environment: environment.id, kind, readOnly, glass: glass?.id ?? null },
    ...{ role: readOnly ? readerRole(slipway.instance, id) : null, command, terminal, columns, rows },
    ...{ openedBy: person.who, openedAs: person.user, openedAt: new Date(now).toISOString() },
    ...{ attachUntil: new Date(attachUntil).toISOString(), endsAt: new Date(endsAt).toISOString() },
  };
};

/** Whoever holds it ends it within moments; one that nobody attached to is ended by the next look. One that has ended stays as it is. */
export const endShell = async (
  slipway: Slipway,
  ending: { readonly id: string; readonly who: string; readonly from: string },
): Promise<void> => {
  await inTransaction(slipway.db, async (tx) => {
    const asked = await askShellToEnd(tx, ending.id, ending.who);
    if (asked === null) return;
    const details = { id: ending.id };
    await recordAudit(tx, {
      ...{ who: ending.who, what: 'shell.end', target: asked.environment, from: ending.from, details },
    });
  });
};

/** Why there is nothing to attach to. */
export const refuseAttaching = async (slipway: Slipway, id: string): Promise<never> => {
  const shell: ShellRow | null = await shellById(slipway.db, id);
  if (shell === null) throw new Failure('shell-unknown', { shell: id });
  if (shell.endedAt === null && shell.attachedAt !== null) throw new Failure('shell-attached', { shell: id });
  const why = shell.why ?? (shell.endBy === null ? 'nobody attached in time' : `ended by ${shell.endBy}`);
  throw new Failure('shell-ended', { shell: id, why });
};
