import { createHash } from 'node:crypto';

const hash = (text: string, length: number): string => createHash('sha256').update(text).digest('hex').slice(0, length);

/** How the names of all bridges of an installation begin: a firewall rule with `+` at its end then knows them, those of tomorrow too. */
export const bridgePrefix = (instance: string): string => `sw${hash(instance, 6)}`;

/** Name of an environment's bridge; an interface's name has at most 15 characters. */
export const bridgeName = (instance: string, environment: string): string =>
  `${bridgePrefix(instance)}${hash(environment, 7)}`;
