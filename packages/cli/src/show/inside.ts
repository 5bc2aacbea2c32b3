import type {
  ContainerNow,
  EnvironmentDetails,
  EnvironmentTraffic,
  EnvironmentVariables,
  VariableNow,
} from '@slipway/contracts/environment-views';
import type { Screen } from '../output/screen.ts';
import { type Cell, facts, table } from '../output/table.ts';
import { age, fileSize, shortSha } from '../output/time.ts';
import { environmentStateCell } from './preview.ts';

const orWhy = <T>({ known, why }: { known: T | null; why: string | null }, words: (known: T) => string): string =>
  known === null ? `not known: ${why ?? ''}` : words(known);

const containerWords = ({ slot, serves, running, memoryBytes, memoryLimitBytes, cpuPercent }: ContainerNow): string => {
  if (!running) return `${slot}: stopped`;
  const limit = memoryLimitBytes === null ? '' : ` of ${fileSize(memoryLimitBytes)}`;
  const memory = memoryBytes === null ? 'memory not known' : `${fileSize(memoryBytes)}${limit}`;
  const cpu = cpuPercent === null ? 'CPU not known' : `${cpuPercent.toFixed(1)} % of a core`;
  return `${slot}${serves ? ' (serves)' : ''}: ${memory}, ${cpu}`;
};

export const detailsText = (details: EnvironmentDetails, screen: Screen): string => {
  const { database, files, modules, containers } = details;
  const head = facts(screen, [
    ['Environment', details.environment],
    ['State', environmentStateCell(details.state)],
    ['Odoo', details.series],
    ['Image', details.image],
    ['Database', orWhy(database, ({ name, bytes }) => `${name}, ${fileSize(bytes)}`)],
    ['Files', orWhy(files, ({ count, bytes }) => `${count}, ${fileSize(bytes)}`)],
    ...(containers.known ?? []).map((one) => ['Container', containerWords(one)] as const),
    ...(containers.known === null ? [['Container', orWhy(containers, () => '')] as const] : []),
    [
      'Modules',
      orWhy(modules, (known) => `${known.length} installed, ${known.filter(({ own }) => own).length} of them ours`),
    ],
  ]);
  if (modules.known === null || modules.known.length === 0) return head;
  const rows = modules.known.map(({ name, version, own, title }) => [name, version ?? '-', own ? 'ours' : '', title]);
  const columns = [{ title: 'MODULE' }, { title: 'VERSION' }, { title: '' }, { title: 'TITLE', elastic: true }];
  return `${head}\n\n${table(screen, columns, rows)}`;
};

const LAST = 10;

const milliseconds = (p95: number | null): string => (p95 === null ? '-' : `${Math.round(p95)} ms`);

export const trafficText = ({ total, steps, stepSeconds }: EnvironmentTraffic, screen: Screen): string => {
  const hours = (stepSeconds * steps.length) / 3600;
  const asked = steps.filter(({ requests }) => requests > 0).slice(-LAST);
  if (asked.length === 0) return `Nothing was asked in the last ${hours} h.`;
  const head = `${total.requests} requests in the last ${hours} h, ${total.serverErrors} server errors, 95 of 100 within ${milliseconds(total.p95)}.`;
  const columns = [
    { title: 'FROM' },
    { title: 'REQUESTS', right: true },
    { title: 'ERRORS', right: true },
    { title: 'P95', right: true },
  ];
  const rows = asked.map(({ at, requests, serverErrors, p95 }) => [
    age(at, screen.now),
    String(requests),
    String(serverErrors),
    milliseconds(p95),
  ]);
  return `${head}\n\n${table(screen, columns, rows)}`;
};

const valueCell = ({ secret, given, value, required, default: fallback }: VariableNow): Cell => {
  if (!given && required) return { text: 'missing', colour: 'red' };
  if (secret) return given ? 'set' : 'not set';
  return value ?? (fallback === null ? '-' : `${fallback} (default)`);
};

export const variablesText = ({ sha, variables }: EnvironmentVariables, screen: Screen): string => {
  const from = sha === null ? 'slipway.yaml of the project' : `slipway.yaml of ${shortSha(sha)}`;
  if (variables.length === 0) return `There are none in ${from}.`;
  const columns = [
    { title: 'NAME' },
    { title: 'VALUE' },
    { title: 'FROM' },
    { title: 'HANDED OVER' },
    { title: 'FOR', elastic: true },
  ];
  const rows = variables.map((one) => [one.name, valueCell(one), one.source, one.handed ? 'yes' : 'no', one.says]);
  return `${table(screen, columns, rows)}\n\nAs ${from} says. A secret is set with: slipway secret set NAME --stage STAGE`;
};
