import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { findProgram } from './check-programs.ts';
import { getFrom } from './docker-api.ts';
import { type Check, fail, ok, type Place } from './finding.ts';

/** Where Debian keeps what only root runs; not in everybody's PATH, and Slipway looks there by itself. */
const SYSTEM = ['/usr/sbin', '/sbin'];
const SOCKET = 'gateway.sock';

const gateway = z.object({
  walls: z.string().nullable(),
  doors: z.array(z.object({ door: z.object({ environment: z.string() }), problem: z.string().nullable() })),
});

/** What the gateway says of itself; null: none runs. */
const askGateway = async ({ dataFolder }: Place): Promise<z.infer<typeof gateway> | null> => {
  const answer = await getFrom(join(dataFolder, SOCKET), '/').catch(() => null);
  return answer === null ? null : (gateway.safeParse(answer.body).data ?? null);
};

/** Previews and staging may reach nothing of this machine but their gateway. */
export const wallsCheck: Check = {
  name: 'walls',
  look: async (place) => {
    const path = [place.variables.PATH ?? '', ...SYSTEM].join(delimiter);
    if ((await findProgram('iptables', path)) === null)
      return fail(
        'walls',
        'There is no iptables: environments could reach all that listens on this machine.',
        'Install it (Debian, Ubuntu: `apt install iptables`).',
      );
    const state = await askGateway(place);
    if (state === null) return ok('walls', 'iptables is here; the gateway does not run now.');
    if (state.walls !== null)
      return fail(
        'walls',
        `The walls around environments do not stand: ${state.walls}`,
        'See gateway.log in the data folder.',
      );
    const shut = state.doors.filter(({ problem }) => problem !== null);
    if (shut.length === 0)
      return ok('walls', `The walls stand, and ${state.doors.length} environments have their door.`);
    const named = shut.map(({ door, problem }) => `${door.environment} (${problem})`).join(', ');
    return fail(
      'walls',
      `No mail, name or proxy for ${named}.`,
      'Rebuild or close it; gateway.log in the data folder says more.',
    );
  },
};
