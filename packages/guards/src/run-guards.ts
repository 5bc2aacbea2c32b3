/** Runs guards over one tree; findings come as they are found. */
import { type ParsedConfig, parseProjectConfig } from '@slipway/contracts/config-file';
import type { Finding, Guard, GuardContext } from './guard.ts';
import { findOwn } from './own-rules.ts';
import { type PlacedSuppression, Suppressions } from './suppressions.ts';
import type { Tree } from './tree.ts';

export const CONFIG_FILE = 'slipway.yaml';

export interface GuardRun {
  readonly tree: Tree;
  /** ISO date. */
  readonly today: string;
  /** All that there are: a suppression may name any of them. */
  readonly guards: readonly Guard[];
  /** Ids of those to run; all when left out. */
  readonly only?: readonly string[];
  /** Only findings in these files are told; all when left out. */
  readonly changed?: ReadonlySet<string>;
}

export type GuardEvent =
  | { readonly kind: 'started'; readonly guard: string; readonly title: string }
  | { readonly kind: 'found'; readonly guard: string; readonly finding: Finding }
  | { readonly kind: 'suppressed'; readonly finding: Finding; readonly reason: string; readonly until: string }
  | { readonly kind: 'ended'; readonly guard: string };

export async function* runGuards(run: GuardRun): AsyncIterable<GuardEvent> {
  const { tree, today, guards, only, changed } = run;
  const parsed = await readConfig(tree);
  const config = parsed?.ok ? { value: parsed.config, file: CONFIG_FILE } : null;
  const suppressions = new Suppressions(parsed?.ok ? placed(parsed) : [], today);
  const isAsked = (finding: Finding): boolean => changed === undefined || changed.has(finding.file);
  yield* told('config', 'slipway.yaml', configFindings(parsed).filter(isAsked));
  const chosen = guards.filter(({ id }) => only === undefined || only.includes(id));
  for (const guard of chosen) yield* runGuard(guard, { tree, config, today }, suppressions, isAsked);
  const ran = new Set(changed === undefined ? chosen.map(({ id }) => id) : []);
  yield* told('suppressions', 'Suppressions', [...suppressions.findings(guards, ran)].filter(isAsked));
}

async function* runGuard(
  guard: Guard,
  context: GuardContext,
  suppressions: Suppressions,
  isAsked: (finding: Finding) => boolean,
): AsyncIterable<GuardEvent> {
  yield { kind: 'started', guard: guard.id, title: guard.title };
  for await (const finding of guard.check(context)) {
    const by = suppressions.of(finding);
    if (!isAsked(finding)) continue;
    if (by === null) yield { kind: 'found', guard: guard.id, finding };
    else yield { kind: 'suppressed', finding, reason: by.reason, until: by.until };
  }
  yield { kind: 'ended', guard: guard.id };
}

/** Checks of our own count as guards only when they find something. */
function* told(guard: string, title: string, findings: readonly Finding[]): Iterable<GuardEvent> {
  if (findings.length === 0) return;
  yield { kind: 'started', guard, title };
  for (const finding of findings) yield { kind: 'found', guard, finding };
  yield { kind: 'ended', guard };
}

const readConfig = async (tree: Tree): Promise<ParsedConfig | null> => {
  if (!tree.files.some(({ path }) => path === CONFIG_FILE)) return null;
  const text = await tree.text(CONFIG_FILE);
  if (text !== null) return parseProjectConfig(text, CONFIG_FILE);
  const problem = { file: CONFIG_FILE, line: 1, column: 1, path: '', value: '', allowed: [] };
  return {
    ok: false,
    problems: [{ ...problem, severity: 'error', message: 'is binary, not UTF-8, or far too large' }],
  };
};

const configFindings = (parsed: ParsedConfig | null): readonly Finding[] =>
  parsed === null || parsed.ok
    ? []
    : parsed.problems.map(({ line, column, path, message, allowed }) => {
        const fix =
          allowed.length > 0 ? `Allowed: ${allowed.join(', ')}.` : 'docs/reference/config.md has every setting.';
        return findOwn('config/invalid', { file: CONFIG_FILE, line, column }, `${path} ${message}`.trim(), fix);
      });

const placed = (parsed: Extract<ParsedConfig, { ok: true }>): readonly PlacedSuppression[] =>
  parsed.config.guards.suppressions.map((each, i) => {
    const { line = 1, column = 1 } = parsed.lines[`guards.suppressions[${i}].rule`] ?? {};
    return { ...each, file: CONFIG_FILE, line, column };
  });
