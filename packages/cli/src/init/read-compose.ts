import type { StageName } from '@slipway/contracts/variables-config';
import { type Facts, type FoundVariable, facts, type Mount } from './found.ts';
import { addonsPathOf } from './read-odoo-conf.ts';
import { readYaml } from './read-yaml.ts';
import {
  folderIn,
  folderOf,
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

/** What stands beside an Odoo and may have its name in front: `odoo-db`. */
const BESIDE =
  /postgres|pgbouncer|pgadmin|pgvector|redis|nginx|traefik|caddy|mail(hog|pit)|adminer|minio|ollama|(^|[_-])(db|cache|proxy|smtp)([_-]|$)/i;

/** Whether a service is Odoo: by its image, its name, or what it runs. */
const isOdoo = (name: string, service: Mapping): boolean => {
  const image = textAt(service, 'image') ?? '';
  if (/(^|[/_-])odoo([:@_-]|$)/.test(image)) return true;
  if (wordsOf(service.command).some((word) => /^(odoo|odoo-bin|\.\/odoo-bin)$/.test(word))) return true;
  return /(^|[_-])(odoo|erp)([_-]|\d|$)/i.test(name) && !BESIDE.test(name) && !BESIDE.test(image);
};

/** `./addons:/mnt/extra-addons:ro`, or the long form. */
const mountOf = (base: string, volume: unknown): Mount | null => {
  const [source, target] = isMapping(volume)
    ? [textAt(volume, 'source'), textAt(volume, 'target')]
    : (typeof volume === 'string' ? volume : '').split(':');
  // A name without a slash or dot is a volume, not a folder.
  if (!source || !target?.startsWith('/') || !/^\.{1,2}(\/|$)/.test(source)) return null;
  const folder = folderIn(base, source);
  return folder === null ? null : { folder, inside: target };
};

/** Environment as a mapping or as a list of `NAME=value`. */
const environmentOf = (service: Mapping): readonly (readonly [string, string | undefined])[] => {
  const { environment } = service;
  if (isMapping(environment)) return Object.keys(environment).map((name) => [name, textAt(environment, name)] as const);
  return listAt(service, 'environment').map((entry) => {
    const [name = '', ...value] = String(entry).split('=');
    return [name, value.length === 0 ? undefined : value.join('=')] as const;
  });
};

/** What Slipway or the image itself sets: no matter of the project's. */
const OF_THE_IMAGE = /^(PG[A-Z_]*|HOST|PORT|USER|PASSWORD|PASSWORD_FILE|ODOO_RC)$/;

const literalVariable = (name: string, value: string | undefined): FoundVariable[] => {
  if (!VARIABLE_NAME.test(name) || OF_THE_IMAGE.test(name)) return [];
  // `NAME: ${OTHER}` is found as OTHER.
  if (value !== undefined && /\$\{?[A-Za-z_]/.test(value)) return [];
  const secret = isSecretName(name);
  const plain = plainDefault(name, value);
  return [
    {
      name,
      ...(plain === undefined ? {} : { default: plain }),
      required: false,
      secret,
      source: secret ? 'secret-store' : 'file',
    },
  ];
};

/** Compose is how people develop, unless a file's name says otherwise. */
const stagesOf = (file: string): readonly StageName[] =>
  /prod|live/i.test(file.slice(file.lastIndexOf('/') + 1)) ? ['production'] : ['development'];

/** `${NAME}`, `${NAME:-value}`, `${NAME:?message}`: what compose takes from the environment or `.env`. */
const interpolated = (text: string): FoundVariable[] =>
  [...text.matchAll(/(?<!\$)\$(?:\{([A-Z_][A-Z0-9_]*)(?:(:?[-?+])([^{}]{0,500}))?\}|([A-Z_][A-Z0-9_]*))/g)].map(
    ([, braced, operator = '', rest, bare]) => {
      const name = braced ?? bare ?? '';
      const value = operator.endsWith('-') ? plainDefault(name, rest) : undefined;
      return {
        name,
        ...(value === undefined ? {} : { default: value }),
        required: operator === '' || operator.endsWith('?'),
        secret: isSecretName(name),
        source: 'file',
      };
    },
  );

/** Every text below a value: names in comments are none. */
const textsIn = (value: unknown, depth = 0): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (depth > 20 || typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((inner) => textsIn(inner, depth + 1));
};

const serviceFacts = (base: string, service: Mapping) => ({
  image: service.build === undefined ? textAt(service, 'image') : undefined,
  addonsPath: addonsPathOf([...wordsOf(service.entrypoint), ...wordsOf(service.command)]),
  mounts: listAt(service, 'volumes').flatMap((volume) => mountOf(base, volume) ?? []),
  variables: environmentOf(service).flatMap(([name, value]) => literalVariable(name, value)),
});

export const readCompose = (file: string, text: string): Facts => {
  const data = readYaml(text);
  if (!isMapping(data)) return facts(file, { doubts: [`${file} cannot be read as YAML.`] });
  const services = mappingAt(data, 'services');
  const odoo = Object.keys(services)
    .filter((name) => isOdoo(name, mappingAt(services, name)))
    .map((name) => serviceFacts(folderOf(file), mappingAt(services, name)));
  const named = interpolated(textsIn(services).join('\n')).filter(({ name }) => VARIABLE_NAME.test(name));
  const variables = [...named, ...odoo.flatMap((service) => service.variables)];
  return facts(file, {
    images: odoo.flatMap(({ image }) => image ?? []),
    addonsPath: odoo.find(({ addonsPath }) => addonsPath.length > 0)?.addonsPath ?? [],
    mounts: odoo.flatMap(({ mounts }) => mounts),
    variables: variables.map((one) => ({ ...one, stages: stagesOf(file) })),
    doubts: odoo.length === 0 ? [`${file} has no service that looks like Odoo.`] : [],
  });
};
