import { type Facts, type FoundStage, type FoundVariable, facts } from './found.ts';
import { addonsPathOf } from './read-odoo-conf.ts';
import { readYaml } from './read-yaml.ts';
import {
  isMapping,
  isSecretName,
  listAt,
  type Mapping,
  mappingAt,
  plainDefault,
  textAt,
  VARIABLE_NAME,
  wordsOf,
} from './values.ts';

const stageOf = (file: string, name: string): FoundStage['stage'] =>
  /stag|test|preprod|uat/i.test(`${name} ${file.slice(file.lastIndexOf('/') + 1)}`) ? 'staging' : 'production';

const branchOf = (component: Mapping): string | undefined =>
  ['github', 'gitlab', 'bitbucket', 'git']
    .map((host) => textAt(mappingAt(component, host), 'branch'))
    .find((name) => name);

const addressOf = (spec: Mapping): string | undefined => {
  const domains = listAt(spec, 'domains').filter(isMapping);
  const first = domains.find((domain) => textAt(domain, 'type') === 'PRIMARY') ?? domains[0];
  const name = first === undefined ? undefined : textAt(first, 'domain');
  return name !== undefined && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(name) ? `https://${name.toLowerCase()}` : undefined;
};

const isOdoo = (service: Mapping): boolean =>
  /odoo|erp/i.test(`${textAt(service, 'name')} ${textAt(mappingAt(service, 'image'), 'repository')}`) ||
  wordsOf(service.run_command).some((word) => /(^|\/)odoo(-bin)?$/.test(word));

const variableOf = (stage: FoundStage['stage'], env: unknown): FoundVariable[] => {
  const name = textAt(env, 'key') ?? '';
  if (!VARIABLE_NAME.test(name)) return [];
  const value = textAt(env, 'value');
  const secret = textAt(env, 'type') === 'SECRET' || isSecretName(name);
  const bound = value !== undefined && /^\$\{.+\}$/.test(value);
  const plain = secret ? undefined : plainDefault(name, value);
  return [
    {
      name,
      ...(plain === undefined ? {} : { default: plain }),
      required: textAt(env, 'type') === 'SECRET',
      secret,
      source: bound ? 'runtime' : secret ? 'secret-store' : 'file',
      stages: [stage],
    },
  ];
};

export const readAppSpec = (file: string, text: string): Facts => {
  const data = readYaml(text);
  if (!isMapping(data)) return facts(file, { doubts: [`${file} cannot be read as YAML.`] });
  // A template for the "Deploy to DigitalOcean" button has the spec one level down.
  const spec = isMapping(data.spec) ? data.spec : data;
  const services = [...listAt(spec, 'services'), ...listAt(spec, 'workers')].filter(isMapping);
  const odoo = services.find(isOdoo) ?? (services.length === 1 ? services[0] : undefined);
  if (odoo === undefined) return facts(file, { doubts: [`${file} has no service that looks like Odoo.`] });
  const stage = stageOf(file, textAt(spec, 'name') ?? '');
  const branch = branchOf(odoo);
  const url = addressOf(spec);
  const image = mappingAt(odoo, 'image');
  const repository = textAt(image, 'repository');
  return facts(file, {
    images: repository === undefined ? [] : [`${repository}:${textAt(image, 'tag') ?? 'latest'}`],
    addonsPath: addonsPathOf(wordsOf(odoo.run_command)),
    variables: [...listAt(spec, 'envs'), ...listAt(odoo, 'envs')].flatMap((env) => variableOf(stage, env)),
    stages: [{ stage, ...(branch === undefined ? {} : { branch }), ...(url === undefined ? {} : { url }) }],
    doubts: url === undefined ? [`${file} names no domain, so the address of ${stage} is not known.`] : [],
  });
};
