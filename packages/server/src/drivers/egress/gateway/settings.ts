import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { DATABASE_PORT, MAIL_PORT, PROXY_PORT } from '../../../domain/egress.ts';

const DNS_PORT = 53;
const port = z.int().min(0).max(65_535);

const schema = z.strictObject({
  /** Name of the installation: whose bridges the walls stand around. */
  instance: z.string().min(1),
  /** Slipway's own database: mails and attempts are kept there. */
  databaseUrl: z.url(),
  /** PostgreSQL of the environments where it is not reached by socket. */
  database: z.strictObject({ host: z.string().min(1), port }).nullable(),
  /** Socket by which the control plane asks for doors. */
  socket: z.string().min(1),
  /** Doors that are wanted, for the next start. */
  stateFile: z.string().min(1),
  /** Of the code that runs: with another one the gateway is started anew. */
  code: z.string().default(''),
  ports: z
    .strictObject({ dns: port, smtp: port, proxy: port, database: port })
    .default({ dns: DNS_PORT, smtp: MAIL_PORT, proxy: PROXY_PORT, database: DATABASE_PORT }),
});

export type GatewaySettings = z.infer<typeof schema>;

export const parseGatewaySettings = (value: unknown): GatewaySettings => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const reason = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new Failure('usage', { reason: `The gateway's settings are not valid: ${reason}` });
};
