/** The control plane's side of the gateway's socket. */
import { request } from 'node:http';
import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import type { EgressGateway } from '../../../ports/egress-gateway.ts';

const ANSWER_MILLISECONDS = 10_000;

const state = z.object({
  pid: z.int(),
  settings: z.string(),
  walls: z.string().nullable(),
  doors: z.array(z.object({ door: z.object({ environment: z.string() }), problem: z.string().nullable() })),
});
export type GatewayState = z.infer<typeof state>;

const ask = (
  socket: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; value: unknown }> =>
  new Promise((resolve, reject) => {
    const asked = request(
      { socketPath: socket, method, path, agent: false, timeout: ANSWER_MILLISECONDS },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => {
          text += piece;
        });
        answer.once('error', reject);
        answer.once('end', () => {
          try {
            resolve({ status: answer.statusCode ?? 0, value: JSON.parse(text) });
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${ANSWER_MILLISECONDS / 1000} s`)));
    asked.once('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });

const unreachable = (error: unknown): Failure =>
  new Failure('gateway-unreachable', { reason: error instanceof Error ? error.message : String(error) }, error);

/** What the gateway says of itself; null: nothing answers. */
export const gatewayState = async (socket: string): Promise<GatewayState | null> => {
  const answer = await ask(socket, 'GET', '/').catch(() => null);
  return answer === null ? null : (state.safeParse(answer.value).data ?? null);
};

/** The gateway that listens on this socket. */
export const gatewayAt = (socket: string): EgressGateway => {
  const send = async (method: string, path: string, body?: unknown): Promise<void> => {
    const { status, value } = await ask(socket, method, path, body).catch((error: unknown) => {
      throw unreachable(error);
    });
    if (status !== 200) throw unreachable(String((value as { problem?: string }).problem ?? status));
  };
  return {
    open: ({ environment, address, subnet, allow }) => send('PUT', '/doors', { environment, address, subnet, allow }),
    close: (environment) => send('DELETE', `/doors?environment=${encodeURIComponent(environment)}`),
  };
};
