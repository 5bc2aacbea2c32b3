/** Installed modules with their state, in Odoo's own words. */
<<<<<<< HEAD
export const readinessQuery = "select name, state from ir_module_module where state not in ('uninstalled', 'uninstallable')";
=======
export const readinessQuery =
  "select name, state from ir_module_module where state not in ('uninstalled', 'uninstallable')";
>>>>>>> odoo

type Answer = { readonly status: number } | { readonly error: string };

export interface ReadinessFacts {
<<<<<<< HEAD
  readonly health: Answer;
  /** Null while health is not yet 200. */
  readonly login: Answer | null;
=======
  /** Answer of the series' health path. */
  readonly health: Answer;
  /** Answer of the login page; null while health is not yet 200. */
  readonly login: Answer | null;
  /** Rows of `readinessQuery`. */
>>>>>>> odoo
  readonly installed: readonly Readonly<Record<string, unknown>>[];
  /** Modules of the repository that are in the image. */
  readonly repositoryModules: readonly string[];
  /** Modules of the repository that the database is meant to hold. */
  readonly expectedModules: readonly string[];
<<<<<<< HEAD
=======
  /** Odoo's own modules in the image; without it only the repository's are compared. */
  readonly coreModules?: readonly string[];
>>>>>>> odoo
}

export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-yet'; readonly why: string }
  /** Waiting does not help. */
  | { readonly kind: 'never'; readonly why: string };

<<<<<<< HEAD
const said = (what: string, answer: Answer): string =>
  'status' in answer ? `${what} answers ${answer.status}` : `${what}: ${answer.error}`;

/** Health 200 alone proves nothing: Odoo says so with a module missing, or on a database that it made itself a second ago. */
export const judgeReadiness = (facts: ReadinessFacts): Readiness => {
  if (!('status' in facts.health) || facts.health.status !== 200)
    return { kind: 'not-yet', why: said('/web/health', facts.health) };
  if (facts.login === null || !('status' in facts.login) || facts.login.status !== 200)
    return { kind: 'not-yet', why: facts.login === null ? 'login not asked yet' : said('/web/login', facts.login) };
  const states = new Map(facts.installed.map((row) => [String(row['name']), String(row['state'])]));
  const missing = facts.expectedModules.find((name) => !states.has(name));
  if (missing !== undefined) return { kind: 'never', why: `module ${missing} is not installed in the database` };
  const unfinished = [...states].find(([, state]) => state !== 'installed');
  if (unfinished !== undefined) return { kind: 'never', why: `module ${unfinished[0]} is still "${unfinished[1]}"` };
  const gone = facts.expectedModules.find((name) => !facts.repositoryModules.includes(name));
  if (gone !== undefined) return { kind: 'never', why: `module ${gone} is installed but not on disk` };
  return { kind: 'ready' };
=======
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
>>>>>>> odoo
};
