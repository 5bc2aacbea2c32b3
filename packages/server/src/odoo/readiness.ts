import type { Statement } from '../ports/database-server.ts';

/** Installed modules with their state, in Odoo's own words. */
export const readinessQuery: Statement = {
  text: "select name, state from ir_module_module where state not in ('uninstalled', 'uninstallable')",
  parameters: [],
};

type Answer = { readonly status: number } | { readonly error: string };

export interface ReadinessFacts {
  /** Answer of the series' health path. */
  readonly health: Answer;
  /** Answer of the login page; null while health is not yet 200. */
  readonly login: Answer | null;
  /** Rows of `readinessQuery`. */
  readonly installed: readonly Readonly<Record<string, unknown>>[];
  /** Modules of the repository that are in the image. */
  readonly repositoryModules: readonly string[];
  /** Modules of the repository that the database is meant to hold. */
  readonly expectedModules: readonly string[];
  /** Odoo's own modules in the image; without it only the repository's are compared. */
  readonly coreModules?: readonly string[];
}

export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-yet'; readonly why: string }
  /** Waiting does not help. */
  | { readonly kind: 'never'; readonly why: string };

/** Health 200 alone proves nothing: Odoo says so with a module missing, or on a database that it made itself a second ago. */
export const judgeReadiness = (facts: ReadinessFacts): Readiness => {
  const slow = notAnswering('/web/health', facts.health) ?? notAnswering('/web/login', facts.login);
  if (slow !== null) return { kind: 'not-yet', why: slow };
  const wrong = wrongModules(facts);
  return wrong === null ? { kind: 'ready' } : { kind: 'never', why: wrong };
};

const notAnswering = (path: string, answer: Answer | null): string | null => {
  if (answer === null) return `${path} was not asked yet`;
  if ('error' in answer) return `${path}: ${answer.error}`;
  return answer.status === 200 ? null : `${path} answers ${answer.status}`;
};

const wrongModules = ({
  installed,
  repositoryModules,
  expectedModules,
  coreModules,
}: ReadinessFacts): string | null => {
  const states = new Map(installed.map(({ name, state }) => [String(name), String(state)]));
  if (!states.has('base')) return 'the database holds no Odoo';
  const missing = expectedModules.find((name) => !states.has(name));
  if (missing !== undefined) return `module ${missing} is not installed in the database`;
  const unfinished = [...states].find(([, state]) => state !== 'installed');
  if (unfinished !== undefined) return `module ${unfinished[0]} is still "${unfinished[1]}"`;
  const onDisk = new Set([...repositoryModules, ...(coreModules ?? states.keys())]);
  const gone = [...expectedModules, ...states.keys()].find(
    (name) => !onDisk.has(name) || (expectedModules.includes(name) && !repositoryModules.includes(name)),
  );
  return gone === undefined ? null : `module ${gone} is installed but not on disk`;
};
