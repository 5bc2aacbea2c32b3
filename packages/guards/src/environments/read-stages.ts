/** What the files of a repository hand to each stage: variables, command lines, and whether it is an Odoo. */
import { appSpecIn, fieldsOf, isAppSpec, isCompose, listOf } from '../file-kinds.ts';
import { type FileStage, stageOf } from '../stage-of.ts';
import type { Tree } from '../tree.ts';
import { type Path, type Place, readYaml, type YamlSource } from '../yaml-source.ts';

export interface Variable {
  readonly name: string;
  /** Null: handed in from outside, or sealed. */
  readonly value: string | null;
  readonly place: Place;
}

export interface StageFile {
  readonly file: string;
  readonly kind: 'compose' | 'app-spec' | 'env' | 'conf';
  readonly stage: FileStage;
  readonly variables: readonly Variable[];
  readonly commands: readonly { readonly text: string; readonly place: Place }[];
  /** A shop front or a queue beside Odoo needs no SMTP. */
  readonly isOdoo: boolean;
}

const ENV_FILE = /(^|\/)(\.env[\w.-]*|[\w-]+\.env)$/;
const CONF_FILE = /(^|\/)[\w.-]*odoo[\w.-]*\.(conf|cfg)$/;
/** They list what there is to be set, and set nothing. */
export const isExample = (path: string): boolean =>
  /(example|sample|template|dist)/i.test(path.split('/').at(-1) ?? '');
export const isEnvFile = (path: string): boolean => ENV_FILE.test(path);

/** `A=b`, as a line of an env file or of a list in compose. */
const pair = (text: string): readonly [string, string | null] => {
  const at = text.indexOf('=');
  return at < 0
    ? [text.trim(), null]
    : [
        text.slice(0, at).trim(),
        text
          .slice(at + 1)
          .trim()
          .replace(/^(["'])(.*)\1$/, '$2'),
      ];
};

const composeVariables = (source: YamlSource, environment: unknown, at: Path): readonly Variable[] => {
  if (Array.isArray(environment))
    return environment.map((entry, index) => {
      const [name, value] = pair(String(entry));
      return { name, value, place: source.valueAt([...at, index]) };
    });
  return Object.entries(fieldsOf(environment)).map(([name, value]) => ({
    name,
    value: value === null ? null : String(value),
    place: source.keyAt([...at, name]),
  }));
};

const commandsOf = (source: YamlSource, fields: Readonly<Record<string, unknown>>, keys: readonly string[], at: Path) =>
  keys.flatMap((key) => {
    const value = fields[key];
    if (value === undefined || value === null) return [];
    return [
      { text: listOf(value).length > 0 ? listOf(value).join(' ') : String(value), place: source.valueAt([...at, key]) },
    ];
  });

const looksLikeOdoo = (value: unknown): boolean => /odoo|8069/i.test(JSON.stringify(value) ?? '');

const fromCompose = (file: string, stage: FileStage, source: YamlSource): StageFile => {
  const services = Object.entries(fieldsOf(fieldsOf(source.data).services));
  return {
    file,
    kind: 'compose',
    stage,
    variables: services.flatMap(([name, service]) =>
      composeVariables(source, fieldsOf(service).environment, ['services', name, 'environment']),
    ),
    commands: services.flatMap(([name, service]) =>
      commandsOf(source, fieldsOf(service), ['command', 'entrypoint'], ['services', name]),
    ),
    isOdoo: looksLikeOdoo(services),
  };
};

const COMPONENTS = ['services', 'workers', 'jobs'] as const;

const specVariables = (source: YamlSource, envs: unknown, at: Path): readonly Variable[] =>
  listOf(envs).map((entry, index) => {
    const { key, value, type } = fieldsOf(entry);
    const open = value === undefined || value === null || (type === 'SECRET' && String(value).startsWith('EV['));
    const place = source.valueAt([...at, index, value === undefined ? 'key' : 'value']);
    return { name: String(key ?? ''), value: open ? null : String(value), place };
  });

const fromAppSpec = (file: string, source: YamlSource): StageFile => {
  const { spec, at } = appSpecIn(source.data);
  const components = COMPONENTS.flatMap((kind) =>
    listOf(spec[kind]).map((component, index) => ({ fields: fieldsOf(component), at: [...at, kind, index] as Path })),
  );
  return {
    file,
    kind: 'app-spec',
    // An app spec is made to be deployed: one that names no stage is production's.
    stage: stageOf(file) ?? stageOf(String(spec.name ?? '')) ?? 'production',
    variables: [
      ...specVariables(source, spec.envs, [...at, 'envs']),
      ...components.flatMap(({ fields, at: here }) => specVariables(source, fields.envs, [...here, 'envs'])),
    ],
    commands: components.flatMap(({ fields, at: here }) => commandsOf(source, fields, ['run_command'], here)),
    isOdoo: looksLikeOdoo(spec),
  };
};

/** `NAME=value` of an env file, `name = value` of an odoo.conf. */
const fromLines = (file: string, stage: FileStage, text: string): StageFile => {
  const isConf = CONF_FILE.test(file);
  const variables = text.split('\n').flatMap((line, index): Variable[] => {
    const found = /^(?:export\s{1,8})?([A-Za-z_]\w{0,80})\s{0,80}=/.exec(line);
    if (found === null) return [];
    const [name, value] = pair(line.replace(/^export\s+/, ''));
    return [{ name: isConf ? name.toUpperCase() : name, value, place: { line: index + 1, column: 1 } }];
  });
  return { file, kind: isConf ? 'conf' : 'env', stage, variables, commands: [], isOdoo: isConf };
};

/** How a file is read, by its name; null: it says nothing of a stage. */
const readerOf = (path: string): ((text: string) => StageFile) | null => {
  if (isAppSpec(path)) return (text) => fromAppSpec(path, readYaml(text));
  const stage = stageOf(path);
  if (stage === null) return null;
  if (isCompose(path)) return (text) => fromCompose(path, stage, readYaml(text));
  const isLines = (isEnvFile(path) && !isExample(path)) || CONF_FILE.test(path);
  return isLines ? (text) => fromLines(path, stage, text) : null;
};

export const readStages = async (tree: Tree): Promise<readonly StageFile[]> => {
  const found: StageFile[] = [];
  for (const { path } of tree.files) {
    const read = readerOf(path);
    const text = read === null ? null : await tree.text(path);
    if (read !== null && text !== null) found.push(read(text));
  }
  return found;
};
