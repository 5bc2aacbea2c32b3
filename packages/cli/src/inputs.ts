/** Arguments that several commands take, checked before anything is sent. */
import { seconds } from '@slipway/contracts/project-config';
import { z } from 'zod';
import type { Argument } from './command.ts';

export const noInput = z.strictObject({});

const NUMBER = 'must be a pull request number such as 12';
export const pullNumber = z
  .string()
  .regex(/^#?[1-9]\d{0,8}$/, NUMBER)
  .transform((text) => Number(text.replace('#', '')));

export const NUMBER_ARGUMENT: Argument = { name: '<number>', says: 'the number of the pull request' };
export const numberInput = z.strictObject({ number: pullNumber });

/** An id as the server gives it; what it means is the server's to say. */
export const id = z.string().min(1, 'may not be empty').max(255, 'is too long for a name');

/** Milliseconds of `90s`, `15m`, `2h`. */
export const milliseconds = z
  .string()
  .regex(/^\d{1,6}(s|m|h|d)$/, 'must be a whole number with s, m, h or d: 90s, 15m, 2h')
  .transform((text) => seconds(text) * 1000);

export const count = z
  .string()
  .regex(/^[1-9]\d{0,5}$/, 'must be a whole number above 0')
  .transform(Number);
