import { appSpecIn } from '../file-kinds.ts';
import type { Finding, Guard, GuardContext, Rule } from '../guard.ts';
import { type Path, type Place, readYaml, type YamlSource } from '../yaml-source.ts';
import type { Mistake } from './explain.ts';
import { KINDS, type Kind } from './kinds.ts';
import { isAged, lintWorkflow, type Remark } from './lint-workflow.ts';

const YAML_RULES: readonly Rule[] = [
  {
    id: 'schemas/yaml-syntax',
    severity: 'error',
    why: 'A file that cannot be read stops the deployment that needs it, at a time that nobody chose.',
  },
  {
    id: 'schemas/yaml-duplicate-key',
    severity: 'error',
    why: 'Of two equal keys most readers silently take the last, so that half of what is written there does nothing.',
  },
  {
    id: 'schemas/yaml-bomb',
    severity: 'error',
    why: 'A small file whose aliases or nesting stand for very much takes down whatever reads it.',
  },
];
const WORKFLOW_LINT: Rule = {
  id: 'schemas/workflow-lint',
  severity: 'error',
  why: 'A misspelt context or input is empty at run time instead of failing, and untrusted text in a script is a way in.',
};
const KIND_RULES: readonly Rule[] = KINDS.map(({ rule, name, says, severity = 'error' }) => ({
  id: rule,
  severity,
  why: `A ${name} that breaks ${says} is refused when it is used, or the part that is wrong is ignored.`,
}));

const finding = (rule: string, file: string, place: Place, message: string, fix: string): Finding => ({
  rule,
  severity: 'error',
  file,
  ...place,
  message,
  fix,
});

const pathText = (path: Path): string =>
  path
    .map((part) => (/^\d+$/.test(String(part)) ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');

const ofMistake = (kind: Kind, file: string, source: YamlSource, { path, key, message }: Mistake): Finding => {
  const place = key ? source.keyAt(path) : source.valueAt(path);
  const where = pathText(path).slice(0, 120);
  const told = where === '' || key ? message : `${where} ${message}`;
  const fix = key ? `Correct the spelling, or remove it: ${kind.says} does not know this key.` : `See ${kind.says}.`;
  return { ...finding(kind.rule, file, place, told, fix), severity: kind.severity ?? 'error' };
};

const FIXES = {
  syntax: 'Correct the line, or the one above it.',
  'duplicate-key': 'Remove one of the two, or merge them.',
  bomb: 'Write out what the aliases stand for, or split the file.',
} as const;

const ofRemark = (file: string, remark: Remark): Finding => {
  const { message, line, column, kind } = remark;
  const place = { line: Math.max(1, line), column: Math.max(1, column) };
  const told = `${message.split('. ')[0]?.slice(0, 300)} (${kind})`;
  const fix = isAged(remark) ? 'Take a newer version.' : "See actionlint's documentation of this kind of check.";
  const found = finding('schemas/workflow-lint', file, place, told, fix);
  return isAged(remark) ? { ...found, severity: 'warning' } : found;
};

async function* checkFile(kind: Kind, file: string, text: string): AsyncGenerator<Finding> {
  const source = readYaml(text);
  if (source.data !== undefined && !kind.holds(source.data)) return;
  for (const { kind: what, place, message } of source.problems)
    yield finding(`schemas/yaml-${what}`, file, place, message, FIXES[what]);
  if (source.data === undefined) return;
  const { spec, at } = kind.rule === 'schemas/app-spec' ? appSpecIn(source.data) : { spec: source.data, at: [] };
  const mistakes = (await kind.schema())(spec);
  for (const mistake of mistakes) yield ofMistake(kind, file, source, { ...mistake, path: [...at, ...mistake.path] });
  // What breaks the schema is not looked at twice, in other words.
  if (kind.rule !== 'schemas/workflow' || mistakes.length > 0 || source.problems.length > 0) return;
  for (const remark of await lintWorkflow(text, file)) yield ofRemark(file, remark);
}

async function* check({ tree }: GuardContext): AsyncGenerator<Finding> {
  for (const { path } of tree.files) {
    const kinds = KINDS.filter(({ named }) => named(path));
    if (kinds.length === 0) continue;
    const text = await tree.text(path);
    if (text !== null) for (const kind of kinds) yield* checkFile(kind, path, text);
  }
}

export const schemas: Guard = {
  id: 'schemas',
  title: 'Compose files, workflows, app specs, dashboards and Prometheus files fit their schemas',
  rules: [...YAML_RULES, WORKFLOW_LINT, ...KIND_RULES],
  check,
};
