import { WEBHOOK_KIND_NAMES } from '@slipway/contracts/webhook-kinds';
import { z } from 'zod';

export const KINDS = '--kinds <kinds>';

export const kindsInput = z
  .string()
  .transform((text) => text.split(',').map((kind) => kind.trim()))
  .pipe(z.array(z.enum(WEBHOOK_KIND_NAMES, { error: `must be some of ${WEBHOOK_KIND_NAMES.join(', ')}` })).min(1));
