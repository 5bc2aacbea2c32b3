/** Arguments about people, as several commands take them. */
import { ROLES } from '@slipway/contracts/permissions';
import { z } from 'zod';
import type { Flag } from './command.ts';

export const address = z.email('must be an e-mail address').toLowerCase();

export const ADMIN: Flag = { flags: '--admin', says: 'an administrator of the installation: everything, everywhere' };

const NONE = 'none';
const SAYS = `must be project=role with commas between; roles: ${[...ROLES, NONE].join(', ')}`;
const PAIRS = new RegExp(
  `^[^=,\\s]+=(?:${[...ROLES, NONE].join('|')})(?:\\s*,\\s*[^=,\\s]+=(?:${[...ROLES, NONE].join('|')}))*$`,
);

/** `shop=tester,blog=none`: null takes a role away. */
export const rolesByProject = z
  .string()
  .trim()
  .regex(PAIRS, SAYS)
  .transform((text) =>
    Object.fromEntries(
      text.split(',').map((pair) => {
        const [project = '', role = ''] = pair.trim().split('=');
        return [project, role === NONE ? null : role];
      }),
    ),
  )
  .pipe(z.record(z.string(), z.enum(ROLES).nullable()));
