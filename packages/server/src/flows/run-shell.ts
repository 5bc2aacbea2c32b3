import { randomBytes } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type { ShellEnd } from '@slipway/contracts/shell-views';
import { Secret } from '../domain/secret.ts';
import type { Terminal, TerminalSize } from '../ports/terminals.ts';
import { recordAudit } from '../store/audit.ts';
import { type Environment, requireEnvironment, setEnvironment } from '../store/environments.ts';
import { inTransaction } from '../store/queryable.ts';
import { type ShellRow, type ShellStanding, shellCleaned, shellEnded, standingOf } from '../store/shells.ts';
import { requireServing } from './open-shell.ts';
import { Recording, redactorFor } from './shell-recording.ts';
import { terminalSpec } from './shell-spec.ts';
import { SHELL_LIMITS, type ShellTools } from './shell-tools.ts';
import type { Slipway } from './slipway.ts';

const PASSWORD_BYTES = 24;
const USE_MILLISECONDS = 60_000;

/** Where a shell is shown. */
export interface ShellScreen {
  /** Resolves when there is room for more. */
  show(bytes: Uint8Array): Promise<void>;
  close(end: ShellEnd['exit']): void;
}

/** What whoever sits there does. */
export interface ShellKeys {
  type(bytes: Uint8Array): void;
  resize(size: TerminalSize): void;
  /** No more input. */
  finish(): void;
  hangUp(why: string): void;
  /** It has ended, and nothing of it is left. */
  readonly ended: Promise<void>;
}

interface Living {
  readonly terminal: Terminal;
  readonly recording: Recording;
  readonly environment: Environment;
  /** Of the last thing that was typed or shown. */
  usedAt: number;
  why: string | null;
  end(why: string): void;
}

/** Everything that a shell is made of, or nothing: then its row says why. Ends by itself; answers at once. */
export const runShell = async (
  slipway: Slipway,
  tools: ShellTools,
  {
    row,
    screen,
    mayGoOn,
  }: { readonly row: ShellRow; readonly screen: ShellScreen; readonly mayGoOn: () => Promise<boolean> },
): Promise<ShellKeys> => {
  try {
    const living = await begin(slipway, tools, row);
    return keysOf(row, living, live(slipway, tools, { row, screen, living, mayGoOn }));
  } catch (error) {
    const why = error instanceof Failure ? error.message : 'it did not start';
    if (!(error instanceof Failure)) slipway.logger.error({ err: error, shell: row.id }, 'a shell did not start');
    await settleShell(slipway, tools, { row, why, exitCode: null, recorded: null });
    screen.close({ code: null, why });
    return DEAD;
  }
};

const nothing = (): void => undefined;
const DEAD: ShellKeys = {
  ...{ type: nothing, resize: nothing, finish: nothing, hangUp: nothing },
  ended: Promise.resolve(),
};

const begin = async (slipway: Slipway, tools: ShellTools, row: ShellRow): Promise<Living> => {
  const environment = await requireEnvironment(slipway.db, row.environment);
  const slot = requireServing(environment);
  const { id, command, columns, rows } = row;
  const own = row.role === null ? null : new Secret(randomBytes(PASSWORD_BYTES).toString('base64url'));
  if (row.role !== null && own !== null)
    await tools.readers.ensureReader({
      ...{ role: row.role, password: own, database: environment.database },
      ...{ owner: environment.id, until: row.endsAt },
    });
  const secrets = [...(await slipway.knownSecrets()), ...(own === null ? [] : [own])];
  const recording = await Recording.open({
    ...{ folder: tools.folder, id, command, size: { columns, rows }, redactor: redactorFor(secrets) },
    ...{ title: `${row.kind} in ${environment.id}, opened by ${row.openedBy}`, mostBytes: SHELL_LIMITS.recordedBytes },
    now: () => slipway.clock.now().getTime(),
  });
  const spec = await terminalSpec(slipway, { row, environment, slot, own });
  const terminal = await tools.terminals.open(spec).catch(async (error: unknown) => {
    await recording.close();
    throw error;
  });
  // Whoever types into one that has just ended writes to nobody.
  terminal.bytes.on('error', () => undefined);
  const living: Living = {
    ...{ terminal, recording, environment, usedAt: slipway.clock.now().getTime(), why: null },
    end: (why) => {
      if (living.why !== null) return;
      living.why = why;
      // Everything that was started in it goes with its container, and then its bytes end.
      tools.terminals
        .remove({ id, environment: environment.id })
        .catch((error: unknown) => slipway.logger.warn({ err: error, shell: id }, 'a shell is removed later'))
        .finally(() => terminal.bytes.destroy());
    },
  };
  return living;
};

const keysOf = (row: ShellRow, living: Living, ended: Promise<void>): ShellKeys => ({
  ended,
  type: (bytes) => {
    if (living.why !== null || living.terminal.bytes.writableEnded) return;
    if (!row.terminal) living.recording.typed(bytes);
    living.usedAt = Number.POSITIVE_INFINITY;
    living.terminal.bytes.write(bytes);
  },
  resize: (size) => {
    if (!row.terminal || living.why !== null) return;
    living.recording.resized(size);
    living.terminal.resize(size).catch(() => undefined);
  },
  finish: () => {
    if (living.why === null) living.terminal.bytes.end();
  },
  hangUp: (why) => living.end(why),
});

interface Life {
  readonly row: ShellRow;
  readonly screen: ShellScreen;
  readonly living: Living;
  readonly mayGoOn: () => Promise<boolean>;
}

const live = async (slipway: Slipway, tools: ShellTools, life: Life): Promise<void> => {
  const { row, screen, living } = life;
  const watching = watch(slipway, tools, life);
  try {
    for await (const chunk of living.terminal.bytes) {
      const bytes = chunk as Buffer;
      living.usedAt = Number.POSITIVE_INFINITY;
      living.recording.shown(bytes);
      await screen.show(bytes);
      if (!living.recording.goesOn) living.end('its recording is full');
    }
  } catch {
    // It was cut off, and `why` says by whom.
  } finally {
    watching.stop();
  }
  const exitCode = living.why === null ? await living.terminal.exitCode().catch(() => null) : null;
  const why = living.why ?? 'exited';
  try {
    await settleShell(slipway, tools, { row, why, exitCode, recorded: await living.recording.close() });
  } catch (error) {
    // The next look at what is left does the rest.
    slipway.logger.warn({ err: error, shell: row.id }, 'the end of a shell is written down later');
  }
  screen.close({ code: exitCode, why });
};

/** Why it has to end now; null: it may go on. */
const reasonToEnd = async (slipway: Slipway, { row, living, mayGoOn }: Life, now: number): Promise<string | null> => {
  if (now - living.usedAt > SHELL_LIMITS.idleSeconds * 1000) return 'nothing happened in it for 15 minutes';
  if (now >= Date.parse(row.endsAt)) return 'its time was over';
  const standing = await standingOf(slipway.db, row.id, new Date(now).toISOString());
  return whyNotStanding(standing) ?? ((await mayGoOn()) ? null : 'whoever opened it may not any more');
};

const whyNotStanding = (standing: ShellStanding | null): string | null => {
  if (standing === null || standing.endedAt !== null) return 'it was given up';
  if (standing.endBy !== null) return `ended by ${standing.endBy}`;
  if (!standing.glassOpen) return 'its break-glass is over';
  return standing.running ? null : 'its environment stopped';
};

/** Asks again and again whether it may go on: whoever may not any more, or whose time is over, is cut. */
const watch = (slipway: Slipway, tools: ShellTools, life: Life): { stop(): void } => {
  const { row, living } = life;
  let notedAt = 0;
  let busy = false;
  const look = async (): Promise<void> => {
    const now = slipway.clock.now().getTime();
    // "Just now", since the last look.
    const used = living.usedAt > now;
    if (used) living.usedAt = now;
    const reason = await reasonToEnd(slipway, life, now);
    if (reason !== null) living.end(reason);
    else if (used && now - notedAt > USE_MILLISECONDS) {
      // An environment in which somebody works does not fall asleep.
      notedAt = now;
      await setEnvironment(slipway.db, row.environment, { lastUsedAt: new Date(now).toISOString() });
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch((error: unknown) =>
        slipway.logger.warn({ err: error, shell: row.id }, 'a shell could not be looked after'),
      )
      .finally(() => {
        busy = false;
      });
  }, tools.watchMilliseconds);
  return { stop: () => clearInterval(timer) };
};

/** Writes its end down, once, and takes away what it was made of. */
export const settleShell = async (
  slipway: Slipway,
  tools: Pick<ShellTools, 'terminals' | 'readers'>,
  end: {
    readonly row: ShellRow;
    readonly why: string;
    readonly exitCode: number | null;
    readonly recorded: number | null;
  },
): Promise<void> => {
  const { row, why, exitCode, recorded } = end;
  const now = slipway.clock.now();
  await inTransaction(slipway.db, async (tx) => {
    if ((await shellEnded(tx, { id: row.id, now: now.toISOString(), why, exitCode, recorded })) === null) return;
    const begun = Date.parse(row.attachedAt ?? row.openedAt);
    const seconds = Math.max(0, Math.round((now.getTime() - begun) / 1000));
    const details = { id: row.id, kind: row.kind, why, exitCode, seconds, recorded };
    await recordAudit(tx, { who: row.openedBy, what: 'shell.closed', target: row.environment, details });
  });
  await cleanShell(slipway, tools, row);
};

/** Safe to repeat. */
export const cleanShell = async (
  slipway: Slipway,
  { terminals, readers }: Pick<ShellTools, 'terminals' | 'readers'>,
  row: Pick<ShellRow, 'id' | 'environment' | 'role'>,
): Promise<void> => {
  await terminals.remove({ id: row.id, environment: row.environment });
  if (row.role !== null) await readers.dropReader(row.role);
  await shellCleaned(slipway.db, row.id, slipway.clock.now().toISOString());
};
