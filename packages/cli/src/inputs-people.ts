/** Arguments about people, as several commands take them. */
import { ROLES } from '@slipway/contracts/permissions';
import { z } from 'zod';
import type { Flag } from './command.ts';

export const address = z.email('must be an e-mail address').toLowerCase();

export const ADMIN: Flag = { flags: '--admin', says: 'an administrator of the installation: everything, everywhere' };

const NONE = 'none';
const PAIR = /^([^=,\s]+)=([a-z]+)$/;
const SAYS = `must be project=role with commas between; roles: ${[...ROLES, NONE].join(', ')}`;
const role = z.enum(ROLES).nullable();

/** `shop=tester,blog=none`: null takes a role away. */
export const rolesByProject = z
  .string()
  .transform((text) => {
    const pairs = text.split(',').map((pair) => PAIR.exec(pair.trim()));
    return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] === NONE ? null : pair?.[2]]));
  })
  .pipe(z.record(z.string().min(1, SAYS), role, { error: SAYS }));
