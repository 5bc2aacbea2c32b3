import { lostShells, shellById, uncleanShells } from '../store/shells.ts';
import { settleGlasses } from './break-glass.ts';
import { cleanShell, settleShell } from './run-shell.ts';
import { SHELL_LIMITS, type ShellTools } from './shell-tools.ts';
import type { Slipway } from './slipway.ts';

/**
 * What shells leave behind that nobody ended: a process was killed, the network was away. The rows say what there was, also where the
 * process died before it was made.
 */
export const tendShells = async (slipway: Slipway, tools: Pick<ShellTools, 'terminals' | 'readers'>): Promise<void> => {
  await settleGlasses(slipway);
  const now = slipway.clock.now();
  const silentSince = new Date(now.getTime() - SHELL_LIMITS.silentSeconds * 1000).toISOString();
  for (const row of await lostShells(slipway.db, { now: now.toISOString(), silentSince })) {
    const unattended = row.endBy === null ? 'nobody attached in time' : `ended by ${row.endBy}`;
    const why = row.attachedAt === null ? unattended : 'whoever held it is gone';
    await settleShell(slipway, tools, { row, why, exitCode: null, recorded: null });
  }
  for (const row of await uncleanShells(slipway.db)) await cleanShell(slipway, tools, row);
  await removeStrays(slipway, tools);
};

/** A login's container lives for as long as its program may take. */
const LOGIN_MILLISECONDS = 300_000;

/** Containers whose shell has ended, or whose login was cut off. */
const removeStrays = async (slipway: Slipway, { terminals }: Pick<ShellTools, 'terminals'>): Promise<void> => {
  for (const left of await terminals.left()) {
    const row = await shellById(slipway.db, left.id);
    const age = slipway.clock.now().getTime() - Date.parse(left.createdAt);
    if (row === null ? age > LOGIN_MILLISECONDS : row.endedAt !== null) await terminals.remove(left);
  }
};
